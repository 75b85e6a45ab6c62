"""Whether articles carry a claim, why not, and which of their sentences do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from index.extract.language import language_of_question
from rag.checking import SUPPORTED, Case, Checked, check
from rag.interfaces import Reader
from rag.languages import language_name
from rag.mismatches import mismatch
from rag.reading import Window, window_around
from rag.sentences import Context, Place
from rag.types import Quote
from rag.words import all_forms, is_stop_word, words

_CLOSING = "\"'”’) "


@dataclass(frozen=True, slots=True)
class Judgement:
    """What articles say of a claim. `score` in [0, 1]: the chance that they support it, 0 when an exact rule speaks
    against it; `reason`: a clause, "" when supported. `uncarried`: character spans of it that they do not carry.
    `places`: the sentences that carry it best, in reading order; `window`: where the best of them stands, None when
    there is nothing to read."""

    label: Literal["supported", "unsupported"]
    score: float
    reason: str
    uncarried: tuple[tuple[int, int], ...] = ()
    places: tuple[Place, ...] = ()
    window: Window | None = None

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The places as quotes, neighbours as one."""
        found: list[Quote] = []
        before: Place | None = None
        for context, position in self.places:
            quote = context.quote(position)
            if before == (context, position - 1):
                quote = Quote(quote.article_id, found.pop().start, quote.end)
            found.append(quote)
            before = context, position
        return tuple(found)


def judge(cases: Sequence[Case], reader: Reader) -> list[Judgement]:
    """Each claim against the articles that it may rest on: word for word, else by exact rules and by the reader."""
    judged = [_at_sight(case) for case in cases]
    read = iter(check([case for case, known in zip(cases, judged, strict=True) if known is None], reader))
    return [known or _judged(case.claim, next(read)) for case, known in zip(cases, judged, strict=True)]


def _at_sight(case: Case) -> Judgement | None:
    """What needs no reading: a question, and words of an article."""
    if case.claim.rstrip(_CLOSING).endswith("?"):
        return Judgement("unsupported", 0.0, "it is a question", ((0, len(case.claim)),))
    if place := _verbatim(case.claim, case.contexts):
        return Judgement("supported", 1.0, "", (), (place,), window_around(place[0], [place[1]]))
    return None


def _judged(claim: str, checked: Checked | None) -> Judgement:
    if checked is None:
        return Judgement("unsupported", 0.0, "there is nothing to check it against", ((0, len(claim)),))
    wrong = checked.wrong
    uncarried = tuple((one.start, one.end) for one in checked.lacking) or checked.uncarried
    found = Judgement("unsupported", 0.0, "", uncarried, checked.places, checked.window)
    if foreign := _in_another_language(claim, checked.window.context.article.language):
        return replace(found, reason=foreign)
    for one in checked.lacking:
        if one.sure:
            return replace(found, reason=f"no source says “{claim[one.start : one.end]}”")
    if otherwise := mismatch(claim, checked.places):
        return replace(found, reason=otherwise)
    content = [word for word in words(claim) if not is_stop_word(word.text)]
    told = all_forms(word for context, position in checked.places for word in context.words(position))
    if not any(word.forms & told for word in content):  # "Understood.": the reader alone may take it for carried
        return replace(found, reason="no source carries it")
    if checked.score >= SUPPORTED:
        return replace(found, label="supported", score=checked.score)
    says = "no source says" if checked.lacking else "its source does not carry"
    reason = f"{says} “{claim[slice(*wrong)]}”" if wrong else "no source carries it"
    return replace(found, score=checked.score, reason=reason)


def _in_another_language(claim: str, of_source: str | None) -> str:
    """That the claim is not in the language of its source, which nothing here reads across."""
    said = language_of_question(claim) if of_source else None
    if said is None or said == of_source:
        return ""
    return f"it is in {language_name(said)}, and its source is not, so that it cannot be checked"


def _verbatim(claim: str, contexts: Iterable[Context]) -> Place | None:
    """The sentence that the claim repeats, but for white space and its full stop."""
    bare = _bare(claim)
    places = ((context, position) for context in contexts for position in range(len(context.spans)))
    return next((place for place in places if _bare(place[0].text(place[1])) == bare), None)


def _bare(sentence: str) -> str:
    return " ".join(sentence.split()).rstrip(".")
