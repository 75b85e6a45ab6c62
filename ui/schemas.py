"""The bodies of the HTTP API, field by field; `newsdesk ask --json` prints the same."""

import re
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from index.types import Article, Filters
from rag.settings import Settings
from rag.types import NEW, AbstainReason, Answer, Conversation, Found, Question, TimeRange, Turn, VerdictLabel

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(value: object) -> object:
    """Pydantic alone would read 0 as 1970-01-01."""
    if value is None or isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError("a day is written YYYY-MM-DD")


def _whole(value: str) -> str:
    """JSON can spell half a character ("\\ud800") that no tokenizer, store or response can encode."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("the text holds half of a surrogate pair") from None
    return value


Day = Annotated[date, BeforeValidator(_day)]
Text = Annotated[str, AfterValidator(_whole)]


class RequestBody(BaseModel):
    """What is sent: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Message(RequestBody):
    """One message of the conversation before the question."""

    role: Literal["user", "assistant"]
    content: Text


class FilterFields(RequestBody):
    """Restricts the search itself. Undated articles never pass a date filter."""

    date_from: Day | None = Field(None, description="Only articles published on this day or later.")
    date_to: Day | None = Field(None, description="Only articles published on this day or earlier.")
    outlets: list[Text] = Field([], description="Only these outlets; case does not matter.")
    languages: list[Text] = Field([], description="Only these languages, as codes such as `en`.")
    bylines: list[Text] = Field([], description="Only by an author of this name, or part of it; case does not matter.")

    def as_filters(self) -> Filters:
        """As the search takes them."""
        lists = (self.outlets, self.languages, self.bylines)
        return Filters(self.date_from, self.date_to, *(tuple(names) for names in lists))


Relation = Literal["in", "since", "before"]


class TimeFields(RequestBody):
    """Days that reports should be near, as the answer shows those it read."""

    text: Text = Field("", description="The words of the question that say so; empty: none of them, days of your own.")
    start: Day
    end: Day
    relation: Relation = Field("in", description="In these days, from `start` on, or up to `end`.")


class AskRequest(RequestBody):
    """A question to the archive."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {"question": "Why did Kering drop its suit?"},
                {
                    "question": "When did Kering file suit against Alibaba?",
                    "filters": {"date_from": "2015-01-01", "date_to": "2020-12-31", "outlets": ["RetailDetail"]},
                    "as_of": "2018-01-01",
                    "top_k": 8,
                },
            ]
        },
    )

    question: Text = Field(
        description="What to ask, in at most 2,000 characters, with a word in it.",
        json_schema_extra={"minLength": 1, "maxLength": 2_000},
    )
    history: list[Message] = Field(
        [], description="The conversation so far, oldest first: a follow-up question is completed from it."
    )
    conversation_id: Text | None = Field(
        None,
        description=f"In place of `history`: the server keeps it under this id. `{NEW}` begins a conversation, whose "
        "id the answer has.",
    )
    standalone_question: Text | None = Field(
        None, description="The question in full, in place of what was made of it and the conversation; null: this."
    )
    filters: FilterFields | None = None
    as_of: Day | None = Field(None, description="Answer only from what was published by this day.")
    times: list[TimeFields] | None = Field(
        None, description="Dates to go by in place of those that the question speaks of; `[]`: none; null: these."
    )
    latest: bool | None = Field(
        None, description="Whether the newest reports are wanted; null: if the question says so."
    )
    top_k: Annotated[int, Field(ge=1, le=50)] | None = Field(
        None, description="Passages given to the answerer; empty: the server's setting."
    )
    llm: Text | None = Field(None, description="Name of the answerer; empty: the server's setting.")
    stream: bool = Field(
        False,
        description="Whether to answer as a stream of events; the same as the header `Accept: text/event-stream`.",
    )


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
    notice: str | None = Field(description="A correction or retraction that the article itself shows.")


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
    "article_id": "25af53ce4a59",
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


class SearchBody(ResponseBody):
    """What there is to answer from: the data of the event `search`, and the body of `GET /search`."""

    standalone_question: str
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


def to_question(request: AskRequest, settings: Settings) -> Question:
    """The question to ask, with the settings' choice where the request makes none."""
    return Question(
        text=request.question,
        history=tuple(Turn(message.role, message.content) for message in request.history),
        filters=(request.filters or FilterFields()).as_filters(),
        as_of=request.as_of,
        top_k=request.top_k or settings.top_k,
        llm=request.llm,
        times=None if request.times is None else tuple(TimeRange(**dict(time)) for time in request.times),
        latest=request.latest,
        conversation_id=request.conversation_id,
        standalone=request.standalone_question,
    )


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
        )
        for hit in found.hits
    ]
    return SearchBody(standalone_question=found.standalone_question, hits=hits)


def from_conversation(conversation: Conversation) -> ConversationBody:
    """The body of `GET /conversations/{id}`."""
    turns = [Message(role=turn.role, content=turn.content) for turn in conversation.turns]
    return ConversationBody(
        id=conversation.id, turns=turns, created_at=conversation.created_at, expires_at=conversation.expires_at
    )


def from_article(article: Article) -> ArticleBody:
    """The body of `GET /articles/{id}`."""
    return ArticleBody.model_validate(article)
