"""An answerer that takes a second, for servers in processes of their own."""

import time
from collections.abc import Generator
from typing import Any

from rag.types import Draft

SECONDS = 1.0


class SlowAnswerer:
    """Knows nothing, but thinks about it."""

    name = "slow"

    def __init__(self, **_: Any) -> None:
        pass

    def drafts(self, *_: Any) -> Generator[Draft]:
        """An abstention."""
        time.sleep(SECONDS)
        yield Draft((), "no_evidence", "Nothing is known.")
