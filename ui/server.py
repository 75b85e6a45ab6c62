"""`newsdesk serve`: the web page and the HTTP API on one port, until Ctrl-C."""

import errno
import logging
import os
import socket
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from index.errors import BadInputError, SetupError
from rag.settings import Settings
from ui.access import is_loopback
from ui.api import create_app
from ui.chat import close_page
from ui.keys import Keys
from ui.logs import log_as
from ui.workers import supervise

_log = logging.getLogger("newsdesk")


def serve(settings: Settings, host: str, port: int, workers: int) -> None:
    """Serve until the process is told to stop; running answers may then end.

    Raises SetupError when the port is taken or not allowed, or keys are asked for and there is none; BadInputError when
    `host` is no address of this machine.
    """
    log_as(settings.log)
    keys = keys_asked_for(settings, host)
    # Bound here and not by uvicorn, which would load everything first and then report a taken port as a traceback.
    listener = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listener.getsockname()[1]}"
    _log.info("%s (web page)  %s/openapi.json (API)  Ctrl-C stops it.", address, address)
    if keys is None and not is_loopback(host):
        _log.warning("Anyone who can reach this address can use it: the settings ask for no key.")
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

        super().__init__(
            uvicorn.Config(
                app,
                factory=True,
                log_level="warning",
                log_config=None if settings.log == "json" else uvicorn.config.LOGGING_CONFIG,
                timeout_graceful_shutdown=settings.stop_seconds,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Also ends what every open page listens to, which would else go on until the time is over."""
        if self._app:
            close_page(self._app)
        await super().shutdown(sockets)


def keys_asked_for(settings: Settings, host: str) -> Keys | None:
    """The keys of which a server on `host` asks for one; None: anyone may use it.

    By the setting `auto` that is anyone on this machine, until the first key is made; a revoked one counts, so that
    revoking the last key opens nothing. Raises SetupError when keys are asked for and none is valid.
    """
    keys = Keys(settings.keys_file)
    made = keys.all() if settings.access != "open" else []
    if settings.access == "open" or (settings.access == "auto" and not made and is_loopback(host)):
        return None
    if all(key.revoked_at is not None for key in made):
        raise SetupError(
            f"A server on {host} asks for a key, and there is none.",
            "Make one with `newsdesk keys create NAME`, or let anyone in with NEWSDESK_ACCESS=open.",
        )
    return keys


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises as `serve` does."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:  # UnicodeError: an empty part, as in `a..b`
        raise BadInputError(
            f"The host {host!r} is not known.", "Use 127.0.0.1, or an address of this machine."
        ) from error
    try:
        listener = socket.create_server(address, family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SetupError(
                f"Port {port} of {host} is in use by another program.",
                "Stop that program, or choose another port with --port.",
            ) from error
        if error.errno == errno.EADDRNOTAVAIL:
            raise BadInputError(
                f"{host} is not an address of this machine.", "Use 127.0.0.1, or an address of this machine."
            ) from error
        raise SetupError(
            f"Port {port} of {host} cannot be opened: {os.strerror(error.errno or 0)}.",
            "Choose a port from 1024 up with --port.",
        ) from error
    # asyncio sets this only for sockets that name their protocol; without it answers wait 40 ms for an acknowledgement
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
