"""The one place that talks HTTP as a client: a URL -> what its server gives, or a FetchError that says why not.

Each exchange has a connection of its own, to an address that index/address.py has checked; so has every hop of a
redirect. What a hostile server can cost is bounded: bytes after unpacking, seconds in all, number of hops.
"""

import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from socket import SHUT_RDWR

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import DecodeError, HTTPError, InvalidHeader, NewConnectionError
from urllib3.exceptions import TimeoutError as SilenceError
from urllib3.response import HTTPResponse
from urllib3.util import Retry

from index.address import Address, absolute, read_address, resolve
from index.errors import FetchError
from index.media import read_content_type

MAX_BYTES = 20_000_000
MAX_HOPS = 10
SILENCE_SECONDS = 20.0  # longest wait for the next bytes
TOTAL_SECONDS = 120.0  # for one exchange: a server that sends a byte now and then ends here
AGENT = "Newsdesk"
"""What robots.txt calls us."""

_BLOCK = 65536
_REDIRECTS = (301, 302, 303, 307, 308)
_DAY = 86_400.0  # longer nobody is left alone: a figure beyond all measure is a mistake
_AFTER = 60.0  # seconds to wait where a server that has enough does not say how long
_LATER = "It is tried again at the next ingest."


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask later whether a page has changed (RFC 9110, sections 8.8 and 13.1)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server gave: `url` after redirects, `content` unpacked, `media_type` in lower case or "" for none said.

    `modified` is False when the page is still the one that the validators sent belong to; `content` is empty then.
    """

    url: str
    media_type: str
    charset: str | None
    content: bytes
    validators: Validators
    modified: bool = True


def fetch(
    url: str,
    validators: Validators | None = None,
    limit: int = MAX_BYTES,
    allow_private: bool = False,
    before: Callable[[Address], object] = lambda address: None,
) -> Fetched:
    """GET `url`, following redirects; only if it has changed when `validators` of an earlier fetch are given.

    `limit`: bytes of content, after unpacking. `before` is called before each exchange, redirects included, and may
    wait, or raise FetchError. Raises FetchError.
    """
    seen: set[str] = set()
    address = read_address(url)
    while True:
        if address.url in seen or len(seen) == MAX_HOPS:
            raise FetchError(url, "its redirects lead in a circle, or nowhere", "Open it in a browser and see.")
        seen.add(address.url)
        ips = resolve(address, allow_private)
        before(address)
        with _exchange(address, ips, validators) as response:
            if response.status not in _REDIRECTS or "location" not in response.headers:
                return _read(address, response, validators, limit)
            address = read_address(absolute(address.url, response.headers["location"]))


@contextmanager
def _exchange(address: Address, ips: list[str], validators: Validators | None) -> Iterator[HTTPResponse]:
    """The response to one request, its body not yet read. What breaks, here or while it is read, is a FetchError."""
    connection = _connect(address, ips)
    sock = connection.sock  # which the connection hands over to the response, sometimes
    late = threading.Event()

    def cut() -> None:
        late.set()
        with suppress(OSError):  # closed a moment ago
            sock.shutdown(SHUT_RDWR)

    timer = threading.Timer(TOTAL_SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        connection.request("GET", address.path, headers=_headers(address, validators), preload_content=False)
        with closing(connection.getresponse()) as response:
            yield response
        if late.is_set():  # a body without a length ends where the connection does
            raise TimeoutError
    except (HTTPError, http.client.HTTPException, OSError, ValueError) as error:
        raise _failure(address.url, error, late.is_set()) from error
    finally:
        timer.cancel()
        connection.close()


def _connect(address: Address, ips: list[str]) -> HTTPConnection:
    """A connection to the first of `ips` that answers; the certificate has to be that of the host's name."""
    for ip in ips:
        if address.scheme == "https":
            connection: HTTPConnection = HTTPSConnection(
                ip, address.port, timeout=SILENCE_SECONDS, ssl_context=_tls(), server_hostname=address.host.rstrip(".")
            )
        else:
            connection = HTTPConnection(ip, address.port, timeout=SILENCE_SECONDS)
        try:
            connection.connect()
            return connection
        except (HTTPError, OSError) as error:
            connection.close()
            failure = _failure(address.url, error, late=False)
    raise failure


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _headers(address: Address, validators: Validators | None) -> dict[str, str]:
    conditions = {"If-None-Match": validators and validators.etag}
    conditions["If-Modified-Since"] = validators and validators.last_modified
    return {
        "Host": address.authority,
        "User-Agent": f"{AGENT}/{version('newsdesk')} (news archive and search; honours robots.txt)",
        "Accept": "text/html, application/xhtml+xml, application/xml;q=0.9, text/plain;q=0.8, */*;q=0.5",
        "Accept-Encoding": "gzip, deflate",
        **{name: value for name, value in conditions.items() if value},
    }


