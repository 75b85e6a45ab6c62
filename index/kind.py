"""What is behind a web address: a feed, a sitemap or a page, and the feeds that a page names."""

from io import BytesIO
from typing import Literal

from lxml import etree, html

from index.address import absolute
from index.fetch import Fetched

_ROOTS: dict[str, Literal["feed", "sitemap"]] = {
    **dict.fromkeys(("rss", "feed", "RDF"), "feed"),
    **dict.fromkeys(("urlset", "sitemapindex"), "sitemap"),
}
_FEED_TYPES = ("application/rss+xml", "application/atom+xml")


def kind_of(fetched: Fetched) -> Literal["feed", "sitemap", "web"]:
    """By the first element; the type that a server gives is often wrong. A packed file can only be a sitemap."""
    if fetched.content.startswith(b"\x1f\x8b"):
        return "sitemap"
    try:
        parsed = etree.iterparse(
            BytesIO(fetched.content), events=("start",), resolve_entities=False, no_network=True, recover=True
        )
        _, root = next(parsed)
    except (StopIteration, etree.XMLSyntaxError):
        return "web"
    return _ROOTS.get(root.tag.rpartition("}")[2], "web")


def feeds_named(fetched: Fetched) -> list[str]:
    """Addresses of the feeds that an HTML page says belong to its site (RSS Advisory Board, "RSS Autodiscovery")."""
    try:
        tree = html.fromstring(fetched.content)
    except (etree.ParserError, ValueError):
        return []
    links = [link for link in tree.iter("link") if (link.get("type") or "").strip().lower() in _FEED_TYPES]
    return list(dict.fromkeys(absolute(fetched.url, link.get("href")) for link in links if link.get("href")))
