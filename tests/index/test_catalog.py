"""The SQLite catalog beyond what the contract of collections says."""

import json
import sqlite3
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from archives import CHUNKER, EMBEDDER, numbered, store, unit_vectors

from index.catalog import Catalog
from index.collections.local import LocalCollection
from index.errors import StorageError
from index.schema import STEPS, VERSION
from index.types import Filters


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with LocalCollection(tmp_path / "archive", EMBEDDER, CHUNKER) as collection:
        store(collection, *numbered(1, 2))
        collection.publish()
    return tmp_path / "archive"


def test_old_versions_are_kept(archive: Path) -> None:
    (first,) = numbered(1)
    with LocalCollection(archive, EMBEDDER, CHUNKER) as collection:
        store(collection, replace(first, title="Second"), replace(first, title="Third"))
        assert [(old.version, old.title) for old in collection.old_versions("a1")] == [(1, "Title 1"), (2, "Second")]
        latest = collection.get("a1")
        assert latest is not None
        assert (latest.version, latest.title) == (3, "Third")
        assert collection.old_versions("a2") == []


def test_chunk_ids_are_never_given_twice(archive: Path) -> None:
    catalog = Catalog(archive / "catalog.sqlite", EMBEDDER, CHUNKER, read_only=False)
    used: set[int] = set()
    for round_ in range(3):
        store(catalog, *(replace(article, title=str(round_)) for article in numbered(2)))  # its ids are the highest
        with catalog.embeddings() as batches:
            ids = {int(chunk_id) for block, _ in batches for chunk_id in block}
        assert len(ids) == 6
        assert round_ == 0 or len(ids & used) == 3  # only those of the article that stayed
        used |= ids
    catalog.close()


def test_embeddings_come_back_as_they_went_in(archive: Path) -> None:
    catalog = Catalog(archive / "catalog.sqlite", EMBEDDER, CHUNKER, read_only=True)
    with catalog.embeddings(batch=4) as batches:
        blocks = list(batches)
    assert [len(ids) for ids, _ in blocks] == [4, 2]
    expected = np.concatenate([unit_vectors(3, article.text) for article in numbered(1, 2)])
    np.testing.assert_array_equal(np.concatenate([vectors for _, vectors in blocks]), expected)
    catalog.close()


def test_a_newer_schema_is_refused(archive: Path) -> None:
    db = sqlite3.connect(archive / "catalog.sqlite")
    db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.close()
    for read_only in (True, False):
        with pytest.raises(StorageError, match="newer Newsdesk"):
            LocalCollection(archive, EMBEDDER, CHUNKER, read_only)


# The tables of schema 1 as they were; no later version of the code may change what is written here.
SCHEMA_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (id TEXT PRIMARY KEY, title TEXT NOT NULL, url TEXT, outlet TEXT, byline TEXT, section TEXT,
    language TEXT, published_at TEXT, updated_at TEXT, fetched_at TEXT, source TEXT, version INTEGER NOT NULL,
    text TEXT NOT NULL);
CREATE INDEX articles_filtered ON articles (published_at, outlet, language, id);
CREATE INDEX articles_without_url ON articles (source) WHERE url IS NULL;
CREATE TABLE old_versions (id TEXT NOT NULL, title TEXT NOT NULL, url TEXT, outlet TEXT, byline TEXT, section TEXT,
    language TEXT, published_at TEXT, updated_at TEXT, fetched_at TEXT, source TEXT, version INTEGER NOT NULL,
    text TEXT NOT NULL, PRIMARY KEY (id, version));
CREATE TABLE chunks (id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE, start INTEGER NOT NULL, stop INTEGER NOT NULL);
CREATE INDEX chunks_of_article ON chunks (article_id);
CREATE TABLE embeddings (chunk_id INTEGER PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE, vector BLOB NOT NULL);
CREATE TABLE sentences (article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, spans BLOB NOT NULL,
    vectors BLOB NOT NULL);
CREATE VIRTUAL TABLE chunk_text USING fts5 (title, text, tokenize = 'porter unicode61 remove_diacritics 2');
INSERT INTO articles VALUES ('old', 'Old news', 'https://x.example/old', 'Daily', NULL, NULL, 'en', '2017-08-04', NULL,
    '2026-01-01T00:00:00Z', 'a.jsonl:1', 2, 'Kering dropped its suit.');
INSERT INTO old_versions VALUES ('old', 'Old news', 'https://x.example/old', 'Daily', NULL, NULL, 'en', '2017-08-04',
    NULL, '2025-01-01T00:00:00Z', 'a.jsonl:1', 1, 'Kering filed suit.');
