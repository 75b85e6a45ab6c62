"""Exchanges with hosted models, written down from the documentation of their providers."""

from collections.abc import Iterator
from datetime import date

import pytest

from rag.llms.anthropic import AnthropicLLM
from rag.llms.openai_compatible import OpenAICompatibleLLM
from rag.types import Message, Price, Usage
from tests.llm_server import FakeServer, fake_server, openai_chunk, refuse, sse, stream

MESSAGES = (
    Message("system", "Be brief."),
    Message("user", "Who?"),
    Message("assistant", "She."),
    Message("user", "Why?"),
)
PRICE = Price(input=2.0, cached_input=0.5, output=10.0, read_on=date(2026, 6, 1))

# https://platform.openai.com/docs/api-reference/chat-streaming: the usage comes in a chunk of its own, without choices
OPENAI = sse(
    openai_chunk("", role="assistant"),
    openai_chunk("Because "),
    openai_chunk("of rain."),
    openai_chunk(finish="stop"),
    {
        **openai_chunk(),
        "choices": [],
        "usage": {
            "prompt_tokens": 1200,
            "completion_tokens": 40,
            "total_tokens": 1240,
            "prompt_tokens_details": {"cached_tokens": 1000},
        },
    },
    "[DONE]",
)

# https://docs.anthropic.com/en/api/messages-streaming
ANTHROPIC = sse(
    {
        "type": "message_start",
        "message": {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "content": [],
            "model": "claude",
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {
                "input_tokens": 100,
                "cache_creation_input_tokens": 100,
                "cache_read_input_tokens": 1000,
                "output_tokens": 1,
            },
        },
    },
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Let me see."}},
    {"type": "content_block_stop", "index": 0},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
    {"type": "ping"},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Because "}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "of rain."}},
    {"type": "content_block_stop", "index": 1},
    {
        "type": "message_delta",
        "delta": {"stop_reason": "end_turn", "stop_sequence": None},
        "usage": {"output_tokens": 40},
    },
    {"type": "message_stop"},
    names=True,
)


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with fake_server() as fake:
        yield fake


@pytest.fixture
def openai(server: FakeServer) -> Iterator[OpenAICompatibleLLM]:
    llm = OpenAICompatibleLLM(server.spec(price=PRICE))
    yield llm
    llm.close()


@pytest.fixture
def anthropic(server: FakeServer) -> Iterator[AnthropicLLM]:
    llm = AnthropicLLM(server.spec(base_url=server.url.removesuffix("/v1"), price=PRICE))
    yield llm
    llm.close()


def test_openai(openai: OpenAICompatibleLLM, server: FakeServer) -> None:
    server.replies = [stream(OPENAI)]
    with openai.complete(MESSAGES, 50) as completion:
        assert list(completion) == ["Because ", "of rain."]
    assert completion.usage == Usage(1200, 40, 1000, cost_usd=pytest.approx((200 * 2 + 1000 * 0.5 + 40 * 10) / 1e6))
    [asked] = server.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.body == {
        "model": "m-1",
        "messages": [{"role": message.role, "content": message.content} for message in MESSAGES],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.0,
        "max_tokens": 50,
    }


def test_anthropic(anthropic: AnthropicLLM, server: FakeServer) -> None:
    server.replies = [stream(ANTHROPIC)]
    with anthropic.complete(MESSAGES, 50) as completion:
        assert list(completion) == ["Because ", "of rain."]
    assert completion.usage == Usage(1200, 40, 1000, cost_usd=pytest.approx((200 * 2 + 1000 * 0.5 + 40 * 10) / 1e6))
    [asked] = server.asked
    assert asked.path == "/v1/messages"
    assert asked.body == {
        "model": "m-1",
        "system": "Be brief.",
        "messages": [{"role": message.role, "content": message.content} for message in MESSAGES[1:]],
        "stream": True,
        "max_tokens": 50,
    }


def test_an_answer_that_was_cut_off_says_so(
    openai: OpenAICompatibleLLM, anthropic: AnthropicLLM, server: FakeServer
) -> None:
    server.replies = [
        stream(OPENAI.replace('"stop"', '"length"')),
        stream(ANTHROPIC.replace('"end_turn"', '"max_tokens"')),
    ]
    for llm in (openai, anthropic):
        completion = llm.complete(MESSAGES, 50)
        assert "".join(completion) == "Because of rain."
        assert completion.usage and completion.usage.cut_off


def test_a_server_that_tells_no_usage(openai: OpenAICompatibleLLM, server: FakeServer) -> None:
    server.replies = [stream(sse(openai_chunk("Because"), openai_chunk(finish="stop"), "[DONE]"))]
    completion = openai.complete(MESSAGES, 50)
    assert list(completion) == ["Because"]
    assert completion.usage == Usage()


@pytest.mark.parametrize(
    ("status", "refused", "field", "instead"),
    [
        # Mistral
        (422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options"]}]}, "stream_options", None),
        # OpenAI's reasoning models
        (
            400,
            {"error": {"message": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."}},
            "max_tokens",
            "max_completion_tokens",
        ),
        (400, {"error": {"message": "Unsupported value: 'temperature' does not support 0."}}, "temperature", None),
    ],
)
def test_what_a_server_refuses_is_left_out_from_then_on(
    openai: OpenAICompatibleLLM, server: FakeServer, status: int, refused: object, field: str, instead: str | None
) -> None:
    server.replies = [refuse(status, refused), stream(OPENAI)]
    for _ in range(2):
        assert "".join(openai.complete(MESSAGES, 50)) == "Because of rain."
    first, *later = [asked.body for asked in server.asked]
    assert len(later) == 2 and field in first
    for body in later:
        assert {*first} - {*body} == {field}
        assert {*body} - {*first} == ({instead} if instead else set())


def test_a_refusal_that_names_nothing_of_ours_stays_one(openai: OpenAICompatibleLLM, server: FakeServer) -> None:
    server.replies = [refuse(400, {"error": {"message": "The prompt is too long."}})]
    with pytest.raises(Exception, match="The prompt is too long"):
        list(openai.complete(MESSAGES, 50))
    assert len(server.asked) == 1


def test_seed_and_temperature_are_sent_when_chosen(server: FakeServer) -> None:
    server.replies = [stream(OPENAI)]
    llm = OpenAICompatibleLLM(server.spec(seed=7, temperature=0.5))
    list(llm.complete(MESSAGES, 50))
    llm.close()
    assert (server.asked[0].body["seed"], server.asked[0].body["temperature"]) == (7, 0.5)
