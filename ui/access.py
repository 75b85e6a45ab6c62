"""Who may do what over HTTP: every route names the scope it needs, and a key carries scopes.

A caller may make so many requests a minute; OPEN_PATHS and the files of the web page do not count.

A program sends `Authorization: Bearer KEY`; a browser has it in a cookie once somebody has logged in (ui/login.py).
Where no keys are asked for, anyone may do everything, and what is sent as a key is not looked at.
"""

import ipaddress
import math
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request, Security
from fastapi.params import Security as Needed
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from index.errors import StorageError
from ui.edge import refuse
from ui.errors import error_example
from ui.keys import SCOPES, Key, Keys, Scope
from ui.rates import Rates

OPEN_PATHS = frozenset({"/healthz", "/readyz", "/openapi.json", "/login", "/logout", "/favicon.ico", "/slack/events"})
"""What is answered without a key: what Slack sends is signed."""

COOKIE = "newsdesk_key"

_PAGE_FILES = "/page/assets/"

_ANYONE = Key("anyone", SCOPES)
_NOBODY = Key("nobody", ())

_NO_KEY = "This server asks for a key. Send it as `Authorization: Bearer KEY`, or open /login in a browser."
WRONG_KEY = "The key is not known here, or was revoked. Ask whoever runs this server for another one."

_OTHER_NAME = (
    "Without keys this server answers only as localhost or 127.0.0.1. Make a key with `newsdesk keys create NAME`, or "
    "set NEWSDESK_ACCESS=open."
)

_TOO_MANY = "Too many requests in the last minute. Try again in {seconds} seconds."

RATE_ERRORS: dict[int | str, dict[str, Any]] = {
    429: error_example(
        "Too many requests; `Retry-After` says when to come back.", "too_many_requests", _TOO_MANY.format(seconds=3)
    ),
}
"""Of every route that counts."""

KEY_ERRORS: dict[int | str, dict[str, Any]] = {
    401: error_example("No key, or one that is not valid.", "unauthorized", _NO_KEY),
    403: error_example(
        "The key may not do this.", "forbidden", "The key 'desk' may not do this. Use one with the scope read."
    ),
}
"""Of every route, where keys are asked for."""

_BEARER = HTTPBearer(auto_error=False, scheme_name="key", description="A key of `newsdesk keys create`.")


class Access:
    """ASGI middleware. Puts the `key` of a request and the `rates` into the scope's state. Where `keys` are asked for,
    refuses what comes without a valid one, and shows a browser where to log in. `own_names_only`: refuses what calls
    this machine by another name than its own, as a web site does whose name was made to lead here (DNS rebinding)."""

    def __init__(self, app: ASGIApp, keys: Keys | None, rates: Rates, own_names_only: bool) -> None:
        self._app = app
        self._keys = keys
        self._rates = rates
        self._own_names_only = own_names_only

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope["state"]
        state["rates"] = self._rates
        state["key"] = _ANYONE
        request = Request(scope)
        guarded = scope["path"] not in OPEN_PATHS
        if guarded and self._own_names_only and not is_loopback(request.url.hostname or ""):
            await refuse(send, 403, "forbidden", _OTHER_NAME, state["request_id"])
            return
        if self._keys is not None:
            token = _token(request)
            try:
                state["key"] = (self._keys.find(token) if token else None) or _NOBODY
            except StorageError as error:
                await refuse(send, 503, error.code, str(error), state["request_id"])
                return
            if guarded and state["key"] is _NOBODY:
                await _ask_for_key(request, bool(token), send)
                return
        await self._app(scope, receive, send)


class Scoped:
    """ASGI middleware for what has no routes of ours: all of it needs these scopes."""

    def __init__(self, app: ASGIApp, *scopes: Scope) -> None:
        self.app = app
        self._scopes = scopes

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            for needed in self._scopes:
                _check(request, needed)
            if request.method == "POST":
                _count(request)
        await self.app(scope, receive, send)


async def _allowed(
    request: Request, needed: SecurityScopes, _: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
) -> None:
    for scope in SCOPES:
        if scope in needed.scopes:
            _check(request, scope)
    if not request.url.path.startswith(_PAGE_FILES):
        _count(request)


def needs(scope: Scope) -> Needed:
    """For the `dependencies` of a route: the scope that a key must carry."""
    return Security(_allowed, scopes=[scope])


def _check(request: Request, scope: Scope) -> None:
    key = request.state.key
    if not key.may(scope):
        raise HTTPException(403, f"The key {key.name!r} may not do this. Use one with the scope {scope}.")


def count(request: Request) -> float:
    """Count a request: 0.0 when it may be made, else the seconds until it may; then it does not count.

    A key counts wherever it is used from; without keys the address counts, unless it is this machine's own."""
    key, address = request.state.key, request.client.host if request.client else ""
    if key is _ANYONE and is_loopback(address):
        return 0.0
    wait: float = request.state.rates.wait(address if key is _ANYONE else f"key {key.name}")
    return wait


def _count(request: Request) -> None:
    if wait := count(request):
        seconds = math.ceil(wait)
        raise HTTPException(429, _TOO_MANY.format(seconds=seconds), {"Retry-After": str(seconds)})


def logged_in(request: Request) -> bool:
    """Whether somebody at a browser gave a key that was asked for, and may take it back."""
    return request.state.key is not _ANYONE and COOKIE in request.cookies


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def require_scopes(app: FastAPI) -> None:
    """Raises RuntimeError when a route of `app` is neither open nor names its scope."""
    for route in app.routes:
        path = getattr(route, "path", str(route))
        depends = getattr(route, "dependencies", ())
        named = any(isinstance(need, Needed) and need.dependency is _allowed and need.scopes for need in depends)
        if not named and path not in OPEN_PATHS:
            raise RuntimeError(f"The route {path} names no scope: give it dependencies=[needs(...)] of ui/access.py.")


def hide_keys(app: FastAPI) -> None:
    """Leave out of OpenAPI that a key is needed, since none is."""
    described = app.openapi

    def without() -> dict[str, Any]:
        document = described()
        for operations in document["paths"].values():
            for operation in operations.values():
                operation.pop("security", None)
        document["components"].pop("securitySchemes", None)
        return document

    app.openapi = without  # type: ignore[method-assign]


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else request.cookies.get(COOKIE, "")


async def _ask_for_key(request: Request, wrong: bool, send: Send) -> None:
    """RFC 6750, 3, and for people the page on which they log in."""
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        await RedirectResponse(f"/login?next={quote(wanted)}", 303)(request.scope, request.receive, send)
        return
    challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"' if wrong else "Bearer"}
    await refuse(send, 401, "unauthorized", WRONG_KEY if wrong else _NO_KEY, request.state.request_id, challenge)
