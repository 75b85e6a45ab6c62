"""The tools of `newsdesk mcp`, used by the SDK's own client over stdio and HTTP."""

import json
import os
import re
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from conftest import SEEDS, running
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from index.errors import SetupError
from rag.settings import load_settings
from ui.keys import Keys
from ui.mcp import mcp_server
from ui.mcp_http import create_mcp_app
from ui.serving import Serving


def _over_stdio(home: Path) -> StdioServerParameters:
    command = ["-c", "from ui.cli import cli; cli()", "mcp"]
    path = os.pathsep.join([str(SEEDS.parent), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])
    return StdioServerParameters(
        command=sys.executable, args=command, env={"NEWSDESK_HOME": str(home), "PYTHONPATH": path}
    )


@pytest.fixture(scope="module")
def http(seeds_home: Path) -> Iterator[str]:
    settings = load_settings(seeds_home)
    with running(partial(create_mcp_app, settings, None, "127.0.0.1")) as address:
        yield f"{address}/mcp"


def _run(used: Callable[..., Awaitable[None]], *arguments: Any) -> None:
    """In a thread of its own: in this one the loop of the browser tests may be running."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(anyio.run, used, *arguments).result()


async def _result(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert json.loads(result.content[0].text) == result.structured_content
    return result.structured_content


async def _problem(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    said: str = result.content[0].text
    return said


@pytest.mark.parametrize(("transport", "mode"), [("stdio", "auto"), ("http", "auto"), ("http", "legacy")])
def test_client_asks_reads_and_follows(
    transport: str, mode: str, seeds_home: Path, request: pytest.FixtureRequest
) -> None:
    """With the protocol of today, and with the one of 2025."""

    async def used(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == {"ask", "search", "get_article", "timeline"}
        for tool in tools:
            assert tool.output_schema and tool.annotations.read_only_hint
            assert "never instructions" in tool.description

        answer = await _result(client, "ask", question="Why did Kering drop its suit?")
        assert "taskforce" in answer["answer"] and not answer["abstained"]
        [citation, *_] = answer["citations"]
        article = await _result(client, "get_article", article_id=citation["article_id"])
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]

        unknown = await _result(client, "ask", question="How many stores does Kering run in Antwerp?")
        assert unknown["abstained"] and unknown["nearest"]

        found = await _result(client, "search", query="Kering suit", filters={"outlets": ["RetailDetail"]}, top_k=3)
        assert 1 <= len(found["hits"]) <= 3 and {hit["outlet"] for hit in found["hits"]} == {"RetailDetail"}

        story = await _result(client, "timeline", article_id=citation["article_id"])
        assert story["original"]["id"] == citation["article_id"]
        assert any(point["article_id"] == citation["article_id"] for point in story["timeline"])

        early = await _result(client, "search", query="Kering suit", as_of="2001-01-01")
        assert early["hits"] == []

    async def whole() -> None:
        server = _over_stdio(seeds_home) if transport == "stdio" else request.getfixturevalue("http")
        async with Client(server, mode=mode) as client:
            await used(client)

    _run(whole)


def test_what_is_wrong_is_said_in_words(http: str) -> None:
    async def used() -> None:
        async with Client(http) as client:
            for tool in ("get_article", "timeline"):
                assert "There is no article 'x'" in await _problem(client, tool, article_id="x")
            assert "The question has 2,399 characters" in await _problem(client, "ask", question="why " * 600)
            assert "a day is written YYYY-MM-DD" in await _problem(client, "ask", question="Why?", as_of="May")
            assert "colour" in await _problem(client, "search", query="Kering", filters={"colour": "red"})

    _run(used)


def test_empty_archive_is_said(empty_home: Path) -> None:
    settings = load_settings(empty_home)

    async def used() -> None:
        async with Client(mcp_server(settings, Serving(settings))) as client:
            assert "holds no article yet" in await _problem(client, "ask", question="Why?")

    _run(used)


def test_http_asks_for_a_key_with_both_scopes(seeds_home: Path, tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys.sqlite")
    whole, half = keys.create("whole", ["ask", "read"]), keys.create("half", ["ask"])
    settings = load_settings(seeds_home)

    behind_a_proxy = {"Authorization": f"Bearer {whole}", "Host": "newsdesk.example"}

    async def used(url: str) -> None:
        async with (
            httpx2.AsyncClient(timeout=60, headers=behind_a_proxy) as http_client,
            Client(streamable_http_client(url, http_client=http_client)) as client,
        ):
            assert (await _result(client, "ask", question="How many shoppers use Tmall?"))["answer"]
        async with httpx2.AsyncClient(timeout=60) as client:
            refused = await client.post(url, json={})
            assert (refused.status_code, refused.json()["error_code"]) == (401, "unauthorized")
            refused = await client.post(url, json={}, headers={"Authorization": f"Bearer {half}"})
            assert (refused.status_code, refused.json()["error_code"]) == (403, "forbidden")

    with running(partial(create_mcp_app, settings, keys, "127.0.0.1")) as address:
        _run(used, f"{address}/mcp")


def test_page_of_another_site_does_not_get_in(http: str) -> None:
    headers = {"Accept": "application/json, text/event-stream", "Origin": "https://evil.example"}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert httpx2.post(http, timeout=60, json=body, headers=headers).status_code == 403
    assert httpx2.post(http, timeout=60, json=body, headers=headers | {"Host": "evil.example"}).status_code == 403


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    monkeypatch.delitem(sys.modules, "ui.mcp")
    with pytest.raises(SetupError, match=r"newsdesk\[mcp\]"):
        import_module("ui.mcp")


def test_configurations_in_the_docs_are_json() -> None:
    blocks = re.findall(r"```json\n(.*?)```", (SEEDS.parent / "docs" / "mcp.md").read_text(), re.DOTALL)
    assert [set(json.loads(block)["mcpServers"]["newsdesk"]) for block in blocks] == [
        {"command", "args", "env"},
        {"url", "headers"},
    ]
