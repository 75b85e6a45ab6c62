"""How many requests a caller may make, over all workers of a server: a SQLite file under NEWSDESK_HOME.

The generic cell rate algorithm (ITU-T I.371): of each caller only the time is kept at which all that came would have
come at an even pace. Whoever is further ahead of the clock than a minute's worth has to wait.
"""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from index.errors import StorageError
from index.side_file import transaction

WINDOW_SECONDS = 60.0

_WAIT = 0.2  # seconds for another worker that writes
_SCHEMA = "PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS rates (caller TEXT PRIMARY KEY, due REAL);"
_log = logging.getLogger(__name__)


class Rates:
    """`per_minute`: requests of one caller, as many of them at once; 0: any number."""

    def __init__(self, file: Path, per_minute: int, now: Callable[[], float] = time.time) -> None:
        self._file = file
        self._per_minute = per_minute
        self._now = now

    def wait(self, caller: str) -> float:
        """Count a request: 0.0 when it may be made, else the seconds until it may; then it does not count.

        A file that cannot be used stops nobody.
        """
        if not self._per_minute:
            return 0.0
        now, step = self._now(), WINDOW_SECONDS / self._per_minute
        latest = now + WINDOW_SECONDS - step  # who is ahead of it has to wait
        try:
            with transaction(self._file, _SCHEMA, _WAIT, "The rates of requests", "No request is counted.") as db:
                db.execute("DELETE FROM rates WHERE due <= ?", (now,))  # from here on no other worker writes
                [due] = db.execute("SELECT due FROM rates WHERE caller = ?", (caller,)).fetchone() or [now]
                if due <= latest:
                    db.execute("INSERT OR REPLACE INTO rates VALUES (?, ?)", (caller, due + step))
        except StorageError as error:
            _log.warning("%s", error)
            return 0.0
        return max(0.0, due - latest)
