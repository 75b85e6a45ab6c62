"""A server on loopback that says what a test tells it to say, and remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from rag.types import LLMSpec

Reply = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class FakeServer:
    """`replies` are given one after the other, the last one again and again. `gone`: a client hung up."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)

    def spec(self, **chosen: Any) -> LLMSpec:
        fast = {"silence": 5.0, "timeout": 20.0, "api_key": "sk-very-secret", "api_key_env": "SOME_KEY"}
        return LLMSpec(**{"name": "mine", "model": "m-1", "models_dir": Path(), "base_url": self.url, **fast, **chosen})


@contextmanager
def fake_server() -> Iterator[FakeServer]:
    fake = FakeServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            fake.asked.append(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            reply = fake.replies[min(len(fake.asked), len(fake.replies)) - 1]
            try:
                reply(self)
            except (BrokenPipeError, ConnectionResetError):
                fake.gone.set()
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        fake.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()


def refuse(status: int, body: object = None, **headers: str) -> Reply:
    """An answer with this status and body, as JSON."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        sent = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(sent)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(sent)

    return reply


def stream(text: str, content_type: str = "text/event-stream", then: Reply | None = None) -> Reply:
    """An answer with status 200 and this body; then the connection ends, or `then` goes on."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("content-type", content_type)
        handler.end_headers()
        handler.wfile.write(text.encode())
        handler.wfile.flush()
        if then:
            then(handler)

    return reply


def repeated(text: str, seconds: float) -> Reply:
    """The text again and again, until the client hangs up."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        pause = threading.Event()
        while True:
            handler.wfile.write(text.encode())
            handler.wfile.flush()
            pause.wait(seconds)

    return reply


def silent(handler: BaseHTTPRequestHandler) -> None:
    """Nothing, until the client hangs up."""
    handler.connection.recv(1)
    raise ConnectionResetError


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Not even a status."""
    handler.connection.close()


def sse(*events: object, names: bool = False) -> str:
    """Server-sent events with these data; `names`: each with its type as the event's name, as Anthropic sends them."""
    lines = []
    for event in events:
        data = event if isinstance(event, str) else json.dumps(event)
        lines.append((f"event: {event['type']}\n" if names and isinstance(event, dict) else "") + f"data: {data}\n\n")
    return "".join(lines)


def openai_chunk(text: str | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """One chunk of a chat completion."""
    choice = {"index": 0, "delta": {} if text is None else {"content": text}, "finish_reason": finish}
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1760000000, "model": "m-1"}
    return {**head, "choices": [choice], **more}
