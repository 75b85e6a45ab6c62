"""An answer of an earlier day as it may be shown now: without the words of articles that have left the archive."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace

from index.interfaces import Collection
from rag.types import Answer, Citation

_NOTHING_LEFT = "The articles that this answer rested on were deleted from the archive."
_SOME_LEFT = "What rested on articles that were deleted from the archive since is not shown."


def cited_articles(answer: Answer) -> set[str]:
    """Ids of the articles whose words the answer holds."""
    return {citation.article_id for citation in (*answer.citations, *answer.nearest)}


def as_of_now(answer: Answer, collection: Collection) -> Answer:
    """Without what rests on articles that are not in the archive any more; a note names the citations whose article
    no longer holds the quoted words."""
    found = {id: collection.get(id) for id in cited_articles(answer)}
    kept = without(answer, {id for id, article in found.items() if article is None})
    changed = [
        citation.n
        for citation in kept.citations
        if (article := found[citation.article_id]) and not _holds(article.text, citation)
    ]
    if not changed:
        return kept
    numbers = " ".join(f"[{n}]" for n in changed)
    note = f"An article was changed after this answer was given, and no longer holds the quoted words: {numbers}."
    return replace(kept, notes=(*kept.notes, note))


def without(answer: Answer, gone: AbstractSet[str]) -> Answer:
    """The answer without every word that one of these articles holds or that was written from it. The other citations
    keep their numbers."""
    if not gone & cited_articles(answer):
        return answer
    citations = _others(answer.citations, gone)
    left = {citation.n for citation in citations}
    sentences = tuple(sentence for sentence in answer.sentences if left.issuperset(sentence.citations))
    conflicts = tuple(conflict for conflict in answer.conflicts if left.issuperset(conflict.citations))
    shown = [sentence.numbered for sentence in sentences] if sentences or answer.abstained else [_NOTHING_LEFT]
    return replace(
        answer,
        answer=" ".join(filter(None, [*shown, answer.explanation, *(conflict.text for conflict in conflicts)])),
        sentences=sentences,
        citations=citations,
        abstained=not sentences,
        abstain_reason=answer.abstain_reason if sentences else answer.abstain_reason or "no_evidence",
        nearest=_others(answer.nearest, gone),
        conflicts=conflicts,
        removed=(),  # what a language model wrote, of which no one knows from which article
        notes=answer.notes if _SOME_LEFT in answer.notes else (*answer.notes, _SOME_LEFT),
    )


def _others(citations: Iterable[Citation], gone: AbstractSet[str]) -> tuple[Citation, ...]:
    return tuple(citation for citation in citations if citation.article_id not in gone)


def _holds(text: str, citation: Citation) -> bool:
    return " ".join(citation.quote.split()) in " ".join(text.split())
