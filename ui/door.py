"""What every server over HTTP needs before it serves: a socket, the keys it asks for, who is let in, how it is run.

Knows none of the faces, so that none loads what another needs.
"""

import errno
import logging
import os
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from index.errors import BadInputError, NewsdeskError, SetupError
from rag.settings import Settings
from ui.access import Access, is_loopback
from ui.keys import Keys
from ui.logs import log_as
from ui.rates import Rates

_log = logging.getLogger("newsdesk")


def open_door(settings: Settings, host: str, port: int, *offers: tuple[str, str]) -> tuple[Keys | None, socket.socket]:
    """The keys asked for, and the socket that listens. Says what there is at which path, the `offers`, and where anyone
    on the network gets in.

    Raises what `keys_asked_for` and `listen` raise.
    """
    log_as(settings.log)
    # Bound here and not by uvicorn, which would load everything first and then report a taken port as a traceback.
    listener = listen(host, port)
    try:
        keys = keys_asked_for(settings, host)
    except NewsdeskError:
        listener.close()
        raise
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listener.getsockname()[1]}"
    _log.info("%s  Ctrl-C stops it.", "  ".join(f"{address}{path} ({name})" for name, path in offers))
    if keys is None and not is_loopback(host):
        _log.warning("Anyone who can reach this address can use it: the settings ask for no key.")
    return keys, listener


def guard(app: FastAPI, settings: Settings, keys: Keys | None) -> None:
    """Let in who may: `keys` as `create_app` takes them."""
    rates = Rates(settings.rates_file, settings.requests_per_minute)
    own_names_only = keys is None and settings.access == "auto"  # then it listens on this machine only
    app.add_middleware(Access, keys=keys, rates=rates, own_names_only=own_names_only)


def server_config(settings: Settings, app: Callable[[], FastAPI]) -> uvicorn.Config:
    """How to run what the factory makes."""
    return uvicorn.Config(
        app,
        factory=True,
        log_level="warning",
        log_config=None if settings.log == "json" else uvicorn.config.LOGGING_CONFIG,
        timeout_graceful_shutdown=settings.stop_seconds,
    )


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
    """A socket that listens there. Raises SetupError when the port is taken or not allowed,
    BadInputError when `host` is no address of this machine."""
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
