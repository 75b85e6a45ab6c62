"""What a peer must offer, and what is measured of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from index.types import Article
from rag.types import Question

CHUNKS = 50
"""Chunks asked of a peer for one question: enough that ten articles are among them."""


class Peer(Protocol):
    """A library in the set-up its documentation shows first. One object is built or loaded once, then searched."""

    def __init__(self, folder: Path, model: Path) -> None:
        """`folder` is its own, for whatever it stores; `model` holds all-MiniLM-L6-v2 for sentence-transformers."""
        ...

    def build(self, articles: Sequence[Article]) -> int:
        """Index the articles, store the index in the folder, be ready to search. The number of chunks."""
        ...

    def load(self) -> None:
        """Be ready to search what `build` stored, in another process."""
        ...

    def search(self, question: Question, k: int) -> list[str]:
        """The article of each of the k best chunks, best first: an id comes again with every chunk of its article."""
        ...


@dataclass(frozen=True, slots=True)
class Spec:
    """An entry of the table. `target` is "module:Class"; `requirements`, pinned, go into an environment of its own,
    and with none it runs in Newsdesk's; `setup` says in a line what is measured."""

    target: str
    requirements: tuple[str, ...]
    setup: str


@dataclass(frozen=True, slots=True)
class Job:
    """What every peer gets. Questions by their id."""

    articles: tuple[Article, ...]
    questions: Mapping[str, Question]


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of one peer.

    `rankings`: ids of articles, each once, best first, for each question. `ingest_s`: from the first import to the
    stored index. `query_p50_ms`: one question, warm. `cold_start_s`: a new process that imports, loads the stored index
    and answers one question, start to exit. `..._cpu_...`: processor time of the same, all threads (of a query the
    mean), which says more than the clock on a machine that does other things, too.
    `peak_mb`: resident memory of the process that ingests and searches, at its highest.
    """

    rankings: Mapping[str, Sequence[str]]
    chunks: int
    ingest_s: float
    ingest_cpu_s: float
    query_p50_ms: float
    query_cpu_ms: float
    cold_start_s: float
    cold_start_cpu_s: float
    peak_mb: float


def text_of(article: Article) -> str:
    """What a peer is given of an article: title and paragraphs, a blank line between, where all of them can split."""
    return "\n\n".join(line for line in (article.title, *article.text.splitlines()) if line.strip())
