"""The sentences of the passages found, with what stands around them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from index.interfaces import Collection
from index.types import Article, Hit, Vectors
from rag.figures import Figure, FigureKind, figures
from rag.types import Quote, Term
from rag.words import Word, all_forms, words

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
    """The sentences of one article. Words and figures are read once, when first asked for."""

    def __init__(self, article: Article, spans: Sequence[tuple[int, int]]) -> None:
        self.article = article
        self.spans = spans
        self._words: dict[int, list[Word]] = {}
        self._figures: dict[FigureKind, list[Figure]] = {}

    def words(self, position: int) -> list[Word]:
        if position not in self._words:
            self._words[position] = words(self.text(position))
        return self._words[position]

    def quote(self, position: int) -> Quote:
        return Quote(self.article.id, *self.spans[position])

    def text(self, position: int) -> str:
        start, end = self.spans[position]
        return self.article.text[start:end]

    def forms(self, position: int) -> frozenset[str]:
        return all_forms(self.words(position)) if 0 <= position < len(self.spans) else frozenset()

    @cached_property
    def headline(self) -> frozenset[str]:
        """Normal forms of the title, and of month and year of publication."""
        day = self.article.published_at
        spoken = f"{_MONTHS[int(day[5:7]) - 1]} {day[:4]}" if day else ""
        return all_forms(words(f"{self.article.title} {spoken}"))

    def names(self, term: Term, forms: frozenset[str]) -> bool:
        """Whether a name occurs among these normal forms, by itself or by an alias. An article that holds both tells
        them apart, as a brand and its parent: there an alias is another name."""
        return term.said(forms) or (term.occurs(forms) and not term.said(self.everything))

    def figures(self, kind: FigureKind) -> list[Figure]:
        """Those of title and text."""
        if kind not in self._figures:
            self._figures[kind] = figures(f"{self.article.title}\n{self.article.text}", kind)
        return self._figures[kind]

    @cached_property
    def everything(self) -> frozenset[str]:
        return all_forms(words(self.article.text)) | self.headline


Place = tuple[Context, int]
"""A sentence: its article and its position there."""


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
        return self.context.quote(self.position)

    @property
    def text(self) -> str:
        return self.context.text(self.position)

    @property
    def words(self) -> list[Word]:
        return self.context.words(self.position)


def contexts_of(hits: Sequence[Hit], collection: Collection) -> dict[str, Context]:
    """The articles of the hits that are still in the archive, by id, in the order of the hits."""
    found: dict[str, Context] = {}
    for article in (hit.passage.article for hit in hits):
        stored = collection.sentences(article.id) if article.id not in found else None
        if stored is not None:
            found[article.id] = Context(article, [(int(start), int(end)) for start, end in stored.spans])
    return found


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
