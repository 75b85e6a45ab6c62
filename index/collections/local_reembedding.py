"""The archive on this machine while it is embedded anew."""

import uuid
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from index.catalog import Catalog
from index.lock import WriteLock, unusable
from index.types import ChunkerId, Cut, Embedded, EmbedderId
from index.vectors import Generations, VectorIndex

WAIT_FOR_WRITER = 1.0  # seconds


class LocalReembedding:
    """The folder of a local collection, opened for writing. Raises LockedError when another process writes,
    StorageError when the folder cannot be used."""

    def __init__(self, path: Path, embedder: EmbedderId, chunker: ChunkerId) -> None:
        """`embedder` is the new one. `chunker` counts for an empty archive only: articles stay as they were cut."""
        self._path = path
        self._embedder = embedder
        self._generations = Generations(path / "vectors")
        with ExitStack() as opened:
            try:
                path.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise unusable(path, error) from error
            opened.enter_context(WriteLock(path).held(WAIT_FOR_WRITER))
            self._catalog = Catalog(path / "catalog.sqlite", embedder, chunker, read_only=False)
            opened.callback(self._catalog.close)
            self._catalog.begin_next()
            self._opened = opened.pop_all()

    def close(self) -> None:
        self._opened.close()

    def built_with(self) -> EmbedderId:
        return self._catalog.contents().embedder

    def waiting(self) -> list[str]:
        return self._catalog.waiting()

    def cut(self, article_id: str) -> Cut:
        return self._catalog.cut(article_id)

    def put(self, articles: Iterable[Embedded]) -> None:
        self._catalog.put_next(articles)

    def switch(self, ready: Callable[[], object]) -> None:
        """The commit of the catalog is the switch. The index is written before and put in use after it: killed in
        between, the next who opens the archive makes the index again."""
        count = self._catalog.contents().chunks
        state = f"{uuid.uuid4().hex}:1"  # for which no index was ever built
        try:
            with self._catalog.embeddings() as batches:
                generation = self._generations.write(VectorIndex.build(self._embedder.dimension, batches, state, count))
            ready()
            self._catalog.switch(state)
            self._generations.use(generation)
        except OSError as error:
            raise unusable(self._path, error) from error
