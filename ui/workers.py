"""Several processes that answer on one port, looked after by the one that was started."""

import logging
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess

from rag.settings import Settings
from ui.keys import Keys
from ui.logs import log_as
from ui.metrics import FOLDER_VARIABLE
from ui.tracing import start_tracing

Work = Callable[[Settings, Keys | None, socket.socket], None]

LOOK_SECONDS = 0.5
PAUSE_SECONDS = 1.0
"""Before a worker that ended is replaced, so that one that cannot start does not take the whole machine."""

KILL_SECONDS = 10
"""After the time for running answers, for a worker that hangs."""

_log = logging.getLogger("newsdesk")


def supervise(work: Work, settings: Settings, keys: Keys | None, listener: socket.socket, workers: int) -> None:
    """Run `work` in so many processes until this one is told to stop; one that ends before is replaced.

    Each is a fresh process, since threads of the models' libraries do not survive a fork.
    """
    if settings.threads == 0:
        settings = settings.model_copy(update={"threads": max(1, (os.cpu_count() or 1) // workers)})
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: told.append(number))

    def begun() -> SpawnProcess:
        process = get_context("spawn").Process(target=_worker, args=(work, settings, keys, listener))
        process.start()
        return process

    with tempfile.TemporaryDirectory(prefix="newsdesk-") as folder:
        os.environ[FOLDER_VARIABLE] = folder
        running = [begun() for _ in range(workers)]
        while not told:
            wait([process.sentinel for process in running], LOOK_SECONDS)
            for n, process in enumerate(running):
                if process.exitcode is not None and not told:
                    _log.warning("Worker %s ended (%s); another takes its place.", process.pid, process.exitcode)
                    time.sleep(PAUSE_SECONDS)
                    running[n] = begun()
        for process in running:
            process.terminate()
        for process in running:
            process.join(settings.stop_seconds + KILL_SECONDS)
            process.kill()


def _worker(work: Work, settings: Settings, keys: Keys | None, listener: socket.socket) -> None:
    log_as(settings.log)
    start_tracing(settings.log_questions)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    work(settings, keys, listener)


def _end_with_parent() -> None:
    """Whatever became of the parent: without it nobody would stop this process."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