INSERT INTO chunks VALUES (7, 'old', 0, 24);
INSERT INTO chunk_text (rowid, title, text) VALUES (7, 'Old news', 'Kering dropped its suit.');
PRAGMA user_version = 1;
"""


@pytest.fixture
def schema_1(tmp_path: Path) -> Path:
    """An archive of one article as the first Newsdesk left it."""
    return made_with(1, tmp_path)


def made_with(schema: int, tmp_path: Path) -> Path:
    """An archive of one article that was brought up to this schema and left there."""
    folder = tmp_path / f"schema {schema}"
    folder.mkdir()
    db = sqlite3.connect(folder / "catalog.sqlite", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.executescript(SCHEMA_1)
    built_with = {"embedder": json.dumps(asdict(EMBEDDER)), "chunker": json.dumps(asdict(CHUNKER))}
    db.executemany("INSERT INTO meta VALUES (?, ?)", {"archive": "f00d", "revision": "2", **built_with}.items())
    vector = unit_vectors(1, "old")
    db.execute("INSERT INTO embeddings VALUES (7, ?)", (vector.tobytes(),))
    spans = np.array([[0, 24]], "<i4")
    db.execute("INSERT INTO sentences VALUES ('old', ?, ?)", (spans.tobytes(), vector.astype("<f2").tobytes()))
    db.executescript("".join(STEPS[1:schema]) + f"PRAGMA user_version = {schema}")
    db.close()
    return folder


def assert_whole(collection: LocalCollection) -> None:
    article = collection.get("old")
    assert article is not None
    assert (article.title, article.version, article.published_at) == ("Old news", 2, "2017-08-04")
    assert [old.text for old in collection.old_versions("old")] == ["Kering filed suit."]
    assert [hit.passage.text for hit in collection.search_text(["suit"], 5, Filters())] == [article.text]
    [hit] = collection.search_vectors(unit_vectors(1, "old")[0], 1, Filters())
    assert hit.score == pytest.approx(1, abs=1e-6)
    assert collection.state(article) == "unchanged"
    assert collection.state(replace(article, id="new")) == "new"


def schema_of(folder: Path) -> tuple[int, list[tuple[str, str]]]:
    db = sqlite3.connect(folder / "catalog.sqlite")
    version = db.execute("PRAGMA user_version").fetchone()[0]
    tables = db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
    schema = [(name, " ".join(sql.split("--")[0].split())) for name, sql in tables]
    db.close()
    return version, schema


def test_a_reader_reads_an_archive_of_the_first_schema_and_leaves_it_so(schema_1: Path) -> None:
    before = schema_of(schema_1)
    with LocalCollection(schema_1, EMBEDDER, CHUNKER, read_only=True) as reader:
        assert_whole(reader)
        assert reader.story("old") == []
        assert schema_of(schema_1) == before
        with LocalCollection(schema_1, EMBEDDER, CHUNKER) as writer:
            assert_whole(writer)
            writer.delete(["old"])
            assert reader.state(replace(numbered(1)[0], id="old")) == "deleted"


def test_a_writer_brings_an_archive_of_the_first_schema_up_to_date(schema_1: Path, archive: Path) -> None:
    with LocalCollection(schema_1, EMBEDDER, CHUNKER) as writer:
        assert_whole(writer)
        assert [article.id for article in writer.story("old")] == ["old"]  # compared now
        store(writer, *numbered(1))
    with LocalCollection(schema_1, EMBEDDER, CHUNKER) as writer:
        assert_whole(writer)
        assert writer.manifest().articles == 2
    version, tables = schema_of(schema_1)
    assert version == VERSION
    assert [name for name, _ in tables] == [name for name, _ in schema_of(archive)[1]]


@pytest.mark.parametrize("schema", range(1, VERSION + 1))
def test_an_archive_of_any_schema_comes_up_to_date(schema: int, tmp_path: Path) -> None:
    folder = made_with(schema, tmp_path)
    with LocalCollection(folder, EMBEDDER, CHUNKER, read_only=True) as reader:
        assert_whole(reader)
        assert reader.from_page(b"page") is None
        with LocalCollection(folder, EMBEDDER, CHUNKER) as writer:
            writer.note_pages({b"page": "old"})
            assert_whole(writer)
        assert reader.from_page(b"page") == reader.get("old")
    with LocalCollection(folder, EMBEDDER, CHUNKER) as writer:
        writer.check()
        assert writer.from_page(b"page") == writer.get("old")
    assert schema_of(folder)[0] == VERSION


def test_a_migration_that_fails_changes_nothing(schema_1: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = schema_of(schema_1)
    broken = (*STEPS[:1], "CREATE TABLE one (a); CREATE TABLE two (a,);")
    monkeypatch.setattr("index.database.STEPS", broken)
    with pytest.raises(StorageError, match="syntax error"):
        LocalCollection(schema_1, EMBEDDER, CHUNKER)
    assert schema_of(schema_1) == before
    monkeypatch.undo()
    with LocalCollection(schema_1, EMBEDDER, CHUNKER) as writer:
        assert_whole(writer)


@pytest.mark.parametrize("content", [b"this is no database " * 500, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_catalog_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "catalog.sqlite").write_bytes(content)
    for read_only in (True, False):
        with pytest.raises(StorageError, match=r"catalog\.sqlite"):
            LocalCollection(tmp_path, EMBEDDER, CHUNKER, read_only)
    assert (tmp_path / "catalog.sqlite").read_bytes() == content


def test_a_catalog_whose_making_was_cut_short_is_empty(tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").touch()
    with LocalCollection(tmp_path, EMBEDDER, CHUNKER, read_only=True) as reader:
        assert reader.manifest().articles == 0
        with LocalCollection(tmp_path, EMBEDDER, CHUNKER) as writer:
            store(writer, *numbered(1))
        assert reader.manifest().articles == 1


def test_a_reader_cannot_write(archive: Path) -> None:
    with (
        LocalCollection(archive, EMBEDDER, CHUNKER, read_only=True) as reader,
        pytest.raises(StorageError, match="reading only"),
    ):
        store(reader, *numbered(3))
