"""Questions asked in Slack: in a mention, a direct message, the command /newsdesk or the shortcut of a message.

Whatever comes is acknowledged at once and answered by a thread of its own, since Slack waits three seconds.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from index.errors import NewsdeskError, SetupError, StorageError
from rag.follow_up import TURN_CHARACTERS
from rag.kept_answers import FeedbackKind
from rag.settings import Settings
from rag.types import Question, Turn
from ui.serving import Serving
from ui.slack_blocks import FEEDBACK, SlackMessage, answer_message, escaped, plain_message
from ui.slack_seen import SeenEvents
from ui.wording import UNFORESEEN

try:
    from slack_bolt import App, BoltResponse
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
    from slack_bolt.context.ack import Ack
    from slack_bolt.context.respond import Respond
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError
    from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler, RateLimitErrorRetryHandler
except ModuleNotFoundError as error:
    raise SetupError(
        "The package slack-bolt is not installed.", "Install it: pip install 'newsdesk[slack]'."
    ) from error

COMMAND = "/newsdesk"
SHORTCUT = "newsdesk_ask"
"""The command and the shortcut as the manifest of the app in Slack names them."""

ANSWER = "newsdesk_answer"
"""Type of the metadata by which an answer is known again when its thread goes on."""

HOW_TO_ASK = (
    "Ask me what the archive reports: mention me with a question, write to me directly, or use "
    f"{COMMAND} with a question. In the thread of an answer you can ask on."
)
MOST_RETRIES = 3
"""Of a call for which Slack says to come back later."""

PAGE = 200
MOST_PAGES = 5
"""Of a thread so many messages are read at a time, and so often."""

KEPT_OUT = {"not_in_channel", "channel_not_found", "is_archived", "restricted_action", "no_permission"}
"""What Slack says of places where the app may not write."""

WRITTEN = {None, "file_share", "thread_broadcast"}
"""Kinds of messages that somebody has just written; others are notices, such as of an edit."""

_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_log = logging.getLogger("newsdesk")

Json = Mapping[str, Any]
Say = Callable[[SlackMessage, dict[str, Any] | None], None]
"""Posts a message with its metadata."""


def slack_app(settings: Settings, serving: Serving) -> App:
    """The app that takes what Slack sends, for Socket Mode or for HTTP. Asks Slack nothing yet.

    Raises SetupError when there is no bot token.
    """
    if settings.slack_bot_token is None:
        raise SetupError("There is no token of the bot in Slack.", "Set NEWSDESK_SLACK_BOT_TOKEN, see docs/slack.md.")
    secret = settings.slack_signing_secret
    app = App(
        name="newsdesk",
        client=WebClient(
            settings.slack_bot_token.get_secret_value(),
            base_url=settings.slack_api_url,
            retry_handlers=[ConnectionErrorRetryHandler(), RateLimitErrorRetryHandler(max_retry_count=MOST_RETRIES)],
        ),
        signing_secret=secret.get_secret_value() if secret else "",
        token_verification_enabled=False,
        process_before_response=True,  # acknowledge in the thread that took it: the others may all be busy answering
        listener_executor=ThreadPoolExecutor(settings.questions_at_once, "slack"),
    )
    seen, desk = SeenEvents(settings.slack_events_file), Desk(serving, settings.top_k)

    @app.middleware
    def only_once(body: Json, next: Callable[[], BoltResponse]) -> BoltResponse:
        return next() if _is_new(body, seen) else BoltResponse(status=200)

    app.event("app_mention")(ack=_acknowledge, lazy=[desk.event])
    app.event("message")(ack=_acknowledge, lazy=[desk.event])
    app.command(COMMAND)(ack=_acknowledge, lazy=[desk.command])
    app.message_shortcut(SHORTCUT)(ack=_acknowledge, lazy=[desk.shortcut])
    app.action(re.compile(FEEDBACK))(ack=_acknowledge, lazy=[desk.feedback])
    return app


def mount_slack(app: FastAPI, serving: Serving, settings: Settings) -> None:
    """Take what Slack sends at /slack/events. Raises SetupError when there is no bot token."""
    bolt = slack_app(settings, serving)

    @app.post("/slack/events", include_in_schema=False)
    async def slack_events(request: Request) -> Response:
        taken = await run_in_threadpool(bolt.dispatch, to_bolt_request(request, await request.body()))
        if taken.status == 401:
            raise HTTPException(401, "This was not signed by Slack within five minutes. Check the signing secret.")
        return to_starlette_response(taken)


def connect(settings: Settings, serving: Serving) -> tuple[SocketModeHandler, str]:
    """Connect to Slack by Socket Mode; gives what to close, and under which name the bot answers where.

    Raises SetupError when a token is missing or Slack does not take it.
    """
    app = slack_app(settings, serving)
    if settings.slack_app_token is None:
        raise SetupError("There is no token of the app in Slack.", "Set NEWSDESK_SLACK_APP_TOKEN, see docs/slack.md.")
    handler = SocketModeHandler(app, settings.slack_app_token.get_secret_value())
    try:
        bot = app.client.auth_test()
        handler.connect()
    except SlackApiError as error:
        raise SetupError(
            f"Slack does not take the tokens: {error.response['error']}.", "Copy them again, see docs/slack.md."
        ) from None
    except OSError as error:
        raise SetupError(
            f"Slack cannot be reached: {error}.", "Check the network and NEWSDESK_SLACK_API_URL."
        ) from error
    return handler, f"@{bot['user']} in {bot['team']}"


class Desk:
    """Answers in the thread where something is asked."""

    def __init__(self, serving: Serving, top_k: int) -> None:
        self._serving = serving
        self._top_k = top_k

    def event(self, event: Json, body: Json, client: WebClient, bot_id: str) -> None:
        """A mention, or a message to the bot itself; anything else, also of other bots, is passed over."""
        direct = event["type"] == "message" and event.get("channel_type") == "im"
        if not (direct or event["type"] == "app_mention") or event.get("bot_id"):
            return
        if event.get("subtype") not in WRITTEN:
            return
        thread = event.get("thread_ts")
        say = _saying(client, event["channel"], thread or event["ts"])
        history, notes = _history(client, event["channel"], thread, bot_id) if thread else ((), ())
        self._answer(plain(event.get("text", "")), body["event_id"], say, history, notes)

    def command(self, command: Json, client: WebClient, respond: Respond) -> None:
        """`/newsdesk QUESTION`: a message that shows the question, and the answer in its thread; where the app may not
        write, an answer that only who asked can see."""
        question = plain(command["text"])
        if question in ("", "help"):
            _responding(respond)(plain_message(HOW_TO_ASK), None)
            return
        asked = f"<@{command['user_id']}> asks: {escaped(question)}"
        try:
            ts = client.chat_postMessage(channel=command["channel_id"], text=asked, unfurl_links=False)["ts"]
            say = _saying(client, command["channel_id"], ts)
        except SlackApiError as error:
            say = _private(error, respond)
        self._answer(question, command["trigger_id"], say)

    def shortcut(self, shortcut: Json, client: WebClient, respond: Respond) -> None:
        """What a message says is the question; answered in its thread, or to who asked where the app may not write."""
        message, channel = shortcut["message"], shortcut["channel"]["id"]
        in_thread = _saying(client, channel, message.get("thread_ts") or message["ts"])

        def say(answer: SlackMessage, metadata: dict[str, Any] | None) -> None:
            try:
                in_thread(answer, metadata)
            except SlackApiError as error:
                _private(error, respond)(answer, metadata)

        self._answer(plain(message.get("text", "")), shortcut["trigger_id"], say)

    def feedback(self, action: Json, respond: Respond) -> None:
        """A button under an answer."""
        kind: FeedbackKind = action["action_id"].removeprefix(FEEDBACK)
        try:
            self._serving.kept_answers.add_feedback(action["value"], kind, "")
            said = "Thank you, that is noted."
        except NewsdeskError as error:
            said = str(error)
        _responding(respond)(plain_message(said), None)

    def _answer(
        self, question: str, request_id: str, say: Say, history: Sequence[Turn] = (), notes: Sequence[str] = ()
    ) -> None:
        if not question:
            say(plain_message(HOW_TO_ASK), None)
            return
        try:
            answer = self._serving.ask(Question(question, tuple(history), top_k=self._top_k), request_id)
        except NewsdeskError as error:
            say(plain_message(f"I could not answer that. {error}"), None)
        except Exception:
            _log.exception("request %s failed", request_id)
            say(plain_message(f"{UNFORESEEN} ({request_id})"), None)
        else:
            said = {"question": answer.standalone_question, "answer": answer.answer}
            payload = {name: text[:TURN_CHARACTERS] for name, text in said.items()}
            say(answer_message(answer, notes), {"event_type": ANSWER, "event_payload": payload})


def plain(text: str) -> str:
    """The words that a person sees of what Slack sends; who is mentioned is left out."""
    seen = _MARKUP.sub(lambda found: found[2] or ("" if found[1][:1] in "@#!" else found[1]), text)
    return " ".join(seen.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").split())


def _acknowledge(ack: Ack) -> None:
    ack()


def _is_new(body: Json, seen: SeenEvents) -> bool:
    """Whether an event comes for the first time; commands and shortcuts, which have no id, come once."""
    if "event_id" not in body:
        return True
    try:
        return seen.first(body["event_id"])
    except StorageError as error:
        _log.warning("%s An event may be answered twice.", error)
        return True


def _history(client: WebClient, channel: str, thread: str, bot_id: str) -> tuple[Sequence[Turn], Sequence[str]]:
    """What this bot was asked and answered in a thread, and a note for the reader where it cannot be read."""
    turns: list[Turn] = []
    try:
        replies = client.conversations_replies(channel=channel, ts=thread, limit=PAGE, include_all_metadata=True)
        for _, page in zip(range(MOST_PAGES), replies, strict=False):
            for message in page["messages"]:
                metadata = message.get("metadata", {})
                if message.get("bot_id") == bot_id and metadata.get("event_type") == ANSWER:
                    said = metadata["event_payload"]
                    turns += [Turn("user", said["question"]), Turn("assistant", said["answer"])]
    except SlackApiError as error:
        reason = error.response["error"]
        _log.warning("A thread in Slack cannot be read (%s); its question is taken by itself.", reason)
        return turns, [f"I could not read what was said before ({reason}) and took the question by itself."]
    return turns, []


def _saying(client: WebClient, channel: str, thread: str) -> Say:
    def say(message: SlackMessage, metadata: dict[str, Any] | None) -> None:
        client.chat_postMessage(
            channel=channel,
            thread_ts=thread,
            text=message.text,
            blocks=message.blocks,
            metadata=metadata,
            unfurl_links=False,
            unfurl_media=False,
        )

    return say


def _responding(respond: Respond) -> Say:
    def say(message: SlackMessage, metadata: dict[str, Any] | None) -> None:
        response = respond(message.text, message.blocks, response_type="ephemeral", replace_original=False)
        if response.status_code != 200:
            _log.error("Slack does not take an answer (%s).", response.status_code)

    return say


def _private(error: SlackApiError, respond: Respond) -> Say:
    """Another way to answer where the app may not write; raises the error when it says something else."""
    if error.response["error"] not in KEPT_OUT:
        raise error
    return _responding(respond)
