"""LlamaIndex as in its starter tutorial with local models: documents to a VectorStoreIndex, all else by default.

Its tokenizer and sentence splitter use data that the package brings along.
"""

from collections.abc import Sequence
from pathlib import Path

from llama_index.core import Document, Settings, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.indices.base import BaseIndex
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

from eval.peers.types import text_of
from index.types import Article
from rag.types import Question


class LlamaIndexPeer:
    def __init__(self, folder: Path, model: Path) -> None:
        self._folder = str(folder)
        Settings.embed_model = HuggingFaceEmbedding(model_name=str(model))
        self._index: BaseIndex

    def build(self, articles: Sequence[Article]) -> int:
        documents = [Document(text=text_of(article), id_=article.id) for article in articles]
        self._index = VectorStoreIndex.from_documents(documents)
        self._index.storage_context.persist(persist_dir=self._folder)
        return len(self._index.docstore.docs)

    def load(self) -> None:
        self._index = load_index_from_storage(StorageContext.from_defaults(persist_dir=self._folder))

    def search(self, question: Question, k: int) -> list[str]:
        retriever = self._index.as_retriever(similarity_top_k=k)
        return [found.node.ref_doc_id for found in retriever.retrieve(question.text)]
