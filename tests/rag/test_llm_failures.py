"""What goes wrong with servers of language models, and how each of it is told; for both protocols."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from index.errors import NewsdeskError
from rag.build import LLM_KINDS, llm_class
from rag.errors import LLMBrokenError, LLMError, LLMRefusedError, LLMUnavailableError
from rag.interfaces import LLM
from rag.types import Message
from tests.llm_server import FakeServer, fake_server, hang_up, openai_chunk, refuse, repeated, silent, sse, stream

PROMPT = (Message("user", "Why?"),)
HOSTED = [kind for kind in LLM_KINDS if kind != "llama_cpp"]


def anthropic_text(text: object) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}


START = {
    "openai": sse(openai_chunk("Half")),
    "anthropic": sse(
        {"type": "message_start", "message": {"usage": {"input_tokens": 9, "output_tokens": 1}}},
        anthropic_text("Half"),
        names=True,
    ),
}
END = {
    "openai": sse(openai_chunk(finish="stop"), "[DONE]"),
    "anthropic": sse(
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}},
        {"type": "message_stop"},
        names=True,
    ),
}
NO_TEXT = {"openai": sse(openai_chunk(1)), "anthropic": sse(anthropic_text(1), names=True)}  # type: ignore[arg-type]
ERROR = {
    "openai": sse({"error": {"message": "out of memory for sk-very-secret", "code": 500}}),
    "anthropic": sse(
        {"type": "error", "error": {"type": "overloaded_error", "message": "out of memory for sk-very-secret"}},
        names=True,
    ),
}


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with fake_server() as fake:
        yield fake


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.completion.FIRST_WAIT", 0.05)


@pytest.fixture(params=HOSTED)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def make(kind: str, server: FakeServer) -> Iterator[Callable[..., LLM]]:
    """A model of this kind that asks the server."""
    made: list[LLM] = []

    def build(**chosen: Any) -> LLM:
        made.append(llm_class(kind)(server.spec(**chosen)))
        return made[-1]

    yield build
    for llm in made:
        llm.close()


def failing(llm: LLM, expected: type[LLMError]) -> tuple[str, LLMError]:
    """The text that came before the error, and the error, which never holds the key."""
    text = ""
    with pytest.raises(expected) as caught, llm.complete(PROMPT, 20) as completion:
        for piece in completion:
            text += piece
    assert completion.usage is None
    error: BaseException | None = caught.value
    while error:
        assert "secret" not in f"{error}{error!r}"
        error = error.__cause__
    assert caught.value.retryable == (expected is not LLMRefusedError)
    return text, caught.value


def test_status_says_what_is_wrong(make: Callable[..., LLM], server: FakeServer) -> None:
    said = {"error": {"type": "x", "message": "no such\nthing for sk-very-secret"}}
    llm = make(retries=0)
    for status, expected, words in [
        (400, LLMRefusedError, "does not take the request (status 400: no such thing for ***)"),
        (401, LLMRefusedError, "does not accept the key in SOME_KEY (status 401)"),
        (403, LLMRefusedError, "does not accept the key in SOME_KEY (status 403)"),
        (404, LLMRefusedError, "is not there (status 404: no such thing for ***)"),
        (413, LLMRefusedError, "does not take the request (status 413"),
        (429, LLMUnavailableError, "is overloaded or out of order (status 429"),
        (500, LLMUnavailableError, "is overloaded or out of order (status 500: no such thing for ***)"),
        (529, LLMUnavailableError, "is overloaded or out of order (status 529"),
    ]:
        server.asked.clear()
        server.replies = [refuse(status, said)]
        _, error = failing(llm, expected)
        assert str(error).startswith(f"The language model 'mine' {words}")
        assert len(server.asked) == 1


def test_an_empty_account_is_not_tried_again(make: Callable[..., LLM], server: FakeServer) -> None:
    server.replies = [refuse(429, {"error": {"code": "insufficient_quota", "message": "You exceeded your quota."}})]
    _, error = failing(make(), LLMRefusedError)
    assert "is not paid for: You exceeded your quota." in str(error)
    assert len(server.asked) == 1


def test_a_passing_refusal_is_tried_again(make: Callable[..., LLM], server: FakeServer, kind: str) -> None:
    server.replies = [hang_up, refuse(503), stream(START[kind] + END[kind])]
    assert "".join(make().complete(PROMPT, 20)) == "Half"
    assert len(server.asked) == 3


def test_retries_come_to_an_end(make: Callable[..., LLM], server: FakeServer) -> None:
    server.replies = [refuse(500)]
    failing(make(retries=1), LLMUnavailableError)
    assert len(server.asked) == 2


def test_retry_after_is_honoured(make: Callable[..., LLM], server: FakeServer, kind: str) -> None:
    server.replies = [refuse(429, retry_after="1"), stream(START[kind] + END[kind])]
    start = time.monotonic()
    assert "".join(make().complete(PROMPT, 20)) == "Half"
    assert time.monotonic() - start >= 1


@pytest.mark.parametrize("as_date", [False, True])
def test_a_long_retry_after_is_left_to_the_caller(make: Callable[..., LLM], server: FakeServer, as_date: bool) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=600), usegmt=True)
    server.replies = [refuse(429, retry_after=later if as_date else "600")]
    _, error = failing(make(), LLMUnavailableError)
    assert isinstance(error, LLMUnavailableError) and error.retry_after == pytest.approx(600, abs=5)
    assert len(server.asked) == 1


def test_half_a_stream_is_an_error_and_not_asked_for_again(
    make: Callable[..., LLM], server: FakeServer, kind: str
) -> None:
    server.replies = [stream(START[kind])]
    text, error = failing(make(), LLMBrokenError)
    assert (text, error.reason) == ("Half", "broke off in the middle")
    assert len(server.asked) == 1


def test_a_connection_lost_in_the_stream(make: Callable[..., LLM], server: FakeServer, kind: str) -> None:
    def short(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.send_header("content-length", "100000")
        handler.end_headers()
        handler.wfile.write(START[kind].encode())

    server.replies = [short]
    text, error = failing(make(), LLMBrokenError)
    assert (text, error.reason) == ("Half", "broke off in the middle")


def test_an_error_in_the_stream_is_told_without_the_key(
    make: Callable[..., LLM], server: FakeServer, kind: str
) -> None:
    server.replies = [stream(START[kind] + ERROR[kind])]
    text, error = failing(make(), LLMBrokenError)
    assert (text, error.reason) == ("Half", "broke off in the middle: out of memory for ***")


@pytest.mark.parametrize("sent", ["data: {not json\n\n", 'data: {"type": "content_block_delta", "choices": 7}\n\n'])
def test_garbage(make: Callable[..., LLM], server: FakeServer, sent: str) -> None:
    server.replies = [stream(f"event: content_block_delta\n{sent}")]
    _, error = failing(make(), LLMBrokenError)
    assert error.reason == "sent what is no answer"


def test_text_that_is_none(make: Callable[..., LLM], server: FakeServer, kind: str) -> None:
    server.replies = [stream(NO_TEXT[kind])]
    _, error = failing(make(), LLMBrokenError)
    assert error.reason == "sent what is no answer"


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/json"])
def test_a_web_page_is_no_answer(make: Callable[..., LLM], server: FakeServer, content_type: str) -> None:
    server.replies = [stream("<html>Welcome</html>", content_type)]
    _, error = failing(make(), LLMBrokenError)
    assert error.reason == f"sent {content_type} instead of an event stream"
    assert "base_url" in error.remedy


def test_an_empty_answer(make: Callable[..., LLM], server: FakeServer, kind: str) -> None:
    server.replies = [stream(START[kind].replace("Half", "") + END[kind])]
    _, error = failing(make(), LLMBrokenError)
    assert error.reason == "said nothing"


def test_a_huge_token(make: Callable[..., LLM], server: FakeServer, kind: str) -> None:
    server.replies = [stream(START[kind].replace("Half", "x" * 5_000_000) + END[kind])]
    text, error = failing(make(), LLMBrokenError)
    assert (text, error.reason) == ("", "does not come to an end")


def test_an_endless_answer(make: Callable[..., LLM], server: FakeServer, kind: str) -> None:
    server.replies = [stream(START[kind], then=repeated(START[kind], 0))]
    text, error = failing(make(), LLMBrokenError)
    assert error.reason == "does not come to an end"
    assert set(text.split("Half")) == {""} and len(text) <= 600
    assert server.gone.wait(5)


def test_silence_before_and_in_the_answer(make: Callable[..., LLM], server: FakeServer, kind: str) -> None:
    for reply, before in [(silent, ""), (stream(START[kind], then=silent), "Half")]:
        server.asked.clear()
        server.gone.clear()
        server.replies = [reply]
        text, error = failing(make(silence=0.2), LLMUnavailableError)
        assert (text, error.reason) == (before, "gave no sign of life for 0.2 seconds")
        assert server.gone.wait(5) and len(server.asked) == 1


def test_pings_do_not_hide_that_nothing_comes(make: Callable[..., LLM], server: FakeServer) -> None:
    server.replies = [stream("", then=repeated(": still working\n\n", 0.05))]
    _, error = failing(make(silence=0.3), LLMUnavailableError)
    assert error.reason == "gave no sign of life for 0.3 seconds"
    assert server.gone.wait(5)


def test_the_whole_answer_has_its_time(make: Callable[..., LLM], server: FakeServer, kind: str) -> None:
    server.replies = [stream("", then=repeated(START[kind], 0.05))]
    text, error = failing(make(timeout=0.4), LLMUnavailableError)
    assert text.startswith("Half") and error.reason == "took longer than 0.4 seconds"
    assert server.gone.wait(5)


@pytest.mark.parametrize("state", ["before the first byte", "in the text", "before the next attempt"])
def test_closing_from_another_thread_stops_everything(
    make: Callable[..., LLM], server: FakeServer, kind: str, state: str
) -> None:
    replies = {
        "before the first byte": silent,
        "in the text": stream(START[kind], then=silent),
        "before the next attempt": refuse(503, retry_after="20"),
    }
    server.replies = [replies[state]]
    completion = make().complete(PROMPT, 20)
    taken: list[str] = []
    reader = threading.Thread(target=lambda: taken.extend(filter(None, completion)))
    reader.start()
    deadline = time.monotonic() + 5
    while not server.asked or (state == "in the text" and not taken):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    completion.close()
    reader.join(5)
    assert not reader.is_alive()
    assert taken == (["Half"] if state == "in the text" else [])
    assert completion.usage is None and list(completion) == []
    if state != "before the next attempt":
        assert server.gone.wait(5)
    assert len(server.asked) == 1


def test_nobody_there(kind: str, server: FakeServer) -> None:
    spec = server.spec(base_url="http://user:pass@127.0.0.1:9/v1", retries=0)
    llm = llm_class(kind)(spec)
    _, error = failing(llm, LLMUnavailableError)
    llm.close()
    assert error.reason.startswith("cannot be reached at 127.0.0.1:9") and "pass" not in str(error)


def test_the_key_goes_to_the_server_and_nowhere_else(
    make: Callable[..., LLM], server: FakeServer, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.replies = [refuse(503), stream(START[kind] + END[kind])]
    llm = make()
    list(llm.complete(PROMPT, 20))
    assert "sk-very-secret" in json.dumps(server.asked[-1].headers)
    assert "secret" not in caplog.text and "secret" not in repr(server.spec())


def test_keys_of_the_environment_are_not_sent_unasked(
    kind: str, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.setenv(name, "sk-of-another-server")
    server.replies = [stream(START[kind] + END[kind])]
    try:
        llm = llm_class(kind)(server.spec(api_key=None, api_key_env=None))
    except NewsdeskError as error:
        assert "api_key_env" in error.remedy
        return
    list(llm.complete(PROMPT, 20))
    llm.close()
    assert "sk-of-another-server" not in json.dumps(server.asked[0].headers)
