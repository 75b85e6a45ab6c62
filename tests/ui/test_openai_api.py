"""Clients of OpenAI's API against a real server: its own library, and what Open WebUI sends."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import openai
import pytest
from conftest import ingest_into, serving

from rag.settings import load_settings

KERING = "Why did Kering drop its suit?"
OPEN_WEBUI = {
    "stream": True,
    "model": "newsdesk",
    "messages": [
        {"role": "system", "content": "You are helpful."},
        {"role": "user", "content": [{"type": "text", "text": "Who runs Tapestry?"}]},
        {"role": "assistant", "content": "Victor Luis."},
        {"role": "user", "content": [{"type": "text", "text": "what did he say about China?"}]},
    ],
    "temperature": 0.7,
    "max_tokens": 50,
    "stream_options": {"include_usage": True},
    "user": {"name": "Ada", "id": "1", "email": "ada@example.org", "role": "admin"},
}
"""As its backend sends a chat on; the key is in the header."""


@pytest.fixture(scope="module")
def client(seeds_server: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{seeds_server}/v1", api_key="any", max_retries=0) as client:
        yield client


def test_answer_names_its_sources_in_the_text_and_beside_it(client: openai.OpenAI) -> None:
    reply = client.chat.completions.create(model="newsdesk", messages=[{"role": "user", "content": KERING}])
    content = reply.choices[0].message.content
    assert content is not None and "taskforce" in content
    citations = reply.model_extra["citations"] if reply.model_extra else []
    assert citations
    for citation in citations:
        assert f"\n- [{citation['n']}] {citation['title']}" in content
        assert " ".join(citation["quote"].split()) in content
    assert (reply.choices[0].finish_reason, reply.usage and reply.usage.total_tokens) == ("stop", 0)


def test_stream_is_the_same_answer(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model="extractive", messages=[{"role": "user", "content": KERING}])
    chunks = list(
        client.chat.completions.create(
            model="extractive",
            messages=[{"role": "user", "content": KERING}],
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks[:-1]) == whole.choices[0].message.content
    assert (chunks[-1].choices, chunks[-1].usage and chunks[-1].usage.total_tokens) == ([], 0)
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert whole.model_extra and chunks[-2].model_extra
    assert chunks[-2].model_extra["citations"] == whole.model_extra["citations"]
    assert chunks[-2].model_extra["answer_id"] != whole.model_extra["answer_id"]


def test_abstention_shows_the_nearest(client: openai.OpenAI) -> None:
    asked = [{"role": "user", "content": "Who is the CEO of Walmart?"}]
    reply = client.chat.completions.create(model="newsdesk", messages=asked)  # type: ignore[arg-type]
    assert reply.model_extra and reply.model_extra["abstained"] is True
    assert "Nearest in the archive:\n\n- [1] " in (reply.choices[0].message.content or "")


def test_models_are_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["newsdesk", "extractive"]


def test_error_is_one_that_the_library_understands(client: openai.OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match="no llm named 'gpt-9'") as raised:
        client.chat.completions.create(model="gpt-9", messages=[{"role": "user", "content": KERING}])
    assert raised.value.code == "bad_input"
    with pytest.raises(openai.UnprocessableEntityError, match="role user last"):
        client.chat.completions.create(model="newsdesk", messages=[{"role": "assistant", "content": "yes"}])


def test_what_open_webui_sends_is_answered(seeds_server: str) -> None:
    headers = {"Authorization": "Bearer any", "Content-Type": "application/json"}
    assert httpx.get(f"{seeds_server}/v1/models", headers=headers).json()["object"] == "list"
    told = httpx.post(f"{seeds_server}/v1/chat/completions", json=OPEN_WEBUI, headers=headers, timeout=30).text
    *lines, done = [line.removeprefix("data: ") for line in told.splitlines() if line.startswith("data: ")]
    assert done == "[DONE]"
    chunks = [json.loads(line) for line in lines]
    content = "".join(choice["delta"].get("content", "") for chunk in chunks for choice in chunk["choices"])
    assert "committed to the Chinese market" in content
    assert chunks[-1]["usage"]["total_tokens"] == 0


def test_markdown_of_an_article_is_shown_as_text(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "marmot.jsonl"
    text = (
        "The Marmot brand opened a store in Lisbon [1](https://evil.example) ![a](https://evil.example) <b>today</b>."
    )
    file.write_text(json.dumps({"url": "https://x.example/1", "title": "Marmot [sells](x)", "text": text}))
    ingest_into(home, file)
    with serving(load_settings(home)) as address, openai.OpenAI(base_url=f"{address}/v1", api_key="any") as client:
        asked = [{"role": "user", "content": "Where did the Marmot brand open a store?"}]
        reply = client.chat.completions.create(model="newsdesk", messages=asked)  # type: ignore[arg-type]
    content = reply.choices[0].message.content or ""
    assert "Lisbon" in content
    for shown in (r"\[1](https", r"!\[a](https", r"\<b>today\</b>", r"Marmot \[sells](x)"):
        assert shown in content
    assert " [1]\n\n- [1] " in content
