"""Dates as pages show them -> ISO 8601, or nothing: a date that could be read in two ways is not read at all."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

import dateparser

EARLIEST = date(1990, 1, 1)
EARLIEST_ZONE = timedelta(hours=14)  # so far ahead of UTC a day begins (Kiribati): today there is tomorrow elsewhere

DATE_LABEL = re.compile(
    r"\b(?:(?P<updated>(?:last )?(?:updated|modified|edited|revised|reviewed|amended|corrected)|correction|"
    r"aktualisiert|mis à jour|bijgewerkt|"
    r"(?:laatste )?update|actualizad[oa]|aggiornato|atualizad[oa]|opdateret|uppdaterad)"
    r"|(?P<published>(?:first |originally )?(?:published|posted|released)|created|publié|veröffentlicht|erschienen|"
    r"gepubliceerd|geplaatst|publicad[oa]|pubblicato|publiceret|publicerad|date|datum|fecha|data))\b",
    re.IGNORECASE,
)
CLOCK = re.compile(
    r"\b\d{1,2}[:.]\d\d\s?(?:[ap]\.?m\b|[A-Z]{2,4}\b|uur\b|Uhr\b)|\b\d+ (?:min(?:ute)?|hour|day)s? ago\b", re.I
)
_BESIDE_DATES = re.compile(
    r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[ap]\.?m\b)?|\b(?:[A-Z]{3,4}|[ap]\.m\.|uur|Uhr|h)\b|"
    r"\b(?i:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|"
    r"(?:maan|dins|woens|donder|vrij|zater|zon)dag|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|"
    r"on|at|am|um|le|à|op|om|el|il|the|of|de|del)\b"
)
_CALENDAR = re.compile(
    r"\W*(?:(?:today|it is|heute|vandaag|aujourd['’]hui|hoy|oggi|hoje)\b.{0,12}|"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|"
    r"(?:maan|dins|woens|donder|vrij|zater|zon)dag|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche)\b)",
    re.IGNORECASE,
)
_DATE_LINE_WORDS = 14
_LABEL_LENGTH = 7  # "Updated" alone on a line; "Data" and "Update" may be headings
_REST_WORDS = 4  # beside a date with its label: "by Jane Doe", "in Fashion"

_LANGUAGES = ["en", "fr", "de", "nl", "es", "it", "pt", "da", "sv", "nb", "pl"]
_MONTH = r"[^\W\d_]{3,12}\.?"
# Not the start of a longer number, unless a time of day follows without a space: "Nov 20 20194:29 AM".
_YEAR = r"(?:199|20\d)\d(?!\d(?!\d?:\d\d))"
_DAY = r"(?<![\d.:/-])(?:0?[1-9]|[12]\d|3[01])(?!\d)"


def find_date(text: str, now: datetime | None = None) -> str | None:
    """The first date written out in `text`, with day, month and year: `YYYY-MM-DD`, or `YYYY-MM-DDTHH:MM:SSZ` when
    it is an ISO 8601 time with its zone.

    04/08/2017 is not a date here (April or August?), 18/08/2017 and 04.08.2017 are. Neither is a day that has begun
    nowhere yet, one before 1990, nor one without a year.
    """
    found = [(match.start(), match, read) for pattern, read in _SHAPES for match in pattern.finditer(text)]
    for _, match, read in sorted(found, key=lambda item: item[0]):
        value = read(match)
        if value is not None and _plausible(value, now):
            return _iso(value)
    return None


def shows_date(text: str) -> bool:
    """Whether `text` holds something of the shape of a date; quick, and less sure than `find_date`."""
    return any(pattern.search(text) for pattern, _ in _SHAPES)


def without_dates(text: str) -> str:
    """`text` with its dates, as far as their shape tells, replaced by a separator."""
    for pattern, _ in _SHAPES:
        text = pattern.sub(" | ", text)
    return text


def is_date_line(text: str) -> bool:
    """Whether a line tells when its page was published or updated and nothing of the news: "Updated 07/05/2021"."""
    if len(text) > 200 or len(text.split()) > _DATE_LINE_WORDS:
        return False
    label = DATE_LABEL.match(text.lstrip(" •·|(*-–"))
    rest = re.findall(r"\w+", _BESIDE_DATES.sub(" ", DATE_LABEL.sub(" ", without_dates(text))))
    if not shows_date(text):
        return label is not None and len(label[0]) >= _LABEL_LENGTH and not rest
    return len(rest) <= (_REST_WORDS if label else 0)


def is_calendar(text: str) -> bool:
    """Whether a line is what mastheads show, the day on which the page was opened: "Today is Friday 7 May 2021"."""
    return _CALENDAR.match(text) is not None and not CLOCK.search(text)


def read_timestamp(value: str, now: datetime | None = None) -> str | None:
    """The date that a field of structured data gives: ISO 8601 or RFC 2822, else as `find_date`; None if unreadable.

    A time of day without its zone is no point in time: the day alone is kept.
    """
    value = value.strip()
    stamp: datetime | None = None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            stamp = read(value)
            break
        except (ValueError, OverflowError):
            continue
    if stamp is None:
        return find_date(value, now)
    return _iso(stamp) if _plausible(stamp, now) else None


def _iso(value: datetime) -> str:
    if value.tzinfo is None:
        return value.date().isoformat()
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _plausible(value: datetime, now: datetime | None) -> bool:
    now = now or datetime.now(UTC)
    latest = now if value.tzinfo else now.replace(tzinfo=None) + EARLIEST_ZONE
    return value.date() >= EARLIEST and value <= latest


def _read_iso(match: re.Match[str]) -> datetime | None:
    try:
        return datetime.fromisoformat(re.sub(r"\s?(?:UTC|GMT)$", "Z", match[0].strip()).replace(" ", "T"))
    except ValueError:
        return None


def _read_words(match: re.Match[str]) -> datetime | None:
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th|er|º)\b|,", " ", match[0])
    value: datetime | None = dateparser.parse(
        words.replace("-", " "),
        languages=_LANGUAGES,
        settings={"STRICT_PARSING": True, "DATE_ORDER": "DMY", "RETURN_AS_TIMEZONE_AWARE": False},
    )
    return value


def _read_numeric(match: re.Match[str]) -> datetime | None:
    first, separator, second, year = int(match[1]), match[2], int(match[3]), int(match[4])
    # A number over 12 is no month; else dots mean that the day comes first, wherever they are in use.
    if first > 12 or first == second or (separator == "." and second <= 12):
        return _day(year, second, first)
    return _day(year, first, second) if second > 12 else None


def _read_short_year(match: re.Match[str]) -> datetime | None:
    """11/19/19: only a month, then a day over 12, then a year can be meant."""
    month, day, year = int(match[1]), int(match[2]), int(match[3])
    return _day(2000 + year, month, day) if day > 12 else None


def _read_year_first(match: re.Match[str]) -> datetime | None:
    return _day(int(match[1]), int(match[3]), int(match[4]))


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day)
    except ValueError:
        return None


_SHAPES: list[tuple[re.Pattern[str], Callable[[re.Match[str]], datetime | None]]] = [
    # 2017-08-04 | 2017-08-04T09:30:00+02:00
    (
        re.compile(
            rf"(?<![\d-]){_YEAR}-\d\d-\d\d(?![\d-])"
            r"(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?\s?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)?)?"
        ),
        _read_iso,
    ),
    # 4 August, 2017 | 4th of August 2017 | 4. August 2017 | 4 de agosto de 2017 | 04-Aug-2017
    (
        re.compile(
            rf"{_DAY}(?:st|nd|rd|th|er|\.|º)?[\s-]{{0,2}}(?:de |of )?{_MONTH},?[\s-]{{0,2}}(?:de |del )?{_YEAR}", re.I
        ),
        _read_words,
    ),
    # August 4, 2017 | Aug. 4th 2017
    (re.compile(rf"(?<![^\W\d_]){_MONTH}\s?{_DAY}(?:st|nd|rd|th)?(?:,\s?|\s){_YEAR}", re.I), _read_words),
    # 18/08/2017 | 04.08.2017
    (re.compile(rf"(?<![\d./-])(\d\d?)([./-])(\d\d?)\2({_YEAR})(?![./-]?\d)"), _read_numeric),
    # 11/19/19
    (re.compile(r"(?<![\d./-])(1[0-2]|0?[1-9])/(\d\d)/(\d\d)(?![./-]?\d)"), _read_short_year),
    # 2017/08/04 | 2017.08.04
    (re.compile(rf"(?<![\d./-])({_YEAR})([./])(\d\d?)\2(\d\d?)(?![./-]?\d)"), _read_year_first),
]
