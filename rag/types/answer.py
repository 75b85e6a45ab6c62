"""What a reader is shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from index.types import Hit
from rag.types.draft import AbstainReason, Removed, VerdictLabel
from rag.types.question import Teller, TimeRange


@dataclass(frozen=True, slots=True)
class Citation:
    """Verbatim words of a stored article: `quote == article.text[start:end]`. `n` is what the answer shows as [n];
    `also_in`: URLs of copies of the article that hold the same words. `times`: what the quote says by the day of its
    article ("last week"), as days. `notice`: the correction or retraction that the article shows, or where a copy of
    it shows one."""

    n: int
    article_id: str
    title: str
    outlet: str | None
    url: str | None
    published_at: str | None
    quote: str
    start: int
    end: int
    also_in: tuple[str, ...] = ()
    times: tuple[TimeRange, ...] = ()
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer and the numbers of its citations."""

    text: str
    citations: tuple[int, ...]
    verdict: VerdictLabel

    @property
    def numbered(self) -> str:
        """As an answer shows it: with its [n]."""
        return self.text + "".join(f" [{n}]" for n in self.citations)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Citations that tell different values of one thing, newest first, and in one sentence for the reader.

    `values`: what each of them says, in its words.
    """

    text: str
    citations: tuple[int, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole result of a question, as served by every face; field by field the body of `POST /ask`, which has all
    but `question`, `explanation` and `confidence`.

    `answer`: the sentences with their [n], `explanation`, and the text of the `conflicts`. `explanation`: one sentence
    that says what the archive does not say, of a part of the question or of all of it; "" when every part is answered.
    `conflicts`: what the cited reports tell differently. `nearest`: with an abstention, the closest
    evidence. `times` and `latest`: the dates the question was taken to speak of, and whether the newest was wanted.
    `told_by`: the outlets and authors it names as who tells, and is limited to.
    `standalone_question`: the question in full, as it was understood. `conversation_id`: of the conversation that goes
    on with this answer, None when none is kept.
    `answer_id`: under which the answer is kept, None when it is not.
    `removed`: what a language model wrote and no article carries, which `answer` does not show. `notes`: sentences on
    how it was searched and written, for a reader who may want to ask otherwise. `llm`: who was asked to write.
    `as_of`: the day asked for or None. `data_through`: the newest day the archive holds. `timings_ms`:
    milliseconds of each step and `total`.
    """

    question: str
    standalone_question: str
    answer: str
    explanation: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    abstained: bool
    abstain_reason: AbstainReason | None
    nearest: tuple[Citation, ...]
    conflicts: tuple[Conflict, ...]
    removed: tuple[Removed, ...]
    confidence: float
    times: tuple[TimeRange, ...]
    latest: bool
    notes: tuple[str, ...]
    as_of: str | None
    data_through: str | None
    timings_ms: Mapping[str, float]
    usage: Mapping[str, float]
    llm: str
    conversation_id: str | None
    request_id: str
    answer_id: str | None = None
    told_by: tuple[Teller, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to answer from, before anything is answered; `told_by`: only by these, whom the question names."""

    standalone_question: str
    hits: tuple[Hit, ...]
    told_by: tuple[Teller, ...] = ()


@dataclass(frozen=True, slots=True)
class Delta:
    """The next words of an answer, which have stood the test; all of them together are `Answer.answer`."""

    text: str


@dataclass(frozen=True, slots=True)
class Pending:
    """What a language model has written behind the deltas so far and is not confirmed yet, "" when there is nothing. It
    takes the place of the one before; it also comes again without news, so that whoever takes events may stop."""

    text: str


Event = Found | Citation | Delta | Pending | Answer
"""What becomes of a question: Found first, or Pending while it is being understood; each Citation before the words that
show its number; the Answer last."""
