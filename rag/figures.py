"""The amounts, shares and counts in English news text, as values that can be compared.

A parser of our own: price-parser reads one price and no "bn"; quantulum3 unpickles a scikit-learn model to tell units
apart. Neither knows "nearly", "up to", or the older figure in "$119, up from $99".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

FigureKind = Literal["money", "share", "number"]

ROUNDED = 0.05
"""Written digits stand for what rounds to them, within this share: 1.6 may be 1.57, but 2 is not 1.6."""

ABOUT, BOUND = 0.1, 0.25
"""How far, as a share, "about" reaches to both sides, and "over" or "up to" to one."""

NEAR = 40
"""Characters before and behind a figure that tell how it is meant."""

_NUMBER_WORDS = {
    word: float(value)
    for value, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty".split(),
        1,
    )
} | {word: 10.0 * tens for tens, word in enumerate("thirty forty fifty sixty seventy eighty ninety".split(), 3)}
_SCALES = {
    scale: value
    for value, scales in ((1e3, "k thousand"), (1e6, "m mn million"), (1e9, "b bn billion"), (1e12, "tn trillion"))
    for scale in scales.split()
}
_SIGNS = {"US$": "$", "USD": "$", "EUR": "€", "GBP": "£", "RMB": "yuan", "CNY": "yuan", "RS": "₹", "INR": "₹"}
_CURRENCIES = {"dollar": "$", "euro": "€", "pound": "£", "yuan": "yuan", "yen": "yen", "rupee": "₹"}

_AMOUNT = re.compile(
    r"(?P<sign>(?:\b(?:US|A|C|HK|NZ|S))?\$|[€£¥₹]|\b(?:USD|EUR|GBP|RMB|CNY|INR|Rs)\.? ?)?"
    rf"(?<![\w.,])(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?|\b(?:{'|'.join(_NUMBER_WORDS)})\b)"
    r"(?:[ -]?(?P<scale>thousand|million|billion|trillion|bn|mn|tn|[kmb])\b)?"
    r"(?:[ -]?(?:(?P<points>percentage[ -]points?\b)|(?P<percent>%|percent\b|per cent\b)|"
    rf"(?P<money>{'|'.join(_CURRENCIES)})s?\b))?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_RATIO = re.compile(
    rf"\b(?:\d|{'|'.join(_NUMBER_WORDS)}) (?:in|out of) (?:every )?(?:\d{{1,3}}|{'|'.join(_NUMBER_WORDS)})\b",
    re.IGNORECASE,
)
_ROUGH = {
    rough: re.compile(rf"(?:\b|(?=~))(?:{pattern})\s*(?:an? )?$", re.IGNORECASE)
    for rough, pattern in {
        "about": r"about|around|roughly|some|nearly|almost|approximately|close to|estimated|just (?:over|under)|~",
        "over": r"more than|over|at least|above|exceed(?:s|ed|ing)|upwards? of|north of",
        "under": r"(?:less|fewer) than|under|below|up to|as (?:many|much|high) as|at most",
    }.items()
}
_CHANGE_BEFORE = re.compile(
    r"\b(?:by|up|down|rose|fell|grew|gained|jumped|climbed|surged|soared|dropped|slid|slipped|declined|increased|"
    r"decreased|plunged|tumbled|sank|added|shed|rising|falling|growing)(?: (?:another|only|just|an?))?\s*$",
    re.IGNORECASE,
)
_CHANGE_BEHIND = re.compile(
    r"[ -](?:\w+ )?(?:increase|decrease|rise|drop|fall|growth|hike|jump|decline|gain|discount|cut|surge|premium)\b|"
    r" (?:more|less|higher|lower|off)\b",
    re.IGNORECASE,
)
_OLDER = re.compile(
    r"\b(?:from|versus|vs\.?|compared (?:with|to)|than|instead of|previous(?:ly)?|formerly|against)"
    r"(?: (?:an?|the|its|previous|prior|earlier))*\s*$",
    re.IGNORECASE,
)
_PER = re.compile(
    r"[ ,]*(?:an?|per|each|every|/) ?(?P<unit>month|year|week|day|hour|quarter|share|person|unit)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A value that a text tells from character `start` to `end`.

    It may stand for anything from `low` to `high`. `unit`: the currency, "" otherwise. `per`: "month" of "$9 a month".
    `change`: a difference ("up 5%"), not a level. `older`: only what another one is compared with ("up from $99").
    """

    kind: FigureKind
    start: int
    end: int
    low: float
    high: float
    unit: str
    per: str
    change: bool
    older: bool

    def agrees(self, other: "Figure") -> bool:
        """Whether both may stand for one value."""
        return self.low <= other.high and other.low <= self.high

    def comparable(self, other: "Figure") -> bool:
        """Whether the two may be told of one thing: of one kind, currency and period, both levels or both changes."""
        same = (self.kind, self.unit, self.change) == (other.kind, other.unit, other.change)
        return same and not (self.per and other.per and self.per != other.per)


