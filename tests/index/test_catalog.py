"""The SQLite catalog beyond what the contract of collections says."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from archives import CHUNKER, EMBEDDER, numbered, store, unit_vectors

from index.catalog import Catalog
from index.collections.local import LocalCollection
from index.database import SCHEMA_VERSION
from index.errors import StorageError


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
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    db.close()
    for read_only in (True, False):
        with pytest.raises(StorageError, match="newer Newsdesk"):
            LocalCollection(archive, EMBEDDER, CHUNKER, read_only)


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
