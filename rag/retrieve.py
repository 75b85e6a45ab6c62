"""Standalone question to hits: dense and lexical search, fused, each text once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from index.interfaces import Collection
from index.types import Hit, Vectors
from rag.types import StandaloneQuestion

DEPTH = 50
"""Passages asked of each retriever."""

RRF_K = 60
"""The constant of reciprocal rank fusion: Cormack, Clarke, Buettcher, SIGIR 2009."""

PER_ARTICLE = 3
"""Passages of one article at most, so that one long article does not crowd out the others."""


def retrieve(question: StandaloneQuestion, query_vector: Vectors, collection: Collection, k: int) -> list[Hit]:
    """At most k hits, best first; `score` is the fused one. Filters restrict both searches."""
    terms = [term.text for part in question.parts for term in part.terms]
    dense = collection.search_vectors(query_vector, DEPTH, question.filters)
    lexical = collection.search_text(list(dict.fromkeys(terms)), DEPTH, question.filters)
    fused = reciprocal_rank_fusion([dense, lexical])
    return [replace(hit, rank=rank) for rank, hit in enumerate(_distinct(fused, k), 1)]


def reciprocal_rank_fusion(rankings: Sequence[Sequence[Hit]]) -> list[Hit]:
    """One ranking of several: the score of a passage is the sum of 1 / (RRF_K + rank) over those that hold it."""
    scores: defaultdict[int, float] = defaultdict(float)
    hits: dict[int, Hit] = {}
    for ranking in rankings:
        for hit in ranking:
            scores[hit.passage.chunk_id] += 1 / (RRF_K + hit.rank)
            hits.setdefault(hit.passage.chunk_id, hit)
    best = sorted(scores, key=lambda chunk: (-scores[chunk], chunk))
    return [replace(hits[chunk], score=scores[chunk], rank=n, retriever="fused") for n, chunk in enumerate(best, 1)]


def _distinct(hits: Iterable[Hit], k: int) -> list[Hit]:
    kept: list[Hit] = []
    texts: set[str] = set()
    per_article: Counter[str] = Counter()
    for hit in hits:
        text = " ".join(hit.passage.text.split()).casefold()
        if text in texts or per_article[hit.passage.article.id] == PER_ARTICLE:
            continue  # the same words under another URL, or enough of this article
        texts.add(text)
        per_article[hit.passage.article.id] += 1
        kept.append(hit)
        if len(kept) == k:
            break
    return kept
