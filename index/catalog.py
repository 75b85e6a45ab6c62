"""The catalog: everything an archive knows, in one SQLite file. All else can be rebuilt from it."""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

import numpy as np
from numpy.typing import NDArray

from index import catalog_rows as rows
from index import known_pages, stories, succession
from index.catalog_rows import COLUMN_LIST, COLUMNS, Batch
from index.database import Database
from index.errors import BadInputError, StorageError
from index.types import (
    Article,
    Chunk,
    ChunkerId,
    Cut,
    Embedded,
    EmbedderId,
    Filters,
    Passage,
    Sentences,
    Tally,
    UnfinishedReembed,
    Vectors,
)

TITLE_WEIGHT = 2.0  # a word of the title counts as much as this many in the text
NEXT_REVISION = "UPDATE meta SET value = value + 1 WHERE key = 'revision'"

FAULTS = {
    "{:,} passages are not in the full text": "chunks WHERE id NOT IN (SELECT rowid FROM chunk_text)",
    "the full text has {:,} passages of no article": "chunk_text WHERE rowid NOT IN (SELECT id FROM chunks)",
    "{:,} passages have no embedding": "chunks WHERE id NOT IN (SELECT chunk_id FROM embeddings)",
    "{:,} articles have no sentences": "articles WHERE id NOT IN (SELECT article_id FROM sentences)",
}
"""What can be wrong between the tables, and which rows are."""

MOST_ALIKE = 3
"""Articles whose vectors are looked at before another one is embedded."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What the catalog was built with and holds. `state` changes with every article stored; None before the first."""

    embedder: EmbedderId
    chunker: ChunkerId
    articles: int
    chunks: int
    undated: int
    data_through: str | None
    state: str | None


