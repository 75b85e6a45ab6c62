"""What is said in answer, before and after it is checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

AbstainReason = Literal["no_evidence", "entity_not_found", "outside_dates", "premise_not_supported"]
VerdictLabel = Literal["supported", "partly", "unsupported"]


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

    `pending`: of a draft that is still being written, the words behind the claims, which no claim is made of yet; None:
    the draft is whole.
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
    pending: str | None = None


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
    each claim of it, in order; `removed`: what does not hold, of either. `settled`: what holds will be shown, whatever
    else is written; False only while `draft` is pending."""

    draft: Draft
    verdicts: tuple[Verdict, ...]
    removed: tuple[Removed, ...]
    settled: bool = True
