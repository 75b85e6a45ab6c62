"""Hits to better hits: a reranker reads each of them together with the question."""

from collections.abc import Sequence
from dataclasses import replace

from index.interfaces import Collection
from index.types import Hit
from rag.interfaces import Reranker
from rag.timeliness import timeliness
from rag.types import StandaloneQuestion

CANDIDATES = 50
"""Hits that a reranker reads. It takes its time for each."""


def rerank(
    question: StandaloneQuestion, hits: Sequence[Hit], reranker: Reranker, collection: Collection, k: int
) -> list[Hit]:
    """The k best of `hits`, best first.

    The score of a hit is the reranker's plus what the day of its article adds, of which no reranker knows.
    """
    texts = [f"{hit.passage.article.title}\n{hit.passage.text}" for hit in hits]
    newest = collection.manifest().data_through
    scored = [
        replace(hit, score=float(score) + timeliness(question, hit.passage.article.published_at, newest))
        for hit, score in zip(hits, reranker.scores(question.text, texts), strict=True)
    ]
    best = sorted(scored, key=lambda hit: (-hit.score, hit.rank))[:k]
    return [replace(hit, rank=rank, retriever="reranked") for rank, hit in enumerate(best, 1)]
