"""The values that flow through eval/: a data set of questions, and what became of each."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from index.interfaces import Source
from index.types import Filters, Hit
from rag.types import Answer, Question, Turn

Half = Literal["tune", "report"]
"""Work is driven by the figures of `tune`; what is claimed are those of `report`."""

Outcome = Literal["answered", "abstained", "refused"]
"""`refused`: the product did not take the question (BadInputError); counts as neither an answer nor an abstention."""

Scores = dict[str, float | None]
"""Name of a figure to its value for one question, higher is better; None where it says nothing about the question."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of an article that answer the question. `quote` is verbatim, empty when only the article is known."""

    article_id: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class EvalQuestion:
    """A question whose right answer is known.

    `answerable`: whether the archive answers it; if not, to abstain is right. `answers`: any of these texts is right.
    `answer_keys`: every inner tuple must have one of its members in the answer. `standalone`: with a `history`, the
    question in full, where it is known.
    """

    id: str
    text: str
    type: str
    half: Half
    answerable: bool
    answers: tuple[str, ...] = ()
    answer_keys: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    history: tuple[Turn, ...] = ()
    filters: Filters = field(default_factory=Filters)
    as_of: date | None = None
    standalone: str = ""

    @property
    def gold_articles(self) -> tuple[str, ...]:
        """Ids of the articles of the evidence, each once."""
        return tuple(dict.fromkeys(evidence.article_id for evidence in self.evidence))

    def as_asked(self, top_k: int) -> Question:
        return Question(self.text, self.history, self.filters, self.as_of, top_k)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions and the articles they are asked of."""

    name: str
    questions: tuple[EvalQuestion, ...]
    articles: Source


@dataclass(frozen=True, slots=True)
class Result:
    """What the product did with one question. `hits`: of a deep retrieval; `answer` is None when it was refused, and
    `refusal` says why."""

    question: EvalQuestion
    outcome: Outcome
    answer: Answer | None
    hits: Sequence[Hit]
    refusal: str = ""


def half_of(key: str) -> Half:
    """The fixed half of everything that shares `key`: the gold article, or the question's id when it has none."""
    return "tune" if hashlib.sha256(key.encode()).digest()[0] % 2 == 0 else "report"
