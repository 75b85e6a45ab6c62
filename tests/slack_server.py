"""A Slack on loopback: signs and sends events, sends again what is not acknowledged, refuses blocks beyond its limits,
asks to come back later, and keeps what is posted.

By https://docs.slack.dev/apis/events-api, /apis/events-api/using-socket-mode, /reference/block-kit and
/authentication/verifying-requests-from-slack.
"""

import base64
import hashlib
import hmac
import json
import re
import struct
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TOKEN = "xoxb-test"
APP_TOKEN = "xapp-test"
BOT, BOT_ID, USER, CHANNEL, DIRECT = "UBOT", "BBOT", "UASKS", "CNEWS", "DASKS"
ACKNOWLEDGED_WITHIN = 3.0
RETRIES = 3

_CONTROL = re.compile(r"<(?:@U\w+|https?://[^<>|\s]+(?:\|[^<>\n]+)?)>")
_ENTITY = re.compile(r"&(?:amp|lt|gt);")
_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

Json = dict[str, Any]


@dataclass
class Slack:
    """`posted`: messages in channels, `private`: those to a response_url. `limits`: how many of the next calls are told
    to come back later. `closed`: channels where the app may not write."""

    url: str = ""
    posted: list[Json] = field(default_factory=list)
    private: list[Json] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    limits: int = 0
    closed: set[str] = field(default_factory=set)
    history_allowed: bool = True
    envelopes: list[Json] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    sent: int = 0

    def wait_for(self, count: int, where: str = "posted", seconds: float = 60) -> list[Json]:
        """The messages, once there are so many."""
        kept: list[Json] = getattr(self, where)
        wrong = {"invalid_blocks", "markup_of_somebody_else"}
        with self.changed:
            self.changed.wait_for(lambda: len(kept) >= count or wrong & {*self.refused}, seconds)
        assert len(kept) >= count, (where, kept, self.refused)
        return kept

    def event(self, kind: str, text: str, thread: str | None = None, **more: Any) -> Json:
        """The body of an event: somebody has written `text`."""
        self.sent += 1
        channel = DIRECT if kind == "message" else CHANNEL
        event = {"type": kind, "user": USER, "text": text, "ts": f"1700000000.{self.sent:06}", "channel": channel}
        if kind == "message":
            event["channel_type"] = "im"
        if thread:
            event["thread_ts"] = thread
        return {
            "type": "event_callback",
            "team_id": "TNEWS",
            "event_id": f"Ev{self.sent:06}",
            "event": event | more,
        }

    def mention(self, text: str, thread: str | None = None, **more: Any) -> Json:
        return self.event("app_mention", f"<@{BOT}> {text}", thread, **more)

    def command(self, text: str, channel: str = CHANNEL) -> Json:
        said = {"command": "/newsdesk", "text": text, "user_id": USER, "channel_id": channel, "team_id": "TNEWS"}
        return said | {"trigger_id": "1.2.3", "response_url": f"{self.url}/response"}

    def shortcut(self, text: str, channel: str = CHANNEL) -> Json:
        return {
            "type": "message_action",
            "callback_id": "newsdesk_ask",
            "trigger_id": "1.2.3",
            "team": {"id": "TNEWS"},
            "user": {"id": USER},
            "channel": {"id": channel},
            "message": {"type": "message", "user": "UOTHER", "text": text, "ts": "1600000000.000001"},
            "response_url": f"{self.url}/response",
        }

    def press(self, button: Json) -> Json:
        """The body that comes when a button of a message is pressed."""
        return {
            "type": "block_actions",
            "team": {"id": "TNEWS"},
            "user": {"id": USER},
            "trigger_id": "1.2.3",
            "actions": [{"type": "button", "action_id": button["action_id"], "value": button["value"]}],
            "response_url": f"{self.url}/response",
        }

    def deliver(self, address: str, body: Json) -> int:
        """Send until it is acknowledged, as Slack does; gives how often that was."""
        for attempt in range(RETRIES + 1):
            try:
                if self.send(address, body, retry=attempt).status_code == 200:
                    return attempt + 1
            except httpx.TimeoutException:
                pass
        raise AssertionError("never acknowledged")

    def send(self, address: str, body: Json, retry: int = 0, secret: str = SECRET, age: float = 0.0) -> httpx.Response:
        """One signed request, `age` seconds old."""
        is_form = body.get("type") != "event_callback"
        form = body if "command" in body else {"payload": json.dumps(body)}
        content = (urlencode(form) if is_form else json.dumps(body)).encode()
        at = str(int(time.time() - age))
        signed = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + content, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded" if is_form else "application/json",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": f"v0={signed}",
        }
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        return httpx.post(f"{address}/slack/events", content=content, headers=headers, timeout=ACKNOWLEDGED_WITHIN)

    def envelope(self, body: Json, kind: str = "events_api") -> None:
        """Send by Socket Mode."""
        with self.changed:
            self.envelopes.append({"type": kind, "envelope_id": str(uuid.uuid4()), "payload": body})
            self.changed.notify_all()


