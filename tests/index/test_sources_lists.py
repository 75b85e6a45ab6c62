"""Feeds and sitemaps as they come, whole and broken."""

import random

import pytest

from index.crawl_log import Entry
from index.errors import UnreadableError
from index.fetch import Fetched, Validators
from index.kind import feeds_named, kind_of
from index.sources.feed import read_feed
from index.sources.sitemap import read_sitemap
from index.types import Hints

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Shop Paper</title><language>en-GB</language>
<item><title>One &amp; two</title><link>/1</link><pubDate>Mon, 02 Mar 2026 08:00:00 +0100</pubDate>
<dc:creator>Ann Peeters</dc:creator><category>Food</category></item>
<item><title>Again</title><link>/1</link></item><item><title>No link</title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Shop Paper</title><entry><title>One</title>
<link rel="alternate" href="http://paper.example/1"/><id>x</id><published>2026-03-02T08:00:00Z</published>
<updated>2026-03-04T08:00:00Z</updated><author><name>Ann Peeters</name></author></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel>
<title>Shop Paper</title></channel><item><title>One</title><link>http://paper.example/1</link></item></rdf:RDF>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>/1?a=1&b=2</loc></url>
<url><loc> http://paper.example/2 </loc><lastmod>2026-03-04</lastmod></url><url></url></urlset>"""


def fetched(content: str | bytes) -> Fetched:
    content = content.encode() if isinstance(content, str) else content
    return Fetched("http://paper.example/list", "", None, content, Validators())


def test_an_entry_of_rss_with_all_that_it_says() -> None:
    [entry] = read_feed(fetched(RSS))
    assert entry.url == "http://paper.example/1"
    assert entry.hints == Hints(
        "One & two", "Shop Paper", "Ann Peeters", "Food", "en", published_at="2026-03-02T07:00:00Z"
    )


def test_an_entry_of_atom_and_what_changes_its_mark() -> None:
    [entry] = read_feed(fetched(ATOM))
    assert (entry.hints.published_at, entry.hints.updated_at) == ("2026-03-02T08:00:00Z", "2026-03-04T08:00:00Z")
    assert entry.dated_at == entry.hints.updated_at
    [same], [other] = read_feed(fetched(f" \n{ATOM}")), read_feed(fetched(ATOM.replace("-04T", "-05T")))
    assert same.mark == entry.mark != other.mark


def test_entries_of_a_sitemap_newest_first_with_addresses_written_carelessly() -> None:
    assert read_sitemap(fetched(SITEMAP)) == [
        Entry("http://paper.example/2", "2026-03-04", Hints(), "2026-03-04"),
        Entry("http://paper.example/1?a=1&b=2", None, Hints()),
    ]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(RSS, "feed"), (ATOM, "feed"), (RDF, "feed"), (SITEMAP, "sitemap"), ("words", "web"), ("", "web")],
)
def test_what_is_behind_an_address(content: str, kind: str) -> None:
    assert kind_of(fetched(content)) == kind
    assert kind_of(fetched(b"\x1f\x8b")) == "sitemap"
    page = "<link rel='alternate' type='application/atom+xml' href='/atom'><link rel='icon' href='/i'>"
    assert feeds_named(fetched(f"<html><head>{page}</head></html>")) == ["http://paper.example/atom"]


@pytest.mark.parametrize(
    "content", ["", "words", "/etc/passwd", "{}", "<a>" * 200_000, "<html><p>x</html>", b"\x00\x01"]
)
def test_what_is_no_list(content: str | bytes) -> None:
    for read in (read_feed, read_sitemap):
        with pytest.raises(UnreadableError, match="this is no"):
            read(fetched(content))


def test_a_feed_that_is_cut_off_is_not_one_without_news() -> None:
    with pytest.raises(UnreadableError, match="the feed is damaged"):
        read_feed(fetched("<rss version='2.0'><channel><title>Shop Paper</title><item><titl"))
    assert read_feed(fetched("<rss version='2.0'><channel><title>Shop Paper</title></channel></rss>")) == []


def test_damaged_lists_give_what_can_be_read_or_a_clear_error() -> None:
    """Hundreds of damages, the same in every run."""
    chance = random.Random(7)
    bits = [b"<", b">", b"&", b"]]>", b"<!--", b"\x00", b"\xff", b"&#xFFFFFFFF;", b"<x:y>", b"<?xml encoding='\xf6'?>"]
    clean = [text.encode() for text in (RSS, ATOM, RDF, SITEMAP)]
    read = 0
    for _ in range(400):
        content = bytearray(chance.choice(clean))
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 9)] = chance.choice([b"", *bits])
        kind_of(fetched(bytes(content)))
        for reader in (read_feed, read_sitemap):
            try:
                read += len(reader(fetched(bytes(content))))
            except UnreadableError as error:
                assert error.location == "http://paper.example/list"
    assert read > 100
