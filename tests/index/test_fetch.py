"""What a server does to us, and what we say of it. All of it on loopback, so with leave to fetch there."""

import gzip
import socket
import ssl
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest
import trustme

from index import fetch as fetching
from index.address import read_address, resolve
from index.errors import FetchError
from index.fetch import Fetched, Validators, fetch
from tests.site import Page, Reply, Site, site


@pytest.fixture
def here() -> Iterator[Site]:
    with site() as here:
        yield here


def get(url: str, validators: Validators | None = None, limit: int = 100_000) -> Fetched:
    return fetch(url, validators, limit, allow_private=True)


def refused(url: str, **options: int) -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(url, **options)
    assert caught.value.remedy.endswith(".")
    return caught.value


def test_a_page_comes_with_what_its_server_says_of_it(here: Site) -> None:
    here.pages["/a"] = Reply("Häuser".encode("latin-1"), headers={"Content-Type": 'Text/HTML; Charset="ISO-8859-1"'})
    here.pages["/b"] = Reply(b"plain", headers={"Last-Modified": "Mon, 02 Mar 2026 10:00:00 GMT"}, etag='"1"')
    page = get(f"{here.address}/a")
    assert (page.media_type, page.charset, page.content) == ("text/html", "iso-8859-1", "Häuser".encode("latin-1"))
    page = get(f"{here.address}/b")
    assert (page.media_type, page.charset) == ("", None)
    assert page.validators == Validators('"1"', "Mon, 02 Mar 2026 10:00:00 GMT")
    path, headers = here.asked[0]
    assert path == "/a"
    assert headers["User-Agent"].startswith("Newsdesk/")
    assert headers["Host"] == here.address.removeprefix("http://")


def test_an_unchanged_page_is_not_sent_again(here: Site) -> None:
    here.pages["/a"] = Reply(b"words", etag='"1"')
    first = get(f"{here.address}/a")
    again = get(f"{here.address}/a", first.validators)
    assert (again.modified, again.content, again.validators) == (False, b"", first.validators)
    here.pages["/a"] = Reply(b"other words", etag='"2"')
    assert get(f"{here.address}/a", first.validators).content == b"other words"


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_packed_pages_are_unpacked(here: Site, encoding: str, pack: object) -> None:
    assert callable(pack)
    here.pages["/a"] = Reply(pack(b"words " * 1000), headers={"Content-Encoding": encoding})
    assert get(f"{here.address}/a").content == b"words " * 1000


def test_redirects_are_followed_to_the_address_they_end_at(here: Site) -> None:
    here.pages["/a"] = Reply(status=301, headers={"Location": "b?x=1"})
    here.pages["/b?x=1"] = Reply(status=307, headers={"Location": f"{here.address}/ü"})
    here.pages["/%C3%BC"] = Reply(b"words")
    assert get(f"{here.address}/a").url == f"{here.address}/%C3%BC"


def test_odd_addresses_are_sent_as_browsers_send_them(here: Site) -> None:
    here.pages["/caf%C3%A9%20au%20lait?q=%22x%22"] = Reply(b"words")
    assert get(f' {here.address}/café au lait?q="x"#part ').content == b"words"


STATUSES = [
    (404, "no such page", False),
    (410, "taken away for good", False),
    (403, "does not let us read it", False),
    (500, "its server failed (500)", True),
    (204, "answered 204", False),
    (304, "answered 304", False),
    (999, "its server failed (999)", True),
]


@pytest.mark.parametrize(("status", "said", "retryable"), STATUSES)
def test_a_server_that_refuses_is_named_with_what_it_says(here: Site, status: int, said: str, retryable: bool) -> None:
    here.pages["/a"] = Reply(status=status)
    error = refused(f"{here.address}/a")
    assert (error.location, error.status, error.retryable) == (f"{here.address}/a", status, retryable)
    assert said in error.reason


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_says_how_long_it_wants_to_be_left_alone(here: Site, status: int) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=500), usegmt=True)
    for said, low, high in (
        ("120", 120, 120),
        (later, 480, 500),
        ("soon", 60, 60),
        ("-5", 0, 60),
        ("", 60, 60),
        ("9" * 400, 60, 86_400),
    ):
        here.pages["/a"] = Reply(status=status, headers={"Retry-After": said})
        error = refused(f"{here.address}/a")
        assert error.retryable and error.wait is not None
        assert low <= error.wait <= high


def test_redirects_in_a_circle_or_without_end(here: Site) -> None:
    here.pages["/a"] = Reply(status=302, headers={"Location": "/b"})
    here.pages["/b"] = Reply(status=302, headers={"Location": "/a"})
    for n in range(50):
        here.pages[f"/{n}"] = Reply(status=302, headers={"Location": f"/{n + 1}"})
    assert "circle" in refused(f"{here.address}/a").reason
    assert "circle" in refused(f"{here.address}/0").reason
    assert len(here.asked) < 15


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://127.0.0.1:70/1", "data:,x"])
def test_only_the_web_is_fetched_also_behind_a_redirect(here: Site, target: str) -> None:
    here.pages["/a"] = Reply(status=302, headers={"Location": target})
    assert "only http and https" in refused(target).reason
    assert "only http and https" in refused(f"{here.address}/a").reason


@pytest.mark.parametrize("url", ["", "http://", "http://[::1", "http://a b/", "//host/path", "http://host:99999/"])
def test_what_is_no_address(url: str) -> None:
    assert refused(url).location == url


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    error = refused("http://user:secret@127.0.0.1/a")
    assert "password" in error.reason
    assert "secret" not in str(error)


