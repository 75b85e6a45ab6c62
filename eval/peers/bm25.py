"""Plain BM25 over whole articles: what a search without any model finds."""

import json
from collections.abc import Sequence
from pathlib import Path

import bm25s
from Stemmer import Stemmer

from eval.peers.types import text_of
from index.types import Article
from rag.types import Question


class Bm25Peer:
    """bm25s with its defaults (Lucene's formula, k1 1.5, b 0.75). One chunk an article."""

    def __init__(self, folder: Path, model: Path) -> None:
        self._folder = folder
        self._stemmer = Stemmer("english")
        self._index = bm25s.BM25()
        self._ids: list[str] = []

    def build(self, articles: Sequence[Article]) -> int:
        self._ids = [article.id for article in articles]
        self._index.index(self._tokens([text_of(article) for article in articles]), show_progress=False)
        self._index.save(self._folder)
        (self._folder / "ids.json").write_text(json.dumps(self._ids))
        return len(articles)

    def load(self) -> None:
        self._index = bm25s.BM25.load(self._folder)
        self._ids = json.loads((self._folder / "ids.json").read_text())

    def search(self, question: Question, k: int) -> list[str]:
        found, scores = self._index.retrieve(
            self._tokens([question.text]), k=min(k, len(self._ids)), show_progress=False
        )
        return [self._ids[n] for n, score in zip(found[0], scores[0], strict=True) if score > 0]

    def _tokens(self, texts: list[str]) -> object:
        return bm25s.tokenize(texts, stopwords="en", stemmer=self._stemmer, show_progress=False)
