"""The sentences of the passages found, and how each answers one part of a question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from index.interfaces import Collection
from index.types import Article, Hit, Vectors
from rag.evidence import ORGANISATION_ROLES, counts, effect, holds
from rag.types import AnswerKind, Part, Quote, Term
from rag.words import Word, all_forms, is_stop_word, words

TITLE, BEFORE, BEHIND, ELSEWHERE = 0.6, 0.6, 0.4, 0.25
"""How much of a term counts as said when not the sentence itself says it, but the title, the two sentences before, the
one behind, or the article elsewhere."""

VERB = 0.5
"""For the verb of the question the neighbours count half as much: what is done must be told by the sentence itself."""

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


class Context:
    """The sentences of one article. Their words are read once, when first asked for."""

    def __init__(self, article: Article, spans: Sequence[tuple[int, int]]) -> None:
        self.article = article
        self.spans = spans
        self._words: dict[int, list[Word]] = {}

    def words(self, position: int) -> list[Word]:
        if position not in self._words:
            start, end = self.spans[position]
            self._words[position] = words(self.article.text[start:end])
        return self._words[position]

    def forms(self, position: int) -> frozenset[str]:
        return all_forms(self.words(position)) if 0 <= position < len(self.spans) else frozenset()

    @cached_property
    def headline(self) -> frozenset[str]:
        """Normal forms of the title, and of month and year of publication."""
        day = self.article.published_at
        spoken = f"{_MONTHS[int(day[5:7]) - 1]} {day[:4]}" if day else ""
        return all_forms(words(f"{self.article.title} {spoken}"))

    @cached_property
    def everything(self) -> frozenset[str]:
        return all_forms(words(self.article.text)) | self.headline


@dataclass(frozen=True, slots=True)
class CandidateSentence:
    """One sentence of an article that was found. `rank`: of its best passage, from 1."""

    context: Context
    position: int
    vector: Vectors
    rank: int

    @property
    def article(self) -> Article:
        return self.context.article

    @property
    def quote(self) -> Quote:
        start, end = self.context.spans[self.position]
        return Quote(self.article.id, start, end)

    @property
    def text(self) -> str:
        start, end = self.context.spans[self.position]
        return self.article.text[start:end]

    @property
    def words(self) -> list[Word]:
        return self.context.words(self.position)


def candidate_sentences(hits: Sequence[Hit], collection: Collection) -> Iterator[CandidateSentence]:
    """Every sentence that lies in a passage of `hits`, once, in the order of the hits."""
    seen: set[tuple[str, int]] = set()
    contexts: dict[str, Context] = {}
    for hit in hits:
        article = hit.passage.article
        stored = collection.sentences(article.id)
        if stored is None:  # deleted since it was found
            continue
        spans = [(int(start), int(end)) for start, end in stored.spans]
        context = contexts.setdefault(article.id, Context(article, spans))
        for position, (start, end) in enumerate(spans):
            inside = start < hit.passage.end and hit.passage.start < end
            if inside and (article.id, position) not in seen:
                seen.add((article.id, position))
                yield CandidateSentence(context, position, stored.vectors[position], hit.rank)


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
        (context.headline, TITLE),
        (context.forms(position - 1), BEFORE),
        (context.forms(position - 2), BEFORE),
        (context.forms(position + 1), BEHIND),
        (context.everything, ELSEWHERE),
    )
    shares = []
    for term in part.terms:
        share = 1.0 if term.occurs(own) else next((share for forms, share in around if term.occurs(forms)), 0.0)
        shares.append(share * VERB if term.predicate and share < 1 else share)
    caused = all_forms(words(effect(sentence.text))) if "cause" in part.kinds else frozenset()
    asked = all_forms(words(part.text))
    return Signals(
        cosine=float(sentence.vector @ part_vector),
        covered=_weighted(part.terms, shares),
        names=min((share for share, term in zip(shares, part.terms, strict=True) if term.name), default=1.0),
        kind=sum(_holds(kind, sentence, asked) for kind in part.kinds) / len(part.kinds),
        counted=counts(sentence.words, _counted(part.terms)) if "number" in part.kinds else 1.0,
        effect=_weighted(part.terms, [float(not term.name and term.occurs(caused)) for term in part.terms]),
        rank=1 / sentence.rank,
    )


def _holds(kind: AnswerKind, sentence: CandidateSentence, asked: frozenset[str]) -> float:
    """As rag.evidence.holds; news of the day without a date in it is told half by the day of its publication."""
    dated = kind == "date" and sentence.article.published_at is not None
    return max(holds(kind, sentence.text, asked), 0.5 if dated else 0.0)


def swaps_roles(sentence: CandidateSentence, part: Part) -> bool | None:
    """Whether the sentence tells "Y did X" when the part asks about "X did Y"; None when it does not tell.

    Looks at the order of the names around the verb; "Y was VERBed by X" is no swap.
    """
    verb = next((i for i, term in enumerate(part.terms) if term.predicate), None)
    if verb is None:
        return None
    doers = [place for term in part.terms[:verb] if term.name for place in _places(term, sentence.words)]
    others = [place for term in part.terms[verb + 1 :] if term.name for place in _places(term, sentence.words)]
    verbs = _places(part.terms[verb], sentence.words)
    if not (doers and others and verbs):
        return None
    by_doer = any(word.text == "by" for place in doers for word in sentence.words[max(0, place - 3) : place])
    if by_doer or any(doer < v < other for doer in doers for v in verbs for other in others):
        return False
    return True if any(other < v < doer for doer in doers for v in verbs for other in others) else None


def asks_for_office(part: Part) -> bool:
    """Whether it asks who is something of a company: its head, its founder."""
    offices = (word for term in part.terms if not term.name for phrase in term.alternatives for word in phrase)
    return "person" in part.kinds and any(word & ORGANISATION_ROLES for word in offices)


def tells_office(sentence: CandidateSentence, part: Part) -> bool:
    """Whether a sentence with an office in it speaks of the company asked about, and not of another.

    The company must be named in it or in the sentence before, and the name right before an office must be its own:
    "Tapestry CEO" says nothing of the head of Coach.
    """
    near = sentence.context.forms(sentence.position) | sentence.context.forms(sentence.position - 1)
    names = [term for term in part.terms if term.name]
    places = [place for term in names for place in _places(term, sentence.words)]
    for place, (before, word) in enumerate(pairwise(sentence.words), 1):
        named = before.capitalised and not is_stop_word(before.text) and word.forms & ORGANISATION_ROLES
        if named and names and not any(abs(place - own) <= 3 for own in places):
            return False
    everywhere = sentence.context.everything
    # an article that holds the name asked for and an alias tells the two apart: a brand and its parent
    return all(term.said(near) or (term.occurs(near) and not term.said(everywhere)) for term in names)


def _places(term: Term, words: Sequence[Word]) -> list[int]:
    return [n for n, word in enumerate(words) if any(phrase[0] & word.forms for phrase in term.alternatives)]


def _counted(terms: Sequence[Term]) -> frozenset[str]:
    """Normal forms of what "how many X" counts: the first term that is no name, and its synonyms of one word."""
    first = next((term for term in terms if not term.name), None)
    phrases = first.alternatives if first else ()
    return frozenset(form for phrase in phrases if len(phrase) == 1 for form in phrase[0])


def _weighted(terms: Sequence[Term], shares: Sequence[float]) -> float:
    total = sum(term.weight for term in terms)
    return sum(term.weight * share for term, share in zip(terms, shares, strict=True)) / total if total else 0.0
