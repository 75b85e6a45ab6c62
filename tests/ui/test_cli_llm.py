"""`newsdesk llm` as a person meets it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rag.build import LLM_KINDS
from rag.gguf_packages import GGUF_PACKAGES
from tests.llm_server import FakeServer, fake_server, openai_chunk, refuse, sse, stream
from ui.cli import cli

SETTINGS = """
[llms.mine]
kind = "openai"
model = "m-1"
base_url = "{url}"
api_key_env = "MY_KEY"
context_tokens = 8000
retries = 0

[llms.local]
kind = "llama_cpp"
model = "/nowhere.gguf"

[llms.own]
kind = "tests.scripted_llm:ScriptedLLM"
model = "Three words suffice."
"""

USAGE = {"prompt_tokens": 30, "completion_tokens": 2, "total_tokens": 32}
ANSWER = sse(openai_chunk("one "), openai_chunk("two"), openai_chunk(finish="stop", usage=USAGE), "[DONE]")


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with fake_server() as fake:
        yield fake


@pytest.fixture
def llm_home(tmp_path: Path, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "newsdesk.toml").write_text(SETTINGS.format(url=server.url))
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    monkeypatch.setenv("MY_KEY", "sk-very-secret")
    return tmp_path


def newsdesk(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["llm", *arguments])


def test_list_says_what_there_is_and_what_is_lacking(llm_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = newsdesk("list").output
    assert "\n  mine: m-1 (openai); ready to be checked\n" in said
    assert "\n  local: /nowhere.gguf (llama_cpp); The model file /nowhere.gguf is not there." in said
    for name in (*LLM_KINDS, *GGUF_PACKAGES):
        assert f"\n  {name}: " in said
    monkeypatch.delenv("MY_KEY")
    assert "(openai); The variable MY_KEY is not set." in newsdesk("list").output


def test_list_without_models_says_where_to_write_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_HOME", str(tmp_path))
    assert f"none: write a table [llms.NAME] in {tmp_path / 'newsdesk.toml'}" in newsdesk("list").output


def test_check_asks_and_shows(llm_home: Path, server: FakeServer) -> None:
    (llm_home / "prices.toml").write_text(
        "[models.m-1]\ninput = 10\ncached_input = 1\noutput = 100\nread_on = 2026-01-01"
    )
    server.replies = [stream(ANSWER)]
    said = newsdesk("check", "mine")
    assert said.exit_code == 0
    lines = said.output.splitlines()
    assert lines[0].startswith("mine: m-1 (openai), made ready in ")
    assert lines[1] == "context      8,000 tokens"
    assert lines[2].endswith(" s, 30 tokens of prompt")
    assert lines[3].endswith(" tokens a second, 2 in all")
    assert lines[4:] == ["cost         $0.000500", "said         one two"]


def test_check_of_a_class_of_ones_own(llm_home: Path) -> None:
    said = newsdesk("check", "own").output
    assert "context      not known; set context_tokens\n" in said
    assert said.endswith("said         Three words suffice.\n")


@pytest.mark.parametrize(
    ("name", "exit_code", "line"),
    [
        ("nobody", 2, "The settings have no language model 'nobody'. Write a table [llms.nobody] in "),
        ("local", 3, "The model file /nowhere.gguf is not there. Name a GGUF file, or one of: "),
        ("mine", 3, "The language model 'mine' does not accept the key in MY_KEY (status 401). Check MY_KEY."),
    ],
)
def test_what_stands_in_the_way_is_one_line(
    llm_home: Path, server: FakeServer, name: str, exit_code: int, line: str
) -> None:
    server.replies = [refuse(401)]
    said = newsdesk("check", name)
    assert said.exit_code == exit_code
    assert said.stderr.startswith(f"newsdesk: {line}") and said.stderr.count("\n") == 1
