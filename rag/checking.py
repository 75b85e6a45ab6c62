"""How likely articles carry claims that do not quote them: what they lack is looked up, the rest is read."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.interfaces import Reader
from rag.missing import Missing, missing
from rag.reading import Window, window_around
from rag.sentences import Context, Place
from rag.types import Excerpt, Support
from rag.words import Word, all_forms, is_stop_word, words

SUPPORTED = 0.9
"""The least score with which a claim is shown."""

WINDOWS = 2
"""Windows that are read for a claim at most: those that share most words with it."""

BATCH = 8
"""Windows that the reader is given at a time."""

MORE = 2
"""Words of a claim that a further sentence must add to carry it, too."""


@dataclass(frozen=True, slots=True)
class Case:
    """A claim, and the articles that it may rest on."""

    claim: str
    contexts: Sequence[Context]


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells whether a claim is supported.

    `chance`: the reader's for the best window, in [0, 1]. `covered`: share of the claim's content words in the windows
    read. `uncarried`: share of its characters that the best window does not carry, as the reader says. `figures`,
    `names`: how many of its figures and names are missing.
    """

    chance: float
    covered: float
    uncarried: float
    figures: int
    names: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What the articles say of a claim.

    `score` in [0, 1]: the chance that they support it. `uncarried`: character spans that they do not carry.
    `places`: the sentences that carry it best, in reading order, in or beside the `window`; `lacking`: what their
    articles do not hold.
    """

    score: float
    uncarried: tuple[tuple[int, int], ...]
    lacking: tuple[Missing, ...]
    places: tuple[Place, ...]
    window: Window

    @property
    def wrong(self) -> tuple[int, int] | None:
        """The span that speaks most against the claim."""
        lacking = [(one.start, one.end) for one in self.lacking]
        return min(lacking) if lacking else max(self.uncarried, key=lambda span: span[1] - span[0], default=None)


def check(cases: Sequence[Case], reader: Reader) -> list[Checked | None]:
    """Every claim against its articles; None where there are none.

    The closest windows are read first, and further ones of the claims that these do not carry.
    """
    found = [closest(case.claim, case.contexts) for case in cases]
    read: list[list[Support]] = [[] for _ in cases]
    checked: list[Checked | None] = [None for _ in cases]
    for depth in range(WINDOWS):
        open_ = [n for n, own in enumerate(found) if len(own) > depth and not _carried(checked[n])]
        excerpts = [found[n][depth].excerpt for n in open_]
        for n, support in zip(open_, _supports([cases[n].claim for n in open_], excerpts, reader), strict=True):
            read[n].append(support)
            checked[n] = _checked(cases[n].claim, found[n][: depth + 1], read[n])
    return checked


def _carried(checked: Checked | None) -> bool:
    return checked is not None and checked.score >= SUPPORTED and not checked.lacking


def _supports(claims: Sequence[str], excerpts: Sequence[Excerpt], reader: Reader) -> list[Support]:
    """As the reader gives it, read in batches of about one length: what is shorter is filled up."""
    order = sorted(range(len(claims)), key=lambda n: len(claims[n]) + sum(map(len, excerpts[n].sentences)))
    found: dict[int, Support] = {}
    for start in range(0, len(order), BATCH):
        part = order[start : start + BATCH]
        supports = reader.supports([claims[n] for n in part], [excerpts[n] for n in part])
        found |= zip(part, supports, strict=True)
    return [found[n] for n in range(len(claims))]


def _checked(claim: str, read: Sequence[Window], supports: Sequence[Support]) -> Checked:
    best = max(range(len(read)), key=lambda n: supports[n].chance)
    places = carriers(claim, read[best], read)
    lacking = missing(claim, list(dict.fromkeys(context for context, _ in places)))
    kinds = [one.kind for one in lacking]
    uncarried = supports[best].uncarried
    signs = Signs(
        chance=supports[best].chance,
        covered=_covered(claim, read),
        uncarried=sum(end - start for start, end in uncarried) / max(1, len(claim)),
        figures=kinds.count("figure"),
        names=kinds.count("name"),
    )
    return Checked(score(signs), uncarried, tuple(lacking), places, read[best])


def score(signs: Signs) -> float:
    """The chance in [0, 1] that a claim is supported."""
    chance = min(max(signs.chance, 0.001), 0.999)
    logit = math.log(chance / (1 - chance))
    return 1 / (1 + math.exp(-(logit + 3 * signs.covered - 2 * signs.uncarried - signs.figures - signs.names)))


def closest(claim: str, contexts: Sequence[Context]) -> list[Window]:
    """At most WINDOWS windows, around the sentences that share most words with the claim; the best first."""
    asked = all_forms(word for word in words(claim) if not is_stop_word(word.text))
    places = [(context, position) for context in contexts for position in range(len(context.spans))]
    places.sort(key=lambda place: -len(place[0].forms(place[1]) & asked))
    found: list[Window] = []
    for context, position in places:
        if len(found) == WINDOWS:
            break
        if not any(window.context is context and position in window.positions for window in found):
            found.append(window_around(context, [position]))
    return found


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


def _covered(claim: str, read: Sequence[Window]) -> float:
    content = [word for word in words(claim) if not is_stop_word(word.text)]
    held = frozenset().union(*(_forms(window) for window in read))
    return sum(bool(word.forms & held) for word in content) / len(content) if content else 1.0


def _forms(window: Window) -> frozenset[str]:
    own = (window.context.forms(position) for position in window.positions)
    return frozenset().union(*own) | window.context.headline
