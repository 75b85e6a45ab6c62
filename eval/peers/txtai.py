"""txtai as in its RAG application: paragraphs into an Embeddings database with content."""

from collections.abc import Sequence
from pathlib import Path

from txtai import Embeddings
from txtai.pipeline.data.segmentation import Segmentation  # all of txtai.pipeline would import every other one

from eval.peers.types import text_of
from index.types import Article
from rag.types import Question


class TxtaiPeer:
    hybrid = False

    def __init__(self, folder: Path, model: Path) -> None:
        self._folder = str(folder)
        self._embeddings = Embeddings(path=str(model), content=True, hybrid=self.hybrid)

    def build(self, articles: Sequence[Article]) -> int:
        split = Segmentation(paragraphs=True)
        # One id for all chunks of an article, as its chunking example has it.
        self._embeddings.index((article.id, chunk) for article in articles for chunk in split(text_of(article)))
        self._embeddings.save(self._folder)
        return self._embeddings.count()

    def load(self) -> None:
        self._embeddings.load(self._folder)

    def search(self, question: Question, k: int) -> list[str]:
        return [found["id"] for found in self._embeddings.search(question.text, k)]


class TxtaiHybridPeer(TxtaiPeer):
    """With the switch its documentation offers for sparse and dense search together."""

    hybrid = True
