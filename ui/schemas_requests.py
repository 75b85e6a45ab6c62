"""What is sent to the HTTP API, field by field."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from index.types import Filters
from rag.settings import Settings
from rag.types import NEW, Question, Teller, TimeRange, Turn

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


class TellerFields(RequestBody):
    """An outlet or an author whom the question names, as the answer shows it."""

    text: Text
    outlet: Text | None = None
    byline: Text | None = None


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
    told_by: list[TellerFields] | None = Field(
        None,
        description="Of the outlets and authors that the question names as who tells, as the answer shows them, those "
        "to be limited to; `[]`: none; null: all.",
    )
    top_k: Annotated[int, Field(ge=1, le=50)] | None = Field(
        None, description="Passages given to the answerer; empty: the server's setting."
    )
    llm: Text | None = Field(None, description="Name of the answerer; empty: the server's setting.")
    stream: bool = Field(
        False,
        description="Whether to answer as a stream of events; the same as the header `Accept: text/event-stream`.",
    )


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
        told_by=None if request.told_by is None else tuple(Teller(**dict(teller)) for teller in request.told_by),
        conversation_id=request.conversation_id,
        standalone=request.standalone_question,
    )
