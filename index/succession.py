"""The vectors of the next embedder, beside those that are searched, and those of the one before, until all have left.

Tables of the catalog with the names of schema 1 and an ending: `_next` while an archive is embedded anew, `_before`
after the switch. An article that is deleted or gets a new version takes its rows in all of them along.
"""

import json
import time
from dataclasses import asdict
from pathlib import Path
from sqlite3 import Connection
from typing import Literal

from index.errors import EmbedderMismatchError
from index.types import Embedded, EmbedderId, UnfinishedReembed

KEPT_SECONDS = 600.0
"""For so long after a switch the old vectors stay, for the questions that are being answered with them."""

ARTICLES_WAITING = "articles WHERE id NOT IN (SELECT article_id FROM sentences_next)"

_TABLES = """
CREATE TABLE embeddings_next (
    chunk_id INTEGER PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE, vector BLOB NOT NULL
);
CREATE TABLE sentences_next (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, spans BLOB NOT NULL, vectors BLOB NOT NULL
);
"""

Ending = Literal["", "_next", "_before"]


def ending(db: Connection, embedder: EmbedderId, archive: Path) -> Ending:
    """Of the tables that hold the vectors of this embedder. Raises EmbedderMismatchError when there are none; an empty
    archive is anybody's."""
    meta = dict(db.execute("SELECT key, value FROM meta WHERE key LIKE 'embedder%'"))
    found: dict[str, Ending] = {"embedder": "", "embedder_next": "_next", "embedder_before": "_before"}
    for key, name in found.items():
        if key in meta and EmbedderId(**json.loads(meta[key])) == embedder:
            return name
    if db.execute("SELECT EXISTS (SELECT 1 FROM articles)").fetchone()[0]:
        raise other_embedder(archive, EmbedderId(**json.loads(meta["embedder"])), embedder)
    return ""


def begin(db: Connection, embedder: EmbedderId) -> None:
    """Have tables for this embedder, unless it is in use; what was begun for another one is dropped."""
    value = json.dumps(asdict(embedder))
    meta = dict(db.execute("SELECT key, value FROM meta WHERE key IN ('embedder', 'embedder_next')"))
    if meta.get("embedder_next") != value:
        _drop(db, "_next")
    if value not in meta.values():
        for statement in _TABLES.split(";"):
            db.execute(statement)
        db.execute("INSERT INTO meta VALUES ('embedder_next', ?)", (value,))


def waiting(db: Connection) -> list[str]:
    """Ids of the articles that have no vectors of the next embedder; those of one story one after another."""
    query = f"SELECT id FROM {ARTICLES_WAITING} ORDER BY (SELECT story FROM stories WHERE article_id = id), id"
    return [row[0] for row in db.execute(query)]


def put(db: Connection, embedded: Embedded) -> None:
    """Store what the next embedder makes of an article that is there."""
    article_id = embedded.cut.article.id
    chunks = [row[0] for row in db.execute("SELECT id FROM chunks WHERE article_id = ? ORDER BY id", (article_id,))]
    vectors = [vector.astype("<f4").tobytes() for vector in embedded.chunk_vectors]
    db.executemany("INSERT INTO embeddings_next VALUES (?, ?)", zip(chunks, vectors, strict=True))
    blobs = (embedded.cut.spans.astype("<i4").tobytes(), embedded.sentence_vectors.astype("<f2").tobytes())
    db.execute("INSERT INTO sentences_next VALUES (?, ?, ?)", (article_id, *blobs))


def switch(db: Connection) -> None:
    """Put the next vectors in use; those in use become those before."""
    if db.execute(f"SELECT EXISTS (SELECT 1 FROM {ARTICLES_WAITING})").fetchone()[0]:
        raise ValueError("every article needs its new vectors first")
    _drop(db, "_before")
    for table in ("embeddings", "sentences"):
        db.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
        db.execute(f"ALTER TABLE {table}_next RENAME TO {table}")
    db.execute("UPDATE meta SET key = 'embedder_before' WHERE key = 'embedder'")
    db.execute("UPDATE meta SET key = 'embedder' WHERE key = 'embedder_next'")
    db.execute("INSERT INTO meta VALUES ('switched_at', ?)", (str(time.time()),))


def drop_old(db: Connection) -> None:
    """Drop the vectors before, once nobody can be answering with them any more."""
    switched_at = db.execute("SELECT value FROM meta WHERE key = 'switched_at'").fetchone()
    if switched_at and not 0 <= time.time() - float(switched_at[0]) < KEPT_SECONDS:
        _drop(db, "_before")


def _drop(db: Connection, name: Ending) -> None:
    for table in ("embeddings", "sentences"):
        db.execute(f"DROP TABLE IF EXISTS {table}{name}")
    db.execute("DELETE FROM meta WHERE key = ?", (f"embedder{name}",))
    if name == "_before":
        db.execute("DELETE FROM meta WHERE key = 'switched_at'")


def other_embedder(archive: Path, stored: EmbedderId, configured: EmbedderId) -> EmbedderMismatchError:
    """The error of an archive that was built with another embedder."""
    return EmbedderMismatchError(
        f"The archive {archive} {_built_with(stored, configured)}",
        "Configure the embedder it was built with, or run `newsdesk reembed`.",
    )


def other_embedder_of_backup(backup: Path, stored: EmbedderId, configured: EmbedderId) -> EmbedderMismatchError:
    """The error of a backup that was made of such an archive: it must go in before it can be embedded anew."""
    return EmbedderMismatchError(
        f"The archive in {backup} {_built_with(stored, configured)}",
        "Set NEWSDESK_HOME to a new folder, configure the embedder it was built with, and restore it there; then "
        "`newsdesk reembed` gives it another one.",
    )


def unfinished(db: Connection) -> UnfinishedReembed | None:
    """The reembed that was begun and has not switched yet."""
    row = db.execute("SELECT value FROM meta WHERE key = 'embedder_next'").fetchone()
    if row is None:
        return None
    (left,) = db.execute(f"SELECT count(*) FROM {ARTICLES_WAITING}").fetchone()
    return UnfinishedReembed(EmbedderId(**json.loads(row[0])), left)


def _built_with(stored: EmbedderId, configured: EmbedderId) -> str:
    return f"was built with {_described(stored)}, but the one configured is {_described(configured)}."


def _described(embedder: EmbedderId) -> str:
    return f"the embedder {embedder.model} (weights {embedder.weights_sha256[:12]}, dimension {embedder.dimension})"
