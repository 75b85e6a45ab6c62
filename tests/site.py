"""A web site on loopback, made of pages that a test writes, and as hostile as it likes."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """What the site answers; headers may hold anything. `etag`: the reply is 304 to whoever knows it."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    etag: str | None = None


Page = Reply | Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """`pages` by path, to be changed at any time; `asked` are the requests so far, with their headers."""

    address: str
    pages: dict[str, Page]
    asked: list[tuple[str, dict[str, str]]]

    def paths(self) -> list[str]:
        """What was asked for since the last call."""
        paths = [path for path, _ in self.asked]
        self.asked.clear()
        return paths


@contextmanager
def site(tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Site]:
    """A site that runs until the end of the block; without robots.txt unless the test gives one."""
    pages: dict[str, Page] = {}
    asked: list[tuple[str, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append((self.path, dict(self.headers)))
            page = pages.get(self.path, Reply(b"not here", 404))
            self.close_connection = True
            if callable(page):
                page(self)
                return
            known = page.etag is not None and self.headers.get("If-None-Match") == page.etag
            self.send_response(304 if known else page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            if page.etag:
                self.send_header("ETag", page.etag)
            if "Content-Length" not in page.headers:
                self.send_header("Content-Length", str(0 if known else len(page.body)))
            self.end_headers()
            if not known:
                self.wfile.write(page.body)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *args: object) -> None:
            pass  # whoever leaves in the middle

    with Server((host, 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield Site(f"{'https' if tls else 'http'}://{host}:{server.server_address[1]}", pages, asked)
        finally:
            server.shutdown()
            thread.join(10)
