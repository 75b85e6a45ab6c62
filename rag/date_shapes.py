"""The ways in which English writes a date, and the days that each means."""

import re
from calendar import day_name, month_name, monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Days = tuple[date, date]
"""The first and the last of a range."""

Groups = Mapping[str, str]
"""The named groups of a match that hold something, in lower case."""


Kind = Literal["fixed", "counted", "rolling", "weekly", "yearly"]


@dataclass(frozen=True, slots=True)
class Shape:
    """A way to write a date. `read` raises ValueError or OverflowError when there is no such day.

    `kind`: `fixed` by itself; else it counts from the day of speaking: `counted` back ("last week"), `rolling` up to it
    ("the last two years"), or, by a name that comes again, `weekly` ("on Monday") or `yearly` ("in July"), of which
    `read` gives the last.
    """

    pattern: re.Pattern[str]
    read: Callable[[Groups, date], Days]
    kind: Kind


_MONTHS = {name.lower(): number for number, name in enumerate(month_name) if name}
_SHORT_MONTHS = {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_WEEKDAYS = {name.lower(): number for number, name in enumerate(day_name)}
_SEASONS = {
    "spring": (3, 5),
    "summer": (6, 8),
    "autumn": (9, 11),
    "fall": (9, 11),
    "winter": (12, 14),
    "holiday": (11, 13),
    "christmas": (12, 12),
}
_FROM_THANKSGIVING = {"thanksgiving": 0, "black friday": 1, "cyber monday": 4}
_NTH = ("first", "second", "third", "fourth")
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
_COUNTS = {word: number for number, word in enumerate(_NUMBERS, 1)} | {"a": 1, "an": 1, "a couple of": 2}
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12, "decade": 120}


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH = rf"(?:{_any(_MONTHS)}|(?:{_any(_SHORT_MONTHS)})\b\.?)"
_WEEKDAY = _any(_WEEKDAYS)
_SEASON = _any(_SEASONS)
_FEAST = _any(_FROM_THANKSGIVING)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NUMBERED = rf"(?P<nth>{_any(_NTH)})"
_COUNT = rf"(?P<count>\d{{1,3}}|{_any(_COUNTS)})"
_UNIT = r"(?P<unit>day|week|month|quarter|year|decade)"
_FISCAL = r"(?:fy ?|(?:fiscal|financial) (?:year )?)"
_CUE = r"(?:\b(?P<cue>as of|since|after|before|until|till|by)\s+(?:the )?)?"
_PART = r"(?:(?P<part>early|start of|beginning of|mid|middle of|late|end of)[ -]+(?:in |the )?)?"
_ON = r"(?(cue)|(?:(?<=\bon )|(?<=\bsaid )|(?<=\bannounced )))"
_IN = r"(?(cue)|(?(part)|(?:(?<=\bin )|(?<=\bduring ))))"
_ALONE = r"(?! of\b| \(?(?:19|20)\d\d)"  # not "the last quarter of 2019", "last year (2022)"
_NO_SURNAME = r"(?!(?-i: [A-Z]))"  # "by April Jones"

YEARLESS = rf"(?:(?:early|mid|late)[ -])?(?:\d{{1,2}} )?(?:{_any(_MONTHS)}|{_SEASON}|q[1-4]|(?:{_any(_NTH)}) quarter)"
"""The left side of "from March to May 2019"."""


def month_range(year: int, month: int, count: int = 1) -> Days:
    """`count` whole months from `month` on, which may lie outside 1..12."""
    first, last = year * 12 + month - 1, year * 12 + month + count - 2
    start, end = date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, 1)
    return start, end.replace(day=monthrange(end.year, end.month)[1])


def part_of(part: str | None, start: date, end: date) -> Days:
    """The third of a range that "early", "mid" or "late" means; all of it for None or a range too short."""
    third = (end - start) / 3
    if part is None or not third:
        return start, end
    if part.lower() in ("early", "start of", "beginning of"):
        return start, start + third
    if part.lower() in ("mid", "middle of"):
        return start + third, end - third
    return end - third, end


