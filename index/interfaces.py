"""What a backend of index/ must offer. Backends need not inherit: the shape is enough."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

from index.types import (
    Article,
    Chunk,
    Cut,
    Embedded,
    EmbedderId,
    Filters,
    Found,
    Hit,
    Manifest,
    Sentences,
    Tally,
    UnfinishedReembed,
    Vectors,
)

State = Literal["new", "changed", "unchanged", "deleted"]


class Source(Protocol):
    """Where articles come from."""

    def count(self) -> int | None:
        """Pages that `pages` will yield, for a progress bar; None when that cannot be told cheaply."""
        ...

    def pages(self) -> Iterator[Found]:
        """Every page found. What is left out is yielded with the reason, and what cannot be read as the error that says
        why, so that the rest goes on."""
        ...


class Embedder(Protocol):
    """Text to vectors. Passages and queries are two methods because many models want different prefixes."""

    @property
    def id(self) -> EmbedderId:
        """What the vectors depend on; a collection keeps it and refuses another embedder's."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimension) float32, rows L2-normalised, in the order of `texts`."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """(dimension,) float32, L2-normalised."""
        ...


class Collection(Protocol):
    """What can be searched. One writer, any number of readers; safe to read from several threads."""

    def check(self) -> None:
        """Look at everything stored; raises StorageError saying what is damaged."""
        ...

    def repair(self) -> None:
        """Make anew all that can be made from the articles and their embeddings, which stay as they are."""
        ...

    def manifest(self) -> Manifest:
        """What it was built with and holds at this moment."""
        ...

    def unfinished_reembed(self) -> UnfinishedReembed | None:
        """Whether it is being embedded anew, and how far that is; None when it is not, or cannot be."""
        ...

    def state(self, article: Article) -> State:
        """How `article` compares with what is stored under its id; `deleted`: was stored, and deleted on request."""
        ...

    def id_from_source(self, source: str) -> str | None:
        """Id of the stored or deleted article that has no URL and was read from this location, so that an edited file
        is the same article."""
        ...

    def ids(self, filters: Filters) -> list[str]:
        """Ids of the articles that pass, the undated first, then by date."""
        ...

    def alike(self, article: Article) -> list[Embedded]:
        """What is stored under its id, and a few articles that are likely to say the same: of their texts the vectors
        are known. Empty where there is none."""
        ...

    def put(
        self,
        article: Article,
        chunks: Sequence[Chunk],
        chunk_vectors: Vectors,
        sentences: Sentences,
        page: bytes | None = None,
    ) -> None:
        """Store one article, all of it or nothing; an article known under the same id becomes an old version, and is
        not deleted any more.

        `chunk_vectors` is (len(chunks), dimension). `page`: the digest of the page that gives this article. Found by
        `search_vectors` after the next `publish`.
        """
        ...

    def from_page(self, page: bytes) -> Article | None:
        """The article that the page of this digest gives, as it is stored; None where the page has to be read: it is
        not known, or its article was changed or deleted since."""
        ...

    def note_pages(self, given: Mapping[bytes, str]) -> None:
        """Keep that these pages, by digest, give the articles of these ids just as they are stored; pages of unknown
        ids are passed over."""
        ...

    def delete(self, ids: Iterable[str]) -> int:
        """Remove these articles with all their versions, all or none; what is unknown is passed over. The number
        removed. No search finds them from now on, and their `state` is `deleted` until they are put again."""
        ...

    def publish(self) -> None:
        """Make everything stored findable by `search_vectors`, at once."""
        ...

    def backup(self, file: Path) -> None:
        """Write everything, as of one moment, into one file, while others read and write. Raises NotReadyError when
        there is nothing, StorageError when the file cannot be written."""
        ...

    def restore(self, file: Path) -> None:
        """Hold what a backup holds and nothing else, all or nothing. Raises BadInputError when the file is no backup,
        EmbedderMismatchError when it was built with another embedder."""
        ...

    def close(self) -> None:
        """Let another process write. Nothing may be called afterwards."""
        ...

    def get(self, article_id: str) -> Article | None:
        """The latest version of an article; None when there is none of this id."""
        ...

    def old_versions(self, article_id: str) -> list[Article]:
        """What the article said before, oldest first."""
        ...

    def story(self, article_id: str) -> list[Article]:
        """The articles that tell the same story in nearly the same words, this one among them: the original first,
        which is the earliest, and of several the longest. Empty when there is none of this id, and where the archive
        is older than the comparison."""
        ...

    def sentences(self, article_id: str) -> Sentences | None:
        """Spans and vectors of the sentences of its latest version, in reading order; None as with `get`."""
        ...

    def search_vectors(self, query: Vectors, k: int, filters: Filters) -> list[Hit]:
        """At most k passages by cosine, best first; filters restrict the search itself."""
        ...

    def search_text(self, words: Sequence[str], k: int, filters: Filters) -> list[Hit]:
        """At most k passages that hold any of the words (stemmed), by BM25 over title and text, best first."""
        ...

    def document_counts(self, words: Sequence[str]) -> dict[str, int]:
        """For each word (or phrase) the number of articles that hold it in title or text, stemmed, without case."""
        ...

    def outlets(self) -> list[str]:
        """The outlets of its articles as they are written, each once, sorted."""
        ...

    def tally(self) -> list[Tally]:
        """How its articles spread over outlets, languages and months."""
        ...


class Reembedding(Protocol):
    """An archive whose vectors are being made anew with another embedder, beside those that are searched meanwhile.

    The collection's class makes one: `reembedding(folder, embedder id, chunker)`. It is its one writer until it is
    closed. What was put stays when it ends before the switch, and is there the next time.
    """

    def built_with(self) -> EmbedderId:
        """The embedder whose vectors are searched at this moment."""
        ...

    def waiting(self) -> list[str]:
        """Ids of the articles that have no vectors of the new embedder yet; copies of one story together."""
        ...

    def cut(self, article_id: str) -> Cut:
        """A stored article in the pieces that it was cut to."""
        ...

    def put(self, articles: Iterable[Embedded]) -> None:
        """Store the vectors of these articles, all of them or none."""
        ...

    def switch(self, ready: Callable[[], object]) -> None:
        """Search the new vectors from now on, in place of all others; `ready` is called right before. A reader that was
        opened earlier goes on for a while with those it knows; one that is opened now has to have the new embedder.
        Every article must have been put."""
        ...

    def close(self) -> None:
        """Let another process write. Nothing may be called afterwards."""
        ...
