"""The dates a question speaks of, as ranges of days: "early February 2019", "last spring", "as of March 2020".

English only. Ranges and not points, since what a question calls "2017" is a year; that is why no date parser does it.
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from rag.types import TimeRange

LEAD, LAG, HALF_LIFE = 2, 20, 40
"""Days around a range that still fit it, and days for each further halving; searched on the training questions."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct|"
        "november nov|december dec".split("|"),
        1,
    )
    for name in names.split()
}
_SEASONS = {
    "spring": (3, 5),
    "summer": (6, 8),
    "autumn": (9, 11),
    "fall": (9, 11),
    "winter": (12, 14),
    "holiday": (11, 13),
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_SEASON = "|".join(_SEASONS)
_YEAR = r"(?:19|20)\d\d"
_PART = r"(?:(?P<part>early|start of|beginning of|mid|middle of|late|end of)[ -]+(?:in )?)?"
_CUE = r"(?:\b(?P<cue>as of|since|after|before|until|till|by)\s+(?:the )?)?"
_EXPRESSION = re.compile(
    rf"{_CUE}\b{_PART}(?:"
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<day_month>{_MONTH})\.?,? (?P<day_year>{_YEAR})"
    rf"|(?P<us_month>{_MONTH})\.? (?P<us_day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<us_year>{_YEAR})"
    rf"|(?P<iso>{_YEAR}-\d\d-\d\d)"
    rf"|(?P<month>{_MONTH})\.?(?: of)?,? (?P<month_year>{_YEAR})"
    rf"|(?:q(?P<quarter>[1-4])|(?P<nth>first|second|third|fourth) quarter)(?: of)?,? (?P<quarter_year>{_YEAR})"
    rf"|(?:h(?P<half>[12])|(?P<half_nth>first|second) half)(?: of)?,? (?P<half_year>{_YEAR})"
    rf"|(?P<season>{_SEASON})(?: of)?,? (?P<season_year>{_YEAR})"
    rf"|(?P<relative>last|this|past|previous) (?P<unit>week|month|quarter|year|{_SEASON}|{_MONTH})"
    rf"|(?P<word>yesterday|today)"
    rf"|(?P<year>{_YEAR})"
    r")\b",
    re.IGNORECASE,
)
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


def time_ranges(text: str, today: date) -> list[TimeRange]:
    """Every date in a question, in order. `today`: the day that "last week" counts from."""
    found = []
    for match in _EXPRESSION.finditer(text):
        days = _days(match, today)
        if days:
            start, end = _part_of(match["part"], *days)
            cue = (match["cue"] or "").lower()
            if cue == "before":
                start = end = start - timedelta(days=1)
            elif cue == "after":
                start = end = end + timedelta(days=1)
            relation = _RELATIONS.get(cue, "in")
            found.append(TimeRange(match.group().strip(), start, end, relation))
    return found


def asks_for_latest(text: str) -> bool:
    """Whether the newest report is wanted: "the latest", "currently"."""
    return _LATEST.search(text) is not None


def closeness(published_at: str | None, ranges: Sequence[TimeRange]) -> float:
    """How well the day of an article fits the dates of a question, in [0, 1]; 0 for an undated article.

    1 from two days before a range to LAG days behind it, since news is told when it happens or soon after; falling by
    half every HALF_LIFE days outside. The best of several ranges counts.
    """
    if published_at is None or not ranges:
        return 0.0
    day = date.fromisoformat(published_at[:10])
    return max(_fit(day, time_range) for time_range in ranges)


def recency(published_at: str | None, newest: str | None, half_life: float) -> float:
    """1 for an article of the day `newest`, falling by half every `half_life` days before; 0 for an undated one."""
    if published_at is None or newest is None:
        return 0.0
    age = date.fromisoformat(newest[:10]) - date.fromisoformat(published_at[:10])
    return float(0.5 ** (max(age.days, 0) / half_life))


def _fit(day: date, wanted: TimeRange) -> float:
    if (wanted.relation == "since" and day >= wanted.start) or (wanted.relation == "before" and day <= wanted.end):
        return 1.0
    outside = max((wanted.start - day).days - LEAD, (day - wanted.end).days - LAG, 0)
    return float(0.5 ** (outside / HALF_LIFE))


def _days(match: re.Match[str], today: date) -> tuple[date, date] | None:
    group = {name: value.lower() for name, value in match.groupdict().items() if value}
    try:
        if "iso" in group:
            day = date.fromisoformat(group["iso"])
            return day, day
        for month, day_of, year in (("day_month", "day", "day_year"), ("us_month", "us_day", "us_year")):
            if month in group:
                day = date(int(group[year]), _MONTHS[group[month]], int(group[day_of]))
                return day, day
    except ValueError:  # 31 February
        return None
    if "month" in group:
        return _months(int(group["month_year"]), _MONTHS[group["month"]], 1)
    if "quarter_year" in group:
        number = int(group.get("quarter") or ["first", "second", "third", "fourth"].index(group["nth"]) + 1)
        return _months(int(group["quarter_year"]), 3 * number - 2, 3)
    if "half_year" in group:
        number = int(group.get("half") or ["first", "second"].index(group["half_nth"]) + 1)
        return _months(int(group["half_year"]), 6 * number - 5, 6)
    if "season" in group:
        first, last = _SEASONS[group["season"]]
        return _months(int(group["season_year"]), first, last - first + 1)
    if "year" in group:
        return date(int(group["year"]), 1, 1), date(int(group["year"]), 12, 31)
    if "word" in group:
        day = today - timedelta(days=group["word"] == "yesterday")
        return day, day
    return _relative(group["relative"], group["unit"], today)


def _relative(which: str, unit: str, today: date) -> tuple[date, date]:
    back = which != "this"
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return monday, monday + timedelta(days=6)
    if unit == "month":
        return _months(today.year, today.month - back, 1)
    if unit == "quarter":
        return _months(today.year, 3 * ((today.month - 1) // 3 - back) + 1, 3)
    if unit == "year":
        return date(today.year - back, 1, 1), date(today.year - back, 12, 31)
    first, last = _SEASONS.get(unit) or (_MONTHS[unit], _MONTHS[unit])
    start, end = _months(today.year, first, last - first + 1)
    # "last spring" is over, "this spring" may be to come
    return (start, end) if end < today or not back else _months(today.year - 1, first, last - first + 1)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    """`count` whole months from `month` on, which may lie outside 1..12."""
    first = year * 12 + month - 1
    last = first + count - 1
    return date(first // 12, first % 12 + 1, 1), date(
        last // 12, last % 12 + 1, monthrange(last // 12, last % 12 + 1)[1]
    )


def _part_of(part: str | None, start: date, end: date) -> tuple[date, date]:
    third = (end - start) / 3
    if part is None or not third:
        return start, end
    if part.lower() in ("early", "start of", "beginning of"):
        return start, start + third
    if part.lower() in ("mid", "middle of"):
        return start + third, end - third
    return end - third, end
