"""Processes of their own that are never left behind."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Process = subprocess.Popen[str]

SECONDS = 10
"""For one that is told to end."""


@contextmanager
def own_process(command: Sequence[str], **how: Any) -> Iterator[Process]:
    """Runs until the end of the block, however that comes: it is told to end, and killed if it does not. `how`: as
    subprocess.Popen takes it."""
    with subprocess.Popen(command, text=True, **how) as run:
        try:
            yield run
        finally:
            run.terminate()
            try:
                run.wait(SECONDS)
            except subprocess.TimeoutExpired:
                run.kill()