def _one(day: date) -> Days:
    return day, day


def _month_number(name: str) -> int:
    return _MONTHS.get(name) or _SHORT_MONTHS[name.removesuffix(".")]


def _day(group: Groups, _: date) -> Days:
    return _one(date(int(group["year"]), _month_number(group["month"]), int(group["day"])))


def _iso(group: Groups, _: date) -> Days:
    return _one(date.fromisoformat(group["iso"]))


def _named(name: str, year: int) -> Days:
    """A month, season or feast of a year."""
    if name in _FROM_THANKSGIVING:
        november = date(year, 11, 1)
        fourth_thursday = november + timedelta(days=(3 - november.weekday()) % 7 + 21)
        return _one(fourth_thursday + timedelta(days=_FROM_THANKSGIVING[name]))
    first, last = _SEASONS.get(name) or (_month_number(name),) * 2
    return month_range(year, first, last - first + 1)


def _of_year(group: Groups, _: date) -> Days:
    return _named(group["name"], int(group["year"]))


def _quarter(group: Groups, _: date) -> Days:
    number = int(group["number"]) if "number" in group else _NTH.index(group["nth"]) + 1
    return month_range(int(group["year"]), 3 * number - 2, 3)


def _half(group: Groups, _: date) -> Days:
    number = int(group["number"]) if "number" in group else _NTH.index(group["nth"]) + 1
    return month_range(int(group["year"]), 6 * number - 5, 6)


def _year(group: Groups, _: date) -> Days:
    return month_range(int(group["year"]), 1, 12)


def _fiscal(group: Groups, _: date) -> Days:
    """The calendar year: fiscal years begin when each company likes, so that a quarter may be any."""
    year = int(group.get("year") or f"20{group['short']}")
    return month_range(year, 1, 12)


def _decade(group: Groups, _: date) -> Days:
    return month_range(int(group["decade"]), 1, 120)


def _last_or_this(group: Groups, today: date) -> Days:
    """ "Last spring" is the last one that is over; "this spring" the one that runs, else that of the year."""
    name, last = group["name"], group.get("which") != "this"
    if name in _WEEKDAYS:
        ago = (today.weekday() - _WEEKDAYS[name]) % 7 or 7
        return _one(today - timedelta(days=ago if last else today.weekday() - _WEEKDAYS[name]))
    if name in ("week", *_MONTHS_IN):
        return _calendar(name, int(last), today)
    of_years = [_named(name, year) for year in (today.year, today.year - 1, today.year - 2)]
    if last:
        return next(days for days in of_years if days[1] < today)
    return next((days for days in of_years if days[0] <= today <= days[1]), of_years[0])


def _of_last_or_this_year(group: Groups, today: date) -> Days:
    return _named(group["name"], today.year - (group["which"] == "last"))


