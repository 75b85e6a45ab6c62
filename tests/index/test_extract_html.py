import json
from datetime import UTC, datetime, timedelta

import pytest

from index.errors import UnreadableError
from index.extract.page import extract
from index.types import Article, Hints, RawPage

PARAGRAPHS = [
    "The Ghent baker Bread & Co will open twelve shops in the Netherlands next year, the company said on Tuesday.",
    "It has run forty shops in Belgium since 1998, most of them in the stations of larger towns and on market squares.",
    "“Our customers asked for it,” said the chief executive, Ann Peeters. “We start in Breda and go north from there.”",
    "The first shop opens in March. Rents in the south of the country have fallen by a fifth since last summer.",
]


def page(head: str = "", tail: str = "") -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>Bread & Co goes Dutch | Shop Paper</title>{head}</head><body>"
        "<nav><ul><li><a href='/'>Home</a></li><li><a href='/food'>Food</a></li></ul></nav>"
        f"<article><h1>Bread & Co goes Dutch</h1>{body}</article>{tail}"
        "<footer><p>© 2019 Shop Paper. All rights reserved.</p></footer></body></html>"
    )


def read(html: str | bytes, location: str = "page.html", media_type: str = "text/html") -> Article:
    content = html if isinstance(html, bytes) else html.encode()
    return extract(RawPage(location, media_type, content))


def linked_data(**changes: object) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Bread & Co goes Dutch",
        "datePublished": "2021-03-02T10:00:00+01:00",
        "author": {"@type": "Person", "name": "Jan Claes"},
        "publisher": {"@type": "Organization", "name": "Shop Paper"},
        "articleSection": "Food",
    }
    return f"<script type='application/ld+json'>{json.dumps(data | changes)}</script>"


def test_structured_data() -> None:
    head = linked_data() + (
        "<link rel='canonical' href='https://shop-paper.example/food/bread-and-co-goes-dutch'>"
        "<meta property='og:site_name' content='Shop Paper'>"
    )
    article = read(page(head))
    assert article.title == "Bread & Co goes Dutch"
    assert article.published_at is not None
    assert article.published_at.startswith("2021-03-02")
    assert article.byline == "Jan Claes"
    assert article.outlet == "Shop Paper"
    assert article.section == "Food"
    assert article.language == "en"
    assert article.url == "https://shop-paper.example/food/bread-and-co-goes-dutch"
    assert article.source == "page.html"
    assert article.text.split("\n\n")[-4:] == PARAGRAPHS


def test_a_page_fetched_from_the_web_has_that_url() -> None:
    assert read(page(), "https://shop-paper.example/a/1").url == "https://shop-paper.example/a/1"
    assert read(page()).url is None


def test_the_outlet_is_no_byline() -> None:
    credit = "<span class='author'>Shop Paper</span>"
    assert read(page().replace("</h1>", f"</h1>{credit}")).byline is None
    assert read(page().replace("</h1>", f"</h1>{credit.replace('Shop Paper', 'Jan Claes')}")).byline == "Jan Claes"


def test_people_and_publisher_that_linked_data_only_refers_to() -> None:
    publisher, author = ({"@id": f"https://shop-paper.example/#{name}"} for name in ("paper", "jan"))
    graph = [
        {"@type": "WebSite", "name": "Another name", "publisher": publisher},
        {"@type": "Organization", "name": "Shop Paper", **publisher},
        {"@type": "Person", "name": "Jan Claes", **author},
        {
            **{"@type": "NewsArticle", "headline": "Bread & Co goes Dutch", "author": [author, publisher]},
            **{"publisher": publisher, "articleSection": ["Food", "Retail"]},
        },
    ]
    article = read(page(f"<script type='application/ld+json'>{json.dumps({'@graph': graph})}</script>"))
    assert (article.byline, article.outlet, article.section) == ("Jan Claes", "Shop Paper", "Food")


@pytest.mark.parametrize(
    ("named", "address"),
    [
        ("https://shop-paper.example/b", "https://shop-paper.example/b"),
        ("https://www.shop-paper.example/", "https://www.shop-paper.example/a"),  # a front page
        ("https://shop-paper.example/a/1", "https://shop-paper.example/a/1"),
        ("https://agency.example/a", "https://www.shop-paper.example/a"),  # the original of a reprint
    ],
)
def test_the_address_that_a_fetched_page_names_is_believed_if_it_can_be_its_own(named: str, address: str) -> None:
    article = read(page(f"<link rel='canonical' href='{named}'>"), "https://m.shop-paper.example/a")
    assert article.url == address
    assert article.outlet is not None and "shop-paper.example" in article.outlet


def test_what_a_page_does_not_say_its_source_may() -> None:
    hints = Hints("Other", "Feed Paper", "Ann Smit", "Trade", "nl", "2021-03-02T10:00:00Z", "2021-03-01")
    bare = extract(RawPage("https://shop-paper.example/a", "text/html", page().encode(), hints=hints))
    assert (bare.title, bare.outlet, bare.byline, bare.section) == (
        *("Bread & Co goes Dutch", "Feed Paper", "Ann Smit", "Trade"),
    )
    assert (bare.language, bare.published_at, bare.updated_at) == ("en", "2021-03-02T10:00:00Z", None)
    full = extract(RawPage("https://shop-paper.example/a", "text/html", page(linked_data()).encode(), hints=hints))
    assert (full.outlet, full.byline, full.section, full.published_at) == (
        *("Shop Paper", "Jan Claes", "Food", "2021-03-02"),
    )


def test_the_charset_of_the_server_counts_where_the_bytes_allow_it() -> None:
    text = page().replace("Peeters", "Пётр")
    for content, charset in ((text.encode("cp1251", "replace"), "windows-1251"), (text.encode(), "latin-1")):
        assert "Пётр" in extract(RawPage("page.html", "text/html", content, charset)).text
    assert extract(RawPage("page.html", "text/html", text.encode(), "no-such-charset")).text


def test_a_footers_year_is_no_date() -> None:
    assert read(page()).published_at is None


def test_a_date_in_the_future_is_no_date() -> None:
    soon = datetime.now(UTC) + timedelta(days=3)
    assert read(page(linked_data(datePublished=soon.isoformat()))).published_at is None


def test_html_saved_under_another_name_is_read_as_html() -> None:
    assert read(page(), "page.txt", "text/plain").text.split("\n\n")[-4:] == PARAGRAPHS


@pytest.mark.parametrize(
    "html",
    [
        page()[: page().index("<footer")],
        page().replace("</p>", "").replace("</article>", "</div></b></article>"),
        page().replace("<html lang='en'>", "").replace("</head>", "").replace("<body>", ""),
        page().replace("<nav>", "<nav <<a href='x'>><"),
        page().replace("Bread", "Br\x00ead", 1),
    ],
)
def test_broken_html(html: str) -> None:
    assert PARAGRAPHS[-1] in read(html).text


@pytest.mark.parametrize(
    "html", ["<html><body></body></html>", "<html><body><a href='/'>Home</a></body></html>", "<", "<html"]
)
def test_html_without_an_article(html: str) -> None:
    with pytest.raises(UnreadableError, match=r"page\.html: there is no article in it\. ."):
        read(html)
