"""Whether articles carry a claim that does not quote them: exact rules for figures and names, a reader for the rest."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from rag.figures import FigureKind, figures
from rag.interfaces import Reader
from rag.reading import Window, window_around
from rag.sentences import Context
from rag.types import Support
from rag.words import all_forms, in_dictionary, is_stop_word, words

WINDOWS = 2
"""Windows that are read for a claim: those that share most words with it."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells whether a claim is supported.

    `chance`: the reader's for the best window, in [0, 1]. `covered`: share of the claim's content words in the windows
    read. `uncarried`: share of its characters that the best window does not carry, as the reader says. `figures`,
    `names`: how many of its figures and names no article holds.
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
    `reason`: what speaks against it, "" when nothing does. `window`: where it is carried best.
    """

    score: float
    uncarried: tuple[tuple[int, int], ...]
    reason: str
    signs: Signs
    window: Window | None


def check(claim: str, contexts: Sequence[Context], reader: Reader) -> Checked:
    """One claim against the articles that it may rest on."""
    read = closest(claim, contexts)
    if not read:
        return Checked(0.0, ((0, len(claim)),), "there is nothing to check it against", Signs(0, 0, 1, 0, 0), None)
    supports = reader.supports([claim] * len(read), [window.excerpt for window in read])
    best = max(range(len(read)), key=lambda n: supports[n].chance)
    wrong_figures, wrong_names = list(missing_figures(claim, contexts)), list(missing_names(claim, contexts))
    signs = Signs(
        chance=supports[best].chance,
        covered=_covered(claim, read),
        uncarried=sum(end - start for start, end in supports[best].uncarried) / max(1, len(claim)),
        figures=len(wrong_figures),
        names=len(wrong_names),
    )
    wrong = sorted({*wrong_figures, *wrong_names})
    return Checked(
        score(signs), tuple(wrong) or supports[best].uncarried, _reason(claim, wrong, supports[best]), signs, read[best]
    )


def score(signs: Signs) -> float:
    """The chance in [0, 1] that a claim is supported."""
    chance = min(max(signs.chance, 0.001), 0.999)
    logit = math.log(chance / (1 - chance))
    return 1 / (1 + math.exp(-(logit + 3 * signs.covered - 2 * signs.uncarried - signs.figures - signs.names)))


def missing_figures(claim: str, contexts: Sequence[Context]) -> Iterator[tuple[int, int]]:
    """Spans of the amounts, shares and counts that no figure of the articles agrees with."""
    text = "\n".join(f"{context.article.title}\n{context.article.text}" for context in contexts)
    for kind in get_args(FigureKind):
        told = figures(text, kind)
        for figure in figures(claim, kind):
            if not any(figure.agrees(other) for other in told):
                yield figure.start, figure.end


def missing_names(claim: str, contexts: Sequence[Context]) -> Iterator[tuple[int, int]]:
    """Spans of the capitalised words that no article holds."""
    held = frozenset().union(*(context.everything for context in contexts))
    for word in words(claim):
        opens = word.start == 0 and in_dictionary(word.text)
        if word.capitalised and not opens and not is_stop_word(word.text) and not word.forms & held:
            yield word.start, word.start + len(word.text)


def _reason(claim: str, wrong: Sequence[tuple[int, int]], support: Support) -> str:
    if wrong:
        start, end = wrong[0]
        return f"no source says “{claim[start:end]}”"
    if support.uncarried:
        start, end = max(support.uncarried, key=lambda span: span[1] - span[0])
        return f"its source does not carry “{claim[start:end]}”"
    return ""


def _covered(claim: str, read: Sequence[Window]) -> float:
    content = [word for word in words(claim) if not is_stop_word(word.text)]
    held = frozenset().union(*(_forms(window) for window in read))
    return sum(bool(word.forms & held) for word in content) / len(content) if content else 1.0


def _forms(window: Window) -> frozenset[str]:
    own = (window.context.forms(position) for position in window.positions)
    return frozenset().union(*own) | window.context.headline


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
