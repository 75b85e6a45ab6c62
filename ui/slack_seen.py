"""Which events of Slack were taken already: a SQLite file, since a retry may come to another process.

Slack sends an event again when it is not acknowledged in time, for up to a day:
https://docs.slack.dev/apis/events-api/#retries
"""

import time
from collections.abc import Callable
from pathlib import Path

from index.side_file import transaction

KEPT_SECONDS = 2 * 24 * 3600
_WAIT = 2.0  # seconds for another process that writes; Slack waits three
_SCHEMA = "CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, at REAL NOT NULL)"


class SeenEvents:
    """Ids of events. `now`: seconds since 1970. Safe for several threads and processes."""

    def __init__(self, file: Path, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._now = now

    def first(self, event_id: str) -> bool:
        """Whether it was never asked for this id before. Raises StorageError when the file cannot be used."""
        now = self._now()
        remedy = "Check its permissions and the free space, or remove it: the archive does not need it."
        with transaction(self._file, _SCHEMA, _WAIT, "The events of Slack", remedy) as db:
            db.execute("DELETE FROM events WHERE at < ?", (now - KEPT_SECONDS,))
            return db.execute("INSERT OR IGNORE INTO events VALUES (?, ?)", (event_id, now)).rowcount == 1
