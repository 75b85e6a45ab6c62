"""The peers by name."""

from eval.peers.types import Spec

REFERENCE = "newsdesk"
"""What the others are compared with."""

PEERS = {
    REFERENCE: Spec("eval.peers.newsdesk:NewsdeskPeer", (), "as installed; gets the dates of a question"),
    "bm25": Spec("eval.peers.bm25:Bm25Peer", (), "bm25s over whole articles, English stemming and stop words"),
    "langchain": Spec(
        "eval.peers.langchain:LangChainPeer",
        ("langchain-text-splitters==1.1.3", "langchain-huggingface==1.2.3", "langchain-community==0.4.2"),
        "RecursiveCharacterTextSplitter(1000, 200), FAISS",
    ),
    "llamaindex": Spec(
        "eval.peers.llamaindex:LlamaIndexPeer",
        ("llama-index-core==0.14.25", "llama-index-embeddings-huggingface==0.8.0"),
        "SentenceSplitter (1024 tokens, 200 overlap), SimpleVectorStore",
    ),
    "haystack": Spec(
        "eval.peers.haystack:HaystackPeer",
        ("haystack-ai==3.4.0", "sentence-transformers-haystack==2.0.0"),
        "DocumentSplitter (200 words), InMemoryDocumentStore, dot product",
    ),
    "txtai": Spec(
        "eval.peers.txtai:TxtaiPeer",
        ("txtai==9.14.0",),
        "Segmentation(paragraphs=True), Embeddings(content=True): FAISS and SQLite",
    ),
    "txtai_hybrid": Spec(
        "eval.peers.txtai:TxtaiHybridPeer", ("txtai==9.14.0",), "as txtai, with hybrid=True: dense and BM25 fused"
    ),
}
