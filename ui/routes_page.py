"""What the scripts of the web page ask for: pieces of HTML, and answers in HTML as a stream of events."""

from datetime import UTC, date, datetime
from pathlib import Path

from fastapi import FastAPI, Request
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

from rag.conversations import MOST_TURNS
from rag.settings import Settings
from rag.types import Answer
from ui.access import logged_in, needs
from ui.page.answer import result, said
from ui.page.examples import Examples
from ui.page.shown import gather
from ui.page.start import choices, holdings
from ui.schemas_requests import AskRequest, Message, to_question
from ui.serving import Serving
from ui.streaming import AnswerStream

ASSETS = Path(__file__).parent / "assets"


class StartBody(BaseModel):
    """What there is to ask: `holds` is text, `choices` HTML. `logged_in`: by a key that can be taken back."""

    holds: str
    choices: str
    logged_in: bool


class PageAnswer(BaseModel):
    """An answer to be shown; `holds`: what the archive holds now; `history`: what to send along with the question that
    goes on from it."""

    answer_id: str | None
    question: str
    html: str
    heard: str
    holds: str
    history: list[Message]


def add_page_routes(app: FastAPI, serving: Serving, settings: Settings) -> None:
    """Everything under /page, for the page alone: no part of the API."""
    samples = Examples(serving, settings)
    assets = {file.name: file for file in ASSETS.iterdir()}

    @app.get("/page/assets/{name}", dependencies=[needs("ask")], include_in_schema=False)
    def asset(name: str) -> FileResponse:
        """A script of the page."""
        if name not in assets:
            raise HTTPException(404, "Not Found")
        return FileResponse(assets[name], headers={"Cache-Control": "no-cache"})  # asks whether it has changed

    @app.get("/favicon.ico", include_in_schema=False)
    def favicon() -> FileResponse:
        """Of every page, also that of the login."""
        return FileResponse(assets["favicon.png"])

    @app.get("/page/start", dependencies=[needs("ask")], include_in_schema=False)
    def start(request: Request) -> StartBody:
        """What the archive holds, and what may be chosen."""
        pipeline = serving.pipeline()
        collection = pipeline.collection
        chosen = choices(collection.tally(), sorted(pipeline.answerers), settings.llm, settings.top_k)
        return StartBody(holds=holdings(collection.manifest()), choices=chosen, logged_in=logged_in(request))

    @app.get("/page/examples", dependencies=[needs("ask")], include_in_schema=False)
    def example_questions() -> list[str] | None:
        """Questions that the archive answers; none while they are being looked for."""
        return samples.get()

    @app.post("/page/ask", dependencies=[needs("ask")], include_in_schema=False)
    def ask(body: AskRequest, request: Request) -> AnswerStream:
        """As POST /ask with `stream`; the data of `final` is a PageAnswer."""
        events = serving.stream(to_question(body, settings), request.state.request_id)

        def final(answer: Answer) -> PageAnswer:
            return _page_answer(answer, body, serving)

        return AnswerStream(next(events), events, request.state.request_id, final)

    @app.get("/page/answers/{id}", dependencies=[needs("ask")], include_in_schema=False)
    def answer(id: str) -> PageAnswer:
        """As GET /answers/{id}, to be shown and gone on from."""
        kept = serving.answer(id)
        asked = AskRequest(
            question=kept.answer.question,
            standalone_question=kept.answer.standalone_question,
            as_of=date.fromisoformat(kept.answer.as_of) if kept.answer.as_of else None,
        )
        given_on = datetime.fromtimestamp(kept.given_at, UTC).date().isoformat()
        return _page_answer(kept.answer, asked, serving, given_on)


def _page_answer(answer: Answer, body: AskRequest, serving: Serving, given_on: str | None = None) -> PageAnswer:
    collection = serving.pipeline().collection
    shown = gather(answer, body, collection, given_on)
    turns = [Message(role=turn.role, content=turn.content) for turn in said(answer)]
    return PageAnswer(
        answer_id=answer.answer_id,
        question=answer.question,
        html=result(shown),
        heard=answer.answer,
        holds=holdings(collection.manifest()),
        history=[*body.history, *turns][-MOST_TURNS:],
    )
