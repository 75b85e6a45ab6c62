"""The dates a text speaks of, as ranges of days: "early February 2019", "the last two years", "as of March 2020".

English only. Ranges and not points, since what a question calls "2017" is a year; that is why no date parser does it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from typing import Literal

from rag.date_shapes import SHAPES, YEARLESS, Days, Shape, part_of
from rag.types import TimeRange
from rag.words import is_stop_word

_RELATIONS: dict[str, Literal["in", "since", "before"]] = {
    "since": "since",
    "after": "since",
    "before": "before",
    "until": "before",
    "till": "before",
    "by": "before",
}
_LATEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|currently|these days|right now|at the moment|so far)\b", re.I
)
_FROM = re.compile(rf"\b(?:from|between)\s+(?:the )?(?P<left>{YEARLESS})?$", re.IGNORECASE)
_TO = re.compile(r"\s+(?:to|and|until|till|through)\s+(?:the )?$", re.IGNORECASE)
_DASH = re.compile(r" ?[-–] ?$")
_THAN = re.compile(r"\b(?:than|compared (?:to|with))(?: [\w’'-]+){0,3} $", re.IGNORECASE)
_EVENT = re.compile(r"\b(?P<since>since (?:the|its|his|her|their))(?P<named>(?: [\w’'-]+){1,3})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundTime:
    """A date in a text, at the characters from `start` to `end`, written in this shape."""

    start: int
    end: int
    time: TimeRange
    shape: Shape


def time_ranges(text: str, today: date) -> list[TimeRange]:
    """Every date in a question, in order; "from March to May 2019" is one.

    `today`: the day that "last week" counts from. "In July" is the last one that has begun by then, or that of a year
    named elsewhere. "Dearer than a year ago" asks of today and is none.
    """
    kept: list[FoundTime] = []
    for found in _of_one_year(text, today):
        if found.shape.kind == "counted" and _THAN.search(text, 0, found.start):
            continue
        start, first = _begins(text, kept, found)
        if start < found.start and first <= found.time.end:
            kept = [other for other in kept if other.end <= start]
            joined = TimeRange(text[start : found.end], first, found.time.end, "in")
            found = FoundTime(start, found.end, joined, found.shape)
        kept.append(found)
    return [found.time for found in kept]


def asks_for_latest(text: str) -> bool:
    """Whether the newest report is wanted: "the latest", "currently"."""
    return _LATEST.search(text) is not None


def events(text: str, times: Sequence[TimeRange]) -> list[str]:
    """What a question says "since" of that is no date: "since the merger". `times`: the dates read out of it."""
    for time in times:
        text = text.replace(time.text, "|")
    found = []
    for match in _EVENT.finditer(text):
        named = list(takewhile(lambda word: not is_stop_word(word), match["named"].split()))
        if named:
            found.append(" ".join([match["since"], *named]))
    return found


def find_times(text: str, today: date) -> Iterator[FoundTime]:
    """The single dates in a text, in order; of two readings the one that starts earlier, then the longer one."""
    matches = [(match, shape) for shape in SHAPES for match in shape.pattern.finditer(text)]
    end = 0
    for match, shape in sorted(matches, key=lambda found: (found[0].start(), -found[0].end())):
        if match.start() < end:
            continue
        try:
            time = _time(match, shape.read({k: v.lower() for k, v in match.groupdict().items() if v}, today))
        except (ValueError, OverflowError):  # 31 February, 3000 years ago
            continue
        end = match.end()
        yield FoundTime(match.start(), end, time, shape)


def _of_one_year(text: str, today: date) -> list[FoundTime]:
    """The single dates; beside one with a year "in July" is of that year, and "on Monday" says nothing more."""
    found = list(find_times(text, today))
    year = next((other.time.end.year for other in found if other.shape.kind == "fixed"), None)
    if year is None:
        return found
    of_year = {other.start: other for other in find_times(text, date(year, 12, 31))}
    rest = (other for other in found if other.shape.kind != "weekly")
    return [of_year.get(other.start, other) if other.shape.kind == "yearly" else other for other in rest]


def _time(match: re.Match[str], days: Days) -> TimeRange:
    start, end = part_of(match["part"], *days)
    cue = (match["cue"] or "").lower()
    if cue == "before":
        start = end = start - timedelta(days=1)
    elif cue == "after":
        start = end = end + timedelta(days=1)
    return TimeRange(match.group().strip(), start, end, _RELATIONS.get(cue, "in"))


def _begins(text: str, before: Sequence[FoundTime], found: FoundTime) -> tuple[int, date]:
    """Where in the text, and on which day, the range begins that `found` ends: itself, or "from X to" before it."""
    itself = (found.start, found.time.start)
    if dash := _DASH.search(text, 0, found.start):
        left = next((other for other in before if other.end == dash.start()), None)
        return (left.start, left.time.start) if left else itself
    to = _TO.search(text, 0, found.start)
    if to is None:
        return itself
    left = next((other for other in before if other.end == to.start()), None)
    opening = _FROM.search(text, 0, left.start if left else to.start())
    if opening is None:
        return itself
    if left:
        return opening.start(), left.time.start
    if not opening["left"]:
        return itself
    # "from November to January 2020": a left side without a year is of the same year, or else of the one before
    last = found.time.end
    lefts = (other for year in (last.year, last.year - 1) for other in find_times(f"{opening['left']} {year}", last))
    return next(((opening.start(), other.time.start) for other in lefts if other.time.start <= last), itself)
