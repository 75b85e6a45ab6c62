"""The SQLite file of an archive: its schema, and connections for one writer and any number of reading threads."""

import os
import sqlite3
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from index.errors import StorageError

SCHEMA_VERSION = 1

# `articles` and `old_versions` have the fields of index.types.Article. What is large comes last in its row or in a
# table of its own, so that counting and filtering touch few pages.
# AUTOINCREMENT: a chunk id is never given twice, so an id that a FAISS file still holds cannot mean another text.
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, url TEXT, outlet TEXT, byline TEXT, section TEXT,
    language TEXT, published_at TEXT, updated_at TEXT, fetched_at TEXT, source TEXT, version INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX articles_filtered ON articles (published_at, outlet, language, id); -- all that a filter looks at
CREATE INDEX articles_without_url ON articles (source) WHERE url IS NULL;
CREATE TABLE old_versions (
    id TEXT NOT NULL, title TEXT NOT NULL, url TEXT, outlet TEXT, byline TEXT, section TEXT,
    language TEXT, published_at TEXT, updated_at TEXT, fetched_at TEXT, source TEXT, version INTEGER NOT NULL,
    text TEXT NOT NULL, PRIMARY KEY (id, version)
);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL
);
CREATE INDEX chunks_of_article ON chunks (article_id);
CREATE TABLE embeddings (
    chunk_id INTEGER PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE,
    vector BLOB NOT NULL -- float32, little endian
);
CREATE TABLE sentences (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    spans BLOB NOT NULL, -- int32 pairs, little endian
    vectors BLOB NOT NULL -- float16, little endian
);
CREATE VIRTUAL TABLE chunk_text USING fts5 (title, text, tokenize = 'porter unicode61 remove_diacritics 2');
"""

Identity = tuple[int, int]
"""Device and number of a file: they stay the same while it is written, and differ for another file of its name."""


class Database:
    """Transactions on the file. A reader of a file that does not exist yet sees an empty archive, until it does.

    `meta`: what the table of that name starts with. Raises StorageError for everything that can go wrong with a file.
    """

    def __init__(self, file: Path, meta: Mapping[str, str], read_only: bool) -> None:
        self._file = file
        self._meta = meta
        # A server's threads come and go: connections are lent to them. Each with the identity of the file it opened.
        self._idle: deque[tuple[sqlite3.Connection, Identity]] = deque()
        self._writing = Lock()
        self._writer: sqlite3.Connection | None = None
        if not read_only:
            with self._errors_named():
                self._writer = _connect(_uri(file))
                # A commit is on the disk before the next step: losing the last articles is not an option.
                self._writer.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
                if self._version(self._writer) == 0:
                    self._create(self._writer)

    def close(self) -> None:
        while self._idle:
            self._idle.pop()[0].close()
        if self._writer:
            self._writer.close()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """One consistent view of the file, whatever the writer does meanwhile."""
        with self._errors_named():
            db, identity = self._lend()
            whole = False
            try:
                db.execute("BEGIN")
                yield db
                db.execute("ROLLBACK")
                whole = True
            finally:
                if whole and identity:
                    self._idle.append((db, identity))
                else:
                    db.close()

    def check(self) -> None:
        """Read every page of the file; raises StorageError when some are not as they should be."""
        with self.read() as db:
            found = [row[0] for row in db.execute("PRAGMA quick_check(3)")]
        if found != ["ok"]:
            raise self._damaged(found[0].splitlines()[-1])

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction: everything done in it is stored at its end, or nothing."""
        if self._writer is None:
            raise StorageError(f"The archive {self._file} was opened for reading only.", "Open it for writing.")
        with self._errors_named(), self._writing:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def _lend(self) -> tuple[sqlite3.Connection, Identity | None]:
        """A connection to the file that is there now, and which that is; None: an empty archive in memory."""
        present = _identity(self._file)
        with suppress(IndexError):
            while True:
                db, identity = self._idle.pop()
                if identity == present:
                    return db, identity
                db.close()  # the archive was removed, or put back from a backup
        if present:
            # In a folder that cannot be written SQLite cannot make the files it coordinates with: nobody can write
            # there, so reading without them is safe.
            shared = os.access(self._file.parent, os.W_OK) or Path(f"{self._file}-wal").exists()
            db = _connect(f"{_uri(self._file)}?mode=ro{'' if shared else '&immutable=1'}")
            if self._version(db) > 0:
                return db, present
            db.close()
        db = _connect("file::memory:")
        self._create(db)
        return db, None

    def _version(self, db: sqlite3.Connection) -> int:
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise StorageError(
                f"The archive {self._file} was written by a newer Newsdesk (schema {version}, this one reads "
                f"{SCHEMA_VERSION}).",
                "Update Newsdesk, or set NEWSDESK_HOME to another folder.",
            )
        return version

    def _create(self, db: sqlite3.Connection) -> None:
        db.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION};")
        for key, value in {"archive": uuid.uuid4().hex, "revision": "0", **self._meta}.items():
            db.execute("INSERT INTO meta VALUES (?, ?)", (key, value))
        db.execute("COMMIT")

    def _damaged(self, how: str) -> StorageError:
        return StorageError(
            f"The archive {self._file} is damaged: {how}.",
            "Restore it from a backup, or set NEWSDESK_HOME to a new folder and run `newsdesk ingest` again.",
        )

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            raise StorageError(
                f"The archive {self._file} cannot be read or written: {error}.",
                "Check its permissions and the free space, or set NEWSDESK_HOME to another folder.",
            ) from error
        except sqlite3.DatabaseError as error:
            raise self._damaged(str(error)) from error


def _uri(file: Path) -> str:
    return file.absolute().as_uri()


def _identity(file: Path) -> Identity | None:
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _connect(uri: str) -> sqlite3.Connection:
    db = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=10)
    db.execute("PRAGMA foreign_keys = ON")
    db.create_function("casefold", 1, lambda text: text and text.casefold(), deterministic=True)
    return db
