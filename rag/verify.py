"""Every claim against the words it names as its proof, and what is left of the draft."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from index.interfaces import Collection
from index.types import Hit
from rag.checking import Case
from rag.interfaces import Reader
from rag.judging import Judgement, judge
from rag.languages import is_foreign
from rag.sentences import Context, contexts_of
from rag.types import Claim, Draft, Removed, StandaloneQuestion, Verdict, Verified

ANSWERS = 0.3
"""The least chance, as the reader sees it, that a sentence which carries a claim answers the question."""


class Verification:
    """Looks at one draft while it is written: at each claim once, by the articles of `hits`."""

    def __init__(
        self, question: StandaloneQuestion, hits: Sequence[Hit], collection: Collection, reader: Reader | None
    ) -> None:
        self._question = question
        self._hits = hits
        self._collection = collection
        self._reader = reader
        self._judged: dict[Claim, Judgement] = {}
        self._answered = False

    def verify(self, draft: Draft) -> Verified:
        """What of a draft can be shown.

        Of quotes: the claims whose every word stands in them. Of the words of a model: the claims that the articles
        carry, those named first; and when none of these answers the question, the draft of quotes in their place.
        """
        if draft.instead is None or self._reader is None:
            verdicts = tuple(self._quoted(claim) for claim in draft.claims)
            return Verified(draft, verdicts, _removed(verdicts))
        self._read(draft.claims, draft.instead, self._reader)
        judged = [self._judged[claim] for claim in draft.claims]
        verdicts = tuple(Verdict(c, j.label, j.reason, j.quotes) for c, j in zip(draft.claims, judged, strict=True))
        if self._answered or draft.pending is not None:
            return Verified(draft, verdicts, _removed(verdicts), settled=self._answered)
        held = any(judgement.label == "supported" for judgement in judged)
        what = "What could be proven of it does not answer" if held else "No article carries what it says"
        note = f"The text of the language model is not shown. {what}, so this is told without it."
        ours = self.verify(replace(draft.instead, notes=(*draft.notes, note), usage=draft.usage))
        return replace(ours, removed=(*_removed(verdicts), *ours.removed))

    def _quoted(self, claim: Claim) -> Verdict:
        """Supported when every word of the claim stands in its quotes."""
        quoted = []
        for quote in claim.quotes:
            article = self._collection.get(quote.article_id)
            if article is None:
                return Verdict(claim, "unsupported", f"article {quote.article_id} is no longer in the archive")
            quoted.append(article.text[quote.start : quote.end])
        if claim.text != " ".join(quoted):
            return Verdict(claim, "unsupported", "its words are not those of its source")
        return Verdict(claim, "supported", quotes=claim.quotes)

    def _read(self, claims: Sequence[Claim], quoted: Draft, reader: Reader) -> None:
        """Judge the claims that are new; if any claim that holds answers, the draft does."""
        new = [claim for claim in claims if claim not in self._judged]
        self._judge(new, reader)
        held = [self._judged[claim] for claim in new if self._judged[claim].label == "supported"]
        if held and not self._answered:
            # the reader knows one language: of a question in another it cannot tell what answers it
            foreign = is_foreign(self._question.text, (hit.passage.article.language for hit in self._hits))
            self._answered = foreign or _answers(self._question, held, quoted, reader)

    def _judge(self, claims: Sequence[Claim], reader: Reader) -> None:
        """By the articles that each claim names, and by all of them when these do not carry it."""
        every = list(self._contexts.values())
        named = {claim: self._named(claim) for claim in claims}
        self._judged |= zip(claims, judge([Case(claim.text, named[claim]) for claim in claims], reader), strict=True)
        open_ = [c for c in claims if self._judged[c].label != "supported" and len(named[c]) < len(every)]
        for claim, by_all in zip(open_, judge([Case(claim.text, every) for claim in open_], reader), strict=True):
            if by_all.label == "supported" or not named[claim]:
                self._judged[claim] = by_all

    def _named(self, claim: Claim) -> list[Context]:
        ids = dict.fromkeys(quote.article_id for quote in claim.quotes)
        return [self._contexts[id] for id in ids if id in self._contexts]

    @cached_property
    def _contexts(self) -> dict[str, Context]:
        return contexts_of(self._hits, self._collection)


def _answers(question: StandaloneQuestion, held: Sequence[Judgement], quoted: Draft, reader: Reader) -> bool:
    """Whether a sentence that carries a claim answers: the draft of quotes takes it, or the reader says so."""
    taken = {quote for claim in quoted.claims for quote in claim.quotes}
    if any(context.quote(position) in taken for judgement in held for context, position in judgement.places):
        return True
    windows = [judgement.window for judgement in held if judgement.window]
    places = {place for judgement in held for place in judgement.places}
    for part in question.parts:
        read = reader.answers(part.text, [window.excerpt for window in windows])
        for window, chances in zip(windows, read, strict=True):
            told = zip(window.positions, chances, strict=True)
            if any(chance >= ANSWERS for position, chance in told if (window.context, position) in places):
                return True
    return False


def _removed(verdicts: Sequence[Verdict]) -> tuple[Removed, ...]:
    return tuple(Removed(verdict.claim.text, verdict.reason) for verdict in verdicts if verdict.label != "supported")
