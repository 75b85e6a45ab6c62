"""Small SQLite files beside the archive, each of which can be removed at any time."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from index.errors import StorageError


@contextmanager
def transaction(file: Path, schema: str, wait: float, what: str, remedy: str) -> Iterator[sqlite3.Connection]:
    """A transaction on a file that is made when it is missing, for its owner only; `wait`: seconds for another writer.

    A connection for each: the file may be removed under a running server. Raises StorageError, which says that `what`
    ("The keys") cannot be read or kept, and the `remedy`.
    """
    try:
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
        with closing(sqlite3.connect(file, timeout=wait)) as db:
            db.executescript(schema)
            with db:
                yield db
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"{what} cannot be read or kept: {file} ({error}).", remedy) from error
