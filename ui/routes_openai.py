"""Routes for clients of OpenAI's chat completions, such as its own library or Open WebUI."""

import json
import logging
from collections.abc import AsyncIterator, Generator
from typing import Any

from fastapi import FastAPI, Request
from fastapi.concurrency import iterate_in_threadpool, run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel
from sse_starlette import ServerSentEvent

from index.errors import NewsdeskError
from rag.settings import Settings
from rag.types import Answer, Delta, Event
from ui.access import needs
from ui.errors import BODY_ERRORS, NOTHING_TO_SEARCH, READY_ERRORS, error_example, openai_error
from ui.examples import MODELS, gives
from ui.routes_questions import CLIENT_GONE
from ui.schemas_openai import (
    DEFAULT_MODEL,
    ChatRequest,
    CompletionBody,
    ModelBody,
    ModelsBody,
    extra,
    from_chat_answer,
    head,
    plain,
    sources,
    to_chat_question,
    usage,
)
from ui.serving import Serving
from ui.streaming import EVENT_SCHEMA, EventStream, last
from ui.wording import UNFORESEEN

_CHUNKS_EXAMPLE = """data: {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1711111111, \
"model": "newsdesk", "choices": [{"index": 0, "delta": {"content": "The archive"}, "finish_reason": null}]}

data: [DONE]
"""
_CHAT_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer, or with `stream` chunks of it; the one that ends it has the extra fields.",
        "content": {"text/event-stream": {"schema": EVENT_SCHEMA, "example": _CHUNKS_EXAMPLE}},
    }
}
_CHAT_ERRORS = BODY_ERRORS | {
    503: error_example("Nothing to search, or too many questions at a time.", "not_ready", NOTHING_TO_SEARCH),
}
_log = logging.getLogger(__name__)


def add_openai_routes(app: FastAPI, serving: Serving, settings: Settings) -> None:
    """/v1."""

    @app.post(
        "/v1/chat/completions",
        response_model=CompletionBody,
        responses=_CHAT_ERRORS | _CHAT_STREAM,
        dependencies=[needs("ask")],
        tags=["openai"],
        summary="Ask as a client of OpenAI",
    )
    async def complete(body: ChatRequest, request: Request) -> CompletionBody | Response:
        """The last message is the question, those before it its history. An error also has OpenAI's `error`."""
        events = serving.stream(to_chat_question(body, settings), request.state.request_id)
        if body.stream:
            await run_in_threadpool(next, events)
            wanted = body.stream_options is not None and body.stream_options.include_usage
            return EventStream(events, _chunks(events, head(request.state.request_id, body.model), wanted))
        answer = await last(events, request)
        return from_chat_answer(answer, body.model) if answer else Response(status_code=CLIENT_GONE)

    @app.get(
        "/v1/models",
        responses=READY_ERRORS | gives(MODELS),
        dependencies=[needs("ask")],
        tags=["openai"],
        summary="Who may be asked",
    )
    def models() -> ModelsBody:
        """Whoever writes by default, and those that a request may name."""
        names = [DEFAULT_MODEL, *sorted(serving.pipeline().answerers)]
        return ModelsBody(data=[ModelBody(id=name) for name in names])


async def _chunks(events: Generator[Event], begin: dict[str, Any], with_usage: bool) -> AsyncIterator[ServerSentEvent]:
    begin = {"object": "chat.completion.chunk"} | begin
    no_usage = {"usage": None} if with_usage else {}
    request_id = begin["id"].removeprefix("chatcmpl-")

    def chunk(delta: dict[str, str], end: str | None = None, more: BaseModel | None = None) -> ServerSentEvent:
        choice = {"index": 0, "delta": delta, "finish_reason": end, "logprobs": None}
        return _data(begin | {"choices": [choice]} | no_usage | (more.model_dump() if more else {}))

    try:
        yield chunk({"role": "assistant", "content": ""})
        async for event in iterate_in_threadpool(events):
            if isinstance(event, Delta):
                yield chunk({"content": plain(event.text)})
            elif isinstance(event, Answer):
                if named := sources(event):
                    yield chunk({"content": named})
                yield chunk({}, "stop", extra(event))
                if with_usage:
                    yield _data(begin | {"choices": [], "usage": usage(event).model_dump()})
        yield ServerSentEvent(data="[DONE]")
    except NewsdeskError as error:
        yield _data({"error": openai_error(error.code, str(error))})
    except Exception:
        _log.exception("request %s failed", request_id)
        yield _data({"error": openai_error("internal", UNFORESEEN)})


def _data(body: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(data=json.dumps(body, ensure_ascii=False))
