"""A language model that writes, as a person meets it in the terminal."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ui.cli import cli

WHY = "Why did Kering drop its suit?"
SETTINGS = """
llm = "mine"

[llms.mine]
kind = "tests.scripted_llm:ScriptedLLM"
model = "Alibaba was able to convince Kering of its intentions [1]. Kering was paid $50 million [1]."

[llms.keyless]
kind = "openai"
model = "m"
base_url = "http://127.0.0.1:9/v1"
api_key_env = "NO_SUCH_KEY"
"""


@pytest.fixture
def writing_home(home: Path) -> Path:
    (home / "newsdesk.toml").write_text(SETTINGS, encoding="utf-8")
    return home


def newsdesk(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def test_what_was_removed_is_told(writing_home: Path) -> None:
    said = newsdesk("ask", WHY).output
    assert said.startswith("Alibaba was able to convince Kering of its intentions. [1]\n")
    assert "\nRemoved: “Kering was paid $50 million.”: no source says “$50 million”.\n" in said
    body = json.loads(newsdesk("ask", WHY, "--json").output)
    assert body["removed"] == [{"text": "Kering was paid $50 million.", "reason": "no source says “$50 million”"}]
    assert body["llm"] == "mine" and body["usage"]["output_tokens"] > 0


def test_another_may_be_asked(writing_home: Path) -> None:
    assert json.loads(newsdesk("ask", WHY, "--llm", "extractive", "--json").output)["llm"] == "extractive"
    unknown = newsdesk("ask", WHY, "--llm", "oracle")
    assert unknown.exit_code == 2
    assert "There is no llm named 'oracle' here. Choose one of: extractive, keyless, mine." in unknown.output
    keyless = newsdesk("ask", WHY, "--llm", "keyless")
    assert keyless.exit_code == 3 and "The variable NO_SUCH_KEY is not set." in keyless.output


def test_doctor_says_who_writes(writing_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ok       llm: mine writes answers: " in newsdesk("doctor").output
    monkeypatch.setenv("NEWSDESK_LLM", "keyless")
    assert "PROBLEM  llm: The variable NO_SUCH_KEY is not set." in newsdesk("doctor").output


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("rules", "ok       rewrite: rules complete follow-up questions"),
        ("mine", "ok       rewrite: mine completes follow-up questions: "),
        ("keyless", "PROBLEM  rewrite: The variable NO_SUCH_KEY is not set."),
        ("oracle", "PROBLEM  rewrite: The settings have no language model 'oracle'."),
    ],
)
@pytest.mark.parametrize("llm", ["mine", "extractive"])
def test_doctor_says_who_completes_questions(
    llm: str, name: str, said: str, writing_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSDESK_REWRITE", name)
    monkeypatch.setenv("NEWSDESK_LLM", llm)
    told = newsdesk("doctor").output
    assert said in told and f"ok       llm: {llm} writes answers" in told


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("NEWSDESK_READER", "none", "cannot write answers: the settings want no reader"),
        ("NEWSDESK_LLMS", '{"extractive": {"kind": "openai", "model": "m"}}', "can be named 'extractive'"),
    ],
)
def test_settings_that_cannot_be(
    variable: str, value: str, said: str, writing_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    done = newsdesk("ask", WHY)
    assert done.exit_code == 3 and said in done.output
