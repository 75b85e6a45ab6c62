"""When each source is read next: at a steady pace, not all at once, and less often while it fails."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable

LONGEST_SECONDS = 86_400.0
JITTER = 0.1
"""Each wait is longer or shorter by up to this share, so that readers do not meet at a server."""


class Schedule:
    """Every source is due at once, then every `every` seconds; after each failure in a row twice as late, up to a day.

    `clock` gives seconds since 1970, `chance` a number from 0 to 1.
    """

    def __init__(
        self,
        names: Iterable[str],
        every: float,
        clock: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._every = every
        self._clock = clock
        self._chance = chance
        self._due = dict.fromkeys(names, clock())
        self._failures: Counter[str] = Counter()

    def due(self) -> list[str]:
        """The sources to be read now."""
        now = self._clock()
        return [name for name, at in self._due.items() if at <= now]

    def done(self, name: str, failed: bool) -> None:
        """Note that a source has been read, and whether that failed altogether."""
        self._failures[name] = self._failures[name] + 1 if failed else 0
        wait = max(self._every, min(self._every * 2.0 ** self._failures[name], LONGEST_SECONDS))
        self._due[name] = self._clock() + wait * (1 - JITTER + 2 * JITTER * self._chance())

    def wait(self) -> float:
        """Seconds until the next source is due."""
        return max(0.0, min(self._due.values()) - self._clock())
