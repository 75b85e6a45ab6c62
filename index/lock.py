"""One writer at a time in a data folder."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import LockedError, StorageError


class WriteLock:
    """The operating system drops the lock when its holder ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / "write.lock", thread_local=False)
        self._holder = folder / "writer.txt"  # who holds the lock, for the error of the next one

    @contextmanager
    def held(self, wait: float) -> Iterator[None]:
        """The holder may nest it. Raises LockedError, naming the holder, when it is not free within `wait` seconds, and
        StorageError when the folder cannot be written.
        """
        nested = self._lock.is_locked
        try:
            self._lock.acquire(timeout=wait)
        except Timeout as error:
            raise LockedError(
                f"Another process is writing to {self._folder} ({self._holder_now()}).",
                "Wait until it has finished, or end it, and try again.",
            ) from error
        except OSError as error:
            raise unusable(self._folder, error) from error
        try:
            if not nested:
                self._sign()
            yield
        finally:
            if not nested:
                self._holder.unlink(missing_ok=True)
            self._lock.release()

    def _sign(self) -> None:
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        try:
            self._holder.write_text(f"process {os.getpid()} on {socket.gethostname()} since {now}", encoding="utf-8")
        except OSError as error:  # a full disk
            raise unusable(self._folder, error) from error

    def _holder_now(self) -> str:
        try:
            return self._holder.read_text(encoding="utf-8")
        except OSError:
            return "unknown"


def unusable(folder: Path, error: OSError) -> StorageError:
    """The error for a data folder that refuses."""
    return StorageError(
        f"The data folder {folder} cannot be used: {error.strerror or error}.",
        "Check its permissions and the free space, or set NEWSDESK_HOME to another folder.",
    )
