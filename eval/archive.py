"""The archive a data set is asked of: built once with the product's own ingest, then reused."""

import hashlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date

import click
from tqdm import tqdm

from eval.types import Dataset
from index.chunk import DEFAULT_CHUNKER
from index.errors import UnreadableError
from index.ingest import ingest
from index.interfaces import Collection, Embedder, Source
from rag.build import build_collection, build_embedder, build_pipeline
from rag.pipeline import Pipeline
from rag.settings import Settings

COMPLETE = "complete"


def pipeline_for(
    dataset: Dataset, settings: Settings, today: date, say: Callable[[str], object] = click.echo
) -> Pipeline:
    """The product as configured, over the articles of `dataset`, on the day `today`.

    The archive lies in NEWSDESK_HOME/eval/<data set>-<digest of articles, embedder and chunker>. An ingest that was
    stopped goes on where it was.
    """
    embedder = build_embedder(settings)
    folder = settings.home / "eval" / f"{dataset.name}-{digest(dataset.articles, embedder)}"
    if not (folder / COMPLETE).exists():
        say(f"{dataset.name}: ingesting its articles into {folder} (once)")
        with closing(build_collection(settings, embedder, folder=folder)) as collection:
            _ingest(dataset.articles, collection, embedder)
        (folder / COMPLETE).touch()
    return replace(build_pipeline(settings, folder), today=lambda: today)


def digest(articles: Source, embedder: Embedder) -> str:
    """Twelve hex digits that change with the articles, the embedder or the way articles are cut."""
    sha = hashlib.sha256(f"{embedder.id} {DEFAULT_CHUNKER}".encode())
    for page in articles.pages():
        if isinstance(page, UnreadableError):
            raise page
        sha.update(page.content)
    return sha.hexdigest()[:12]


def _ingest(articles: Source, collection: Collection, embedder: Embedder) -> None:
    """Every article must go in: a data set in part would give figures of another one."""
    with tqdm(total=articles.count(), unit=" articles", disable=None) as bar:
        report = ingest(articles, collection, embedder, DEFAULT_CHUNKER, lambda outcome: bar.update())
    if report.interrupted:
        raise KeyboardInterrupt
    if report.failed:
        raise report.failed[0]
