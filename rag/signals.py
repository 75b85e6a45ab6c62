"""How a sentence answers one part of a question: numbers to rank by."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Vectors
from rag.evidence import counts, effect, holds, leans_back
from rag.sentences import CandidateSentence
from rag.types import AnswerKind, Part, Term
from rag.words import all_forms, words

TITLE, BEFORE, BEHIND, ELSEWHERE = 0.6, 0.6, 0.4, 0.25
"""How much of a term counts as said when not the sentence itself says it, but the title, the two sentences before, the
one behind, or the article elsewhere."""

ANTECEDENT = 0.9
"""The same for the sentence before one that opens with a word that stands for something named there: "It", "Both"."""

SYNONYM = 0.95
"""How much counts of a term for which the sentence has another word."""

VERB = 0.5
"""For the verb of the question the neighbours count half as much: what is done must be told by the sentence itself."""


@dataclass(frozen=True, slots=True)
class Signals:
    """How a sentence answers a part. In [0, 1] but for `cosine` in [-1, 1]; higher is better.

    `cosine`: with the part. `covered`: weight of the part's terms in the sentence, its title and its neighbours.
    `names`: of the part's names the one least covered, 1 when it has none. `kind`: holds what is asked for. `counted`:
    has a number of what is counted, 1 when nothing is. `effect`: for a why, weight of the terms in what was caused.
    `rank`: 1 for the best passage, falling.
    """

    cosine: float
    covered: float
    names: float
    kind: float
    counted: float
    effect: float
    rank: float


def signals(sentence: CandidateSentence, part: Part, part_vector: Vectors) -> Signals:
    """The signals of one sentence for one part of the question."""
    context, position = sentence.context, sentence.position
    own = context.forms(position)
    around = (
        (context.forms(position - 1), ANTECEDENT if leans_back(sentence.text) else 0.0),
        (context.headline, TITLE),
        (context.forms(position - 1), BEFORE),
        (context.forms(position - 2), BEFORE),
        (context.forms(position + 1), BEHIND),
        (context.everything, ELSEWHERE),
    )
    shares = []
    for term in part.terms:
        share = 1.0 if term.said(own) else SYNONYM if term.occurs(own) else 0.0
        share = share or max((share for forms, share in around if term.occurs(forms)), default=0.0)
        shares.append(share * VERB if term.predicate and share < SYNONYM else share)
    caused = all_forms(words(effect(sentence.text))) if "cause" in part.kinds else frozenset()
    return Signals(
        cosine=float(sentence.vector @ part_vector),
        covered=_weighted(part.terms, shares),
        names=min((share for share, term in zip(shares, part.terms, strict=True) if term.name), default=1.0),
        kind=sum(_holds(kind, sentence, part.forms) for kind in part.kinds) / len(part.kinds),
        counted=counts(sentence.words, counted_forms(part)) if "number" in part.kinds else 1.0,
        effect=_weighted(part.terms, [float(not term.name and term.occurs(caused)) for term in part.terms]),
        rank=1 / sentence.rank,
    )


def _holds(kind: AnswerKind, sentence: CandidateSentence, asked: frozenset[str]) -> float:
    """As rag.evidence.holds; news of the day without a date in it is told half by the day of its publication."""
    dated = kind == "date" and sentence.article.published_at is not None
    return max(holds(kind, sentence.text, asked), 0.5 if dated else 0.0)


def counted_forms(part: Part) -> frozenset[str]:
    """Normal forms of what "how many X" counts: the first term that is no name, and its synonyms of one word."""
    first = next((term for term in part.terms if not term.name), None)
    phrases = first.alternatives if first else ()
    return frozenset(form for phrase in phrases if len(phrase) == 1 for form in phrase[0])


def _weighted(terms: Sequence[Term], shares: Sequence[float]) -> float:
    total = sum(term.weight for term in terms)
    return sum(term.weight * share for term, share in zip(terms, shares, strict=True)) / total if total else 0.0
