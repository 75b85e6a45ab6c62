"""The values that flow through rag/: one out of each step of `Pipeline.ask`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from index.types import Filters, Hit

AbstainReason = Literal["no_evidence", "entity_not_found", "outside_dates", "premise_not_supported"]
VerdictLabel = Literal["supported", "partly", "unsupported"]


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
class Question:
    """What was asked. `as_of`: answer only from what was published by that day. `top_k`: passages given to the
    answerer. `llm`: name of the answerer, None for the configured one.

    `history`: what was said before; or else `conversation_id`: where it is kept, NEW for a conversation that begins.
    `standalone`: the question in full; None: as the history completes the text.
    `times` and `latest`: the dates that reports should be near, and whether the newest is wanted; None: what the text
    says, anything else counts in its place.
    """

    text: str
    history: tuple[Turn, ...] = ()
    filters: Filters = field(default_factory=Filters)
    as_of: date | None = None
    top_k: int = 8
    llm: str | None = None
    times: tuple[TimeRange, ...] | None = None
    latest: bool | None = None
    conversation_id: str | None = None
    standalone: str | None = None


AnswerKind = Literal["person", "name", "names", "date", "place", "money", "number", "share", "cause", "any"]
"""What a sentence must hold to answer: a person, another name, several names, a date, ...; `any`: no demand."""


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
    """The question made complete: `text` needs no history, `filters` hold `as_of` too, `parts` say what is asked.

    `times`: the dates it speaks of, which reports should be near. `events`: what it names where a date could stand.
    `latest`: the newest report is wanted. `as_of`: the day it is asked on, when it says so.
    """

    text: str
    filters: Filters
    parts: tuple[Part, ...]
    times: tuple[TimeRange, ...] = ()
    events: tuple[str, ...] = ()
    latest: bool = False
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Neighbouring sentences of one article, in order, as a model reads them. `day`: of publication, YYYY-MM-DD."""

    title: str
    day: str | None
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Support:
    """How well an excerpt carries a claim. `chance` in [0, 1]: that it supports it. `uncarried`: character spans of the
    claim that it says otherwise or not at all."""

    chance: float
    uncarried: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a stored article, by their character offsets."""

    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a draft and the quotes it names as its proof; in the words of a model it may name none."""

    text: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What one article tells of something that others tell otherwise: `value`, in its words, out of `quote`."""

    value: str
    quote: Quote


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answerer says, read once into claims. No claims: it abstains, and says why.

    `explanation` is one sentence for the reader: why it abstains, or which part of the question stays open.
    `nearest`: the closest evidence to an abstention, best first. `confidence`: the chance in [0, 1] that the archive
    answers, as far as the answerer can tell; above the threshold with an answer, mostly below with an abstention.
    `conflicts`: each the reports that differ in one thing, newest first; their quotes are proof of claims, too.
    `notes`: sentences for the reader on how it came about. `usage`: tokens and `cost_usd`, as far as known. `instead`:
    None when the claims are quotes themselves; a draft in the words of a model has the one of quotes here, which takes
    its place when too little of it can be proven.
    """

    claims: tuple[Claim, ...]
    abstain_reason: AbstainReason | None = None
    explanation: str = ""
    nearest: tuple[Quote, ...] = ()
    confidence: float = 0.0
    conflicts: tuple[tuple[Report, ...], ...] = ()
    notes: tuple[str, ...] = ()
    usage: Mapping[str, float] = field(default_factory=dict)
    instead: "Draft | None" = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim holds, and why not. `quotes`: the words that carry it, whatever the claim itself names."""

    claim: Claim
    label: VerdictLabel
    reason: str = ""
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """A sentence of a draft that is not shown as fact; `reason` is a clause: "no source says “2011”"."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What is left of a draft. `draft`: the one to show, itself or the one that takes its place; `verdicts`: one for
    each claim of it, in order; `removed`: what does not hold, of either."""

    draft: Draft
    verdicts: tuple[Verdict, ...]
    removed: tuple[Removed, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """Verbatim words of a stored article: `quote == article.text[start:end]`. `n` is what the answer shows as [n];
    `also_in`: URLs of copies of the article that hold the same words. `times`: what the quote says by the day of its
    article ("last week"), as days. `notice`: the correction or retraction that the article shows."""

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
    `standalone_question`: the question in full, as it was understood. `conversation_id`: of the conversation that goes
    on with this answer, None when none is kept.
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


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to answer from, before anything is answered."""

    standalone_question: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """The next words of an answer, which have stood the test; all of them together are `Answer.answer`."""

    text: str


Event = Found | Citation | Delta | Answer
"""What becomes of a question: Found first, each Citation before the words that show its number, the Answer last."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a language model."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What one completion took. `input_tokens`: of the prompt, of which `cached_tokens` did not have to be read again.
    None where the model's server does not tell. `cost_usd`: None where the price is not known. `cut_off`: the text
    ended because `max_tokens` were used up, in the middle of a sentence perhaps."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int = 0
    cost_usd: float | None = None
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens, as published on the day `read_on`."""

    input: float
    cached_input: float
    output: float
    read_on: date

    def cost_usd(self, usage: Usage) -> float | None:
        """None when the tokens are not known."""
        if usage.input_tokens is None or usage.output_tokens is None:
            return None
        fresh = usage.input_tokens - usage.cached_tokens
        return (fresh * self.input + usage.cached_tokens * self.cached_input + usage.output_tokens * self.output) / 1e6


@dataclass(frozen=True, slots=True)
class LLMSpec:
    """Which language model, and how to ask it; what every backend is made from.

    `name`: what the settings call it. `model`: what its server calls it, or a GGUF file. `base_url`: of the server;
    None for the provider's own. `api_key` came from the environment variable `api_key_env`. `context_tokens`: of prompt
    and answer together, None for what the model itself says. `threads`: 0 for all cores. `silence` and `timeout`:
    seconds without a sign of life, and for a whole answer. `retries`: further attempts before the first text has come.
    `models_dir`: folder of the downloaded GGUF files.
    """

    name: str
    model: str
    models_dir: Path
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    api_key_env: str | None = None
    context_tokens: int | None = None
    temperature: float = 0.0
    seed: int | None = None
    threads: int = 0
    silence: float = 60.0
    timeout: float = 300.0
    retries: int = 2
    price: Price | None = None
