"""From a source to a searchable collection: the steps in order."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Literal

import numpy as np

from index.chunk import chunk_article
from index.embedding import GATHER, embed, vectors_by_text
from index.errors import UnreadableError
from index.extract.digest import page_digest
from index.extract.page import extract
from index.interfaces import Collection, Embedder, Source
from index.sentences import sentence_spans
from index.types import (
    Article,
    ChunkerId,
    Cut,
    IngestReport,
    Outcome,
    RawPage,
    Sentences,
    Skipped,
    Unchanged,
    article_id,
)

PUBLISH_EVERY = 2000
"""Articles stored between two generations, so that a long ingest can be asked before it ends."""

DELETED = "it was deleted; `newsdesk ingest --undelete` brings it back"


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An article ready to be embedded; `location` is where its page was found, `page` its digest, None where the page
    has to be read again."""

    location: str
    page: bytes | None
    state: Literal["new", "updated"]
    cut: Cut


@dataclass(frozen=True, slots=True)
class _Scope:
    """What of a source is brought in, and how many articles at a time."""

    undelete: bool
    since: date | None
    dry_run: bool
    gather: int


def ingest(
    source: Source,
    collection: Collection,
    embedder: Embedder,
    chunker: ChunkerId,
    told: Callable[[Outcome], object] = lambda outcome: None,
    undelete: bool = False,
    since: date | None = None,
    limit: int | None = None,
    dry_run: bool = False,
) -> IngestReport:
    """Bring every article of `source` into `collection`; only what is new or changed costs work.

    What was deleted from the collection is skipped, unless `undelete`: then it is new. `since`: articles published
    before that day, or undated, are skipped. It ends after `limit` new and updated articles. `dry_run`: everything but
    the storing, so that the collection may be one to be read only.

    `told` hears of every page once it is done and its article stored. A page that cannot be read is named in the
    report and the rest goes on. Ctrl-C ends the ingest early: what is stored is published, and the report says so.
    Raises StorageError when the collection cannot be written.
    """
    done: Counter[str] = Counter()
    skipped: list[Skipped] = []
    failed: list[UnreadableError] = []
    interrupted = False
    try:
        scope = _Scope(undelete, since, dry_run, GATHER if limit is None else min(GATHER, limit))
        for outcome in _outcomes(source, collection, embedder, chunker, scope):
            done[outcome.state] += 1
            done["duplicates"] += outcome.duplicate
            if isinstance(outcome.problem, Skipped):
                skipped.append(outcome.problem)
            elif outcome.problem:
                failed.append(outcome.problem)
            stored = done["new"] + done["updated"]
            if outcome.state in ("new", "updated") and stored % PUBLISH_EVERY == 0 and not dry_run:
                collection.publish()
            told(outcome)
            if limit is not None and stored >= limit:
                break
    except KeyboardInterrupt:
        interrupted = True
    if not dry_run:
        collection.publish()
    return IngestReport(
        new=done["new"],
        updated=done["updated"],
        unchanged=done["unchanged"],
        skipped=tuple(skipped),
        failed=tuple(failed),
        interrupted=interrupted,
        duplicates=done["duplicates"],
    )


def _outcomes(
    source: Source, collection: Collection, embedder: Embedder, chunker: ChunkerId, scope: _Scope
) -> Iterator[Outcome]:
    """What became of each page, once it is so."""
    waiting: dict[str, _Waiting] = {}
    noted: dict[bytes, str] = {}

    def store() -> Iterator[Outcome]:
        collection.note_pages(noted)  # before an article that they give becomes another
        noted.clear()
        yield from _store([*waiting.values()], collection, embedder)
        waiting.clear()

    for page in source.pages():
        match page:
            case UnreadableError():
                yield Outcome(page.location, "failed", problem=page)
                continue
            case Skipped():
                yield Outcome(page.location, "skipped", problem=page)
                continue
            case Unchanged():
                yield Outcome(page.location, "unchanged")
                continue
        digest = page_digest(page)
        known = collection.from_page(digest)
        if known and known.id in waiting:  # changed by a page before this one
            known = None
        try:
            read = known or replace(extract(page), fetched_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        except UnreadableError as error:
            yield Outcome(page.location, "failed", problem=error)
            continue
        if scope.since and (read.published_at or "")[:10] < scope.since.isoformat():
            reason = f"it is from before {scope.since}" if read.published_at else "it is undated"
            yield Outcome(page.location, "skipped", read, Skipped(page.location, reason))
            continue
        if known:
            yield Outcome(page.location, "unchanged", known)
            continue
        article = _identified(read, page, collection)
        # An article read twice: who the second is, and its state, depends on the first.
        if article.id in waiting:
            yield from store()
            article = _identified(read, page, collection)
        state = collection.state(article)
        change: Literal["new", "updated"] = "updated" if state == "changed" else "new"
        lasting = digest if _gives_the_same(page, article) else None
        if state == "unchanged":
            if lasting:
                noted[lasting] = article.id
            if len(noted) == PUBLISH_EVERY:
                yield from store()
            yield Outcome(page.location, "unchanged", article)
        elif state == "deleted" and not scope.undelete:
            yield Outcome(page.location, "skipped", article, Skipped(page.location, DELETED))
        elif scope.dry_run:
            yield Outcome(page.location, change, article)
        else:
            waiting[article.id] = _Waiting(page.location, lasting, change, _cut(article, chunker))
            if len(waiting) == scope.gather:
                yield from store()
    if not scope.dry_run:
        yield from store()


def _gives_the_same(page: RawPage, article: Article) -> bool:
    """Whether the page gives this article also on another day: where no date was found, one may still lie ahead. In a
    line of JSON that would be an error."""
    return article.published_at is not None or page.media_type == "application/json"


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


def _cut(article: Article, chunker: ChunkerId) -> Cut:
    spans = sentence_spans(article.text)
    return Cut(article, tuple(chunk_article(article, chunker, spans)), np.array(spans, np.int32).reshape(-1, 2))


def _store(waiting: Sequence[_Waiting], collection: Collection, embedder: Embedder) -> Iterator[Outcome]:
    """Embed what is new in all of them in one go, then store article by article."""
    cuts = [one.cut for one in waiting]
    known = vectors_by_text(stored for cut in cuts for stored in collection.alike(cut.article))
    for one, embedded in zip(waiting, embed(cuts, embedder, known), strict=True):
        sentences = Sentences(one.cut.spans, embedded.sentence_vectors)
        collection.put(one.cut.article, one.cut.chunks, embedded.chunk_vectors, sentences, one.page)
        duplicate = one.state == "new" and len(collection.story(one.cut.article.id)) > 1
        yield Outcome(one.location, one.state, one.cut.article, duplicate=duplicate)
