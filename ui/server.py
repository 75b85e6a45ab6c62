"""`newsdesk serve`: the web page and the HTTP API on one port, until Ctrl-C."""

import socket
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from rag.settings import Settings
from ui.api import create_app
from ui.chat import close_page
from ui.door import open_door, server_config
from ui.keys import Keys
from ui.tracing import start_tracing
from ui.workers import supervise


def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve until the process is told to stop; running answers may then end.

    Raises SetupError when the port is taken or not allowed, keys are asked for and there is none, or the library for
    traces is missing; BadInputError when `host` is no address of this machine.
    """
    start_tracing(settings.log_questions)
    keys, listener = open_door(settings, host, port, ("web page", ""), ("API", "/openapi.json"))
    if workers == 1:
        work(settings, keys, listener)
    else:
        supervise(work, settings, keys, listener, workers)


def work(settings: Settings, keys: Keys | None, listener: socket.socket) -> None:
    """Answer what comes to `listener`, in this process."""
    with suppress(KeyboardInterrupt):  # Ctrl-C, which uvicorn raises again after it has closed everything
        Server(settings, keys).run(sockets=[listener])


class Server(uvicorn.Server):
    """Finishes running answers before it ends."""

    def __init__(self, settings: Settings, keys: Keys | None) -> None:
        self._app: FastAPI | None = None

        # A factory, since Gradio opens event loops that nobody closes when it is set up outside a running one.
        def app() -> FastAPI:
            self._app = create_app(settings, keys)
            return self._app

        super().__init__(server_config(settings, app))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Also ends what every open page listens to, which would else go on until the time is over."""
        if self._app:
            close_page(self._app)
        await super().shutdown(sockets)
