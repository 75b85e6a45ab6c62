"""Claims that hold to numbered sentences and citations. Numbering happens here, last, and nowhere else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from index.interfaces import Collection
from index.notices import find_notice
from index.types import Article, Hit
from rag.said_times import said_times
from rag.types import AbstainReason, Citation, Conflict, Delta, Draft, Quote, Sentence, Verdict

_LOST = "The archive changed while the question was answered, and what was found is no longer in it. Ask again."

CHANGED = 90
"""Days after which a report that says otherwise tells how things have changed, rather than that somebody is wrong."""


@dataclass(frozen=True, slots=True)
class Cited:
    """The part of an Answer that rests on the sources. No sentences: an abstention."""

    answer: str
    explanation: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    abstain_reason: AbstainReason | None
    nearest: tuple[Citation, ...]
    conflicts: tuple[Conflict, ...]


def cite(draft: Draft, verdicts: tuple[Verdict, ...], hits: Sequence[Hit], collection: Collection) -> Cited:
    """What a reader is shown: supported claims with the numbers of their citations, or the abstention of the draft.

    `hits`: those that the draft rests on; they know where else the quoted words stand.
    """
    copies: dict[str, list[Article]] = {}
    for hit in hits:
        copies.setdefault(hit.passage.article.id, []).extend(hit.copies)
    numbers: dict[Quote, int] = {}
    sentences: list[Sentence] = []
    for verdict in verdicts:
        if verdict.label != "supported":
            continue
        cited = tuple(numbers.setdefault(quote, len(numbers) + 1) for quote in verdict.quotes)
        sentences.append(Sentence(verdict.claim.text, cited, verdict.label))
    proof = citations(numbers, copies, collection)
    conflicts = tuple(_conflicts(draft, proof))
    explanation = draft.explanation if sentences or not verdicts else _LOST
    shown = [sentence.numbered for sentence in sentences]
    nearest = () if sentences else draft.nearest
    return Cited(
        answer=" ".join(filter(None, [*shown, explanation, *(conflict.text for conflict in conflicts)])),
        explanation=explanation,
        sentences=tuple(sentences),
        citations=proof,
        abstain_reason=None if sentences else draft.abstain_reason or "no_evidence",
        nearest=citations(nearest, copies, collection),
        conflicts=conflicts,
    )


def tell(cited: Cited, told: int, whole: bool) -> Iterator[Citation | Delta]:
    """The answer bit by bit, from behind its first `told` sentences on: before each sentence the citations that no
    earlier one has named, and when it is `whole` what stands behind the sentences."""
    known = {n for sentence in cited.sentences[:told] for n in sentence.citations}
    for place, sentence in enumerate(cited.sentences[told:], told):
        new = set(sentence.citations) - known
        yield from (citation for citation in cited.citations if citation.n in new)
        known |= new
        yield Delta(f" {sentence.numbered}" if place else sentence.numbered)
    text = " ".join(sentence.numbered for sentence in cited.sentences)
    if whole and len(cited.answer) > len(text):
        yield Delta(cited.answer[len(text) :])


def _conflicts(draft: Draft, citations: Sequence[Citation]) -> Iterator[Conflict]:
    """The conflicts of which every report is still cited: one alone contradicts nothing."""
    proof = {Quote(citation.article_id, citation.start, citation.end): citation for citation in citations}
    for reports in draft.conflicts:
        if all(report.quote in proof for report in reports):
            cited = [proof[report.quote] for report in reports]
            values = tuple(report.value for report in reports)
            yield Conflict(_told(values, cited), tuple(citation.n for citation in cited), values)


def _told(values: Sequence[str], citations: Sequence[Citation]) -> str:
    """Who says what and when, in one sentence; newest first, as given."""
    told = [f"{value} ({_origin(citation)})" for value, citation in zip(values, citations, strict=True)]
    newest, *older = (
        citation.published_at and date.fromisoformat(citation.published_at[:10]) for citation in citations
    )
    if newest and older[0] and (newest - older[0]).days > CHANGED:
        return f"Reports changed over time: {told[0]}, before that {_listed(told[1:])}."
    return f"Reports differ{', newest first' if newest != older[-1] else ''}: {_listed(told)}."


def _origin(citation: Citation) -> str:
    day = citation.published_at[:10] if citation.published_at else "undated"
    return f"{citation.outlet or citation.title}, {day}"


def _listed(items: Sequence[str]) -> str:
    return " and ".join([", ".join(items[:-1])] * (len(items) > 1) + [items[-1]])


def citations(
    quotes: Iterable[Quote], copies: Mapping[str, Sequence[Article]], collection: Collection
) -> tuple[Citation, ...]:
    """Quotes with all that a reader is told of them, numbered from 1 in their order, without those of articles that are
    not there. `copies`: by the id of an article, others that say the same beside those of its story."""
    found = []
    for n, quote in enumerate(quotes, 1):
        article = collection.get(quote.article_id)
        if article is not None:
            words = article.text[quote.start : quote.end]
            others = [copy for copy in collection.story(article.id) if copy.id != article.id]
            found.append(
                Citation(
                    n=n,
                    article_id=article.id,
                    title=article.title,
                    outlet=article.outlet,
                    url=article.url,
                    published_at=article.published_at,
                    quote=words,
                    start=quote.start,
                    end=quote.end,
                    also_in=_also_in(words, [*others, *copies.get(article.id, ())]),
                    times=said_times(words, article.published_at),
                    notice=find_notice(article.title, article.text) or _notice_of_copy(others),
                )
            )
    return tuple(found)


def _notice_of_copy(copies: Iterable[Article]) -> str | None:
    """That a copy of the story was corrected or retracted, where this article was not. Its words are not told: they
    would stay when the copy is deleted."""
    for copy in copies:
        if find_notice(copy.title, copy.text):
            day = f", updated on {copy.updated_at[:10]}," if copy.updated_at else ""
            return f"A copy at {copy.url or copy.outlet or copy.title}{day} shows a correction or retraction."
    return None


def _also_in(quote: str, copies: Iterable[Article]) -> tuple[str, ...]:
    """Addresses of the copies that hold the quoted words, too: one may differ in just these."""
    words = " ".join(quote.split())
    urls = (copy.url for copy in copies if words in " ".join(copy.text.split()))
    return tuple(dict.fromkeys(url for url in urls if url))
