"""The SQLite file of an archive: connections for one writer and any number of reading threads."""

import os
import re
import sqlite3
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Lock

from index.errors import StorageError
from index.schema import STEPS, VERSION

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
                self._bring_up_to_date(self._writer)

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
        with self._errors_named(), self._writing, _all_or_nothing(self._writer):
            self._writer.execute("BEGIN IMMEDIATE")
            yield self._writer

    @contextmanager
    def erase(self) -> Iterator[sqlite3.Connection]:
        """As `write`, but what is deleted is overwritten in the file too, as soon as no reader needs it any more."""
        with self.write() as db:
            db.execute("PRAGMA secure_delete = ON")
            try:
                yield db
            finally:
                db.execute("PRAGMA secure_delete = OFF")
        with self._errors_named(), self._writing:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the log still holds it

    def copy_to(self, file: Path) -> None:
        """Write everything, as of one moment, into one new file; whatever is there is replaced once all is written."""
        unfinished = file.with_name(f"{file.name}.unfinished")
        with self.read() as db, self._errors_named():
            unfinished.unlink(missing_ok=True)
            try:
                with closing(_connect(_uri(unfinished))) as copy:
                    db.backup(copy)
                    copy.execute("PRAGMA journal_mode = DELETE")  # one file, with no log beside it
                unfinished.replace(file)
            finally:
                unfinished.unlink(missing_ok=True)

    def replace_by(self, other: "Database") -> None:
        """Take over everything that is in `other`, all or nothing; readers see it with their next transaction."""
        if self._writer is None:
            raise StorageError(f"The archive {self._file} was opened for reading only.", "Open it for writing.")
        with self._errors_named(), self._writing, other.read() as db:
            db.backup(self._writer)

    def _lend(self) -> tuple[sqlite3.Connection, Identity | None]:
        """A connection to the file that is there now, and which that is; None: a connection for this once."""
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
            version = self._version(db)
            if version == VERSION:
                return db, present
            if version > 0:
                # The next writer brings the file up to date. Until then what came later is empty, in tables of this
                # connection, which is not kept: they would hide those that the writer makes.
                for step in STEPS[version:]:
                    db.executescript(step.replace("CREATE TABLE", "CREATE TEMPORARY TABLE"))
                return db, None
            db.close()
        db = _connect("file::memory:")
        self._bring_up_to_date(db)
        return db, None

    def _version(self, db: sqlite3.Connection) -> int:
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise StorageError(
                f"The archive {self._file} was written by a newer Newsdesk (schema {version}, this one knows "
                f"{VERSION}).",
                "Update Newsdesk, or set NEWSDESK_HOME to another folder.",
            )
        return version

    def _bring_up_to_date(self, db: sqlite3.Connection) -> None:
        """Make the tables that the file lacks, all of them or none."""
        version = self._version(db)
        if version == VERSION:
            return
        steps = " ".join(STEPS[version:])
        with _all_or_nothing(db):
            db.executescript(f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {VERSION};")
            if version == 0:
                start = {"archive": uuid.uuid4().hex, "revision": "0", **self._meta}
                db.executemany("INSERT INTO meta VALUES (?, ?)", start.items())

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


@contextmanager
def _all_or_nothing(db: sqlite3.Connection) -> Iterator[None]:
    """Ends the transaction that is begun inside."""
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


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
    db.create_function("names", 2, _names, deterministic=True)
    return db


def _names(byline: str | None, name: str) -> bool:
    """Whether a byline holds a name as whole words; case and white space do not count."""
    wanted, held = (" ".join(text.casefold().split()) for text in (name, byline or ""))
    return bool(wanted) and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", held) is not None
