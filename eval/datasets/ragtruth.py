"""RAGTruth (Niu et al., 2024), question answering: answers of language models to questions over three passages, in
which people marked what the passages do not carry."""

import re
from dataclasses import dataclass
from pathlib import Path

from eval.datasets.records import existing, read_lines
from eval.types import Half, half_of
from index.sentences import sentence_spans
from index.types import Article
from rag.sentences import Context

_PASSAGE = re.compile(r"passage \d+:")


@dataclass(frozen=True, slots=True)
class Response:
    """One answer. `passages`: what it was written from. `unsupported`: character spans of `text` marked by people."""

    id: str
    half: Half
    question: str
    text: str
    passages: tuple[Context, ...]
    unsupported: tuple[tuple[int, int], ...]


def load_responses(data: Path) -> list[Response]:
    """Every answer; all answers to one question lie in the same half. Raises FileNotFoundError."""
    return [
        Response(
            id=f"{record['source_id']}-{number}",
            half=half_of(str(record["source_id"])),
            question=record["source"]["question"],
            text=response["response"],
            passages=_passages(str(record["source_id"]), record["source"]["passages"]),
            unsupported=tuple((label["start"], label["end"]) for label in response["labels"]),
        )
        for record in read_lines(existing(data / "faithfulness" / "ragtruth_qa.jsonl.xz"))
        for number, response in enumerate(record["responses"])
    ]


def _passages(source: str, text: str) -> tuple[Context, ...]:
    parts = [part.strip() for part in _PASSAGE.split(text) if part.strip()]
    articles = [Article(f"{source}-{number}", f"Passage {number}", part) for number, part in enumerate(parts, 1)]
    return tuple(Context(article, sentence_spans(article.text)) for article in articles)
