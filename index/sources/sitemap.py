"""Sitemaps (sitemaps.org protocol 0.9), those of news (Google News namespace) and indexes of them, packed or not."""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from index.address import absolute
from index.crawl import Crawler
from index.crawl_log import Entry
from index.errors import UnreadableError
from index.extract.dates import read_timestamp
from index.fetch import Fetched
from index.types import Found, Hints

MAX_SITEMAP_BYTES = 52_428_800
"""Unpacked, as the protocol has it."""

MAX_DEPTH = 3
"""Of indexes in indexes: the protocol allows one, some sites have two."""

_GZIP = b"\x1f\x8b"
_BARE_AMPERSAND = re.compile(rb"&(?!#?\w+;)")  # of a query; a lenient parser would drop the name behind it


class SitemapSource:
    """The articles named by the sitemap at `url`, and by the sitemaps it names; what changed last comes first."""

    def __init__(self, url: str, crawler: Crawler) -> None:
        self._url = url
        self._crawler = crawler

    def count(self) -> None:
        return None

    def pages(self) -> Iterator[Found]:
        return self._pages(self._url, MAX_DEPTH)

    def _pages(self, url: str, depth: int) -> Iterator[Found]:
        try:
            entries = self._crawler.entries(url, read_sitemap, MAX_SITEMAP_BYTES)
        except UnreadableError as error:
            yield error
            return
        for entry in entries:
            if not entry.is_list:
                yield self._crawler.page(entry)
            elif depth > 0:
                yield from self._pages(entry.url, depth - 1)


def read_sitemap(fetched: Fetched) -> list[Entry]:
    """The entries of a sitemap or of an index of them, what changed last first; those without a date last.

    Raises UnreadableError when it is no sitemap. One that is broken is read up to there.
    """
    content = BytesIO(_BARE_AMPERSAND.sub(b"&amp;", _unpacked(fetched)))
    entries: list[Entry] = []
    # Entities are not expanded: those of a bomb name nothing that a sitemap needs.
    parsed = etree.iterparse(
        content, tag=("{*}url", "{*}sitemap"), resolve_entities=False, no_network=True, recover=True
    )
    try:
        for _, element in parsed:
            entries += _entry(element, fetched.url)
            element.clear()
    except etree.XMLSyntaxError as error:
        raise _no_sitemap(fetched.url) from error
    root = "" if parsed.root is None else parsed.root.tag
    if not entries and not root.endswith(("urlset", "sitemapindex")):
        raise _no_sitemap(fetched.url)
    return sorted(entries, key=lambda entry: entry.dated_at or "", reverse=True)


def _unpacked(fetched: Fetched) -> bytes:
    if not fetched.content.startswith(_GZIP):
        return fetched.content
    unpacking = zlib.decompressobj(wbits=31)
    try:
        content = unpacking.decompress(fetched.content, MAX_SITEMAP_BYTES)
    except zlib.error as error:
        raise UnreadableError(fetched.url, f"it is damaged ({error})", "Tell the owner of the site.") from error
    if unpacking.unconsumed_tail:
        raise UnreadableError(
            fetched.url, f"it is larger than a sitemap may be ({MAX_SITEMAP_BYTES:,} bytes)", "Name smaller ones."
        )
    return content


def _entry(element: Any, base: str) -> Iterator[Entry]:
    def text(path: str) -> str | None:
        return " ".join((element.findtext(path) or "").split()) or None

    url, changed, published = text("{*}loc"), text("{*}lastmod"), text("{*}news/{*}publication_date")
    if url is None:
        return
    language = text("{*}news/{*}publication/{*}language")
    hints = Hints(
        title=text("{*}news/{*}title"),
        outlet=text("{*}news/{*}publication/{*}name"),
        language=language.partition("-")[0].lower() if language else None,
        published_at=published and read_timestamp(published),
    )
    yield Entry(
        url=absolute(base, url),
        mark=changed or published,
        hints=hints,
        dated_at=read_timestamp(changed or published or ""),
        is_list=element.tag.endswith("sitemap"),
    )


def _no_sitemap(url: str) -> UnreadableError:
    return UnreadableError(url, "this is no sitemap", "Give the address that the site's robots.txt names as Sitemap.")