def _calendar(unit: str, back: int, today: date) -> Days:
    """The day, calendar week, month, quarter or year of today, or `back` of them before."""
    if unit == "day":
        return _one(today - timedelta(days=back))
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return monday, monday + timedelta(days=6)
    if unit == "month":
        return month_range(today.year, today.month - back)
    if unit == "quarter":
        return month_range(today.year, 3 * ((today.month - 1) // 3 - back) + 1, 3)
    return month_range(today.year - back * _MONTHS_IN[unit] // 12, 1, 12)


def _ago(group: Groups, today: date) -> Days:
    return _calendar(group["unit"], _count(group), today)


def _up_to_now(group: Groups, today: date) -> Days:
    count, unit = _count(group), group["unit"]
    if unit in ("day", "week"):
        return today - timedelta(days=count * (7 if unit == "week" else 1)), today
    first, last = month_range(today.year, today.month - count * _MONTHS_IN[unit])
    return first.replace(day=min(today.day, last.day)), today


def _count(group: Groups) -> int:
    word = group.get("count", "one")
    return _COUNTS.get(word) or int(word)


def _today(group: Groups, today: date) -> Days:
    return _one(today - timedelta(days=group["word"] == "yesterday"))


def _weekday(group: Groups, today: date) -> Days:
    return _one(today - timedelta(days=(today.weekday() - _WEEKDAYS[group["name"]]) % 7))


def _month_begun(group: Groups, today: date) -> Days:
    days = _named(group["name"], today.year)
    return days if days[0] <= today else _named(group["name"], today.year - 1)


def _day_begun(group: Groups, today: date) -> Days:
    day = date(today.year, _month_number(group["month"]), int(group["day"]))
    return _one(day if day <= today else day.replace(year=today.year - 1))


def _shape(body: str, read: Callable[[Groups, date], Days], kind: Kind = "fixed") -> Shape:
    return Shape(re.compile(rf"{_CUE}\b{_PART}(?:{body})\b", re.IGNORECASE), read, kind)


SHAPES = (
    _shape(rf"{_DAY}(?: of)? (?P<month>{_MONTH}),? {_YEAR}", _day),
    _shape(rf"(?P<month>{_MONTH}) {_DAY},? {_YEAR}", _day),
    _shape(r"(?P<iso>(?:19|20)\d\d-\d\d-\d\d)", _iso),
    _shape(rf"(?P<name>{_MONTH}|{_SEASON}|{_FEAST})(?: of)?,? {_YEAR}", _of_year),
    _shape(rf"(?:q(?P<number>[1-4])|{_NUMBERED} quarter)(?: of)?,? {_YEAR}", _quarter),
    _shape(rf"(?:h(?P<number>[12])|(?P<nth>first|second) half)(?: of)?,? {_YEAR}", _half),
    _shape(rf"(?:(?:q[1-4]|(?:{_any(_NTH)}) quarter)(?: of)?,? )?{_FISCAL}(?:{_YEAR}|(?P<short>\d\d))", _fiscal),
    _shape(rf"fiscal (?:q[1-4]|(?:{_any(_NTH)}) quarter)(?: of)?,? {_YEAR}", _fiscal),
    _shape(r"(?P<decade>(?:19|20)\d0)s(?!-)", _decade),
    _shape(_YEAR, _year),
    _shape(
        rf"(?P<which>last|this) (?P<name>week|month|quarter|year|{_WEEKDAY}|{_SEASON}|{_FEAST}|{_MONTH}){_ALONE}",
        _last_or_this,
        "counted",
    ),
    _shape(rf"{_IN}(?P<name>{_MONTH}|{_SEASON})(?: of)? (?P<which>last|this) year", _of_last_or_this_year, "counted"),
    _shape(rf"(?:this )?past (?P<name>{_WEEKDAY}|{_SEASON}|{_FEAST}|{_MONTH})", _last_or_this, "counted"),
    _shape(rf"(?:the last (?!day)|the past |past ){_UNIT}{_ALONE}", _up_to_now, "rolling"),
    _shape(rf"(?:last|past|previous) {_COUNT} {_UNIT}s?{_ALONE}", _up_to_now, "rolling"),
    _shape(rf"{_COUNT} {_UNIT}s? ago", _ago, "counted"),
    _shape(r"(?P<word>yesterday|(?-i:[Tt]oday))", _today, "counted"),
    _shape(rf"{_ON}(?P<name>{_WEEKDAY})", _weekday, "weekly"),
    _shape(rf"{_IN}(?P<name>{_any(_MONTHS)}){_NO_SURNAME}", _month_begun, "yearly"),
    _shape(rf"{_ON}{_DAY}(?: of)? (?P<month>{_MONTH})", _day_begun, "yearly"),
    _shape(rf"{_ON}(?P<month>{_MONTH}) {_DAY}", _day_begun, "yearly"),
)
