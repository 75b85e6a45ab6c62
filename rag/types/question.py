"""What is asked, and what of it is understood."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from index.types import Filters


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation before the question."""

    role: Literal["user", "assistant"]
    content: str


NEW = "new"
"""The id of a conversation that is to begin."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said under an id, oldest first. `created_at` and `expires_at`: seconds since 1970."""

    id: str
    turns: tuple[Turn, ...]
    created_at: float
    expires_at: float


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Days from `start` to `end`, both included, as the question says them in `text`. `relation`: what is asked is
    `in` them, or from their start on (`since`), or up to their end (`before`)."""

    text: str
    start: date
    end: date
    relation: Literal["in", "since", "before"]


@dataclass(frozen=True, slots=True)
class Teller:
    """An outlet or an author whom the question names as who tells, in `text`: one of the two is there."""

    text: str = ""
    outlet: str | None = None
    byline: str | None = None

    @property
    def name(self) -> str:
        """Of the outlet or the author."""
        return self.outlet or self.byline or ""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked. `as_of`: answer only from what was published by that day. `top_k`: passages given to the
    answerer. `llm`: name of the answerer, None for the configured one.

    `history`: what was said before; or else `conversation_id`: where it is kept, NEW for a conversation that begins.
    `standalone`: the question in full; None: as the history completes the text.
    `times` and `latest`: the dates that reports should be near, and whether the newest is wanted; None: what the text
    says, anything else counts in its place. `told_by`: of the outlets and authors that it names as who tells those that
    count, None for all.
    """

    text: str
    history: tuple[Turn, ...] = ()
    filters: Filters = field(default_factory=Filters)
    as_of: date | None = None
    top_k: int = 8
    llm: str | None = None
    times: tuple[TimeRange, ...] | None = None
    latest: bool | None = None
    told_by: tuple[Teller, ...] | None = None
    conversation_id: str | None = None
    standalone: str | None = None


AnswerKind = Literal["person", "name", "names", "date", "place", "money", "number", "share", "cause", "news", "any"]
"""What a sentence must hold to answer: a person, another name, several names, a date, ...; `news`: whatever is told of
what is asked about; `any`: no demand."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or name of a question, `text` as written.

    `searched`: what full text is searched for: itself, the other names of a company, and synonyms of a word that the
    archive does not hold. `alternatives`: phrases any of which counts as the term occurring, its own first, then its
    synonyms; each word of a phrase is the set of its normal forms. `weight` > 0: how much of the question is lost
    without it. `name`: of a person, company, place, product. `predicate`: the verb of the question. `count`: articles
    of the archive in which it, or else a synonym, occurs.
    """

    text: str
    searched: tuple[str, ...]
    alternatives: tuple[tuple[frozenset[str], ...], ...]
    weight: float
    name: bool
    predicate: bool
    count: int

    def occurs(self, forms: frozenset[str]) -> bool:
        """Whether some alternative occurs among these normal forms."""
        return any(all(word & forms for word in phrase) for phrase in self.alternatives)

    def said(self, forms: frozenset[str]) -> bool:
        """Whether the term itself occurs among these normal forms, and not just a synonym."""
        return all(word & forms for word in self.alternatives[0])


@dataclass(frozen=True, slots=True)
class Part:
    """One thing asked for. A question may have several: "Who granted the order and what must the vendors do?".

    `forms`: the normal forms of all its words.
    """

    text: str
    kinds: frozenset[AnswerKind]
    terms: tuple[Term, ...]
    forms: frozenset[str]


@dataclass(frozen=True, slots=True)
class StandaloneQuestion:
    """The question made complete: `text` needs no history, `filters` hold `as_of` and `told_by` too, `parts` say what
    is asked, whoever tells it.

    `times`: the dates it speaks of, which reports should be near. `events`: what it names where a date could stand.
    `latest`: the newest report is wanted. `told_by`: who is to tell it. `as_of`: the day it is asked on, when it says
    so.
    """

    text: str
    filters: Filters
    parts: tuple[Part, ...]
    times: tuple[TimeRange, ...] = ()
    events: tuple[str, ...] = ()
    latest: bool = False
    told_by: tuple[Teller, ...] = ()
    as_of: date | None = None
