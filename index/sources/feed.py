"""RSS and Atom feeds, through feedparser: the page behind every entry is fetched, the entry tells what it lacks."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any
from xml.sax import SAXException

import feedparser
from lxml import etree

from index.address import absolute
from index.crawl import Crawler
from index.crawl_log import Entry
from index.errors import UnreadableError
from index.extract.dates import read_timestamp
from index.fetch import MAX_BYTES, Fetched
from index.types import Found, Hints

MAX_DEPTH = 100
"""Of elements in elements; an entry with its text in XHTML has perhaps thirty."""


class FeedSource:
    """The articles that the feed at `url` names now."""

    def __init__(self, url: str, crawler: Crawler) -> None:
        self._url = url
        self._crawler = crawler

    def count(self) -> None:
        return None

    def pages(self) -> Iterator[Found]:
        try:
            entries = self._crawler.entries(self._url, read_feed, MAX_BYTES)
        except UnreadableError as error:
            yield error
            return
        yield from map(self._crawler.page, entries)


def read_feed(fetched: Fetched) -> list[Entry]:
    """The entries of a feed in its own order, each address once.

    Raises UnreadableError when it is no feed, or too broken to name a page. One that is broken in places is read as far
    as it goes.
    """
    _check_depth(fetched)
    headers = {"content-location": fetched.url}
    if fetched.charset:
        headers["content-type"] = f"application/xml; charset={fetched.charset}"
    try:
        # A stream, since feedparser opens the file that a short string may be the name of.
        feed = feedparser.parse(BytesIO(fetched.content), response_headers=headers)
    except Exception as error:  # whatever its parsers stumble over: it has no error of its own
        raise _damaged(fetched.url) from error
    if not feed.get("version") and not feed.entries:
        raise _no_feed(fetched.url)
    # Plain ones, since those of feedparser answer with another key where one is missing.
    plain = [dict(entry) for entry in feed.entries]
    entries = [_entry(entry, dict(feed.feed), fetched.url) for entry in plain if entry.get("link")]
    if not entries and isinstance(feed.get("bozo_exception"), SAXException):
        # Cut off before its first entry, it would pass for a feed without news.
        raise _damaged(fetched.url)
    return list({entry.url: entry for entry in reversed(entries)}.values())[::-1]


def _check_depth(fetched: Fetched) -> None:
    """Elements in elements without end would keep feedparser busy for hours."""
    depth = 0
    parsed = etree.iterparse(
        BytesIO(fetched.content), events=("start", "end"), resolve_entities=False, no_network=True, recover=True
    )
    with suppress(etree.XMLSyntaxError):  # not XML at all, which feedparser may still make sense of
        for event, element in parsed:
            depth += 1 if event == "start" else -1
            if depth > MAX_DEPTH:
                raise _no_feed(fetched.url)
            if event == "end":
                element.clear()


def _damaged(url: str) -> UnreadableError:
    return UnreadableError(url, "the feed is damaged", "It is tried again at the next ingest.")


def _no_feed(url: str) -> UnreadableError:
    return UnreadableError(
        url, "this is no feed", "Give the address of an RSS or Atom feed, as the site's pages name it."
    )


def _entry(entry: dict[str, Any], feed: dict[str, Any], base: str) -> Entry:
    published, updated = (_date(entry.get(key)) for key in ("published", "updated"))
    said = [entry.get(key) for key in ("id", "title", "updated", "published", "summary")]
    return Entry(
        url=absolute(base, entry["link"]),
        mark=hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16],
        hints=Hints(
            title=_line(entry.get("title")),
            outlet=_line(entry.get("source", {}).get("title") or feed.get("title")),
            byline=_line(entry.get("author")),
            section=_line(next((tag.get("term") for tag in entry.get("tags", [])), None)),
            language=_language(entry.get("language") or feed.get("language")),
            published_at=published,
            updated_at=updated if updated != published else None,
        ),
        dated_at=max((date for date in (published, updated) if date), default=None),
    )


def _date(value: str | None) -> str | None:
    return read_timestamp(value) if value else None


def _line(value: str | None) -> str | None:
    return " ".join(value.split()) or None if value else None


def _language(value: str | None) -> str | None:
    """ "en-GB" -> "en": what language detection calls it."""
    return value.partition("-")[0].lower() or None if value else None