PRIVATE = [
    *("127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
    *("255.255.255.255", "2130706433", "0x7f000001", "127.1", "localhost"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[fe80::1]", "[fc00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"),
]


@pytest.mark.parametrize("host", PRIVATE)
def test_addresses_that_are_not_public_are_refused(host: str) -> None:
    with pytest.raises(FetchError, match=r"not on the public internet|is not known"):
        resolve(read_address(f"http://{host}/"), allow_private=False)


def test_public_addresses_are_not_refused() -> None:
    for host in ("8.8.8.8", "[2606:4700::1111]", "[64:ff9b::808:808]"):
        assert resolve(read_address(f"http://{host}/"), allow_private=False)


def test_nothing_is_sent_to_an_address_that_is_refused(here: Site) -> None:
    with pytest.raises(FetchError, match="NEWSDESK_FETCH_PRIVATE"):
        fetch(f"{here.address}/a")
    assert here.asked == []


def test_every_hop_is_checked_and_connected_to_where_it_was_checked(
    here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A public page that leads to a private one; and a name that is public when checked and private afterwards."""
    real = socket.getaddrinfo
    answers = {
        "public.example": ["93.184.216.34"],
        "private.example": ["127.0.0.1"],
        "both.example": ["8.8.8.8", "::1"],
    }

    def names(host: str, port: int, *args: int, **options: int) -> list[tuple[object, ...]]:
        return [entry for ip in answers.get(host, [host]) for entry in real(ip, port, *args, **options)]

    connected: list[str] = []

    def connect(address: tuple[str, int], *args: object, **options: object) -> socket.socket:
        connected.append(address[0])
        return socket.create_connection(("127.0.0.1", port))

    port = int(here.address.rpartition(":")[2])
    monkeypatch.setattr(socket, "getaddrinfo", names)
    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    here.pages["/a"] = Reply(status=302, headers={"Location": "http://private.example/b"})
    with pytest.raises(FetchError, match=r"private\.example is at 127\.0\.0\.1"):
        fetch("http://public.example/a")
    assert connected == ["93.184.216.34"]
    assert here.asked[0][1]["Host"] == "public.example"
    with pytest.raises(FetchError, match="at ::1"):
        fetch("http://both.example/a")
    assert len(here.asked) == 1


def test_a_body_past_the_limit_is_not_read_to_its_end(here: Site) -> None:
    sent = 0

    def endless(handler: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.end_headers()
        while sent < 500_000_000:
            sent += handler.wfile.write(b"x" * 100_000)

    here.pages["/a"] = endless
    assert "too large" in refused(f"{here.address}/a").reason
    assert sent < 50_000_000


def test_a_bomb_is_not_unpacked(here: Site) -> None:
    for bomb, encoding in (
        (gzip.compress(bytes(20_000_000)), "gzip"),
        (gzip.compress(gzip.compress(bytes(20_000_000))), "gzip, gzip"),
        (b"x", ", ".join(["gzip"] * 50)),
    ):
        here.pages["/a"] = Reply(bomb, headers={"Content-Encoding": encoding})
        reason = refused(f"{here.address}/a").reason
        assert "too large" in reason or "cannot be unpacked" in reason


def replies(raw: bytes) -> Page:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(raw)

    return reply


BROKEN = [
    (b"", "the connection failed"),
    (b"not HTTP at all\r\n\r\n", "the connection failed"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "the connection failed"),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "the connection failed"),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "the connection failed"),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", "the connection failed"),
    (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nno gzip", "cannot be unpacked"),
    (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n", "the connection failed"),
    (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", "the connection failed"),
    (b"HTTP/1.1 302 Found\r\nLocation: http://[\r\n\r\n", "not a web address"),
]


@pytest.mark.parametrize(("raw", "said"), BROKEN)
def test_what_is_no_http(here: Site, raw: bytes, said: str) -> None:
    here.pages["/a"] = replies(raw)
    error = refused(f"{here.address}/a")
    assert said in error.reason
    assert "object at 0x" not in error.reason


def test_a_silent_server_and_one_that_drips(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SILENCE_SECONDS", 0.2)
    monkeypatch.setattr(fetching, "TOTAL_SECONDS", 0.6)

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\n" + (b"Content-Length: 100\r\n\r\n" if "body" in handler.path else b"X: ")
        )
        for _ in range(40):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    here.pages["/silent"] = lambda handler: time.sleep(1)
    here.pages["/body"] = here.pages["/head"] = drip
    assert "nothing came" in refused(f"{here.address}/silent").reason
    for path in ("/body", "/head"):
        error = refused(f"{here.address}{path}")
        assert "took longer" in error.reason and error.retryable


def test_nobody_listens_and_a_name_that_is_not_known() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert "connection refused" in refused(f"http://127.0.0.1:{port}/").reason
    assert "no-such-host.invalid is not known" in refused("http://no-such-host.invalid/").reason


def test_certificates_are_checked_for_the_name_though_the_address_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(server)
    with site(server, host="localhost") as here:
        here.pages["/a"] = Reply(b"words")
        assert "certificate is not valid" in refused(f"{here.address}/a").reason
        authority.configure_trust(client)
        monkeypatch.setattr(fetching, "_tls", lambda: client)
        assert get(f"{here.address}/a").content == b"words"
        error = refused(f"{here.address}/a".replace("localhost", "127.0.0.1"))
        assert "certificate is not valid" in error.reason and not error.retryable
    with site() as plain:
        plain.pages["/a"] = Reply(b"words")
        assert "no secure connection" in refused(f"{plain.address}/a".replace("http:", "https:")).reason