@contextmanager
def slack_server() -> Iterator[Slack]:
    slack = Slack()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
            is_json = self.headers.get("content-type", "").startswith("application/json")
            self._answer(json.loads(content) if is_json else dict(parse_qsl(content)))

        def do_GET(self) -> None:
            if "upgrade" in self.headers:
                _serve_socket(self, slack)
            else:
                self._answer(dict(parse_qsl(urlsplit(self.path).query)))

        def _answer(self, said: Json) -> None:
            if slack.limits:
                slack.limits -= 1
                self._send(429, {"ok": False, "error": "ratelimited"})
                return
            method = urlsplit(self.path).path.rsplit("/", 1)[1]
            token = APP_TOKEN if method == "apps.connections.open" else TOKEN
            if method != "response" and self.headers.get("authorization") != f"Bearer {token}":
                self._send(200, {"ok": False, "error": "invalid_auth"})
                return
            answer = _METHODS[method](slack, said)
            if not answer["ok"]:
                with slack.changed:
                    slack.refused.append(answer["error"])
                    slack.changed.notify_all()
            self._send(200, answer)

        def _send(self, status: int, body: Json) -> None:
            sent = json.dumps(body).encode()
            self.send_response(status)
            if status == 429:
                self.send_header("retry-after", "0")
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        slack.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield slack
        finally:
            server.shutdown()
            thread.join()


def _auth(slack: Slack, said: Json) -> Json:
    return {"ok": True, "team": "News", "team_id": "TNEWS", "user": "newsdesk", "user_id": BOT, "bot_id": BOT_ID}


def _post(slack: Slack, said: Json) -> Json:
    if said["channel"] in slack.closed:
        return {"ok": False, "error": "not_in_channel"}
    if error := problem(said):
        return {"ok": False, "error": error}
    return {"ok": True, "ts": _keep(slack, "posted", said)}


def _respond(slack: Slack, said: Json) -> Json:
    if error := problem(said):
        return {"ok": False, "error": error}
    return {"ok": True, "ts": _keep(slack, "private", said)}


def _replies(slack: Slack, said: Json) -> Json:
    if not slack.history_allowed:
        return {"ok": False, "error": "missing_scope"}
    own = [message for message in slack.posted if message.get("thread_ts") == said["ts"]]
    messages = [{"user": BOT, "bot_id": BOT_ID, **message} for message in own]
    first = {"user": USER, "text": "<@UBOT> the question", "ts": said["ts"]}
    forged = {"user": "UEVIL", "bot_id": "BEVIL", "metadata": _FORGED, "text": "", "ts": "1"}
    return {"ok": True, "messages": [first, forged, *messages], "has_more": False}


_FORGED = {"event_type": "newsdesk_answer", "event_payload": {"question": "Who is Napoleon?", "answer": "Napoleon."}}


