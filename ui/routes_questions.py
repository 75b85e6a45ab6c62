"""POST /ask, and the conversations that questions belong to."""

from functools import partial
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi import Path as PathField
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse

from rag.build import build_conversations
from rag.settings import Settings
from ui.access import count, needs
from ui.batch import MOST_LINES, answers, lines_of
from ui.errors import BODY_ERRORS, NOTHING_TO_SEARCH, error_example
from ui.examples import CONVERSATION, gives
from ui.schemas import AskResponse, ConversationBody, from_answer, from_conversation
from ui.schemas_requests import AskRequest, to_question
from ui.serving import Serving
from ui.streaming import EVENT_SCHEMA, AnswerStream, last

CLIENT_GONE = 499
"""Status, as nginx has it, of what nobody waits for any more."""

ConversationId = Annotated[
    str, PathField(description="A `conversation_id` of an answer.", examples=["5d41402abc4b2a76b9719d911017c592"])
]


_EVENTS_EXAMPLE = """event: search
data: {"standalone_question": "Why did Kering drop its suit?", "hits": []}

event: delta
data: {"text": "The archive does not say."}

event: final
data: {}
"""
_BATCH_EXAMPLE = """{"id": "a", "question": "Why did Kering drop its suit?"}
{"id": "b", "question": "Who runs Tapestry?", "as_of": "2018-01-01"}
"""
_BATCH_ANSWER_EXAMPLE = """{"line": 1, "id": "a", "status": 422, "response": null, \
"error": {"error_code": "bad_input", "detail": "It is empty.", "request_id": "3f2c9a7e5b1d4c6f8a0e2b4d6c8f0a1e"}}
"""
_CONVERSATION_ERRORS: dict[int | str, dict[str, Any]] = {
    404: error_example("Never begun, deleted or forgotten.", "unknown_conversation", "There is no conversation 'x'."),
    422: error_example("The id cannot be used.", "bad_input", "The field 'id' cannot be used."),
    503: error_example("The file of the conversations cannot be used.", "storage", "The conversations cannot be read."),
}
_ASK_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": """The answer, or with `stream` or `Accept: text/event-stream` the events that lead to it:
`search` (a SearchBody) once, first; `citation` (as in the answer) before the words that show its number; `delta`
(`{"text"}`), which all together are the `answer`; between them `pending` (`{"text"}`): what a language model has
written behind them and is not confirmed yet, each in place of the one before; `final`, the whole answer, last. `error`
(as for any other status) in place of what would have followed, where something goes wrong only then; `ping` every 15
seconds.""",
        "content": {"text/event-stream": {"schema": EVENT_SCHEMA, "example": _EVENTS_EXAMPLE}},
    }
}
_ASK_ERRORS: dict[int | str, dict[str, Any]] = BODY_ERRORS | {
    404: error_example("No such conversation.", "unknown_conversation", "There is no conversation 'x'."),
    503: error_example("Nothing to search, or too many questions at a time.", "not_ready", NOTHING_TO_SEARCH),
}
JSON_LINES = "application/x-ndjson"
_BATCH_LINES = {
    "requestBody": {
        "description": f"At most {MOST_LINES:,} lines, each the body of `POST /ask` with an `id` of yours if you like.",
        "required": True,
        "content": {JSON_LINES: {"schema": {"type": "string"}, "example": _BATCH_EXAMPLE}},
    }
}
_BATCH_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A BatchAnswer for each line: `line`, `id`, `status`, and `response` or `error`.",
        "content": {JSON_LINES: {"schema": {"type": "string"}, "example": _BATCH_ANSWER_EXAMPLE}},
    }
}
_BATCH_ERRORS: dict[int | str, dict[str, Any]] = {
    413: BODY_ERRORS[413],
    422: error_example("No line, or too many.", "bad_input", "The batch holds no line."),
}


def add_question_routes(app: FastAPI, serving: Serving, settings: Settings) -> None:
    """POST /ask and /conversations."""
    conversations = build_conversations(settings)

    @app.post(
        "/ask",
        response_model=AskResponse,
        responses=_ASK_ERRORS | _ASK_EVENTS,
        dependencies=[needs("ask")],
        tags=["questions"],
        summary="Ask a question",
    )
    async def ask(body: AskRequest, request: Request) -> AskResponse | Response:
        """An answer with its citations, or an abstention with its reason; as a stream of events where that is asked
        for."""
        question = to_question(body, settings)
        request_id = request.state.request_id
        events = serving.stream(question, request_id)
        if body.stream or "text/event-stream" in request.headers.get("accept", ""):
            return AnswerStream(await run_in_threadpool(next, events), events, request_id)
        answer = await last(events, request)
        return from_answer(answer) if answer else Response(status_code=CLIENT_GONE)

    @app.post(
        "/ask/batch",
        responses=_BATCH_ERRORS | _BATCH_ANSWERS,
        response_class=StreamingResponse,
        openapi_extra=_BATCH_LINES,
        dependencies=[needs("ask")],
        tags=["questions"],
        summary="Ask many questions",
    )
    async def batch(request: Request) -> StreamingResponse:
        """A JSON line for each line sent, in the same order; a line that cannot be answered says why, and the others go
        on. Each counts as a request; past the limit of requests a minute the others wait until they may be asked."""
        lines = lines_of(await request.body())
        told = answers(lines, serving, settings, partial(count, request))
        return StreamingResponse(told, media_type=JSON_LINES)

    @app.get(
        "/conversations/{id}",
        responses=_CONVERSATION_ERRORS | gives(CONVERSATION),
        dependencies=[needs("ask")],
        tags=["conversations"],
        summary="Read it again",
    )
    def conversation(id: ConversationId) -> ConversationBody:
        """What was said in a conversation that is kept here."""
        return from_conversation(conversations.get(id))

    @app.delete(
        "/conversations/{id}",
        status_code=204,
        responses=_CONVERSATION_ERRORS,
        dependencies=[needs("ask")],
        tags=["conversations"],
        summary="Forget it",
    )
    def forget(id: ConversationId) -> None:
        """Delete a conversation, for good."""
        conversations.delete(id)
