"""The archive on this machine: the catalog in SQLite, and FAISS derived from it."""

import logging
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from errno import ENOTDIR
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from index.catalog import Catalog, Contents
from index.collections.local_reembedding import LocalReembedding
from index.errors import (
    BadInputError,
    EmbedderMismatchError,
    LockedError,
    NotReadyError,
    SetupError,
    StorageError,
)
from index.interfaces import State
from index.lock import WriteLock, unusable
from index.succession import other_embedder, other_embedder_of_backup
from index.types import (
    Article,
    Chunk,
    ChunkerId,
    Embedded,
    EmbedderId,
    Filters,
    Hit,
    Manifest,
    Passage,
    Sentences,
    Tally,
    UnfinishedReembed,
    Vectors,
)
from index.vectors import Generations, UnusableError, VectorIndex

WAIT_FOR_WRITER = 1.0  # seconds

log = logging.getLogger("newsdesk")


class LocalCollection:
    """Everything in one folder: `catalog.sqlite`, `vectors/`, `write.lock`.

    Opened for writing it holds the lock until it is closed; any number of others may be opened with `read_only`, also
    before the folder exists: they see an empty archive until it does. Readers notice what a writer publishes. Raises
    EmbedderMismatchError when the archive holds vectors of another embedder, LockedError when another process writes,
    StorageError when the folder cannot be used.
    """

    reembedding = LocalReembedding

    def __init__(self, path: Path, embedder: EmbedderId, chunker: ChunkerId, read_only: bool = False) -> None:
        self._path = path
        self._embedder = embedder
        self._chunker = chunker
        self._lock = WriteLock(path)
        self._generations = Generations(path / "vectors")
        self._swapping = Lock()
        with ExitStack() as opened:
            _check_folder(path, read_only)
            if not read_only:
                opened.enter_context(self._lock.held(WAIT_FOR_WRITER))
            self._catalog = Catalog(path / "catalog.sqlite", embedder, chunker, read_only)
            opened.callback(self._catalog.close)
            self._pointer = self._generations.pointer()
            self._index: VectorIndex | None = self._open_index()
            cut_by = self._catalog.contents().chunker
            if not read_only and cut_by != chunker:
                raise SetupError(
                    f"The articles of {path} were cut by {cut_by}, but the settings say {chunker}.",
                    "Keep the settings it was built with, or run `newsdesk ingest` into a new NEWSDESK_HOME.",
                )
            self._opened = opened.pop_all()

    def close(self) -> None:
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def check(self) -> None:
        self._catalog.check()

    def repair(self) -> None:
        self._catalog.repair()
        self.publish()

    def manifest(self) -> Manifest:
        stored = self._catalog.contents()
        return Manifest(
            embedder=stored.embedder,
            chunker=stored.chunker,
            articles=stored.articles,
            chunks=stored.chunks,
            undated=stored.undated,
            data_through=stored.data_through,
            built_at=self._newest().built_at,
        )

    def unfinished_reembed(self) -> UnfinishedReembed | None:
        return self._catalog.unfinished_reembed()

    def state(self, article: Article) -> State:
        known = self._catalog.get(article.id)
        if known is None:
            return "deleted" if self._catalog.was_deleted(article.id) else "new"
        return "unchanged" if known.content_hash == article.content_hash else "changed"

    def id_from_source(self, source: str) -> str | None:
        return self._catalog.id_from_source(source)

    def ids(self, filters: Filters) -> list[str]:
        return self._catalog.ids(filters)

    def alike(self, article: Article) -> list[Embedded]:
        return self._catalog.alike(article)

    def put(
        self,
        article: Article,
        chunks: Sequence[Chunk],
        chunk_vectors: Vectors,
        sentences: Sentences,
        page: bytes | None = None,
    ) -> None:
        self._catalog.put(article, chunks, chunk_vectors, sentences, page)

    def from_page(self, page: bytes) -> Article | None:
        return self._catalog.from_page(page)

    def note_pages(self, given: Mapping[bytes, str]) -> None:
        self._catalog.note_pages(given)

    def delete(self, ids: Iterable[str]) -> int:
        return self._catalog.delete(ids)

    def publish(self) -> None:
        with self._lock.held(WAIT_FOR_WRITER), self._swapping:
            if self._index is None or self._index.state != self._catalog.contents().state:
                self._index = None  # its memory goes to the one that takes its place; who searches meanwhile waits
                self._publish()

    def backup(self, file: Path) -> None:
        if not self._catalog.contents().articles:
            raise NotReadyError(f"There is nothing to back up in {self._path}.", "Bring articles in first.")
        try:
            self._catalog.copy_to(file)
        except StorageError as error:
            raise StorageError(
                f"The backup {file} cannot be written: {error.message}", "Choose another place for it."
            ) from error

    def restore(self, file: Path) -> None:
        copy = self._path / "restoring.sqlite"
        try:
            shutil.copyfile(file, copy)
            with closing(Catalog(copy, self._embedder, self._chunker, read_only=False)) as restored:
                restored.check()
                stored = restored.contents()
                if not stored.articles:
                    raise BadInputError(f"{file} holds no article.", "Choose a file that `newsdesk backup` wrote.")
                if stored.embedder != self._embedder:
                    raise other_embedder_of_backup(file, stored.embedder, self._embedder)
                self._catalog.replace_by(restored)
        except (OSError, StorageError) as error:
            reason = error.message if isinstance(error, StorageError) else f"{error.strerror}."
            raise BadInputError(
                f"{file} cannot be restored: {reason}", "Choose a file that `newsdesk backup` wrote."
            ) from error
        finally:
            for left in self._path.glob(f"{copy.name}*"):
                left.unlink()
        self.publish()

    def get(self, article_id: str) -> Article | None:
        return self._catalog.get(article_id)

    def story(self, article_id: str) -> list[Article]:
        return self._catalog.story(article_id)

    def old_versions(self, article_id: str) -> list[Article]:
        return self._catalog.old_versions(article_id)

    def sentences(self, article_id: str) -> Sentences | None:
        return self._catalog.sentences(article_id)

    def search_vectors(self, query: Vectors, k: int, filters: Filters) -> list[Hit]:
        among = self._catalog.chunk_ids(filters)
        index = self._newest()
        wanted = k
        while True:
            found = index.search(query, wanted, among)
            passages = self._catalog.passages(found)
            # Chunks of articles that changed since the index was built are gone: look further for others.
            if len(passages) >= k or len(found) < wanted:
                return _hits(passages[:k], "dense")
            wanted *= 4

    def search_text(self, words: Sequence[str], k: int, filters: Filters) -> list[Hit]:
        return _hits(self._catalog.search_text(words, k, filters), "lexical")

    def document_counts(self, words: Sequence[str]) -> dict[str, int]:
        return self._catalog.document_counts(words)

    def outlets(self) -> list[str]:
        return self._catalog.outlets()

    def tally(self) -> list[Tally]:
        return self._catalog.tally()

    def _newest(self) -> VectorIndex:
        """The index to search: looks for a new generation each time; one thread swaps, the others go on meanwhile."""
        index = self._index
        if index is None:
            with self._swapping:
                self._index = self._index or self._open_index()
                return self._index
        pointer = self._generations.pointer()
        if pointer != self._pointer and self._swapping.acquire(blocking=False):
            try:
                # Embedded anew: what was begun with the vectors we have is answered with them.
                with suppress(EmbedderMismatchError):
                    self._index = self._open_index()
                self._pointer = pointer
            finally:
                self._swapping.release()
        return self._index or index

    def _open_index(self) -> VectorIndex:
        """The generation on disk when it fits the catalog, else one rebuilt from the embeddings stored there."""
        index, problem = self._load()
        if index is not None and problem is None:
            return index
        try:
            with self._lock.held(wait=0):
                index, problem = self._load()  # a writer may have finished just now
                if index is not None and problem is None:
                    return index
                index = self._publish()
                log.warning("The vector index of %s %s; it was rebuilt, nothing is lost.", self._path, problem)
                return index
        except LockedError:
            if index is not None and index.is_of(self._catalog.contents().state):
                return index  # it is sound, only older than the catalog: the process that is writing will publish
        except StorageError:
            pass  # a folder that we may only read
        log.warning("The vector index of %s %s; using one rebuilt in memory.", self._path, problem)
        return self._build()

    def _load(self) -> tuple[VectorIndex | None, str | None]:
        """The generation on disk, and what is wrong with it."""
        stored = self._catalog.contents()
        self._refuse_other_embedder(stored)
        if stored.state is None:
            return VectorIndex.build(self._embedder.dimension, [], None, 0), None
        try:
            index = self._generations.load(self._embedder.dimension)
        except UnusableError as error:
            return None, str(error)
        return index, None if index.state == stored.state else "does not hold what was ingested last"

    def _refuse_other_embedder(self, stored: Contents) -> None:
        if stored.articles and stored.embedder != self._embedder:
            raise other_embedder(self._path, stored.embedder, self._embedder)

    def _build(self) -> VectorIndex:
        stored = self._catalog.contents()
        with self._catalog.embeddings() as batches:
            return VectorIndex.build(self._embedder.dimension, batches, stored.state, stored.chunks)

    def _publish(self) -> VectorIndex:
        index = self._build()
        try:
            self._generations.publish(index)
        except OSError as error:
            raise unusable(self._path, error) from error
        self._index, self._pointer = index, self._generations.pointer()
        return index


def _check_folder(path: Path, read_only: bool) -> None:
    """Make the folder for a writer; a reader can do without."""
    try:
        for place in (path, *path.parents):
            if place.is_file():
                raise NotADirectoryError(ENOTDIR, f"{place} is a file")
        if not read_only:
            path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unusable(path, error) from error


def _hits(found: Sequence[tuple[Passage, float]], retriever: str) -> list[Hit]:
    return [Hit(passage, score, rank, retriever) for rank, (passage, score) in enumerate(found, 1)]
