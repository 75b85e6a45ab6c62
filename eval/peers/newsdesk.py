"""Newsdesk as installed, in the shape of the peers: its own ingest, and the search that answers rest on."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

from eval.datasets.records import RecordSource
from index.chunk import DEFAULT_CHUNKER
from index.ingest import ingest
from index.types import Article
from rag.build import build_collection, build_embedder, build_pipeline
from rag.pipeline import Pipeline
from rag.settings import load_settings
from rag.types import Question

FIELDS = ("url", "title", "text", "outlet", "byline", "section", "language", "published_at", "updated_at")


class NewsdeskPeer:
    """Unlike the others it reads the dates of articles, and those a user gives with a question."""

    def __init__(self, folder: Path, model: Path) -> None:
        self._settings = load_settings(folder)
        self._pipeline: Pipeline

    def build(self, articles: Sequence[Article]) -> int:
        values = [asdict(article) for article in articles]
        source = RecordSource("articles", [{name: value[name] for name in FIELDS} for value in values])
        embedder = build_embedder(self._settings)
        with closing(build_collection(self._settings, embedder)) as collection:
            report = ingest(source, collection, embedder, DEFAULT_CHUNKER)
            if report.failed:
                raise report.failed[0]
            chunks = collection.manifest().chunks
        self.load()
        return chunks

    def load(self) -> None:
        self._pipeline = build_pipeline(self._settings)

    def search(self, question: Question, k: int) -> list[str]:
        return [hit.passage.article.id for hit in self._pipeline.search(replace(question, top_k=k)).hits]
