"""One line of JSON lines -> Article."""

import json
from typing import Any

from index.errors import UnreadableError
from index.extract.dates import read_timestamp
from index.extract.encoding import repair
from index.extract.language import language_of
from index.types import Article, article_id

_TEXT_FIELDS = ("url", "outlet", "byline", "section", "language")
_REMEDY = 'A line is one object such as {"url": ..., "title": ..., "outlet": ..., "published_at": ..., "text": ...}.'


def read_record(line: str, location: str) -> Article:
    """The article of one JSON object: `title` and `text` must be there, `url`, `outlet`, `byline`, `section`,
    `language`, `published_at` and `updated_at` may; other fields are ignored.

    Raises UnreadableError, naming the field, for anything else: also for a date that cannot be read, which would
    otherwise pass silently for "undated".
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(location, f"it is not JSON ({error})", _REMEDY) from error
    if not isinstance(record, dict):
        raise UnreadableError(location, "it is not a JSON object", _REMEDY)
    title, text = _text(record, "title", location), _text(record, "text", location)
    for name, value in (("title", title), ("text", text)):
        if value is None:
            raise UnreadableError(location, f"its field {name!r} is missing or empty", _REMEDY)
    assert title is not None and text is not None
    values = {name: _text(record, name, location) for name in _TEXT_FIELDS}
    title = " ".join(title.split())
    return Article(
        id=article_id(values["url"], title, text),
        title=title,
        text=text,
        url=values["url"],
        outlet=values["outlet"],
        byline=values["byline"],
        section=values["section"],
        language=values["language"] or language_of(text),
        published_at=_date(record, "published_at", location),
        updated_at=_date(record, "updated_at", location),
        source=location,
    )


def _text(record: dict[str, Any], name: str, location: str) -> str | None:
    value = record.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise UnreadableError(location, f"its field {name!r} is not text", _REMEDY)
    # Here and not on the whole line: an escape may spell what no text should hold, and a line break inside a string,
    # which repairing makes of U+2028, is no JSON.
    return repair(value).strip() or None


def _date(record: dict[str, Any], name: str, location: str) -> str | None:
    value = _text(record, name, location)
    if value is None:
        return None
    date = read_timestamp(value)
    if date is None:
        raise UnreadableError(
            location,
            f"its field {name!r} is not a date between 1990 and now: {value[:40]!r}",
            "Write it as 2017-08-04 or 2017-08-04T09:30:00Z, or leave it out.",
        )
    return date
