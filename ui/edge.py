"""What happens to every HTTP request before and after its route: id, size limit, last resort for errors."""

import asyncio
import json
import logging
import re
import uuid
from collections.abc import Mapping
from contextlib import suppress

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.wording import UNFORESEEN

MAX_BODY_BYTES = 256 * 1024
LARGER_BODIES = {"/page/add/file": 20 * 2**20}
"""Routes that take more."""

BODY_SECONDS = 30.0
DISCARD_BYTES = 16 * 2**20
DISCARD_SECONDS = 5.0

_SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_log = logging.getLogger(__name__)


class Edge:
    """ASGI middleware. Puts `request_id` into the scope's state and X-Request-ID on the response; refuses a body over
    the limit of its route without keeping it; turns an unforeseen error into a 500 that shows no internals."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = headers.get("x-request-id", "")
        request_id = asked if _SANE_ID.fullmatch(asked) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def send_with_id(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        limit = LARGER_BODIES.get(scope["path"], MAX_BODY_BYTES)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _read_body(headers, receive, limit)
        except TimeoutError:
            detail = f"The body of the request did not arrive within {BODY_SECONDS:.0f} seconds. Send it again."
            await refuse(send_with_id, 408, "too_slow", detail, request_id, {"Connection": "close"})
            return
        if body is None:
            await _discard(receive)
            await refuse(
                send_with_id,
                413,
                "too_large",
                f"The body of the request is over {limit // 1024:,} KB. Send a shorter one.",
                request_id,
                {"Connection": "close"},  # the rest of the body is still on its way
            )
            return
        try:
            await self._app(scope, _replay(body, receive), send_with_id)
        except Exception:
            _log.exception("request %s failed", request_id)
            if started:
                raise
            await refuse(
                send_with_id,
                500,
                "internal",
                UNFORESEEN,
                request_id,
            )


async def _read_body(headers: Headers, receive: Receive, limit: int) -> bytes | None:
    """The whole body, or None when it is over the limit."""
    length = headers.get("content-length", "0")
    if length.isdecimal() and int(length) > limit:
        return None
    body = bytearray()
    more = length != "0" or "transfer-encoding" in headers
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        more = message.get("more_body", False)
    return bytes(body)


async def _discard(receive: Receive) -> None:
    """Reads on for a while and throws away: a client whose connection is closed while it still sends gets a reset
    instead of the answer (RFC 9112, 9.6)."""
    discarded = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(DISCARD_SECONDS):
            while discarded < DISCARD_BYTES:
                message = await receive()
                discarded += len(message.get("body", b""))
                if not message.get("more_body", False):
                    break


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body that was read, then whatever follows it."""
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


async def refuse(
    send: Send, status: int, code: str, detail: str, request_id: str, more: Mapping[str, str] | None = None
) -> None:
    """Send an error as the whole response; `more`: headers of it."""
    body = json.dumps({"error_code": code, "detail": detail, "request_id": request_id}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in (more or {}).items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
