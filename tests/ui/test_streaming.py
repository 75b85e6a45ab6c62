"""Answers as a stream of events over loopback, with the real pipeline behind it."""

import json
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import serving

import ui.streaming
from rag.errors import LLMUnavailableError
from rag.settings import LLMSettings, Settings, load_settings
from rag.types import Draft
from tests.llm_server import fake_server, openai_chunk, silent, sse, stream

KERING = {"question": "Why did Kering drop its suit?"}
AS_EVENTS = {"Accept": "text/event-stream"}

Event = tuple[str, dict[str, Any]]


class Gate:
    """Answers when it is opened."""

    name = "gate"
    opened = threading.Event()

    def __init__(self, **_: Any) -> None:
        pass

    def drafts(self, *_: Any) -> Generator[Draft]:
        assert Gate.opened.wait(30)
        yield Draft((), "no_evidence", "Nothing is known.")


class Unavailable(Gate):
    """A model whose server is down."""

    def drafts(self, *_: Any) -> Generator[Draft]:
        raise LLMUnavailableError("mine", "cannot be reached", "Start its server.")


class Buggy(Gate):
    def drafts(self, *_: Any) -> Generator[Draft]:
        raise RuntimeError("secret internals")


def _events(response: httpx.Response) -> Iterator[Event]:
    name = ""
    for line in response.iter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


@contextmanager
def _streamed(address: str, body: dict[str, Any], **headers: str) -> Iterator[Iterator[Event]]:
    with httpx.stream("POST", f"{address}/ask", json=body, headers=headers, timeout=30) as response:
        assert response.status_code == 200, response.read()
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield _events(response)


def _settings(home: Path, answerer: type[Gate], **more: Any) -> Settings:
    return Settings(home=home, llm=f"{__name__}:{answerer.__name__}", **more)


@pytest.mark.parametrize(
    "question", [KERING["question"], "Who runs Tapestry and who runs Walmart?", "Who runs Walmart?"]
)
def test_events_lead_to_the_whole_answer(seeds_server: str, question: str) -> None:
    whole = httpx.post(f"{seeds_server}/ask", json={"question": question}, timeout=30).json()
    with _streamed(seeds_server, {"question": question, "stream": True}) as events:
        (first, found), *told, (last, final) = events
    assert (first, last) == ("search", "final")
    assert found["standalone_question"] == question
    for hit in found["hits"]:
        article = httpx.get(f"{seeds_server}/articles/{hit['article_id']}").json()
        assert article["text"][hit["start"] : hit["end"]] == hit["text"]
    text = ""
    cited = []
    for name, data in told:
        if name == "citation":
            assert f"[{data['n']}]" not in text
            cited.append(data)
        else:
            assert name == "delta"
            text += data["text"]
    assert text == final["answer"]
    assert cited == final["citations"]
    for changing in ("timings_ms", "request_id", "answer_id"):
        whole.pop(changing)
        final.pop(changing)
    assert final == whole


def test_header_asks_for_events_too(seeds_server: str) -> None:
    with _streamed(seeds_server, KERING, Accept="text/event-stream", **{"X-Request-ID": "desk-8"}) as events:
        *_, (last, final) = events
    assert (last, final["request_id"]) == ("final", "desk-8")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"question": " "}, 422, "bad_input"),
        ({**KERING, "llm": "no-such-llm"}, 422, "bad_input"),
        ({**KERING, "conversation_id": "nothing"}, 404, "unknown_conversation"),
    ],
)
def test_error_before_the_first_event_has_its_status(
    seeds_server: str, body: dict[str, Any], status: int, code: str
) -> None:
    response = httpx.post(f"{seeds_server}/ask", json=body, headers=AS_EVENTS, timeout=30)
    assert (response.status_code, response.json()["error_code"]) == (status, code)


def test_empty_archive_has_its_status(empty_home: Path) -> None:
    with serving(load_settings(empty_home)) as address:
        response = httpx.post(f"{address}/ask", json=KERING, headers=AS_EVENTS, timeout=30)
    assert (response.status_code, response.json()["error_code"]) == (503, "not_ready")
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("answerer", "code", "said"), [(Unavailable, "llm_unavailable", "Start its server."), (Buggy, "internal", "inside")]
)
def test_later_error_is_an_event(home: Path, answerer: type[Gate], code: str, said: str) -> None:
    with serving(_settings(home, answerer)) as address, _streamed(address, {**KERING, "stream": True}) as events:
        (first, _), (last, error) = events
    assert (first, last) == ("search", "error")
    assert error["error_code"] == code
    assert said in error["detail"] and "secret" not in error["detail"]


@pytest.mark.parametrize("state", ["reading", "writing"])
@pytest.mark.parametrize("streamed", [True, False])
def test_a_client_that_goes_away_frees_the_model(home: Path, state: str, streamed: bool) -> None:
    with fake_server() as model:
        begun = "" if state == "reading" else sse(openai_chunk("Kering dropped"))
        model.replies = [stream(begun, then=silent)]
        slow = LLMSettings(kind="openai", model="m", base_url=model.url)
        with serving(Settings(home=home, llm="slow", llms={"slow": slow}, questions_at_once=1)) as address:
            if streamed:
                with _streamed(address, {**KERING, "stream": True}) as events:
                    assert next(events)[0] == "search"
                    if state == "writing":
                        assert next(events) == ("pending", {"text": "Kering dropped"})
                    _wait(lambda: bool(model.asked))
            else:
                body = json.dumps(KERING)
                port = int(address.rpartition(":")[2])
                head = f"POST /ask HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
                head += f"Content-Length: {len(body)}"
                with socket.create_connection(("127.0.0.1", port)) as connection:
                    connection.sendall(f"{head}\r\n\r\n{body}".encode())
                    _wait(lambda: bool(model.asked))
            assert model.gone.wait(10), "the model still writes for nobody"
            again = {**KERING, "llm": "extractive"}
            _wait(lambda: httpx.post(f"{address}/ask", json=again, timeout=30).status_code == 200)


def _wait(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_questions_past_the_limit_are_told_to_come_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Meanwhile the stream shows signs of life; a client that goes away makes room, and its answer is not kept."""
    monkeypatch.setattr(ui.streaming, "PING_SECONDS", 0.05)
    with serving(_settings(home, Gate, questions_at_once=1)) as address:
        Gate.opened.set()
        begun = httpx.post(f"{address}/ask", json={**KERING, "conversation_id": "new"}, timeout=30).json()
        Gate.opened.clear()
        follow_up = {"question": "why?", "conversation_id": begun["conversation_id"], "stream": True}
        with _streamed(address, follow_up) as events:
            assert next(events)[0] == "search"
            assert next(events) == ("ping", {})
            for headers in ({}, AS_EVENTS):
                refused = httpx.post(f"{address}/ask", json=KERING, headers=headers, timeout=30)
                assert (refused.status_code, refused.json()["error_code"]) == (503, "busy")
                assert int(refused.headers["Retry-After"]) > 0
            assert httpx.get(f"{address}/healthz").status_code == 200
        time.sleep(0.5)  # until the server sees that the connection is closed
        Gate.opened.set()
        deadline = time.monotonic() + 20
        while httpx.post(f"{address}/ask", json=KERING, timeout=30).status_code != 200:
            assert time.monotonic() < deadline, "the client that went away still has its place"
            time.sleep(0.05)
        kept = httpx.get(f"{address}/conversations/{begun['conversation_id']}").json()
        assert [turn["content"] for turn in kept["turns"]] == [KERING["question"], "Nothing is known."]