def _read(address: Address, response: HTTPResponse, validators: Validators | None, limit: int) -> Fetched:
    headers = response.headers
    given = Validators(headers.get("etag"), headers.get("last-modified"))
    if response.status == 304 and validators:
        return Fetched(address.url, "", None, b"", validators, modified=False)
    if response.status not in (200, 203):
        raise _refusal(address.url, response)
    media_type, charset = read_content_type(headers.get("content-type"))
    return Fetched(
        url=address.url,
        media_type=media_type,
        charset=charset,
        content=_content(address.url, response, limit),
        validators=given,
    )


def _content(url: str, response: HTTPResponse, limit: int) -> bytes:
    """The body, unpacked block by block: a bomb is noticed when it passes the limit, not when it has filled memory."""
    content = bytearray()
    while block := response.read1(_BLOCK, decode_content=True):
        content += block
        if len(content) > limit:
            raise FetchError(
                url, f"this is too large for a page (the limit is {limit / 1e6:.0f} MB)", "Give the page itself."
            )
    return bytes(content)


def _refusal(url: str, response: HTTPResponse) -> FetchError:
    status = response.status
    if status in (429, 503):
        wait = _retry_after(response)
        reason = f"its server has enough for now and asks to wait {wait:.0f} seconds ({status})"
        return FetchError(url, reason, _LATER, status, retryable=True, wait=wait)
    if status == 410:
        return FetchError(url, "it was taken away for good (410)", "Leave it out.", status)
    if status == 404:
        return FetchError(url, "there is no such page (404)", "Check the address.", status)
    if status in (401, 402, 403, 451):
        return FetchError(url, f"its server does not let us read it ({status})", "Ask its owner for access.", status)
    if status >= 500:
        return FetchError(url, f"its server failed ({status})", _LATER, status, retryable=True)
    return FetchError(url, f"its server answered {status}", "Open it in a browser and see.", status)


def _retry_after(response: HTTPResponse) -> float:
    said = response.headers.get("retry-after")
    try:
        return min(max(Retry().parse_retry_after(said), 0.0), _DAY) if said else _AFTER
    except (InvalidHeader, ValueError, OverflowError):
        return _AFTER


def _failure(url: str, error: Exception, late: bool) -> FetchError:
    if late:
        return FetchError(url, f"it took longer than {TOTAL_SECONDS:.0f} seconds", _LATER, retryable=True)
    if isinstance(error, (TimeoutError, SilenceError)) and not isinstance(error, NewConnectionError):
        return FetchError(url, f"nothing came for {SILENCE_SECONDS:.0f} seconds", _LATER, retryable=True)
    if isinstance(error, ssl.SSLCertVerificationError):
        return FetchError(
            url, f"its certificate is not valid ({error.verify_message})", "Tell its owner; it is not read."
        )
    if isinstance(error, ssl.SSLError):
        return FetchError(url, f"no secure connection can be made ({error.reason or 'TLS'})", "Tell its owner.")
    if isinstance(error, DecodeError):
        return FetchError(url, "what came is damaged: it cannot be unpacked", _LATER, retryable=True)
    return FetchError(url, f"the connection failed ({_cause(error)})", _LATER, retryable=True)


def _cause(error: Exception) -> str:
    """What went wrong, without the addresses of objects that some libraries put before it."""
    inner = error.__cause__ or error.__context__ or error
    return (getattr(inner, "strerror", None) or str(inner) or type(inner).__name__).rstrip(".").lower()[:120]
