"""A running `newsdesk serve`, to be measured."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from eval.processes import own_process

NEWSDESK = str(Path(sys.executable).with_name("newsdesk"))

START_SECONDS = 120


@contextmanager
def running_server(*options: str) -> Iterator[tuple[str, psutil.Process]]:
    """Its address and its process, over the archive of NEWSDESK_HOME, once it answers; ends with the block. `options`:
    of the command."""
    command = [NEWSDESK, "serve", "--port", "0", *options]
    with own_process(command, stderr=subprocess.PIPE) as serving:
        assert serving.stderr is not None
        address = serving.stderr.readline().split()[1]  # "newsdesk: http://127.0.0.1:PORT (web page) ..."
        _wait(address)
        yield address, psutil.Process(serving.pid)


def processes(server: psutil.Process) -> list[psutil.Process]:
    """The server's own and those of its workers."""
    return [server, *server.children(recursive=True)]


def _wait(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    raise SystemExit("The server does not get ready.")
