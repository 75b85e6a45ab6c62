"""MTRAG-UN: human conversations of several turns over passages, with what cannot be answered.

Every passage is an article, and a question searches all of them. Targets are free text: there are no keys, an answer
is compared by token F1. To abstain is right for UNANSWERABLE turns, and for UNDERSPECIFIED ones, where asking back
would be; both are types of their own.
"""

from pathlib import Path
from typing import Literal

from eval.datasets.records import RecordSource, read_lines
from eval.types import Dataset, EvalQuestion, Evidence, half_of
from index.types import article_id
from rag.types import Turn

ROLES: dict[str, Literal["user", "assistant"]] = {"user": "user", "agent": "assistant"}
TITLE_WORDS = 8


def load(data: Path) -> Dataset:
    records = read_lines(data / "multiturn" / "mtrag_un.jsonl.xz")
    texts = {c["document_id"]: c["text"].strip() for record in records for c in record["contexts"]}
    articles = [
        {"url": _url(key), "title": " ".join(text.split()[:TITLE_WORDS]), "text": text} for key, text in texts.items()
    ]
    questions = []
    for record in records:
        *before, last = record["input"]
        kind = record["answerability"][0].lower()
        answerable = kind in ("answerable", "partial")
        passages = record["contexts"] if answerable else []
        questions.append(
            EvalQuestion(
                id=record["task_id"],
                text=last["text"],
                type=kind,
                half=half_of(record["conversation_id"]),
                answerable=answerable,
                answers=tuple(target["text"] for target in record["targets"]) if answerable else (),
                evidence=tuple(Evidence(article_id(_url(passage["document_id"]), "", "")) for passage in passages),
                history=tuple(Turn(ROLES[turn["speaker"]], turn["text"]) for turn in before),
            )
        )
    return Dataset("mtrag_un", tuple(questions), RecordSource("mtrag_un", articles))


def _url(document_id: str) -> str:
    return f"mtrag:{document_id}"
