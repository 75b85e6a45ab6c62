"""Cut articles to vectors: each text is embedded once, and none of which the vector is known."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from index.chunk import passage_text
from index.interfaces import Embedder
from index.types import Cut, Embedded, Vectors

GATHER = 16
"""Articles embedded together: texts of like length share a batch, which is faster than article by article."""


def embed(cuts: Sequence[Cut], embedder: Embedder, known: Mapping[str, Vectors]) -> list[Embedded]:
    """The articles with their vectors, in order. `known`: vectors of this embedder, (dimension,), by text."""
    parts = [(_passages(cut), _sentences(cut)) for cut in cuts]
    fresh = [text for text in dict.fromkeys(t for pair in parts for texts in pair for t in texts) if text not in known]
    vectors = {**known, **dict(zip(fresh, embedder.embed_passages(fresh), strict=True))} if fresh else known

    def rows(texts: Sequence[str]) -> Vectors:
        found = np.empty((len(texts), embedder.id.dimension), np.float32)
        for row, text in enumerate(texts):
            found[row] = vectors[text]
        return found

    return [
        Embedded(cut, rows(passages), rows(sentences)) for cut, (passages, sentences) in zip(cuts, parts, strict=True)
    ]


def vectors_by_text(articles: Iterable[Embedded]) -> dict[str, Vectors]:
    """Every text of these articles with its vector."""
    known: dict[str, Vectors] = {}
    for embedded in articles:
        known |= zip(_sentences(embedded.cut), embedded.sentence_vectors, strict=True)
        known |= zip(_passages(embedded.cut), embedded.chunk_vectors, strict=True)
    return known


def _passages(cut: Cut) -> list[str]:
    return [passage_text(cut.article, chunk.start, chunk.end) for chunk in cut.chunks]


def _sentences(cut: Cut) -> list[str]:
    return [cut.article.text[start:end] for start, end in cut.spans]
