"""Which events of Slack were taken already: a SQLite file, since a retry may come to another process.

Slack sends an event again when it is not acknowledged in time, for up to a day:
https://docs.slack.dev/apis/events-api/#retries
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from index.errors import StorageError

KEPT_SECONDS = 2 * 24 * 3600
_WAIT = 2.0  # seconds for another process that writes; Slack waits three


class SeenEvents:
    """Ids of events. `now`: seconds since 1970. Safe for several threads and processes."""

    def __init__(self, file: Path, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now

    def first(self, event_id: str) -> bool:
        """Whether it was never asked for this id before. Raises StorageError when the file cannot be used."""
        now = self._now()
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._file, timeout=_WAIT)) as db, db:
                db.execute("CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, at REAL NOT NULL)")
                db.execute("DELETE FROM events WHERE at < ?", (now - KEPT_SECONDS,))
                return db.execute("INSERT OR IGNORE INTO events VALUES (?, ?)", (event_id, now)).rowcount == 1
        except (OSError, sqlite3.Error) as error:
            raise StorageError(
                f"The events of Slack cannot be kept: {self._file} ({error}).",
                "Check its permissions and the free space, or remove it: the archive does not need it.",
            ) from error
