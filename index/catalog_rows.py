"""Rows of the catalog read into values, and filters and words written as SQL."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from sqlite3 import Connection, Cursor

import numpy as np
from numpy.typing import NDArray

from index.types import Article, Chunk, Cut, Embedded, Filters, Passage, Sentences, Vectors

COLUMNS = [field.name for field in fields(Article)]
COLUMN_LIST = ", ".join(COLUMNS)

Batch = tuple[NDArray[np.int64], Vectors]
"""Chunk ids and their vectors, row by row."""


def batches(rows: Cursor, size: int) -> Iterator[Batch]:
    """Rows of a chunk id and its vector, `size` at a time."""
    while block := rows.fetchmany(size):
        vectors = np.frombuffer(b"".join(row[1] for row in block), "<f4").reshape(len(block), -1)
        yield np.array([row[0] for row in block], np.int64), vectors


def article(db: Connection, article_id: str) -> Article | None:
    """The latest version of an article; None where there is none."""
    row = db.execute(f"SELECT {COLUMN_LIST} FROM articles WHERE id = ?", (article_id,)).fetchone()
    return Article(*row) if row else None


def cut(db: Connection, article_id: str) -> Cut | None:
    """The latest version of an article with its chunks and the spans of its sentences; None where there is none."""
    query = f"SELECT spans, {COLUMN_LIST} FROM articles JOIN sentences ON article_id = id WHERE id = ?"
    row = db.execute(query, (article_id,)).fetchone()
    if row is None:
        return None
    article = Article(*row[1:])
    places = db.execute("SELECT start, stop FROM chunks WHERE article_id = ? ORDER BY id", (article_id,))
    chunks = tuple(Chunk(article_id, start, stop, article.text[start:stop]) for start, stop in places)
    return Cut(article, chunks, np.frombuffer(row[0], "<i4").reshape(-1, 2))


def embedded(db: Connection, article_id: str, ending: str) -> Embedded | None:
    """None where there is none of this id, or some of its vectors are lost."""
    own, said = cut(db, article_id), sentences(db, article_id, ending)
    query = f"SELECT vector FROM chunks JOIN embeddings{ending} ON chunk_id = id WHERE article_id = ? ORDER BY id"
    vectors = [np.frombuffer(row[0], "<f4") for row in db.execute(query, (article_id,))]
    if own is None or said is None or len(vectors) < len(own.chunks):
        return None
    return Embedded(own, np.stack(vectors) if vectors else np.zeros((0, 0), np.float32), said.vectors)


def sentences(db: Connection, article_id: str, ending: str) -> Sentences | None:
    """The sentences of an article; None where there are none. `ending`: of the tables with the vectors in use."""
    query = f"SELECT spans, vectors FROM sentences{ending} WHERE article_id = ?"
    row = db.execute(query, (article_id,)).fetchone()
    if row is None:
        return None
    spans = np.frombuffer(row[0], "<i4").reshape(-1, 2)
    vectors = np.frombuffer(row[1], "<f2").astype(np.float32)
    return Sentences(spans, vectors.reshape(len(spans), -1 if len(spans) else 0))


def passages(db: Connection, found: Sequence[tuple[int, float]]) -> list[tuple[Passage, float]]:
    """Chunk ids with scores to passages, in their order; without those that are gone."""
    query = "SELECT c.id, c.article_id, c.start, c.stop FROM json_each(?) wanted JOIN chunks c ON c.id = wanted.value"
    chunks = {row[0]: row[1:] for row in db.execute(query, (json.dumps([chunk_id for chunk_id, _ in found]),))}
    query = f"SELECT {COLUMN_LIST} FROM articles WHERE id IN (SELECT value FROM json_each(?))"
    ids = json.dumps(sorted({article_id for article_id, _, _ in chunks.values()}))
    articles = {row[0]: Article(*row) for row in db.execute(query, (ids,))}
    return [
        (Passage(chunk_id, articles[article_id], start, stop), score)
        for chunk_id, score in found
        if chunk_id in chunks
        for article_id, start, stop in [chunks[chunk_id]]
    ]


def phrase(words: str) -> str:
    """A phrase of the FTS5 query language: quotes keep every operator and punctuation mark from meaning anything."""
    plain = words.replace("\0", " ").encode("utf-8", "replace").decode()
    return '"' + plain.replace('"', '""') + '"'


def restriction(filters: Filters) -> tuple[str, list[str]]:
    """SQL condition on `articles a` and its values; empty when nothing is restricted."""
    conditions, values = [], []
    # A day and a time of that day share their first ten characters. NULL, the undated, passes neither comparison.
    if filters.date_from:
        conditions.append("substr(a.published_at, 1, 10) >= ?")
        values.append(filters.date_from.isoformat())
    if filters.date_to:
        conditions.append("substr(a.published_at, 1, 10) <= ?")
        values.append(filters.date_to.isoformat())
    for column, allowed in (("outlet", filters.outlets), ("language", filters.languages)):
        if allowed:
            conditions.append(f"casefold(a.{column}) IN (SELECT value FROM json_each(?))")
            values.append(json.dumps([name.casefold() for name in allowed]))
    if filters.bylines:
        conditions.append("EXISTS (SELECT 1 FROM json_each(?) WHERE names(a.byline, value))")
        values.append(json.dumps(filters.bylines))
    return " AND ".join(conditions), values
