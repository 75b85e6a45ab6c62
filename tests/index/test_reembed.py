"""An archive gets the vectors of another embedder while it is searched."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from archives import CHUNKER, EMBEDDER, numbered, query_vector, store, vectors_of
from small_embedder import SmallEmbedder

from index import succession
from index.collections.local import LocalCollection
from index.collections.local_reembedding import LocalReembedding
from index.embedding import GATHER
from index.errors import EmbedderMismatchError, LockedError
from index.reembed import reembed
from index.types import Article, Filters, UnfinishedReembed

ANY = Filters()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with LocalCollection(tmp_path / "archive", EMBEDDER, CHUNKER) as collection:
        store(collection, *numbered(*range(3 * GATHER)))
        collection.publish()
    return tmp_path / "archive"


def run(archive: Path, embedder: SmallEmbedder, stop_at: int | None = None) -> bool:
    """Embed anew; with `stop_at` as if Ctrl-C came when so many articles are done."""

    def told(done: int, of: int) -> None:
        if done == stop_at:
            raise KeyboardInterrupt

    opened = LocalReembedding(archive, embedder.id, CHUNKER)
    try:
        return reembed(opened, embedder, told, lambda: None)
    finally:
        opened.close()


def with_new_vectors(archive: Path, embedder: SmallEmbedder, read_only: bool = True) -> LocalCollection:
    return LocalCollection(archive, embedder.id, CHUNKER, read_only=read_only)


def assert_whole(archive: Path, embedder: SmallEmbedder, articles: list[Article]) -> None:
    """Every passage and sentence has the vector that the embedder gives it, and nothing else is found."""
    with with_new_vectors(archive, embedder) as reader:
        reader.check()
        manifest = reader.manifest()
        assert (manifest.embedder, manifest.articles) == (embedder.id, len(articles))
        for article in articles:
            hits = reader.search_vectors(embedder.embed_query(f"{article.title}\n{article.text[:18]}"), 1000, ANY)
            assert len(hits) == manifest.chunks
            assert hits[0].passage.article.id == article.id or hits[0].score == pytest.approx(hits[1].score)
            [stored] = [one for one in reader.alike(article) if one.cut.article.id == article.id]
            assert [chunk.text for chunk in stored.cut.chunks] == article.text.split("\n\n")
            texts = [article.text[start:end] for start, end in stored.cut.spans]
            np.testing.assert_allclose(stored.sentence_vectors, embedder.embed_passages(texts), atol=1e-3)


@pytest.fixture
def small() -> Iterator[SmallEmbedder]:
    return SmallEmbedder()  # type: ignore[return-value]


def test_readers_search_the_old_vectors_until_all_are_new(archive: Path, small: SmallEmbedder) -> None:
    articles = numbered(*range(3 * GATHER))
    with LocalCollection(archive, EMBEDDER, CHUNKER, read_only=True) as reader:
        before = reader.search_vectors(query_vector(), 10, ANY)
        with pytest.raises(KeyboardInterrupt):
            run(archive, small, stop_at=GATHER)
        assert reader.search_vectors(query_vector(), 10, ANY) == before
        with pytest.raises(EmbedderMismatchError, match="newsdesk reembed"):
            with_new_vectors(archive, small)
        assert run(archive, small)
        # What was begun before is answered to its end, with vectors that belong together.
        assert reader.search_vectors(query_vector(), 10, ANY) == before
        kept = reader.sentences("a1")
        assert kept is not None and kept.vectors.shape == (3, EMBEDDER.dimension)
        with pytest.raises(EmbedderMismatchError):
            LocalCollection(archive, EMBEDDER, CHUNKER, read_only=True)
    assert_whole(archive, small, articles)
    assert not run(archive, small)


def test_interrupted_it_goes_on_with_what_is_missing(archive: Path, small: SmallEmbedder) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(archive, small, stop_at=2 * GATHER)
    first = list(small.texts)
    with LocalCollection(archive, EMBEDDER, CHUNKER) as writer:  # life goes on: one is new, one corrected, one deleted
        (corrected,) = (replace(article, text="It was corrected.") for article in numbered(1))
        store(writer, corrected, *numbered(99))
        assert writer.delete(["a2"]) == 1
        writer.publish()
    small.texts.clear()
    assert run(archive, small)
    articles = [corrected, *numbered(0, *range(3, 3 * GATHER), 99)]
    assert "It was corrected." in small.texts
    assert not any("word2." in text for text in small.texts)
    assert len(small.texts) < len(first)
    assert_whole(archive, small, articles)


def test_what_was_begun_for_another_model_is_dropped(archive: Path, small: SmallEmbedder) -> None:
    other = SmallEmbedder(model="other")
    with pytest.raises(KeyboardInterrupt):
        run(archive, other, stop_at=GATHER)
    with LocalCollection(archive, EMBEDDER, CHUNKER, read_only=True) as reader:
        assert reader.unfinished_reembed() == UnfinishedReembed(other.id, 2 * GATHER)
    assert run(archive, small)
    assert run(archive, other)
    with with_new_vectors(archive, other) as reader:
        assert reader.unfinished_reembed() is None
    assert_whole(archive, other, numbered(*range(3 * GATHER)))


def test_copies_are_embedded_once(tmp_path: Path, small: SmallEmbedder) -> None:
    text = "\n\n".join(f"Paragraph {n} of a report that went to many papers." for n in range(30))
    copies = [Article(f"c{n}", "The same title", text) for n in range(3 * GATHER)]
    with LocalCollection(tmp_path, EMBEDDER, CHUNKER) as collection:
        store(collection, *copies)
    assert run(tmp_path, small)
    assert len(small.texts) < 3 * 61 + 1


def test_one_writer_at_a_time(archive: Path, small: SmallEmbedder) -> None:
    with LocalCollection(archive, EMBEDDER, CHUNKER), pytest.raises(LockedError):
        run(archive, small)


def test_old_vectors_leave_with_a_later_writer(
    archive: Path, small: SmallEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LocalCollection(archive, EMBEDDER, CHUNKER, read_only=True) as reader:
        assert run(archive, small)
        with_new_vectors(archive, small, read_only=False).close()
        assert reader.sentences("a1") is not None
        monkeypatch.setattr(succession, "KEPT_SECONDS", 0.0)
        with with_new_vectors(archive, small, read_only=False) as writer:
            assert writer.delete(["a2"]) == 1
            writer.publish()
        assert reader.search_vectors(vectors_of(numbered(1)[0])[0], 1, ANY)[0].passage.article.id == "a1"
        with pytest.raises(EmbedderMismatchError, match="newsdesk reembed"):
            reader.sentences("a1")
    assert_whole(archive, small, numbered(0, 1, *range(3, 3 * GATHER)))


def test_the_new_vectors_of_a_deleted_article_leave_too(archive: Path, small: SmallEmbedder) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(archive, small, stop_at=2 * GATHER)
    with LocalCollection(archive, EMBEDDER, CHUNKER) as writer:
        vector = SmallEmbedder().embed_passages(["Paragraph 1 has word7."])[0].astype("<f2").tobytes()
        assert any(vector in file.read_bytes() for file in archive.glob("catalog.sqlite*"))
        writer.delete(["a7"])
    assert not any(vector in file.read_bytes() for file in archive.glob("catalog.sqlite*"))


def test_killed_between_the_switch_and_the_new_index(
    archive: Path, small: SmallEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("index.vectors.Generations.use", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run(archive, small)
    assert_whole(archive, small, numbered(*range(3 * GATHER)))


def test_an_empty_archive_takes_the_embedder(tmp_path: Path, small: SmallEmbedder) -> None:
    assert not run(tmp_path, small)
    with with_new_vectors(tmp_path, small) as reader:
        assert reader.manifest().embedder == small.id
