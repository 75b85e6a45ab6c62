"""An answer as a stream of server-sent events (WHATWG HTML, 9.2).

search    once, first: SearchBody
citation  CitationBody, before the words that show its number
delta     {"text"}: the next words; all of them together are the `answer`
pending   {"text"}: behind the deltas so far, what a language model has written and is not confirmed yet; the next one,
          maybe empty, takes its place
final     once, last: AskResponse
error     in place of what would have followed: ErrorBody
ping      {} every PING_SECONDS
"""

import logging
from collections.abc import AsyncIterator, Callable, Generator

from fastapi import Request
from pydantic import BaseModel
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import AppStatus
from starlette.concurrency import iterate_in_threadpool
from starlette.types import Receive, Scope, Send

from index.errors import NewsdeskError
from rag.types import Answer, Citation, Delta, Event, Found, Pending
from ui.schemas import CitationBody, DeltaBody, ErrorBody, PendingBody, from_answer, from_found
from ui.wording import UNFORESEEN

PING_SECONDS = 15

SEND_SECONDS = 30
"""A client that takes nothing for so long has gone away."""

AppStatus.disable_automatic_graceful_drain()  # a server that is told to stop finishes its answers

EVENT_SCHEMA = {
    "type": "object",
    "description": "One event of the stream; its data are JSON.",
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
    "required": ["data"],
}
"""For OpenAPI."""

_log = logging.getLogger(__name__)


class EventStream(EventSourceResponse):
    """What is `sent` of the `events` of one question, which are closed when all is sent or the client goes away. `ping`
    makes what shows every PING_SECONDS that the server is alive; None: a comment."""

    def __init__(
        self,
        events: Generator[Event],
        sent: AsyncIterator[ServerSentEvent],
        ping: Callable[[], ServerSentEvent] | None = None,
    ) -> None:
        self._events = events
        super().__init__(sent, ping=PING_SECONDS, ping_message_factory=ping, send_timeout=SEND_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._events.close()


class AnswerStream(EventStream):
    """The events of one question, by name. What has happened before the response starts can still get a status of its
    own, so `first` was taken already. `final` makes the data of that event."""

    def __init__(
        self,
        first: Event,
        events: Generator[Event],
        request_id: str,
        final: Callable[[Answer], BaseModel] = from_answer,
    ) -> None:
        ping = ServerSentEvent(event="ping", data="{}")
        super().__init__(events, _sent(first, events, request_id, final), lambda: ping)


async def last(events: Generator[Event], request: Request) -> Answer | None:
    """The answer that the events lead to, for a client who wants nothing else; None when the client has gone away."""
    try:
        async for event in iterate_in_threadpool(events):
            if isinstance(event, Answer):
                return event
            if await request.is_disconnected():
                return None
    finally:
        events.close()
    raise AssertionError("the last event is an answer")


async def _sent(
    first: Event, events: Generator[Event], request_id: str, final: Callable[[Answer], BaseModel]
) -> AsyncIterator[ServerSentEvent]:
    """What comes again without news is taken, so that the question can end there, and not sent."""
    pending = Pending("")
    try:
        if first != pending:
            yield _event(first, final)
        async for event in iterate_in_threadpool(events):
            if event == pending:
                continue
            if isinstance(event, Pending):
                pending = event
            yield _event(event, final)
    except NewsdeskError as error:
        yield _failed(error.code, str(error), request_id)
    except Exception:
        _log.exception("request %s failed", request_id)
        yield _failed("internal", UNFORESEEN, request_id)


def _event(event: Event, final: Callable[[Answer], BaseModel]) -> ServerSentEvent:
    match event:
        case Found():
            return _named("search", from_found(event))
        case Citation():
            return _named("citation", CitationBody.model_validate(event))
        case Delta():
            return _named("delta", DeltaBody.model_validate(event))
        case Pending():
            return _named("pending", PendingBody.model_validate(event))
        case Answer():
            return _named("final", final(event))


def _failed(code: str, detail: str, request_id: str) -> ServerSentEvent:
    return _named("error", ErrorBody(error_code=code, detail=detail, request_id=request_id))


def _named(name: str, body: BaseModel) -> ServerSentEvent:
    return ServerSentEvent(event=name, data=body.model_dump_json())
