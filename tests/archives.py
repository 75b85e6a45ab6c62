"""Small made-up articles with random vectors, for tests of storage."""

import zlib
from dataclasses import replace

import numpy as np

from index.interfaces import Collection
from index.types import Article, Chunk, ChunkerId, EmbedderId, Sentences, Vectors

EMBEDDER = EmbedderId("random", "0" * 64, 16)
OTHER_EMBEDDER = replace(EMBEDDER, model="other")
CHUNKER = ChunkerId("cl100k_base", 200, 40)


def unit_vectors(count: int, name: str, dimension: int = EMBEDDER.dimension) -> Vectors:
    """Always the same for the same name."""
    rows = np.random.default_rng(zlib.crc32(name.encode())).standard_normal((count, dimension))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def query_vector(name: str = "query") -> Vectors:
    return unit_vectors(1, name)[0]


def vectors_of(article: Article) -> Vectors:
    """One for each paragraph, as `store` gives them."""
    return unit_vectors(len(article.text.split("\n\n")), article.text)


def store(collection: Collection, *articles: Article) -> None:
    """Put articles; every paragraph is a chunk and a sentence."""
    for article in articles:
        chunks, end = [], -2
        for paragraph in article.text.split("\n\n"):
            start, end = end + 2, end + 2 + len(paragraph)
            chunks.append(Chunk(article.id, start, end, paragraph))
        spans = np.array([(chunk.start, chunk.end) for chunk in chunks], np.int32)
        collection.put(article, chunks, vectors_of(article), Sentences(spans, unit_vectors(len(chunks), "sentences")))


def numbered(*numbers: int, paragraphs: int = 3) -> list[Article]:
    """Articles "a<n>", each with a word of its own, "word<n>"."""
    return [
        Article(f"a{n}", f"Title {n}", "\n\n".join(f"Paragraph {p} has word{n}." for p in range(paragraphs)))
        for n in numbers
    ]
