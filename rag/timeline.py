"""An article to its story: the original, its copies, and what others reported of the same before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from index.interfaces import Collection
from index.types import Article, Filters, Vectors
from rag.cite import citations
from rag.types import Citation, Quote

DEPTH = 100
"""Passages looked at for articles on the same."""

ALIKE = 0.76
"""Cosine of two articles, each the mean of its sentences, from which they may tell of the same events."""

WITHIN = timedelta(days=365)
"""Between the days of two articles that may tell of the same events: what returns each year is alike, too."""

MOST = 20
"""Articles on a timeline at most, those most alike."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A story and what surrounds it. `copies`: the articles that tell it in nearly the same words. `points`: of the
    original and of every article on the same, each story once, its most telling sentence; oldest first, dated all."""

    original: Article
    copies: tuple[Article, ...]
    points: tuple[Citation, ...]


def timeline(article_id: str, collection: Collection) -> Timeline | None:
    """The story that an article belongs to; None when there is no such article."""
    article = collection.get(article_id)
    if article is None:
        return None
    original, *copies = collection.story(article_id) or [article]
    centre = _centre(original, collection)
    told = [original] if centre is None else [original, *_on_the_same(original, centre, collection)]
    dated = sorted((one for one in told if one.published_at), key=lambda one: one.published_at or "")
    quotes = [quote for one in dated if centre is not None and (quote := _telling(one, centre, collection))]
    return Timeline(original, tuple(copies), citations(quotes, {}, collection))


def _centre(article: Article, collection: Collection) -> Vectors | None:
    """The direction of the mean of its sentences; None when it has none."""
    sentences = collection.sentences(article.id)
    if sentences is None or not len(sentences.vectors):
        return None
    mean: Vectors = sentences.vectors.mean(axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-9)


def _on_the_same(original: Article, centre: Vectors, collection: Collection) -> list[Article]:
    """The originals of other stories, those most alike first."""
    alike = {}
    for article in _near(original, centre, collection):
        other = _centre(article, collection)
        if other is not None and (cosine := float(other @ centre)) >= ALIKE:
            alike[article.id] = (cosine, article)
    best = sorted(alike.values(), key=lambda found: (-found[0], found[1].id))
    return [article for _, article in best[: MOST - 1]]


def _near(original: Article, centre: Vectors, collection: Collection) -> Iterator[Article]:
    filters = Filters()
    if original.published_at:
        day = date.fromisoformat(original.published_at[:10])
        filters = Filters(day - WITHIN, day + WITHIN)
    seen = {original.id}
    for hit in collection.search_vectors(centre, DEPTH, filters):
        if hit.passage.article.id not in seen:
            story = collection.story(hit.passage.article.id) or [hit.passage.article]
            if story[0].id not in seen:
                yield story[0]
            seen |= {article.id for article in story}


def _telling(article: Article, centre: Vectors, collection: Collection) -> Quote | None:
    """The sentence of an article that is nearest to all that the story tells."""
    sentences = collection.sentences(article.id)
    if sentences is None or not len(sentences.vectors):
        return None
    start, end = sentences.spans[int(np.argmax(sentences.vectors @ centre))]
    return Quote(article.id, int(start), int(end))
