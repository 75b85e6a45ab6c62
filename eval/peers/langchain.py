"""LangChain as in its tutorial "Build a RAG agent", with FAISS and local embeddings."""

from collections.abc import Sequence
from pathlib import Path

from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from eval.peers.types import text_of
from index.types import Article
from rag.types import Question


class LangChainPeer:
    def __init__(self, folder: Path, model: Path) -> None:
        self._folder = str(folder)
        self._embeddings = HuggingFaceEmbeddings(model_name=str(model))
        self._store: FAISS

    def build(self, articles: Sequence[Article]) -> int:
        documents = [Document(text_of(article), metadata={"article": article.id}) for article in articles]
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
        chunks = splitter.split_documents(documents)
        self._store = FAISS.from_documents(chunks, self._embeddings)
        self._store.save_local(self._folder)
        return len(chunks)

    def load(self) -> None:
        self._store = FAISS.load_local(self._folder, self._embeddings, allow_dangerous_deserialization=True)

    def search(self, question: Question, k: int) -> list[str]:
        return [found.metadata["article"] for found in self._store.similarity_search(question.text, k=k)]
