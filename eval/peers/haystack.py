"""Haystack as in its first retrieval-augmented pipeline, with its splitter in front: components by default."""

from collections.abc import Sequence
from pathlib import Path

from haystack import Document
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from eval.peers.types import text_of
from index.types import Article
from rag.types import Question


class HaystackPeer:
    def __init__(self, folder: Path, model: Path) -> None:
        self._file = str(folder / "store.json")
        self._model = str(model)
        self._store = InMemoryDocumentStore()

    def build(self, articles: Sequence[Article]) -> int:
        documents = [Document(content=text_of(article), meta={"article": article.id}) for article in articles]
        chunks = DocumentSplitter().run(documents=documents)["documents"]
        embedder = SentenceTransformersDocumentEmbedder(model=self._model)
        embedder.warm_up()
        self._store.write_documents(embedder.run(documents=chunks)["documents"])
        self._store.save_to_disk(self._file)
        self._ready()
        return len(chunks)

    def load(self) -> None:
        self._store = InMemoryDocumentStore.load_from_disk(self._file)
        self._ready()

    def search(self, question: Question, k: int) -> list[str]:
        embedding = self._embedder.run(text=question.text)["embedding"]
        return [found.meta["article"] for found in self._retriever.run(embedding, top_k=k)["documents"]]

    def _ready(self) -> None:
        self._embedder = SentenceTransformersTextEmbedder(model=self._model)
        self._embedder.warm_up()
        self._retriever = InMemoryEmbeddingRetriever(document_store=self._store)
