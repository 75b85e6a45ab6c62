"""Answers kept by id, to be shown again, and what readers said of them: a SQLite file beside the archive.

A file of its own, as that of the conversations is, since it can be removed without touching what the archive holds.
"""

import json
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from index.errors import StorageError
from index.interfaces import Collection
from rag.errors import UnknownAnswerError
from rag.types import Answer
from rag.withdrawn import as_of_now, cited_articles, without

MOST_ANSWERS = 100_000
"""The oldest make room for new ones."""

_WAIT = 10.0  # seconds for another process or thread that writes
_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    given_at REAL NOT NULL, expires_at REAL NOT NULL, answer TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS answers_by_end ON answers (expires_at);
CREATE TABLE IF NOT EXISTS cited (article_id TEXT NOT NULL, answer TEXT NOT NULL
    REFERENCES answers (id) ON DELETE CASCADE, PRIMARY KEY (article_id, answer)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS cited_by_answer ON cited (answer);
CREATE TABLE IF NOT EXISTS feedback (n INTEGER PRIMARY KEY, kind TEXT NOT NULL, note TEXT NOT NULL,
    given_at REAL NOT NULL, answer TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE);
CREATE INDEX IF NOT EXISTS feedback_by_answer ON feedback (answer);
"""
_ANSWER = TypeAdapter(Answer)

FeedbackKind = Literal["helpful", "wrong_answer", "wrong_source", "should_have_answered"]


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it may be shown now. `given_at` and `expires_at`: seconds since 1970."""

    answer: Answer
    given_at: float
    expires_at: float


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader said of an answer. `given_at`: seconds since 1970."""

    kind: FeedbackKind
    note: str
    given_at: float


class KeptAnswers:
    """Answers and feedback; whoever knows the id of an answer can read it.

    `days`: until an answer is forgotten; 0: none is kept. `now`: seconds since 1970. Safe for several threads and
    processes. Raises StorageError when the file cannot be used.
    """

    def __init__(self, file: Path, days: float, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._seconds = days * 86_400
        self._now = now
        self._turn = Lock()
        self._db: sqlite3.Connection | None = None
        self._opened: tuple[int, int] | None = None

    def keep(self, answer: Answer) -> Answer:
        """The answer with the id under which it is kept; as it is where none is."""
        if not self._seconds:
            return answer
        id, now = uuid.uuid4().hex, self._now()
        answer = replace(answer, answer_id=id)
        with self._open() as db:
            row = (id, now, now + self._seconds, _ANSWER.dump_json(answer).decode())
            n = db.execute("INSERT INTO answers (id, given_at, expires_at, answer) VALUES (?, ?, ?, ?)", row).lastrowid
            db.executemany("INSERT INTO cited VALUES (?, ?)", [(article, id) for article in cited_articles(answer)])
            db.execute("DELETE FROM answers WHERE expires_at <= ? OR n <= ?", (now, (n or 0) - MOST_ANSWERS))
        return answer

    def get(self, id: str, collection: Collection) -> KeptAnswer:
        """What was answered, without the words of what has left the `collection` since. Raises UnknownAnswerError."""
        with self._found(id) as (_, kept):
            pass
        return replace(kept, answer=as_of_now(kept.answer, collection))

    def add_feedback(self, id: str, feedback: FeedbackKind, note: str) -> None:
        """Raises UnknownAnswerError."""
        with self._found(id) as (db, _):
            row = (feedback, note, self._now(), id)
            db.execute("INSERT INTO feedback (kind, note, given_at, answer) VALUES (?, ?, ?, ?)", row)

    def with_feedback(self, collection: Collection) -> Iterator[tuple[KeptAnswer, Sequence[Feedback]]]:
        """The answers that readers spoke of, each as `get` gives it and with what they said, oldest first."""
        if not self._file.exists():
            return
        with self._open() as db:
            query = (
                "SELECT id FROM answers WHERE id IN (SELECT answer FROM feedback) AND expires_at > ? ORDER BY given_at"
            )
            ids = [row[0] for row in db.execute(query, (self._now(),))]
        for id in ids:
            with self._found(id) as (db, kept):
                said = db.execute("SELECT kind, note, given_at FROM feedback WHERE answer = ? ORDER BY n", (id,))
                found = [Feedback(*row) for row in said]
            yield replace(kept, answer=as_of_now(kept.answer, collection)), found

    def erase(self, article_ids: Iterable[str]) -> None:
        """Take the words of these articles out of every answer, and out of the file."""
        if not self._file.exists():
            return
        gone = set(article_ids)
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")  # no answer comes in between reading and writing
            query = (
                "SELECT id, answer FROM answers WHERE id IN "
                "(SELECT answer FROM cited WHERE article_id IN (SELECT value FROM json_each(?)))"
            )
            for id, text in db.execute(query, (json.dumps(sorted(gone)),)).fetchall():
                if (answer := _read(text)) is None:
                    db.execute("DELETE FROM answers WHERE id = ?", (id,))
                else:
                    left = _ANSWER.dump_json(without(answer, gone)).decode()
                    db.execute("UPDATE answers SET answer = ? WHERE id = ?", (left, id))
            db.executemany("DELETE FROM cited WHERE article_id = ?", [(article,) for article in gone])
            db.commit()
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the log still holds the words

    @contextmanager
    def _found(self, id: str) -> Iterator[tuple[sqlite3.Connection, KeptAnswer]]:
        if not self._file.exists():
            raise UnknownAnswerError(id)
        with self._open() as db:
            query = "SELECT answer, given_at, expires_at FROM answers WHERE id = ? AND expires_at > ?"
            row = db.execute(query, (id, self._now())).fetchone()
            if row is None or (answer := _read(row[0])) is None:
                raise UnknownAnswerError(id)
            yield db, KeptAnswer(answer, *row[1:])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A transaction, one at a time: writers that wait for a lock of SQLite are not served in turn."""
        with self._turn:
            try:
                db = self._connected()
                with db:
                    yield db
            except (OSError, sqlite3.Error) as error:
                raise StorageError(
                    f"The answers given cannot be read or kept: {self._file} ({error}).",
                    "Check its permissions and the free space, or remove it: the archive does not need it.",
                ) from error

    def _connected(self) -> sqlite3.Connection:
        """To the file that is there now: it may be removed under a running server."""
        if self._db and _identity(self._file) == self._opened:
            return self._db
        if self._db:
            self._db.close()
            self._db = None
        if not self._file.exists():
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.touch(mode=0o600)  # what people asked is for nobody else on the machine
        db = sqlite3.connect(self._file, timeout=_WAIT, check_same_thread=False)
        try:
            # An answer is not to wait for the disk: what a power cut takes with it are the last ones kept. What is
            # deleted is overwritten in the file.
            db.executescript(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; "
                f"PRAGMA secure_delete = ON; {_SCHEMA}"
            )
        except sqlite3.Error:
            db.close()
            raise
        self._db, self._opened = db, _identity(self._file)
        return db


def _read(text: str) -> Answer | None:
    """None for an answer of another Newsdesk, with other fields."""
    try:
        return _ANSWER.validate_json(text)
    except ValidationError:
        return None


def _identity(file: Path) -> tuple[int, int] | None:
    """Of the file that has this name at the moment."""
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
