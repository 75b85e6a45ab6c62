"""From a source to a searchable collection: the steps in order."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

import numpy as np

from index.chunk import chunk_article, passage_text
from index.errors import UnreadableError
from index.extract.page import extract
from index.interfaces import Collection, Embedder, Source
from index.sentences import sentence_spans
from index.types import Article, Chunk, ChunkerId, IngestReport, RawPage, Sentences, article_id

State = Literal["new", "changed", "unchanged"]

GATHER = 16
"""Articles embedded together: texts of like length share a batch, which is faster than article by article."""

PUBLISH_EVERY = 2000
"""Articles stored between two generations, so that a long ingest can be asked before it ends."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """An article with its pieces, ready to be embedded."""

    article: Article
    state: State
    chunks: list[Chunk]
    spans: list[tuple[int, int]]


def ingest(
    source: Source,
    collection: Collection,
    embedder: Embedder,
    chunker: ChunkerId,
    progress: Callable[[int], object] = lambda pages: None,
) -> IngestReport:
    """Bring every article of `source` into `collection`; only what is new or changed costs work.

    `progress` is told how many more pages are done. A page that cannot be read is named in the report and the rest
    goes on. Ctrl-C ends the ingest early: what is stored is published, and the report says so.
    Raises StorageError when the collection cannot be written.
    """
    done: Counter[State] = Counter()
    failed: list[UnreadableError] = []
    interrupted = False
    try:
        for result in _results(source, collection, embedder, chunker):
            if isinstance(result, UnreadableError):
                failed.append(result)
            else:
                done[result] += 1
                if result != "unchanged" and (done["new"] + done["changed"]) % PUBLISH_EVERY == 0:
                    collection.publish()
            progress(1)
    except KeyboardInterrupt:
        interrupted = True
    collection.publish()
    return IngestReport(done["new"], done["changed"], done["unchanged"], tuple(failed), interrupted)


def _results(
    source: Source, collection: Collection, embedder: Embedder, chunker: ChunkerId
) -> Iterator[State | UnreadableError]:
    """What became of each page, once it is so."""
    waiting: dict[str, _Cut] = {}
    for page in source.pages():
        if isinstance(page, UnreadableError):
            yield page
            continue
        try:
            read = replace(extract(page), fetched_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        except UnreadableError as error:
            yield error
            continue
        article = _identified(read, page, collection)
        # An article read twice: who the second is, and its state, depends on the first.
        if article.id in waiting or len(waiting) == GATHER:
            yield from _store(waiting.values(), collection, embedder)
            waiting.clear()
            article = _identified(read, page, collection)
        state = collection.state(article)
        if state == "unchanged":
            yield state
        else:
            waiting[article.id] = _cut(article, state, chunker)
    if waiting:
        yield from _store(waiting.values(), collection, embedder)


def _identified(article: Article, page: RawPage, collection: Collection) -> Article:
    """A file without a URL is known by its place, so that an edited file is a new version of the same article. Not so
    a line of JSON: a line put in above would hand every article below the identity of its neighbour."""
    if article.url or page.media_type == "application/json":
        return article
    known = collection.id_from_source(page.location)
    stored = None if known else collection.get(article.id)
    if stored and (stored.title, stored.text) != (article.title, article.text):
        # Once a copy of this one, edited since in its own place: two articles now.
        known = article_id(page.location, article.title, article.text)
    return replace(article, id=known or article.id)


def _cut(article: Article, state: State, chunker: ChunkerId) -> _Cut:
    spans = sentence_spans(article.text)
    return _Cut(article, state, chunk_article(article, chunker, spans), spans)


def _store(cuts: Iterable[_Cut], collection: Collection, embedder: Embedder) -> Iterator[State]:
    """Embed all chunks and sentences in one go, then store article by article."""
    vectors = embedder.embed_passages([text for cut in cuts for text in _texts(cut)])
    for cut in cuts:
        chunks, spans = len(cut.chunks), len(cut.spans)
        chunk_vectors, sentence_vectors, vectors = np.split(vectors, [chunks, chunks + spans])
        sentences = Sentences(np.array(cut.spans, np.int32).reshape(-1, 2), sentence_vectors)
        collection.put(cut.article, cut.chunks, chunk_vectors, sentences)
        yield cut.state


def _texts(cut: _Cut) -> list[str]:
    passages = [passage_text(cut.article, chunk.start, chunk.end) for chunk in cut.chunks]
    return passages + [cut.article.text[start:end] for start, end in cut.spans]
