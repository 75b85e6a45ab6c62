"""Reports that answer the same with different figures.

Better one too few than one too many: what may have another reason (another quarter, another thing counted, rounding) is
no conflict. Days are left out on purpose: reports of one thing name the days of many events.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rag.figures import Figure, FigureKind, figures
from rag.sentences import CandidateSentence
from rag.signals import counted_forms
from rag.types import Part, Report, TimeRange
from rag.words import all_forms, words

MOST = 3
"""Different values shown at most."""

COVERED = 0.6
"""Of the weight of the terms asked about, the share that each of the sentences must tell itself."""

ALIKE = 0.7
"""Cosine of two sentences from which they may tell of one thing."""

FARTHEST = 5
"""Two amounts of which one is more than so many times the other are told of different things."""

COUNTED_WITHIN, YEAR_WITHIN = 40, 50
"""Characters behind a number in which it is said what it counts; and around one for the year that it is of."""

SAME_TERM = 45
"""Days between two articles that mean the same by "the quarter" or "this year"."""

LONGER_THAN_QUARTER = 100
"""Days of a question's time range."""

_KINDS: tuple[FigureKind, ...] = ("number", "money", "share")
_COUNT = re.compile(r"\b(?:how many|number of)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_TERM = re.compile(r"\b(?:(first|second|third|fourth)[ -](?:\w+[ -])?(quarter|half)|([qh])([1-4]))\b", re.IGNORECASE)
_ORDINALS = ("first", "second", "third", "fourth")
_RECURRING = re.compile(
    r"(?<![\w-])(?:(?:quarter|month|year)(?:ly)?|annual(?:ly)?|season|fiscal|half|holiday|[QH][1-4])(?![\w-])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence, its figures of the kind asked for, and the one of them that answers."""

    sentence: CandidateSentence
    figures: tuple[Figure, ...]
    answer: Figure

    @property
    def value(self) -> str:
        return self.sentence.text[self.answer.start : self.answer.end]

    @property
    def day(self) -> date | None:
        published_at = self.sentence.article.published_at
        return date.fromisoformat(published_at[:10]) if published_at else None

    @property
    def terms(self) -> set[tuple[str, str]]:
        """Quarters and halves of a year it names; "Q2" is ("2", "q")."""
        named = (match.groups() for match in _TERM.finditer(self.sentence.text))
        return {
            (str(_ORDINALS.index(nth.lower()) + 1), unit[0].lower()) if nth else (number, letter.lower())
            for nth, unit, letter, number in named
        }

    @property
    def years(self) -> set[str]:
        start, end = max(0, self.answer.start - YEAR_WITHIN), self.answer.end + YEAR_WITHIN
        return set(_YEAR.findall(self.sentence.text[start:end]))


def differing_reports(
    part: Part, sentences: Sequence[CandidateSentence], times: Sequence[TimeRange]
) -> tuple[Report, ...]:
    """Different values that different articles tell of what is asked for, newest first, undated last; empty when none
    differs from the best one.

    `sentences`: those that answer the part, best first. `times`: the dates of the question.
    """
    best = next((told for kind in _kinds(part) for told in _all_told(sentences[:1], part, kind)), None)
    if not best:
        return ()
    found = [best]
    for told in _all_told(sentences[1:], part, best.answer.kind):
        if len(found) < MOST and all(_differ(told, other, part, times) for other in found):
            found.append(told)
    if len(found) == 1:
        return ()
    newest_first = sorted(found, key=lambda told: told.day or date.min, reverse=True)
    return tuple(Report(told.value, told.sentence.quote) for told in newest_first)


def tell_the_same(part: Part, one: CandidateSentence, other: CandidateSentence) -> bool:
    """Whether sentences of two articles answer with one and the same figure."""
    if one.article.id == other.article.id:
        return False
    for kind in _kinds(part):
        told = [told.answer for told in _all_told((one, other), part, kind)]
        if len(told) == 2:
            return told[0].comparable(told[1]) and told[0].agrees(told[1])
    return False


def _kinds(part: Part) -> Sequence[FigureKind]:
    """The kinds of figures asked for; "how much" may be told in any of them."""
    asked = [kind for kind in _KINDS if kind in part.kinds]
    return _KINDS if asked == ["number"] and not _COUNT.search(part.text) else asked


def _all_told(sentences: Sequence[CandidateSentence], part: Part, kind: FigureKind) -> Iterator[_Told]:
    """Those of the sentences that tell enough of what is asked, and a figure of the kind that the question does not
    name and that is more than what another one is compared with."""
    asked = figures(part.text, kind)
    for sentence in sentences:
        if sentence.text.endswith("?") or _covered(sentence, part) < COVERED:
            continue
        found = tuple(f for f in _relevant(sentence.text, part, kind) if not any(f.agrees(known) for known in asked))
        current = [figure for figure in found if not figure.older]
        if current:
            yield _Told(sentence, found, _nearest(current, sentence, part))


def _covered(sentence: CandidateSentence, part: Part) -> float:
    """Weight of the part's terms that the sentence itself tells, or of a name the title."""
    own, headline = sentence.context.forms(sentence.position), sentence.context.headline
    told = sum(term.weight for term in part.terms if term.occurs(own) or (term.name and term.occurs(headline)))
    return told / sum(term.weight for term in part.terms) if told else 0.0


def _relevant(text: str, part: Part, kind: FigureKind) -> Iterator[Figure]:
    """The figures of the kind; of numbers those that count what is asked about."""
    counted = counted_forms(part)
    for figure in figures(text, kind):
        if kind != "number" or all_forms(words(text[figure.end : figure.end + COUNTED_WITHIN])[:4]) & counted:
            yield figure


def _nearest(found: Sequence[Figure], sentence: CandidateSentence, part: Part) -> Figure:
    """The figure nearest to a word that is asked about."""
    terms = [term for term in part.terms if not term.name]
    places = [word.start for word in sentence.words if any(term.occurs(word.forms) for term in terms)]
    return min(found, key=lambda figure: min((abs(figure.start - place) for place in places), default=0))


def _differ(one: _Told, other: _Told, part: Part, times: Sequence[TimeRange]) -> bool:
    """Whether two articles tell different values of one thing, and neither knows the value of the other."""
    mine, theirs = one.answer, other.answer
    return (
        one.sentence.article.id != other.sentence.article.id
        and mine.comparable(theirs)
        and max(mine.low, theirs.low) <= FARTHEST * min(mine.high, theirs.high)
        and float(one.sentence.vector @ other.sentence.vector) >= ALIKE
        and _of_one_time(one, other, times)
        and not any(a.agrees(b) for a in one.figures for b in other.figures)
        and not _knows(one, theirs, part)
        and not _knows(other, mine, part)
    )


def _of_one_time(one: _Told, other: _Told, times: Sequence[TimeRange]) -> bool:
    """Not of two years or quarters; but what share something has over a longer time is told by each of its quarters."""
    if (
        one.answer.kind == "share"
        and not one.answer.change
        and any(_days(asked) > LONGER_THAN_QUARTER for asked in times)
    ):
        return True
    for mine, theirs in ((one.years, other.years), (one.terms, other.terms)):
        if mine and theirs and not mine & theirs:
            return False
    if not any(_RECURRING.search(told.sentence.text) for told in (one, other)):
        return True
    return one.day is not None and other.day is not None and abs((one.day - other.day).days) <= SAME_TERM


def _days(asked: TimeRange) -> int:
    return (asked.end - asked.start).days


def _knows(told: _Told, value: Figure, part: Part) -> bool:
    """Whether the article of `told` tells this value anywhere: then it does not contradict it."""
    known = _relevant(told.sentence.article.text, part, value.kind)
    return any(figure.unit == value.unit and figure.agrees(value) for figure in known)
