"""What the web page can change in the archive, where the key allows it."""

import logging
from collections.abc import AsyncIterator, Generator
from contextlib import closing
from typing import Annotated

from fastapi import Depends, FastAPI, Query, Request
from fastapi import Path as PathField
from pydantic import BaseModel
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import iterate_in_threadpool
from starlette.exceptions import HTTPException

from index.errors import NewsdeskError
from index.types import IngestReport, Outcome
from rag.build import build_collection, build_conversations, build_embedder, build_kept_answers
from rag.deletion import delete_articles
from rag.settings import Settings
from ui.access import needs
from ui.adding import adding, keep_file
from ui.schemas import ErrorBody
from ui.schemas_requests import RequestBody, Text
from ui.show import in_words
from ui.wording import UNFORESEEN

_log = logging.getLogger(__name__)


class AddRequest(RequestBody):
    """The page of an article on the web."""

    url: Text


class OutcomeBody(BaseModel):
    """What became of one page."""

    state: str
    location: str
    article_id: str | None
    title: str | None
    problem: str | None


class ReportBody(BaseModel):
    """What became of all of it, in words."""

    said: str


def add_page_change_routes(app: FastAPI, settings: Settings) -> None:
    """POST /page/add and DELETE /page/articles, for the page alone: no part of the API."""

    @app.post("/page/add/url", dependencies=[needs("ingest")], include_in_schema=False)
    def add_url(body: AddRequest, request: Request) -> EventSourceResponse:
        """Bring in the page at an address; gives events `outcome`, and `report` or `error`."""
        return _stream(adding(body.url.strip(), settings), request)

    @app.post("/page/add/file", dependencies=[needs("ingest")], include_in_schema=False)
    def add_file(
        name: Annotated[str, Query()], content: Annotated[bytes, Depends(_content)], request: Request
    ) -> EventSourceResponse:
        """The same for a file, which is the body."""
        return _stream(adding(keep_file(name, content, settings), settings), request)

    @app.delete("/page/articles/{id}", status_code=204, dependencies=[needs("admin")], include_in_schema=False)
    def delete(id: Annotated[str, PathField()]) -> None:
        """Delete an article with all its versions, for good."""
        with closing(build_collection(settings, build_embedder(settings))) as collection:
            kept, conversations = build_kept_answers(settings), build_conversations(settings)
            if not delete_articles([id], collection, kept, conversations):
                raise HTTPException(404, f"There is no article {id!r}: it was never here, or was deleted.")


async def _content(request: Request) -> bytes:
    """No page of another site can send this type without being asked, which it is not."""
    if request.headers.get("content-type") != "application/octet-stream":
        raise HTTPException(415, "Send the file as application/octet-stream.")
    return await request.body()


def _stream(events: Generator[Outcome | IngestReport], request: Request) -> EventSourceResponse:
    return EventSourceResponse(_sent(events, request.state.request_id))


async def _sent(events: Generator[Outcome | IngestReport], request_id: str) -> AsyncIterator[ServerSentEvent]:
    try:
        async for event in iterate_in_threadpool(events):
            name, body = ("outcome", _outcome(event)) if isinstance(event, Outcome) else ("report", _report(event))
            yield ServerSentEvent(event=name, data=body.model_dump_json())
    except NewsdeskError as error:
        yield _failed(error.code, str(error), request_id)
    except Exception:
        _log.exception("request %s failed", request_id)
        yield _failed("internal", UNFORESEEN, request_id)


def _failed(code: str, detail: str, request_id: str) -> ServerSentEvent:
    body = ErrorBody(error_code=code, detail=detail, request_id=request_id)
    return ServerSentEvent(event="error", data=body.model_dump_json())


def _outcome(outcome: Outcome) -> OutcomeBody:
    article, problem = outcome.article, outcome.problem
    return OutcomeBody(
        state=outcome.state,
        location=outcome.location,
        article_id=article.id if article else None,
        title=article.title if article else None,
        problem=problem.reason if problem else None,
    )


def _report(report: IngestReport) -> ReportBody:
    return ReportBody(said=in_words(report))