def _open(slack: Slack, said: Json) -> Json:
    return {"ok": True, "url": slack.url.replace("http://", "ws://") + "/link"}


_METHODS = {
    "auth.test": _auth,
    "chat.postMessage": _post,
    "conversations.replies": _replies,
    "apps.connections.open": _open,
    "response": _respond,
}


def _keep(slack: Slack, where: str, message: Json) -> str:
    with slack.changed:
        slack.sent += 1
        message["ts"] = f"1700000000.{slack.sent:06}"
        getattr(slack, where).append(message)
        slack.changed.notify_all()
    ts: str = message["ts"]
    return ts


def problem(message: Json) -> str | None:
    """What Slack would say against it; also against words of an article that would count as markup."""
    if len(message["text"]) > 40_000:
        return "msg_too_long"
    blocks = message.get("blocks", [])
    texts = [block["text"] for block in blocks if block["type"] == "section"]
    for block in blocks:
        elements = block.get("elements", [])
        if block["type"] == "context":
            if not 1 <= len(elements) <= 10:
                return "invalid_blocks"
            texts += elements
        elif block["type"] == "actions":
            names = {element["action_id"] for element in elements}
            if len(names) != len(elements) or not 1 <= len(elements) <= 25 or max(map(len, names)) > 255:
                return "invalid_blocks"
            if any(len(element["text"]["text"]) > 75 or len(element["value"]) > 2000 for element in elements):
                return "invalid_blocks"
        elif block["type"] != "section":
            return "invalid_blocks"
    if len(blocks) > 50 or any(not 1 <= len(text["text"]) <= 3000 for text in texts):
        return "invalid_blocks"
    for text in [message["text"], *(text["text"] for text in texts)]:
        if set("<>&") & set(_ENTITY.sub("", _CONTROL.sub("", text))):
            return "markup_of_somebody_else"
    return None


def _serve_socket(handler: BaseHTTPRequestHandler, slack: Slack) -> None:
    """Socket Mode: RFC 6455 as far as the client needs it."""
    key = base64.b64encode(hashlib.sha1(handler.headers["sec-websocket-key"].encode() + _MAGIC).digest()).decode()
    lines = ("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade")
    handler.wfile.write("\r\n".join([*lines, f"Sec-WebSocket-Accept: {key}", "", ""]).encode())
    _send_frame(handler, {"type": "hello", "num_connections": 1})
    closed = threading.Event()

    def feed() -> None:
        while not closed.is_set():
            with slack.changed:
                if not slack.envelopes:
                    slack.changed.wait(0.2)
                fresh, slack.envelopes = slack.envelopes, []
            for envelope in fresh:
                _send_frame(handler, envelope)

    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        while (frame := _read_frame(handler)) is not None:
            if frame:
                with slack.changed:
                    slack.acknowledged.append(json.loads(frame)["envelope_id"])
                    slack.changed.notify_all()
    finally:
        closed.set()
        feeder.join()
        handler.close_connection = True


def _send_frame(handler: BaseHTTPRequestHandler, body: Json, opcode: int = 1) -> None:
    payload = json.dumps(body).encode()
    length = bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + struct.pack(">H", len(payload))
    handler.wfile.write(bytes([0x80 | opcode]) + length + payload)


def _read_frame(handler: BaseHTTPRequestHandler) -> bytes | None:
    """The text of a frame, nothing for a ping, None at the end."""
    head = handler.rfile.read(2)
    if len(head) < 2 or head[0] & 0x0F == 8:
        return None
    length = head[1] & 0x7F
    if length == 126:
        length = struct.unpack(">H", handler.rfile.read(2))[0]
    mask, data = handler.rfile.read(4), handler.rfile.read(length)
    text = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
    if head[0] & 0x0F == 9:
        handler.wfile.write(bytes([0x8A, len(text)]) + text)
    return text if head[0] & 0x0F == 1 else b""