def figures(text: str, kind: FigureKind) -> list[Figure]:
    """The figures of one kind in a text, in order. `number`: those that are neither money, share nor year."""
    return [figure for figure in _amounts(text) if figure.kind == kind]


def _amounts(text: str) -> Iterator[Figure]:
    """Every amount. "$5 to $6 billion" is one, and "5 to" takes scale and unit from what it is joined to."""
    ratios = {place for ratio in _RATIO.finditer(text) for place in range(*ratio.span())}  # "one in five"
    matches = [match for match in _AMOUNT.finditer(text) if match.start() not in ratios and not _is_year(match)]
    lower: Figure | None = None  # the first half of a range, when the amount before was one
    for match, following in zip_longest(matches, matches[1:]):
        joint = text[match.end() : following.start()].strip().lower() if following else ""
        joined = joint in ("to", "-", "–", "and", "or")
        amount = _amount(text, match, following if joined else None)
        if lower:
            amount = replace(amount, start=lower.start, low=lower.low)
        opens = joined and joint != "or" and (joint != "and" or _before(text, match).lower().endswith("between "))
        level = not (amount.older or amount.change)  # "up $20 to $119" is no range
        lower = amount if opens and level and not lower else None
        if not lower and not match["points"]:
            yield amount


def _before(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - NEAR) : match.start()]


def _is_year(match: re.Match[str]) -> bool:
    bare = not any(match[name] for name in ("sign", "scale", "percent", "money"))
    return bare and _YEAR.fullmatch(match["number"]) is not None


def _amount(text: str, match: re.Match[str], partner: re.Match[str] | None) -> Figure:
    names = ("sign", "scale", "percent", "money")
    sign, scale, percent, money = (match[name] or (partner[name] if partner else None) for name in names)
    unit = (sign or "").strip(" .").upper()
    unit = _SIGNS.get(unit, unit) or _CURRENCIES.get((money or "").lower(), "")
    before, behind = _before(text, match), text[match.end() : match.end() + NEAR]
    rough = next((word for word, pattern in _ROUGH.items() if pattern.search(before)), "")
    bare = _ROUGH[rough].sub("", before) if rough else before
    low, high = _span(match["number"], rough)
    factor = _SCALES[scale.lower()] if scale else 1.0
    per = _PER.match(behind)
    return Figure(
        kind="money" if unit else "share" if percent else "number",
        start=match.start(),
        end=match.end(),
        low=low * factor,
        high=high * factor,
        unit=unit,
        per=per["unit"].lower() if per else "",
        change=bool(_CHANGE_BEFORE.search(bare) or _CHANGE_BEHIND.match(behind)),
        older=bool(_OLDER.search(bare)),
    )


def _span(number: str, rough: str) -> tuple[float, float]:
    """What a number, as written, may stand for."""
    digits = number.replace(",", "")
    value = _NUMBER_WORDS.get(number.lower()) or float(digits)
    if rough == "over":
        return value, value * (1 + BOUND)
    if rough == "under":
        return value * (1 - BOUND), value
    _, point, decimals = digits.partition(".")
    zeros = len(digits) - len(digits.rstrip("0"))
    half = 0.5 * 10.0 ** (-len(decimals) if point else zeros)
    off = value * ABOUT if rough else min(half, value * ROUNDED)
    return value - off, value + off
