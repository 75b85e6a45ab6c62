"""Where the words quoted as evidence stand."""

from dataclasses import dataclass

from eval.types import EvalQuestion
from index.interfaces import Collection


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of an article's text."""

    article_id: str
    start: int
    end: int


def evidence_spans(question: EvalQuestion, collection: Collection) -> list[Span]:
    """Of every quote of the evidence that occurs in its article, in order."""
    spans = []
    for evidence in question.evidence:
        article = collection.get(evidence.article_id)
        start = article.text.find(evidence.quote) if article and evidence.quote else -1
        if start >= 0:
            spans.append(Span(evidence.article_id, start, start + len(evidence.quote)))
    return spans
