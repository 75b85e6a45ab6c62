"""Fusion on paper, and hits over an archive with a copy in it."""

from pathlib import Path

import numpy as np
import pytest

from index.chunk import DEFAULT_CHUNKER
from index.collections.local import LocalCollection
from index.embedders.hashing import HashingEmbedder
from index.types import Article, Chunk, Hit, Passage, Sentences
from rag.retrieve import RRF_K, reciprocal_rank_fusion, retrieve
from rag.types import Question
from rag.understand import understand


def hit(chunk_id: int, rank: int, retriever: str) -> Hit:
    return Hit(Passage(chunk_id, Article(str(chunk_id), "Title", "Text"), 0, 4), 1 / rank, rank, retriever)


def test_fusion_by_hand() -> None:
    fused = reciprocal_rank_fusion([[hit(7, 1, "dense"), hit(8, 2, "dense")], [hit(8, 1, "text"), hit(9, 2, "text")]])
    assert [(h.passage.chunk_id, h.rank, h.retriever) for h in fused] == [
        (8, 1, "fused"),
        (7, 2, "fused"),
        (9, 3, "fused"),
    ]
    assert [h.score for h in fused] == pytest.approx(
        [1 / (RRF_K + 1) + 1 / (RRF_K + 2), 1 / (RRF_K + 1), 1 / (RRF_K + 2)]
    )


def test_a_copy_under_another_address_is_one_hit(tmp_path: Path) -> None:
    embedder = HashingEmbedder(model=None, cache_dir=tmp_path, threads=1)
    texts = {"a": "Kering dropped its suit.", "b": "Kering  dropped\nits suit.", "c": "Kering opened a shop."}
    with LocalCollection(tmp_path / "archive", embedder.id, DEFAULT_CHUNKER) as collection:
        for article_id, text in texts.items():
            vectors = embedder.embed_passages([text])
            whole = Sentences(np.array([[0, len(text)]], dtype=np.int32), vectors)
            article = Article(article_id, "News", text, url=f"https://example.com/{article_id}")
            collection.put(article, [Chunk(article_id, 0, len(text), text)], vectors, whole)
        collection.publish()
        question = understand(Question("Did Kering drop its suit?"), collection)
        hits = retrieve(question, embedder.embed_query(question.text), collection, 8)
    assert [(h.passage.article.id in "ab", h.rank) for h in hits] == [(True, 1), (False, 2)]
