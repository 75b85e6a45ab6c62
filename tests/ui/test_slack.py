"""Slack over HTTP and Socket Mode, against a Slack on loopback and with the real pipeline."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import slack_bolt
import yaml
from conftest import SEEDS, ingest_into, serving
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_server import APP_TOKEN, DIRECT, SECRET, TOKEN, USER, Slack, problem, slack_server

from eval.processes import own_process
from index.errors import SetupError, StorageError
from rag.interfaces import Reader
from rag.llms.extractive import ExtractiveAnswerer
from rag.settings import Settings, load_settings
from rag.types import Answer, Citation, Sentence
from ui.keys import Keys
from ui.serving import Serving
from ui.slack import COMMAND, SHORTCUT, connect, plain, slack_app
from ui.slack_blocks import answer_message
from ui.slack_seen import SeenEvents

ROOT = SEEDS.parent
KERING = "Why did Kering drop its suit?"


class Slow(ExtractiveAnswerer):
    """Takes its time, until it may go on."""

    go_on = threading.Event()

    def drafts(self, *asked: Any) -> Any:
        assert self.go_on.wait(30)
        yield from super().drafts(*asked)


class Broken:
    """An answerer with a bug in it."""

    name = "broken"

    def __init__(self, *, min_confidence: float, reader: Reader | None) -> None:
        pass

    def drafts(self, *_: Any) -> None:
        raise RuntimeError("secret internals")


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    with slack_server() as slack:
        yield slack


@pytest.fixture(autouse=True)
def _nothing_said_yet(slack: Slack) -> None:
    slack.posted.clear()
    slack.private.clear()
    slack.refused.clear()


def _settings(home: Path, slack: Slack, **chosen: Any) -> Settings:
    secrets = {"slack_bot_token": TOKEN, "slack_signing_secret": SECRET, "slack_app_token": APP_TOKEN}
    asked = {**load_settings(home).model_dump(exclude=set(secrets)), **secrets, "slack_api_url": f"{slack.url}/api/"}
    return Settings(**{**asked, **chosen})


@pytest.fixture(scope="module")
def slack_home(seeds_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("slack") / "home"
    home.mkdir()
    for name in ("archive", "models"):
        (home / name).symlink_to(seeds_home / name, target_is_directory=True)
    return home


@pytest.fixture(scope="module")
def key(slack_home: Path) -> str:
    return Keys(slack_home / "keys.sqlite").create("bot", ["ask"])


@pytest.fixture(scope="module")
def newsdesk(slack: Slack, slack_home: Path, key: str) -> Iterator[str]:
    """A server that asks others than Slack for a key."""
    with serving(_settings(slack_home, slack), Keys(slack_home / "keys.sqlite")) as address:
        yield address


def _shown(message: dict[str, Any]) -> str:
    """The words of a message, a text object a line."""
    blocks = [block for block in message["blocks"] if block["type"] != "actions"]
    texts = [block.get("elements") or [block["text"]] for block in blocks]
    return "\n".join(text["text"] for block in texts for text in block)


def test_mention_is_answered_in_its_thread_with_sources(slack: Slack, newsdesk: str) -> None:
    asked = slack.mention(KERING)
    assert slack.deliver(newsdesk, asked) == 1
    [message] = slack.wait_for(1)
    assert (message["channel"], message["thread_ts"]) == ("CNEWS", asked["event"]["ts"])
    assert "taskforce" in message["text"]
    assert [block["type"] for block in message["blocks"]] == ["section", "context", "context", "actions"]
    assert "[1] RetailDetail · 4 Aug 2017 · " in _shown(message)
    assert "The archive reaches to 4 Aug 2017." in _shown(message)
    for block in message["blocks"][:-1]:
        assert all(text["verbatim"] for text in block.get("elements") or [block["text"]])


def test_thread_goes_on_with_what_was_said_in_it(slack: Slack, newsdesk: str) -> None:
    first = slack.mention("When did Kering file suit against Alibaba?")
    thread = first["event"]["ts"]
    slack.deliver(newsdesk, first)
    slack.wait_for(1)
    slack.deliver(newsdesk, slack.mention("And why did they drop it?", thread))
    message = slack.wait_for(2)[1]
    assert message["thread_ts"] == thread
    assert "Understood as: And why did they drop it (" in _shown(message)
    assert "Kering" in _shown(message) and "Napoleon" not in _shown(message)


def test_thread_that_cannot_be_read_is_said(slack: Slack, newsdesk: str, caplog: pytest.LogCaptureFixture) -> None:
    slack.history_allowed = False
    slack.deliver(newsdesk, slack.mention(KERING, "1700000000.000001"))
    [message] = slack.wait_for(1)
    slack.history_allowed = True
    assert "I could not read what was said before (missing_scope)" in _shown(message)
    assert "taskforce" in message["text"] and KERING not in caplog.text


def test_direct_message_command_and_shortcut(slack: Slack, newsdesk: str) -> None:
    slack.deliver(newsdesk, slack.event("message", KERING))
    [direct] = slack.wait_for(1)
    assert direct["channel"] == DIRECT and "taskforce" in direct["text"]
    slack.deliver(newsdesk, slack.command(KERING))
    _, question, answer = slack.wait_for(3)
    assert question["text"] == f"<@{USER}> asks: {KERING}" and "thread_ts" not in question
    assert answer["thread_ts"] == question["ts"] and "taskforce" in answer["text"]
    slack.deliver(newsdesk, slack.shortcut(KERING))
    assert slack.wait_for(4)[3]["thread_ts"] == "1600000000.000001"


def test_where_the_app_may_not_write_only_who_asked_is_answered(slack: Slack, newsdesk: str) -> None:
    slack.closed.add("CSECRET")
    slack.deliver(newsdesk, slack.command(KERING, "CSECRET"))
    slack.deliver(newsdesk, slack.shortcut(KERING, "CSECRET"))
    for answer in slack.wait_for(2, "private"):
        assert answer["response_type"] == "ephemeral" and "taskforce" in answer["text"]
    assert slack.posted == []


@pytest.mark.parametrize("text", ["", "help"])
def test_command_without_a_question_says_how_to_ask(slack: Slack, newsdesk: str, text: str) -> None:
    slack.deliver(newsdesk, slack.command(text))
    assert "mention me with a question" in slack.wait_for(1, "private")[0]["text"]


def test_what_the_archive_does_not_say_comes_with_the_nearest(slack: Slack, newsdesk: str) -> None:
    slack.deliver(newsdesk, slack.mention("How many stores does Kering run in Antwerp?"))
    shown = _shown(slack.wait_for(1)[0])
    assert shown.startswith("Sorry, I cannot answer this. The archive has no article that mentions “Antwerp”.")
    assert re.search(r"\nThe nearest that I found:\n\[1\] .+ · .+ · .+\n.*“.+”\n", shown)


def test_buttons_keep_what_an_answer_is_worth(slack: Slack, newsdesk: str, slack_home: Path) -> None:
    slack.deliver(newsdesk, slack.mention(KERING))
    slack.deliver(newsdesk, slack.mention("How many stores does Kering run in Antwerp?"))
    slack.wait_for(2)
    answer, abstention = sorted(slack.posted, key=lambda message: message["text"].startswith("Sorry"))
    buttons = [message["blocks"][-1]["elements"] for message in (answer, abstention)]
    names = [[button["text"]["text"] for button in row] for row in buttons]
    assert names == [["Helpful", "Wrong answer", "Wrong source"], ["Helpful", "Should have answered"]]
    slack.deliver(newsdesk, slack.press(buttons[0][2]))
    slack.wait_for(1, "private")
    slack.deliver(newsdesk, slack.press(buttons[1][1]))
    slack.wait_for(2, "private")
    slack.deliver(newsdesk, slack.press(buttons[1][1] | {"value": "gone"}))
    assert slack.wait_for(3, "private")[0]["text"] == "Thank you, that is noted."
    assert slack.private[2]["text"].startswith("There is no answer 'gone'")
    serving = Serving(_settings(slack_home, slack))
    said = {
        kept.answer.question: [one.kind for one in kinds]
        for kept, kinds in serving.kept_answers.with_feedback(serving.pipeline().collection)
    }
    assert said == {KERING: ["wrong_source"], "How many stores does Kering run in Antwerp?": ["should_have_answered"]}


def test_acknowledged_while_it_is_answered_and_answered_once(
    slack: Slack, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Slow, "go_on", threading.Event())
    settings = _settings(home, slack, llm="test_slack:Slow", questions_at_once=1)
    asked = slack.mention(KERING)
    with serving(settings) as address:
        assert slack.deliver(address, asked) == 1
        for retry in (1, 2):
            assert slack.send(address, asked, retry=retry).status_code == 200
        assert slack.send(address, slack.command("help")).status_code == 200  # though every thread is busy
        assert slack.posted == []
        Slow.go_on.set()
        slack.wait_for(1)
        slack.wait_for(1, "private")
    with serving(settings) as address:  # as another process, or after a restart
        assert slack.send(address, asked, retry=3).status_code == 200
        slack.deliver(address, slack.mention(KERING))
        slack.wait_for(2)
    assert len(slack.posted) == 2


@pytest.mark.parametrize(("secret", "age"), [("another secret", 0.0), (SECRET, 600.0)])
def test_what_slack_did_not_sign_just_now_is_refused(slack: Slack, newsdesk: str, secret: str, age: float) -> None:
    response = slack.send(newsdesk, slack.mention(KERING), secret=secret, age=age)
    assert response.status_code == 401
    assert response.json()["error_code"] and "signed by Slack" in response.json()["detail"]
    slack.deliver(newsdesk, slack.command("help"))
    slack.wait_for(1, "private")
    assert slack.posted == []


def test_bots_edits_and_other_channels_are_passed_over(slack: Slack, newsdesk: str) -> None:
    slack.deliver(newsdesk, slack.mention(KERING, bot_id="BOTHER"))
    slack.deliver(newsdesk, slack.event("message", KERING, subtype="message_changed"))
    slack.deliver(newsdesk, slack.event("message", KERING, channel_type="channel"))
    slack.deliver(newsdesk, slack.event("message", KERING, user="UBOT"))
    slack.deliver(newsdesk, slack.mention("help me"))
    slack.wait_for(1)
    assert len(slack.posted) == 1


def test_comes_back_when_slack_says_so(slack: Slack, newsdesk: str) -> None:
    slack.limits = 2
    slack.deliver(newsdesk, slack.mention(KERING))
    assert "taskforce" in slack.wait_for(1)[0]["text"]
    assert slack.limits == 0


def test_errors_are_said_without_what_is_inside(slack: Slack, home: Path, newsdesk: str) -> None:
    slack.deliver(newsdesk, slack.mention("why " * 600))
    assert "I could not answer that. The question has 2,399 characters" in slack.wait_for(1)[0]["text"]
    with serving(_settings(home, slack, llm="test_slack:Broken")) as address:
        slack.deliver(address, slack.mention(KERING))
        message = slack.wait_for(2)[1]
    assert "Something went wrong inside" in message["text"] and "secret" not in message["text"]


def test_words_of_an_article_are_never_markup(slack: Slack, empty_home: Path, tmp_path: Path) -> None:
    hostile = "Kerdinal <!channel> & <https://evil.example|click> reported </b> a profit of 7 million euros."
    title = "Kerdinal <!here>|> profit"
    record = f'{{"title": "{title}", "text": "{hostile}", "url": "https://news.example/a?x=1&y=<2>|3"}}'
    (tmp_path / "hostile.jsonl").write_text(record, encoding="utf-8")
    ingest_into(empty_home, tmp_path / "hostile.jsonl")
    with serving(_settings(empty_home, slack)) as address:
        slack.deliver(address, slack.mention("How many euros of profit did Kerdinal report?"))
        [message] = slack.wait_for(1)
    assert slack.refused == []
    assert "&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;" in message["text"]
    assert "Kerdinal &lt;!here&gt;|&gt; profit>" in _shown(message)


def test_longest_answer_fits_into_a_message(slack: Slack) -> None:
    citation = Citation(1, "a1", "T<" * 400, "O&" * 200, "https://x.example/" + "&" * 900, None, "<&" * 2000, 0, 4000)
    citations = tuple(
        replace(citation, n=n, article_id=f"a{n}", also_in=(f"https://y.example/{n}",) * 9, notice="&" * 3000)
        for n in range(1, 90)
    )
    for text in ("<word & word> " * 9000, "<" * 90_000, "字" * 90_000):
        answer = replace(_ANSWER, answer=text, citations=citations, notes=("<note>" * 100,) * 50)
        message = answer_message(answer)
        body = {"channel": "C", "text": message.text, "blocks": list(message.blocks)}
        assert problem(body) is None
        assert "69 more articles are not shown." in _shown(body)


def test_citations_of_one_article_stand_together() -> None:
    citation = Citation(1, "a1", "Title", "Outlet", None, "2020-03-02", "First words.", 0, 12)
    citations = (citation, replace(citation, n=2, article_id="a2"), replace(citation, n=3, quote="Other words."))
    message = answer_message(
        replace(_ANSWER, answer="First words. [1] [2] As the other says. [3]", citations=citations)
    )
    assert [block["elements"][0]["text"] for block in message.blocks[1:3]] == [
        "[1] [3] Outlet · 2 Mar 2020 · Title\n[3] “Other words.”",
        "[2] Outlet · 2 Mar 2020 · Title",
    ]


def test_what_slack_sends_is_read_as_it_is_seen() -> None:
    assert plain("<@U1> what of <https://a.example/x|a.example> &amp; <#C1|news> <!here> &lt;b&gt;") == (
        "what of a.example & news <b>"
    )


def test_newsdesk_slack_connects_by_socket_mode(slack: Slack, home: Path) -> None:
    settings = _settings(home, slack)
    variables = {
        "NEWSDESK_SLACK_BOT_TOKEN": TOKEN,
        "NEWSDESK_SLACK_APP_TOKEN": APP_TOKEN,
        "NEWSDESK_SLACK_API_URL": settings.slack_api_url,
    }
    command = [sys.executable, "-c", "from ui.cli import cli; cli()", "slack"]
    with own_process(command, env=os.environ | variables, stderr=subprocess.PIPE) as run:
        asked = slack.mention(KERING)
        slack.acknowledged.clear()
        slack.envelope(asked)
        slack.envelope(asked | {"retry_attempt": 1})
        slack.envelope(slack.command("help"), "slash_commands")
        slack.wait_for(1)
        slack.wait_for(1, "private")
        with slack.changed:
            assert slack.changed.wait_for(lambda: len(slack.acknowledged) == 3, 30)
        run.send_signal(signal.SIGTERM)
        _, said = run.communicate(timeout=30)
    assert run.returncode == 0
    assert said == "Newsdesk answers as @newsdesk in News. Ctrl-C stops it.\n"
    assert len(slack.posted) == 1 and "taskforce" in slack.posted[0]["text"]


def test_bot_of_ones_own_in_the_docs_answers(
    slack: Slack, newsdesk: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "slack.md").read_text(), re.DOTALL)
    opened = []

    def app(token: str) -> slack_bolt.App:
        return App(client=WebClient(token, base_url=f"{slack.url}/api/"))

    def start(handler: SocketModeHandler) -> None:
        handler.connect()
        opened.append(handler)

    App = slack_bolt.App
    monkeypatch.setattr(slack_bolt, "App", app)
    monkeypatch.setattr(SocketModeHandler, "start", start)
    monkeypatch.setenv("NEWSDESK_URL", newsdesk)
    monkeypatch.setenv("NEWSDESK_KEY", key)
    monkeypatch.setenv("SLACK_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("SLACK_APP_TOKEN", APP_TOKEN)
    names: dict[str, Any] = {}
    exec(code, names)
    slack.envelope(slack.mention(KERING))
    slack.envelope(slack.mention("why " * 600))
    answer, problem = sorted((message["text"] for message in slack.wait_for(2)), key=len, reverse=True)
    opened[0].close()
    names["newsdesk"].close()
    assert "taskforce" in answer and "\n[1] RetailDetail · 2017-08-04 · " in answer
    assert problem.startswith("That did not work: The question has 2,399 characters")


def test_manifest_names_what_is_answered() -> None:
    manifest = yaml.safe_load((ROOT / "docs" / "slack-manifest.yaml").read_text())
    assert [command["command"] for command in manifest["features"]["slash_commands"]] == [COMMAND]
    assert [shortcut["callback_id"] for shortcut in manifest["features"]["shortcuts"]] == [SHORTCUT]
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == ["app_mention", "message.im"]


def test_what_is_missing_is_named(slack: Slack, home: Path) -> None:
    def error(**chosen: Any) -> str:
        settings = _settings(home, slack, **chosen)
        with pytest.raises(SetupError) as raised:
            connect(settings, Serving(settings))
        return str(raised.value)

    assert "NEWSDESK_SLACK_BOT_TOKEN" in error(slack_bot_token=None)
    assert "NEWSDESK_SLACK_APP_TOKEN" in error(slack_app_token=None)
    assert "invalid_auth" in error(slack_bot_token="xoxb-wrong")
    assert "cannot be reached" in error(slack_api_url="http://127.0.0.1:9/api/")
    with pytest.raises(SetupError):
        slack_app(_settings(home, slack, slack_bot_token=None), Serving(_settings(home, slack)))
    assert TOKEN not in repr(_settings(home, slack))


def test_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "slack_bolt", None)
    monkeypatch.delitem(sys.modules, "ui.slack")
    with pytest.raises(SetupError, match=r"newsdesk\[slack\]"):
        import_module("ui.slack")


def test_file_of_the_events_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "slack.sqlite").mkdir()
    with pytest.raises(StorageError, match=r"slack\.sqlite"):
        SeenEvents(tmp_path / "slack.sqlite").first("Ev1")


_ANSWER = Answer(
    question="?",
    standalone_question="?",
    answer="",
    explanation="",
    sentences=(Sentence("x", (1,), "supported"),),
    citations=(),
    abstained=False,
    abstain_reason=None,
    nearest=(),
    conflicts=(),
    removed=(),
    confidence=1.0,
    times=(),
    latest=False,
    notes=(),
    as_of=None,
    data_through=None,
    timings_ms={},
    usage={},
    llm="extractive",
    conversation_id=None,
    answer_id="a" * 32,
    request_id="r",
)
