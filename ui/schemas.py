"""What the HTTP API gives back, field by field; `newsdesk ask --json` prints the same."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from index.types import Article
from rag.types import AbstainReason, Answer, Conversation, Found, VerdictLabel
from ui.schemas_requests import Message, Relation


class ResponseBody(BaseModel):
    """What is given back."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class SentenceBody(ResponseBody):
    """One sentence of an answer and the numbers of its citations."""

    text: str
    citations: list[int]
    verdict: VerdictLabel


class TimeBody(ResponseBody):
    """Words that speak of time, and the days they were taken to mean; can be sent along with a question."""

    text: str
    start: date
    end: date
    relation: Relation = Field(description="In these days, from `start` on, or up to `end`.")


class TellerBody(ResponseBody):
    """Words that name an outlet or an author as who tells; one of the two is there. Can be sent along with a
    question."""

    text: str
    outlet: str | None
    byline: str | None


class CitationBody(ResponseBody):
    """Verbatim words of a stored article: `quote` is the article's text from character `start` to `end`."""

    n: int = Field(description="The number that the answer shows as [n].")
    article_id: str = Field(description="For `GET /articles/{id}`.")
    title: str
    outlet: str | None
    url: str | None
    published_at: str | None = Field(description="ISO 8601 day or UTC time; null: the page shows no date.")
    quote: str
    start: int
    end: int
    also_in: list[str] = Field(description="Addresses of other articles found that hold the same words.")
    times: list[TimeBody] = Field(description="What the quote says by the day of its article, such as “last week”.")
    notice: str | None = Field(
        description="A correction or retraction that the article shows, or which copy shows one."
    )


class RemovedBody(ResponseBody):
    """A sentence of a language model that is not shown as fact."""

    text: str
    reason: str = Field(description="Why not: what no source says, or says otherwise.")


class ConflictBody(ResponseBody):
    """Citations that tell different values of one thing, newest first, undated last; `answer` says it, too."""

    text: str = Field(description="One sentence: which value, who says so, when.")
    citations: list[int]
    values: list[str] = Field(description="What each of the citations says, in its words.")


_CITATION_EXAMPLE = {
    "n": 1,
    "article_id": "df9ab0657ff9",
    "title": "Kering and Alibaba join forces against counterfeit sales",
    "outlet": "RetailDetail",
    "url": None,
    "published_at": "2017-08-04",
    "quote": "Both companies will now join forces to combat counterfeit sales.",
    "start": 123,
    "end": 187,
    "also_in": [],
    "notice": None,
    "times": [],
}


class AskResponse(ResponseBody):
    """An answer whose every sentence cites its proof, or an abstention with its reason and the nearest evidence."""

    model_config = ConfigDict(
        from_attributes=True,
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "standalone_question": "Why did Kering drop its suit?",
                    "answer": "Both companies will now join forces to combat counterfeit sales. [1]",
                    "sentences": [
                        {
                            "text": "Both companies will now join forces to combat counterfeit sales.",
                            "citations": [1],
                            "verdict": "supported",
                        }
                    ],
                    "citations": [_CITATION_EXAMPLE],
                    "abstained": False,
                    "abstain_reason": None,
                    "nearest": [],
                    "conflicts": [],
                    "removed": [],
                    "times": [{"text": "2017", "start": "2017-01-01", "end": "2017-12-31", "relation": "in"}],
                    "latest": False,
                    "told_by": [],
                    "notes": [],
                    "as_of": None,
                    "data_through": "2017-08-04",
                    "timings_ms": {"understand": 0.2, "embed": 9.1, "retrieve": 1.4, "total": 14.0},
                    "usage": {},
                    "llm": "extractive",
                    "conversation_id": None,
                    "answer_id": "b1946ac92492d2347c6235b4d2611184",
                    "request_id": "3f2c9a7e5b1d4c6f8a0e2b4d6c8f0a1e",
                }
            ]
        },
    )

    standalone_question: str = Field(
        description="The question in full, as it was understood; a follow-up question is completed. Sent "
        "along, corrected, it counts in place of that."
    )
    answer: str = Field(description="The sentences with their [n], what is not known, and where reports differ.")
    sentences: list[SentenceBody]
    citations: list[CitationBody]
    abstained: bool
    abstain_reason: AbstainReason | None
    nearest: list[CitationBody] = Field(description="With an abstention: the closest evidence, best first.")
    conflicts: list[ConflictBody]
    removed: list[RemovedBody] = Field(description="What a language model wrote and no article carries.")
    times: list[TimeBody] = Field(description="The dates that the question was taken to speak of.")
    latest: bool = Field(description="Whether the newest reports were wanted.")
    told_by: list[TellerBody] = Field(description="Outlets and authors that the question names, and is limited to.")
    notes: list[str] = Field(description="What to know of how it was searched: what was left out, what is not known.")
    as_of: str | None
    data_through: str | None = Field(description="The newest day that the archive holds.")
    timings_ms: dict[str, float] = Field(description="Milliseconds of each step and `total`.")
    usage: dict[str, float] = Field(description="What a language model took: tokens, and `cost_usd` where known.")
    llm: str = Field(description="Who was asked to write.")
    conversation_id: str | None = Field(description="To go on with the conversation, if the question belongs to one.")
    answer_id: str | None = Field(description="For `GET /answers/{id}` and `POST /feedback`; null: it was not kept.")
    request_id: str


