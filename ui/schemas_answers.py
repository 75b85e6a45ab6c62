"""The bodies of answers shown again and of what readers say of them."""

from datetime import datetime

from pydantic import ConfigDict, Field

from rag.kept_answers import FeedbackKind, KeptAnswer
from ui.schemas import AskResponse, ResponseBody, from_answer
from ui.schemas_requests import RequestBody, Text


class KeptAnswerBody(ResponseBody):
    """An answer given before. What rested on articles that were deleted since is left out of `response`, whose `notes`
    say so, and also where an article has changed."""

    id: str
    question: str
    given_at: datetime
    expires_at: datetime = Field(description="When it is forgotten.")
    response: AskResponse


class FeedbackRequest(RequestBody):
    """What a reader says of an answer."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "answer_id": "b1946ac92492d2347c6235b4d2611184",
                    "kind": "wrong_source",
                    "note": "The quote is about another suit.",
                }
            ]
        },
    )

    answer_id: Text = Field(description="The `answer_id` of the answer.")
    kind: FeedbackKind = Field(description="`should_have_answered`: of an abstention from what the archive does say.")
    note: Text = Field("", max_length=2_000, description="In the reader's words.")


def from_kept_answer(kept: KeptAnswer) -> KeptAnswerBody:
    """The body of `GET /answers/{id}`."""
    answer = kept.answer
    return KeptAnswerBody(
        id=answer.answer_id or "",
        question=answer.question,
        given_at=kept.given_at,
        expires_at=kept.expires_at,
        response=from_answer(answer),
    )
