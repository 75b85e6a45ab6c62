"""Claims that hold to numbered sentences and citations. Numbering happens here, last, and nowhere else."""

from dataclasses import dataclass

from index.interfaces import Collection
from rag.types import AbstainReason, Citation, Draft, Quote, Sentence, Verdict

_LOST = "The archive changed while the question was answered, and what was found is no longer in it. Ask again."


@dataclass(frozen=True, slots=True)
class Cited:
    """The part of an Answer that rests on the sources. No sentences: an abstention."""

    answer: str
    explanation: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    abstain_reason: AbstainReason | None
    nearest: tuple[Citation, ...]


def cite(draft: Draft, verdicts: tuple[Verdict, ...], collection: Collection) -> Cited:
    """What a reader is shown: supported claims with the numbers of their citations, or the abstention of the draft."""
    numbers: dict[Quote, int] = {}
    sentences: list[Sentence] = []
    for verdict in verdicts:
        if verdict.label != "supported":
            continue
        cited = tuple(numbers.setdefault(quote, len(numbers) + 1) for quote in verdict.claim.quotes)
        sentences.append(Sentence(verdict.claim.text, cited, verdict.label))
    shown = [sentence.text + "".join(f" [{n}]" for n in sentence.citations) for sentence in sentences]
    nearest = () if sentences else draft.nearest
    explanation = draft.explanation if sentences or not verdicts else _LOST
    return Cited(
        answer=" ".join([*shown, explanation]).strip(),
        explanation=explanation,
        sentences=tuple(sentences),
        citations=_citations(tuple(numbers), collection),
        abstain_reason=None if sentences else draft.abstain_reason or "no_evidence",
        nearest=_citations(nearest, collection),
    )


def _citations(quotes: tuple[Quote, ...], collection: Collection) -> tuple[Citation, ...]:
    found = []
    for n, quote in enumerate(quotes, 1):
        article = collection.get(quote.article_id)
        if article is not None:
            found.append(
                Citation(
                    n=n,
                    article_id=article.id,
                    title=article.title,
                    outlet=article.outlet,
                    url=article.url,
                    published_at=article.published_at,
                    quote=article.text[quote.start : quote.end],
                    start=quote.start,
                    end=quote.end,
                )
            )
    return tuple(found)
