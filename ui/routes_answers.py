"""Answers shown again, and what readers say of them."""

from typing import Annotated, Any

from fastapi import FastAPI
from fastapi import Path as PathField

from ui.access import needs
from ui.errors import BODY_ERRORS, error_example
from ui.examples import KEPT_ANSWER, gives
from ui.schemas_answers import FeedbackRequest, KeptAnswerBody, from_kept_answer
from ui.serving import Serving

_UNKNOWN = "There is no answer 'x': it was never given, or so long ago that it was forgotten. Ask the question again."
_ANSWER_ERRORS: dict[int | str, dict[str, Any]] = {
    404: error_example("Never given, or forgotten.", "unknown_answer", _UNKNOWN),
    422: error_example("The id cannot be used.", "bad_input", "The field 'id' cannot be used."),
    503: error_example("The file of the answers cannot be used.", "storage", "The answers given cannot be read."),
}


def add_answer_routes(app: FastAPI, serving: Serving) -> None:
    """GET /answers and POST /feedback."""

    @app.get(
        "/answers/{id}",
        responses=_ANSWER_ERRORS | gives(KEPT_ANSWER),
        dependencies=[needs("ask")],
        tags=["answers"],
        summary="Read an answer again",
    )
    def answer(
        id: Annotated[
            str, PathField(description="The `answer_id` of an answer.", examples=["b1946ac92492d2347c6235b4d2611184"])
        ],
    ) -> KeptAnswerBody:
        """An answer given before, with the day on which it was given."""
        return from_kept_answer(serving.answer(id))

    @app.post(
        "/feedback",
        status_code=204,
        responses=_ANSWER_ERRORS | BODY_ERRORS,
        dependencies=[needs("ask")],
        tags=["answers"],
        summary="Say what an answer is worth",
    )
    def feedback(body: FeedbackRequest) -> None:
        """Keep what a reader says of an answer, for `newsdesk feedback export`."""
        serving.kept_answers.add_feedback(body.answer_id, body.kind, body.note)
