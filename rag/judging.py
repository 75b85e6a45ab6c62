"""Whether articles carry a claim, why not, and which of their sentences do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.checking import check, closest
from rag.interfaces import Reader
from rag.mismatches import Place, mismatch
from rag.reading import Window, window_around
from rag.sentences import Context
from rag.types import Quote
from rag.words import Word, is_stop_word, words

SUPPORTED = 0.9
"""The least score with which a claim is shown."""

MORE = 2
"""Words of a claim that a further sentence must add to be quoted, too."""

_CLOSING = "\"'”’) "


@dataclass(frozen=True, slots=True)
class Judgement:
    """What articles say of a claim. `score` in [0, 1]: the chance that they support it, 0 when an exact rule speaks
    against it; `reason`: a clause, "" when supported. `places`: the sentences that carry it best, in reading order;
    `window`: where the best of them stands, None when there is nothing to read."""

    label: Literal["supported", "unsupported"]
    score: float
    reason: str
    places: tuple[Place, ...]
    window: Window | None

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


def judge(claim: str, contexts: Sequence[Context], reader: Reader) -> Judgement:
    """A claim against the articles that it may rest on: word for word, else by exact rules and by the reader."""
    if claim.rstrip(_CLOSING).endswith("?"):
        return Judgement("unsupported", 0.0, "it is a question", (), None)
    if place := _verbatim(claim, contexts):
        return Judgement("supported", 1.0, "", (place,), window_around(place[0], [place[1]]))
    checked = check(claim, contexts, reader)
    if checked.window is None:
        return Judgement("unsupported", 0.0, checked.reason, (), None)
    places = carriers(claim, checked.window, closest(claim, contexts))
    if wrong := mismatch(claim, places):
        return Judgement("unsupported", 0.0, wrong, places, checked.window)
    if checked.score < SUPPORTED:
        reason = checked.reason or "no source carries it"
        return Judgement("unsupported", checked.score, reason, places, checked.window)
    return Judgement("supported", checked.score, "", places, checked.window)


def carriers(claim: str, best: Window, others: Iterable[Window]) -> tuple[Place, ...]:
    """The sentence of the `best` window that holds most of the claim, and those of any window that add to it."""
    missing = [word for word in words(claim) if not is_stop_word(word.text)]
    first = max(_places(best), key=lambda place: len(_held(missing, place)))
    chosen, rest = [first], [place for window in (best, *others) for place in _places(window)]
    while True:
        last = _held(missing, chosen[-1])
        missing = [word for word in missing if word not in last and not word.forms & chosen[-1][0].headline]
        further = max(rest, key=lambda place: len(_held(missing, place)))
        if len(_held(missing, further)) < MORE:
            break
        chosen.append(further)
    articles = list(dict.fromkeys(context for context, _ in chosen))
    return tuple(sorted(set(chosen), key=lambda place: (articles.index(place[0]), place[1])))


def _places(window: Window) -> list[Place]:
    return [(window.context, position) for position in window.positions]


def _held(wanted: Iterable[Word], place: Place) -> list[Word]:
    context, position = place
    return [word for word in wanted if word.forms & context.forms(position)]


def _verbatim(claim: str, contexts: Iterable[Context]) -> Place | None:
    """The sentence that the claim repeats, but for white space and its full stop."""
    bare = _bare(claim)
    places = ((context, position) for context in contexts for position in range(len(context.spans)))
    return next((place for place in places if _bare(place[0].text(place[1])) == bare), None)


def _bare(sentence: str) -> str:
    return " ".join(sentence.split()).rstrip(".")