class Catalog:
    """Articles with their older versions, chunks, full text and embeddings. A missing file reads as an empty catalog.

    What is read of vectors is that of `embedder`: of those in use, those of the next one, or those of the one before.
    Any thread may call any method; `put` needs a catalog opened for writing. Raises StorageError when the file cannot
    be read or written.
    """

    def __init__(self, file: Path, embedder: EmbedderId, chunker: ChunkerId, read_only: bool) -> None:
        built_with = {"embedder": json.dumps(asdict(embedder)), "chunker": json.dumps(asdict(chunker))}
        self._file, self._embedder = file, embedder
        self._db = Database(file, built_with, read_only)
        if not read_only:
            empty = self.contents().articles == 0
            with self._db.write() as db:
                if empty:  # nothing yet binds it to other settings
                    db.executemany("UPDATE meta SET value = ? WHERE key = ?", [(v, k) for k, v in built_with.items()])
                succession.drop_old(db)
            self._join_stories()

    def close(self) -> None:
        self._db.close()

    def check(self) -> None:
        """Raises StorageError when the file is damaged anywhere, or its tables do not fit one another."""
        self._db.check()
        with self._db.read() as db:
            counted = {
                fault: db.execute(f"SELECT count(*) FROM {those}").fetchone()[0] for fault, those in FAULTS.items()
            }
        if wrong := [fault.format(count) for fault, count in counted.items() if count]:
            raise StorageError(f"In the catalog {', '.join(wrong)}.", "Run `newsdesk doctor --repair`.")

    def repair(self) -> None:
        """Make the full text and the stories anew from the articles. What has no embedding leaves the archive, so that
        the next ingest brings it in again."""
        with self._db.write() as db:
            lost = "SELECT article_id FROM chunks WHERE id NOT IN (SELECT chunk_id FROM embeddings)"
            db.execute(f"DELETE FROM articles WHERE id IN ({lost}) OR id NOT IN (SELECT article_id FROM sentences)")
            db.execute("DELETE FROM chunk_text")
            db.execute(
                "INSERT INTO chunk_text (rowid, title, text) "
                "SELECT c.id, a.title, substr(a.text, c.start + 1, c.stop - c.start) "
                "FROM chunks c JOIN articles a ON a.id = c.article_id"
            )
            db.execute("INSERT INTO chunk_text (chunk_text) VALUES ('rebuild')")
            db.execute("DELETE FROM bands")
            db.execute("DELETE FROM stories")
            db.execute(NEXT_REVISION)
        self._join_stories()

    def copy_to(self, file: Path) -> None:
        """Everything, as of one moment, in one new file."""
        self._db.copy_to(file)

    def replace_by(self, other: "Catalog") -> None:
        """Hold what `other` holds, all or nothing, under a state that no vector index was ever built for."""
        with other._db.write() as db:
            db.execute("UPDATE meta SET value = ? WHERE key = 'archive'", (uuid.uuid4().hex,))
        self._db.replace_by(other._db)

    def contents(self) -> Contents:
        """As of one moment."""
        with self._db.read() as db:
            meta = dict(db.execute("SELECT key, value FROM meta"))
            counted = "SELECT count(*), count(*) - count(published_at), max(published_at) FROM articles"
            articles, undated, newest = db.execute(counted).fetchone()
            (chunks,) = db.execute("SELECT count(*) FROM chunks").fetchone()
        return Contents(
            embedder=EmbedderId(**json.loads(meta["embedder"])),
            chunker=ChunkerId(**json.loads(meta["chunker"])),
            articles=articles,
            chunks=chunks,
            undated=undated,
            data_through=newest[:10] if newest else None,
            state=None if meta["revision"] == "0" else f"{meta['archive']}:{meta['revision']}",
        )

    def put(
        self,
        article: Article,
        chunks: Sequence[Chunk],
        vectors: Vectors,
        sentences: Sentences,
        page: bytes | None = None,
    ) -> None:
        """Store one article in one transaction; what was known under its id becomes an old version."""
        if len(vectors) != len(chunks) or len(sentences.vectors) != len(sentences.spans):
            raise ValueError("every chunk and every sentence needs one vector")
        values = dict(zip(COLUMNS, astuple(article), strict=True))
        try:
            json.dumps(values, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise BadInputError(
                f"The article {article.source or article.id} holds characters that are not Unicode text.",
                "Save it as UTF-8 and ingest it again.",
            ) from error
        with self._db.write() as db:
            known = db.execute("SELECT version FROM articles WHERE id = ?", (article.id,)).fetchone()
            values["version"] = known[0] + 1 if known else 1
            if known:
                _retire(db, article.id)
            db.execute("DELETE FROM deleted WHERE id = ?", (article.id,))
            db.execute(f"INSERT INTO articles ({COLUMN_LIST}) VALUES (:{', :'.join(COLUMNS)})", values)
            for chunk, vector in zip(chunks, vectors, strict=True):
                place = (article.id, chunk.start, chunk.end)
                chunk_id = db.execute("INSERT INTO chunks (article_id, start, stop) VALUES (?, ?, ?)", place).lastrowid
                db.execute("INSERT INTO embeddings VALUES (?, ?)", (chunk_id, vector.astype("<f4").tobytes()))
                row = (chunk_id, article.title, chunk.text)
                db.execute("INSERT INTO chunk_text (rowid, title, text) VALUES (?, ?, ?)", row)
            blobs = (sentences.spans.astype("<i4").tobytes(), sentences.vectors.astype("<f2").tobytes())
            db.execute("INSERT INTO sentences VALUES (?, ?, ?)", (article.id, *blobs))
            stories.join(db, article.id, article.title, article.text)
            if page:
                known_pages.note(db, page, article.id)
            db.execute(NEXT_REVISION)

    def from_page(self, page: bytes) -> Article | None:
        """The article that the page of this digest gives, as it is stored."""
        with self._db.read() as db:
            article_id = known_pages.article_id(db, page)
            return rows.article(db, article_id) if article_id else None

    def note_pages(self, given: Mapping[bytes, str]) -> None:
        """Keep which stored article each of these pages gives, in one transaction."""
        with self._db.write() as db:
            for page, article_id in given.items():
                known_pages.note(db, page, article_id)

    def alike(self, article: Article) -> list[Embedded]:
        """What is stored under its id, and of the articles that may tell the same story the likeliest."""
        with self._db.read() as db:
            ids = [article.id, *stories.alike(db, article.id, article.title, article.text, MOST_ALIKE)]
            ending = succession.ending(db, self._embedder, self._file)
            found = [rows.embedded(db, known, ending) for known in ids]
        return [embedded for embedded in found if embedded]

    def begin_next(self) -> None:
        """Have room for the vectors of this embedder, beside those in use."""
        with self._db.write() as db:
            succession.begin(db, self._embedder)

    def unfinished_reembed(self) -> UnfinishedReembed | None:
        """The next embedder and how many articles wait for it; None when there is none."""
        with self._db.read() as db:
            return succession.unfinished(db)

    def waiting(self) -> list[str]:
        """Ids of the articles that have none of the next vectors, those of one story one after another."""
        with self._db.read() as db:
            return succession.waiting(db)

    def cut(self, article_id: str) -> Cut:
        """The stored article in its pieces."""
        with self._db.read() as db:
            cut = rows.cut(db, article_id)
        if cut is None:
            raise StorageError(f"In the catalog {article_id} has no sentences.", "Run `newsdesk doctor --repair`.")
        return cut

    def put_next(self, articles: Iterable[Embedded]) -> None:
        """Store the next vectors of these articles in one transaction."""
        with self._db.write() as db:
            for embedded in articles:
                succession.put(db, embedded)

    def switch(self, state: str) -> None:
        """Put the next vectors in use, under this state."""
        archive, revision = state.split(":")
        with self._db.write() as db:
            succession.switch(db)
            db.execute("UPDATE meta SET value = ? WHERE key = 'archive'", (archive,))
            db.execute("UPDATE meta SET value = ? WHERE key = 'revision'", (revision,))

    def _join_stories(self) -> None:
        """Compare the articles of an archive that is older than the comparison."""
        while True:
            with self._db.write() as db:
                waiting = stories.not_joined(db, most=100)
                for article_id, title, text in waiting:
                    stories.join(db, article_id, title, text)
            if not waiting:
                return

    def get(self, article_id: str) -> Article | None:
        """The latest version."""
        with self._db.read() as db:
            return rows.article(db, article_id)

    def story(self, article_id: str) -> list[Article]:
        """The articles that tell the same story, the original first; empty for an unknown one."""
        with self._db.read() as db:
            ids = stories.members(db, article_id)
            query = f"SELECT {COLUMN_LIST} FROM articles WHERE id = ?"
            return [Article(*db.execute(query, (member,)).fetchone()) for member in ids]

    def old_versions(self, article_id: str) -> list[Article]:
        """What the article said before, oldest first."""
        query = f"SELECT {COLUMN_LIST} FROM old_versions WHERE id = ? ORDER BY version"
        with self._db.read() as db:
            return [Article(*row) for row in db.execute(query, (article_id,))]

    def id_from_source(self, source: str) -> str | None:
        """Id of the article without a URL that was read from this location, or of the one deleted that was."""
        with self._db.read() as db:
            for table in ("articles", "deleted"):
                row = db.execute(f"SELECT id FROM {table} WHERE source = ? AND url IS NULL", (source,)).fetchone()
                if row:
                    return str(row[0])
        return None

    def ids(self, filters: Filters) -> list[str]:
        """Ids of the articles that pass, oldest first, the undated before them."""
        restriction, values = rows.restriction(filters)
        query = f"SELECT a.id FROM articles a WHERE {restriction or 'TRUE'} ORDER BY a.published_at, a.id"
        with self._db.read() as db:
            return [row[0] for row in db.execute(query, values)]

    def delete(self, ids: Iterable[str]) -> int:
        """Remove these articles with all their versions, in one transaction, and keep that they were deleted; the
        number removed. Their words are overwritten in the file."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with self._db.erase() as db:
            removed = 0
            for article_id in ids:
                query = "INSERT OR REPLACE INTO deleted SELECT id, url, source, ? FROM articles WHERE id = ?"
                removed += db.execute(query, (now, article_id)).rowcount
                _remove(db, article_id)
                db.execute("DELETE FROM old_versions WHERE id = ?", (article_id,))
            if removed:
                db.execute("INSERT INTO chunk_text (chunk_text) VALUES ('optimize')")  # else it only marks them
                db.execute(NEXT_REVISION)
        return removed

    def was_deleted(self, article_id: str) -> bool:
        """Whether the article was deleted and has not been brought back."""
        with self._db.read() as db:
            return db.execute("SELECT 1 FROM deleted WHERE id = ?", (article_id,)).fetchone() is not None

    def sentences(self, article_id: str) -> Sentences | None:
        """Vectors come back as float32 but were kept as float16: a cosine is right to about 0.0005."""
        with self._db.read() as db:
            return rows.sentences(db, article_id, succession.ending(db, self._embedder, self._file))

    def chunk_ids(self, filters: Filters) -> NDArray[np.int64] | None:
        """Ids of the chunks that pass; None when nothing is restricted."""
        restriction, values = rows.restriction(filters)
        if not restriction:
            return None
        # CROSS JOIN: articles first, each looked at once; left to itself SQLite walks over all chunks
        query = f"SELECT c.id FROM articles a CROSS JOIN chunks c ON c.article_id = a.id WHERE {restriction}"
        with self._db.read() as db:
            return np.fromiter((row[0] for row in db.execute(query, values)), np.int64)

    def passages(self, found: Sequence[tuple[int, float]]) -> list[tuple[Passage, float]]:
        """(chunk id, score) to (passage, score), without the chunks that are no part of a latest version any more."""
        with self._db.read() as db:
            return rows.passages(db, found)

    def search_text(self, words: Iterable[str], k: int, filters: Filters) -> list[tuple[Passage, float]]:
        """At most k passages that hold any of the words or phrases, and their BM25: best first, higher is better."""
        restriction, values = rows.restriction(filters)
        articles = "JOIN chunks c ON c.id = chunk_text.rowid JOIN articles a ON a.id = c.article_id"
        query = (
            # bm25() of SQLite is negative, lower is better
            f"SELECT chunk_text.rowid, -bm25(chunk_text, {TITLE_WEIGHT}, 1.0) AS score "
            f"FROM chunk_text {articles if restriction else ''} "
            f"WHERE chunk_text MATCH ? {'AND' if restriction else ''} {restriction} "
            "ORDER BY score DESC, chunk_text.rowid LIMIT ?"
        )
        match = " OR ".join(rows.phrase(word) for word in dict.fromkeys(words)) or '""'
        with self._db.read() as db:
            return rows.passages(db, db.execute(query, (match, *values, max(k, 0))).fetchall())

    def document_counts(self, words: Iterable[str]) -> dict[str, int]:
        """For each word or phrase the number of articles that hold it in title or text, stemmed, without case."""
        query = (
            "SELECT count(DISTINCT c.article_id) FROM chunk_text JOIN chunks c ON c.id = chunk_text.rowid "
            "WHERE chunk_text MATCH ?"
        )
        with self._db.read() as db:
            return {word: db.execute(query, (rows.phrase(word),)).fetchone()[0] for word in dict.fromkeys(words)}

    def outlets(self) -> list[str]:
        """The outlets of the articles, each once, sorted."""
        query = "SELECT DISTINCT outlet FROM articles WHERE outlet IS NOT NULL ORDER BY outlet"
        with self._db.read() as db:
            return [row[0] for row in db.execute(query)]

    def tally(self) -> list[Tally]:
        """Articles by outlet, language and month."""
        query = (
            "SELECT outlet, language, substr(published_at, 1, 7) AS month, count(*) FROM articles "
            "GROUP BY outlet, language, month ORDER BY outlet, language, month"
        )
        with self._db.read() as db:
            return [Tally(*row) for row in db.execute(query)]

    @contextmanager
    def embeddings(self, batch: int = 4096) -> Iterator[Iterator[Batch]]:
        """Every chunk of every latest version, as of one moment."""
        with self._db.read() as db:
            ending = succession.ending(db, self._embedder, self._file)
            yield rows.batches(db.execute(f"SELECT chunk_id, vector FROM embeddings{ending}"), batch)


def _retire(db: Connection, article_id: str) -> None:
    """Move the article to the old versions."""
    db.execute(
        f"INSERT INTO old_versions ({COLUMN_LIST}) SELECT {COLUMN_LIST} FROM articles WHERE id = ?", (article_id,)
    )
    _remove(db, article_id)


def _remove(db: Connection, article_id: str) -> None:
    """The article and its chunks leave every search."""
    db.execute("DELETE FROM chunk_text WHERE rowid IN (SELECT id FROM chunks WHERE article_id = ?)", (article_id,))
    db.execute("DELETE FROM articles WHERE id = ?", (article_id,))  # cascades to chunks, embeddings and sentences
