"""The values that flow through index/: small, frozen, without behaviour beyond their own fields."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.errors import UnreadableError

Vectors = NDArray[np.float32]
"""One row for each text, L2-normalised, so that an inner product is a cosine in [-1, 1]."""


MediaType = Literal["text/html", "text/plain", "text/markdown", "application/pdf", "application/json"]


@dataclass(frozen=True, slots=True)
class Hints:
    """What a source itself tells of an article, such as the entry of a feed; taken where the page does not say."""

    title: str | None = None
    outlet: str | None = None
    byline: str | None = None
    section: str | None = None
    language: str | None = None
    published_at: str | None = None
    updated_at: str | None = None


@dataclass(frozen=True, slots=True)
class RawPage:
    """What a source found, before anything is read out of it.

    `location` is a path or URL a person can open (`path:LINE` for a line of JSONL); `content` is as fetched. `charset`
    is what the server said of it, which may be wrong.
    """

    location: str
    media_type: MediaType
    content: bytes
    charset: str | None = None
    hints: Hints = Hints()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A page that is as it was when it was last read, by what its server or the list it stands in says."""

    location: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A page that is left out on purpose; `reason` is a clause such as "it is older than asked for"."""

    location: str
    reason: str


Found = RawPage | Unchanged | Skipped | UnreadableError
"""What a source says of one page."""


@dataclass(frozen=True, slots=True)
class Article:
    """One news item.

    `published_at` and `updated_at` are ISO 8601: `YYYY-MM-DD`, or `YYYY-MM-DDTHH:MM:SSZ` in UTC when the time of day is
    known, so that strings sort by time. None means the page does not say: shown as "undated", never guessed.
    Paragraphs of `text` are separated by a blank line. Every offset in the product counts characters of `text`.
    `source` is the location of the page the article was read from.
    """

    id: str
    title: str
    text: str
    url: str | None = None
    outlet: str | None = None
    byline: str | None = None
    section: str | None = None
    language: str | None = None
    published_at: str | None = None
    updated_at: str | None = None
    fetched_at: str | None = None
    source: str | None = None
    version: int = 1

    @property
    def content_hash(self) -> str:
        """sha256 of everything a reader sees; equal for two readings of the same page."""
        seen = asdict(self)
        for key in ("id", "fetched_at", "source", "version"):
            del seen[key]
        return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def article_id(url: str | None, title: str, text: str) -> str:
    """Stable id: the first 12 hex digits of the sha1 of the URL, or of title and text when there is no URL."""
    return hashlib.sha1((url or f"{title}\n{text}").encode(), usedforsecurity=False).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A window of one article: `text == article.text[start:end]`, made of whole sentences."""

    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Sentences:
    """The sentences of one article: `spans` (n, 2) start and end offsets, `vectors` (n, dimension) one row each."""

    spans: NDArray[np.int32]
    vectors: Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """An article in the pieces that each get a vector: its chunks, and its sentences, whose start and end offsets are
    `spans` (n, 2)."""

    article: Article
    chunks: tuple[Chunk, ...]
    spans: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """A cut article with its vectors: a row for each chunk, and one for each sentence."""

    cut: Cut
    chunk_vectors: Vectors
    sentence_vectors: Vectors


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as shown to reader or model, with the article it comes from."""

    chunk_id: int
    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        """Its words, as they stand in the article."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. `score`: higher is better, comparable only within one `retriever`; `rank` starts at 1. `copies`:
    other articles found that say the same, and are not among the hits for it. `others`: further passages of its article
    that were found, where each article is to have one hit."""

    passage: Passage
    score: float
    rank: int
    retriever: str
    copies: tuple[Article, ...] = ()
    others: int = 0


@dataclass(frozen=True, slots=True)
class Filters:
    """Restricts a search to articles published in [date_from, date_to], by these outlets, in these languages, by an
    author whose name is one of these bylines, or part of it: "Doe" finds "Jane Doe and John Roe".

    None or empty: no restriction. Undated articles never pass a date filter: nothing proves that they belong.
    Outlets, languages and bylines compare without case.
    """

    date_from: date | None = None
    date_to: date | None = None
    outlets: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EmbedderId:
    """What makes two embedders interchangeable: same model, same weights (sha256), same dimension."""

    model: str
    weights_sha256: str
    dimension: int


@dataclass(frozen=True, slots=True)
class ChunkerId:
    """How articles were cut: tokenizer, tokens a chunk at most, tokens repeated from the chunk before at most."""

    encoding: str
    max_tokens: int
    overlap_tokens: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a collection was built with, and what it holds.

    `undated` of the articles have no `published_at`; `data_through` is its newest day, None when nothing is dated;
    `built_at` is ISO 8601 UTC of the newest searchable generation, None before the first.
    """

    embedder: EmbedderId
    chunker: ChunkerId
    articles: int
    chunks: int
    undated: int
    data_through: str | None
    built_at: str | None


@dataclass(frozen=True, slots=True)
class UnfinishedReembed:
    """An archive is being embedded anew with `embedder`, or somebody stopped that: `waiting` articles lack vectors."""

    embedder: EmbedderId
    waiting: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many articles of one outlet, language and month there are. `month`: YYYY-MM, None for the undated."""

    outlet: str | None
    language: str | None
    month: str | None
    articles: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one page that a source gave, once it is so: `problem` where it failed or was skipped.

    `article` is the one that was read out of the page, as it is stored; None where none was. `duplicate`: it is new and
    tells the story of another one in nearly the same words.
    """

    location: str
    state: Literal["new", "updated", "unchanged", "skipped", "failed"]
    article: Article | None = None
    problem: Skipped | UnreadableError | None = None
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did. `seen` pages are each new, updated, unchanged, or one of `skipped` or `failed`.

    `duplicates`: so many of the new ones tell the story of another article in nearly the same words. `interrupted`:
    stopped by the user before the end; what the counts say is stored and can be searched.
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: tuple[Skipped, ...] = ()
    failed: tuple[UnreadableError, ...] = ()
    interrupted: bool = False
    duplicates: int = 0

    @property
    def seen(self) -> int:
        """Pages that the source gave."""
        return self.new + self.updated + self.unchanged + len(self.skipped) + len(self.failed)
