"""The HTTP face: POST /ask and what stands beside it, with the web page at /."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi import Path as PathField
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from index.errors import BadInputError, NewsdeskError, NotReadyError, StorageError
from rag.build import build_conversations
from rag.errors import UnknownConversationError
from rag.settings import Settings
from ui.chat import mount_page
from ui.edge import MAX_BODY_BYTES, Edge
from ui.schemas import (
    ArticleBody,
    AskRequest,
    AskResponse,
    ConversationBody,
    ErrorBody,
    ReadyBody,
    StatusBody,
    from_answer,
    from_article,
    from_conversation,
    to_question,
)
from ui.serving import Serving
from ui.streaming import AnswerStream

RETRY_AFTER_SECONDS = 5

_CODES = {400: "invalid_json", 404: "not_found", 405: "method_not_allowed"}

ConversationId = Annotated[str, PathField(description="A `conversation_id` of an answer.")]

_DESCRIPTION = f"""Questions to an archive of retail news. Every sentence of an answer cites the exact words of a dated
article; what the archive does not say is an abstention with a reason, and still status 200.

Every error has the body `error_code`, `detail`, `request_id`. A body that is not JSON is 400, one over
{MAX_BODY_BYTES // 1024} KB is 413, one sent as something else than `application/json` is 415. Send `X-Request-ID` to
find a request again: it comes back in the header and in the body."""


def create_app(settings: Settings) -> FastAPI:
    """The server. It starts whatever the state of the archive; /readyz and /ask say what is wrong with it."""
    serving = Serving(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(_warm_up, serving)
        yield

    app = FastAPI(
        title="Newsdesk",
        version=version("newsdesk"),
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,  # both pages load scripts from elsewhere; /openapi.json stays
        redoc_url=None,
        responses={500: _error("Something went wrong inside.", "internal", "Something went wrong inside the server.")},
    )
    _add_routes(app, serving, settings)
    app.add_exception_handler(NewsdeskError, _newsdesk_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_middleware(Edge)
    mount_page(app, serving, settings)
    return app


def _warm_up(serving: Serving) -> None:
    """Open the archive before the first question; what is wrong is said here and by the requests that meet it."""
    try:
        serving.pipeline()
    except NewsdeskError as error:
        logging.getLogger("newsdesk").warning("%s It serves all the same.", error)


def _add_routes(app: FastAPI, serving: Serving, settings: Settings) -> None:
    conversations = build_conversations(settings)

    @app.post(
        "/ask",
        response_model=AskResponse,
        responses=_ASK_ERRORS | _ASK_EVENTS,
        tags=["questions"],
        summary="Ask a question",
    )
    def ask(body: AskRequest, request: Request) -> AskResponse | AnswerStream:
        """An answer with its citations, or an abstention with its reason; as a stream of events where that is asked
        for."""
        question = to_question(body, settings)
        request_id = request.state.request_id
        if not body.stream and "text/event-stream" not in request.headers.get("accept", ""):
            return from_answer(serving.ask(question, request_id))
        events = serving.stream(question, request_id)
        return AnswerStream(next(events), events, request_id)

    @app.get("/conversations/{id}", responses=_CONVERSATION_ERRORS, tags=["conversations"], summary="Read it again")
    def conversation(id: ConversationId) -> ConversationBody:
        """What was said in a conversation that is kept here."""
        return from_conversation(conversations.get(id))

    @app.delete(
        "/conversations/{id}",
        status_code=204,
        responses=_CONVERSATION_ERRORS,
        tags=["conversations"],
        summary="Forget it",
    )
    def forget(id: ConversationId) -> None:
        """Delete a conversation, for good."""
        conversations.delete(id)

    @app.get("/articles/{id}", responses=_ARTICLE_ERRORS, tags=["articles"], summary="Read an article")
    def article(
        id: Annotated[str, PathField(description="An `article_id` of a citation.", examples=["25af53ce4a59"])],
    ) -> ArticleBody:
        """One article with its whole text."""
        found = serving.pipeline().collection.get(id)
        if found is None:
            raise HTTPException(404, f"There is no article {id!r}. Take the id from a citation's article_id.")
        return from_article(found)

    @app.get("/healthz", tags=["server"], summary="Is the process alive?")
    def healthz() -> StatusBody:
        """Always 200 while the process answers."""
        return StatusBody(status="alive")

    @app.get("/readyz", responses=_READY_ERRORS, tags=["server"], summary="Can it answer?")
    def readyz() -> ReadyBody:
        """200 when the archive is open and holds articles, else 503 with the reason."""
        try:
            manifest = serving.pipeline().collection.manifest()
        except NewsdeskError as error:
            raise NotReadyError(error.message, error.remedy) from error
        return ReadyBody(
            status="ready", articles=manifest.articles, chunks=manifest.chunks, data_through=manifest.data_through
        )


def _newsdesk_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, NewsdeskError)
    status = 500
    if isinstance(error, UnknownConversationError):
        status = 404
    elif isinstance(error, BadInputError):
        status = 422
    elif error.retryable or isinstance(error, StorageError):
        status = 503
    return _body(request, status, error.code, str(error), retry=error.retryable)


def _http_error(request: Request, error: Exception) -> JSONResponse:
    """Unknown route, wrong method, a body that cannot be decoded, and those raised above."""
    assert isinstance(error, HTTPException)
    detail = str(error.detail)
    if error.status_code == 405:
        detail = f"{request.url.path} does not answer {request.method}. Look at /openapi.json for what it answers."
    elif error.status_code == 400:
        detail = "The body is not valid JSON in UTF-8. Send one JSON object."
    elif detail == "Not Found":
        detail = f"There is nothing at {request.url.path}. Look at /openapi.json for what there is."
    response = _body(request, error.status_code, _CODES.get(error.status_code, "http_error"), detail)
    response.headers.update(error.headers or {})
    return response


def _invalid(request: Request, error: Exception) -> JSONResponse:
    """A request that does not fit the contract: names each field at fault."""
    assert isinstance(error, RequestValidationError)
    problems = error.errors()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip()
    if not media_type.endswith("json"):
        detail = "The body is not marked as JSON. Send it with the header 'Content-Type: application/json'."
        return _body(request, 415, "not_json", detail)
    if problems[0]["type"] == "json_invalid":
        detail = (
            f"The body is not valid JSON: {problems[0]['ctx']['error'].lower()} at character {problems[0]['loc'][1]}."
        )
        return _body(request, 400, "invalid_json", f"{detail} Send one JSON object.")
    said = " ".join(_sentence(problem) for problem in problems[:5])
    return _body(request, 422, "bad_input", f"{said} Look at /openapi.json for the fields of a request.")


def _sentence(problem: dict[str, Any]) -> str:
    field = ".".join(str(part) for part in problem["loc"][1:])
    if not field:
        return "The body must be one JSON object."
    if problem["type"] == "extra_forbidden":
        return f"The field {field!r} is not known."
    if problem["type"] == "missing":
        return f"The field {field!r} is missing."
    reason = problem["msg"].removeprefix("Value error, ")
    return f"The field {field!r} cannot be used: {reason[0].lower()}{reason[1:]}."


def _body(request: Request, status: int, code: str, detail: str, retry: bool = False) -> JSONResponse:
    content = ErrorBody(error_code=code, detail=detail, request_id=request.state.request_id).model_dump()
    return JSONResponse(content, status, headers={"Retry-After": str(RETRY_AFTER_SECONDS)} if retry else None)


def _error(description: str, code: str, detail: str) -> dict[str, Any]:
    """One error of a route, for OpenAPI."""
    example = {"error_code": code, "detail": detail, "request_id": "3f2c9a7e5b1d4c6f8a0e2b4d6c8f0a1e"}
    return {"model": ErrorBody, "description": description, "content": {"application/json": {"example": example}}}


_EVENTS_EXAMPLE = """event: search
data: {"standalone_question": "Why did Kering drop its suit?", "hits": []}

event: delta
data: {"text": "The archive does not say."}

event: final
data: {}
"""
_EMPTY = "The archive holds no article yet. Run `newsdesk ingest PATH...`, then ask again."
_READY_ERRORS: dict[int | str, dict[str, Any]] = {
    503: _error("Nothing to search, or the archive cannot be opened.", "not_ready", _EMPTY),
}
_ARTICLE_ERRORS = _READY_ERRORS | {
    404: _error("No such article.", "not_found", "There is no article 'x'. Take the id from a citation's article_id."),
    422: _error("The id cannot be used.", "bad_input", "The field 'id' cannot be used."),
}
_CONVERSATION_ERRORS: dict[int | str, dict[str, Any]] = {
    404: _error("Never begun, deleted or forgotten.", "unknown_conversation", "There is no conversation 'x'."),
    422: _error("The id cannot be used.", "bad_input", "The field 'id' cannot be used."),
    503: _error("The file of the conversations cannot be used.", "storage", "The conversations cannot be read."),
}
_ASK_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": """The answer, or with `stream` or `Accept: text/event-stream` the events that lead to it:
`search` (a SearchBody) once, first; `citation` (as in the answer) before the words that show its number; `delta`
(`{"text"}`), which all together are the `answer`; `final`, the whole answer, last. `error` (as for any other status)
in place of what would have followed, where something goes wrong only then; `ping` every 15 seconds.""",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EVENTS_EXAMPLE}},
    }
}
_ASK_ERRORS: dict[int | str, dict[str, Any]] = {
    400: _error("Not JSON.", "invalid_json", "The body is not valid JSON: expecting value at character 0."),
    404: _error("No such conversation.", "unknown_conversation", "There is no conversation 'x'."),
    413: _error("Too large.", "too_large", f"The body of the request is over {MAX_BODY_BYTES // 1024} KB."),
    415: _error("Not marked as JSON.", "not_json", "The body is not marked as JSON."),
    422: _error("A field that cannot be used.", "bad_input", "The field 'qestion' is not known."),
    503: _error("Nothing to search, or too many questions at a time.", "not_ready", _EMPTY),
}