class HitBody(ResponseBody):
    """A passage found: its words are the article's text from character `start` to `end`."""

    rank: int
    score: float = Field(description="Higher is better; comparable within one answer only.")
    article_id: str = Field(description="For `GET /articles/{id}`.")
    title: str
    outlet: str | None
    byline: str | None
    url: str | None
    published_at: str | None
    text: str
    start: int
    end: int
    also_in: list[str] = Field(description="Addresses of other articles found that say the same.")
    others: int = Field(
        description="Further passages of the article that were found; 0 where each passage is a hit of its own."
    )


class SearchBody(ResponseBody):
    """What there is to answer from: the data of the event `search`, where an article may have several hits; and the
    body of `GET /search`, where it has one, its best."""

    standalone_question: str
    told_by: list[TellerBody] = Field(description="Outlets and authors that the question names, and is limited to.")
    hits: list[HitBody]


class DeltaBody(ResponseBody):
    """The next words of an answer: the data of the event `delta`."""

    text: str


class PendingBody(ResponseBody):
    """Words of a language model that nobody has found carried yet: the data of the event `pending`."""

    text: str


class ConversationBody(ResponseBody):
    """What was said, oldest first."""

    id: str
    turns: list[Message]
    created_at: datetime
    expires_at: datetime = Field(description="When it is forgotten, unless it goes on.")


class ArticleBody(ResponseBody):
    """One stored article. Offsets of citations count characters of `text`."""

    id: str
    title: str
    text: str
    url: str | None
    outlet: str | None
    byline: str | None
    section: str | None
    language: str | None
    published_at: str | None = Field(description="ISO 8601 day or UTC time; null: the page shows no date.")
    updated_at: str | None
    fetched_at: str | None
    version: int


class ErrorBody(BaseModel):
    """What every error looks like, whatever its status."""

    error_code: str = Field(description="For programs: does not change with the wording.")
    detail: str = Field(description="For people: what is wrong and what to do.")
    request_id: str = Field(description="Also in the header X-Request-ID.")


class StatusBody(BaseModel):
    """The state of the server."""

    status: Literal["alive", "ready"]


class ReadyBody(StatusBody):
    """What the archive holds."""

    articles: int
    chunks: int
    data_through: str | None


def from_answer(answer: Answer) -> AskResponse:
    """The body of `POST /ask`."""
    return AskResponse.model_validate(answer)


def from_found(found: Found) -> SearchBody:
    """The data of the event `search`."""
    hits = [
        HitBody(
            rank=hit.rank,
            score=hit.score,
            article_id=hit.passage.article.id,
            title=hit.passage.article.title,
            outlet=hit.passage.article.outlet,
            byline=hit.passage.article.byline,
            url=hit.passage.article.url,
            published_at=hit.passage.article.published_at,
            text=hit.passage.text,
            start=hit.passage.start,
            end=hit.passage.end,
            also_in=[copy.url for copy in hit.copies if copy.url],
            others=hit.others,
        )
        for hit in found.hits
    ]
    told_by = [TellerBody.model_validate(teller) for teller in found.told_by]
    return SearchBody(standalone_question=found.standalone_question, told_by=told_by, hits=hits)


def from_conversation(conversation: Conversation) -> ConversationBody:
    """The body of `GET /conversations/{id}`."""
    turns = [Message(role=turn.role, content=turn.content) for turn in conversation.turns]
    return ConversationBody(
        id=conversation.id, turns=turns, created_at=conversation.created_at, expires_at=conversation.expires_at
    )


def from_article(article: Article) -> ArticleBody:
    """The body of `GET /articles/{id}`."""
    return ArticleBody.model_validate(article)
