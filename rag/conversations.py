"""Conversations kept by id, each until it has not gone on for a while: a SQLite file beside the archive.

A file of its own, since an archive has one writer, for whose ingest no question is to wait, and since what people asked
can so be removed without touching what the archive holds.
"""

import sqlite3
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from index.side_file import transaction
from rag.errors import UnknownConversationError
from rag.types import NEW, Conversation, Turn

MOST_TURNS = 40
"""Of a conversation the latest are kept."""

MOST_CONVERSATIONS = 10_000
"""Those that have not gone on for longest make room for new ones."""

_WAIT = 10.0  # seconds for another process or thread that writes
_SCHEMA = """
PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; -- what is deleted is overwritten in the file
CREATE TABLE IF NOT EXISTS conversations (id TEXT PRIMARY KEY, created_at REAL NOT NULL, expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS turns (n INTEGER PRIMARY KEY, role TEXT NOT NULL, content TEXT NOT NULL,
    conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE);
CREATE TABLE IF NOT EXISTS quoted (article_id TEXT NOT NULL, conversation TEXT NOT NULL
    REFERENCES conversations ON DELETE CASCADE, PRIMARY KEY (article_id, conversation)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS quoted_by_conversation ON quoted (conversation);
CREATE INDEX IF NOT EXISTS turns_of_conversation ON turns (conversation);
CREATE INDEX IF NOT EXISTS conversations_by_end ON conversations (expires_at);
"""


class Conversations:
    """What was said, by id; whoever knows an id can read and go on with its conversation.

    `hours`: until a conversation that does not go on is forgotten. `now`: seconds since 1970. Safe for several threads
    and processes. Raises StorageError when the file cannot be used.
    """

    def __init__(self, file: Path, hours: float, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._seconds = hours * 3600
        self._now = now

    def get(self, id: str) -> Conversation:
        """Raises UnknownConversationError."""
        if not self._file.exists():
            raise UnknownConversationError(id)
        with self._open() as db:
            row = db.execute(
                "SELECT created_at, expires_at FROM conversations WHERE id = ? AND expires_at > ?", (id, self._now())
            ).fetchone()
            if row is None:
                raise UnknownConversationError(id)
            turns = db.execute("SELECT role, content FROM turns WHERE conversation = ? ORDER BY n", (id,))
            return Conversation(id, tuple(Turn(role, content) for role, content in turns), *row)

    def record(self, id: str, question: str, answer: str, quoted: Iterable[str] = ()) -> str:
        """Go on with a conversation, or begin one if the id is NEW; gives its id. `quoted`: ids of the articles whose
        words the answer holds.

        What was deleted while the question was answered stays deleted.
        """
        now = self._now()
        with self._open() as db:
            db.execute("DELETE FROM conversations WHERE expires_at <= ?", (now,))
            if id == NEW:
                id = uuid.uuid4().hex
                db.execute("INSERT INTO conversations VALUES (?, ?, ?)", (id, now, now + self._seconds))
                db.execute(
                    "DELETE FROM conversations WHERE id IN "
                    "(SELECT id FROM conversations ORDER BY expires_at DESC LIMIT -1 OFFSET ?)",
                    (MOST_CONVERSATIONS,),
                )
            going_on = db.execute("UPDATE conversations SET expires_at = ? WHERE id = ?", (now + self._seconds, id))
            if going_on.rowcount:
                said = (("user", question, id), ("assistant", answer, id))
                db.executemany("INSERT INTO turns (role, content, conversation) VALUES (?, ?, ?)", said)
                db.executemany("INSERT OR IGNORE INTO quoted VALUES (?, ?)", [(article, id) for article in quoted])
                db.execute(
                    "DELETE FROM turns WHERE n IN "
                    "(SELECT n FROM turns WHERE conversation = ? ORDER BY n DESC LIMIT -1 OFFSET ?)",
                    (id, MOST_TURNS),
                )
        return id

    def delete(self, id: str) -> None:
        """Raises UnknownConversationError."""
        self.get(id)
        with self._open() as db:
            db.execute("DELETE FROM conversations WHERE id = ?", (id,))

    def erase(self, article_ids: Iterable[str]) -> None:
        """Forget the conversations in which these articles were quoted, whose words they hold."""
        if not self._file.exists():
            return
        query = "DELETE FROM conversations WHERE id IN (SELECT conversation FROM quoted WHERE article_id = ?)"
        with self._open() as db:
            db.executemany(query, [(article,) for article in article_ids])

    def _open(self) -> AbstractContextManager[sqlite3.Connection]:
        remedy = "Check its permissions and the free space, or remove it: the archive does not need it."
        return transaction(self._file, _SCHEMA, _WAIT, "The conversations", remedy)
