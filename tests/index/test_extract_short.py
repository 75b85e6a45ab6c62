"""Short reports are articles; pages on which only the site speaks, or that list articles, are none. In both formats."""

import re

import pytest

from index.errors import UnreadableError
from index.extract.page import extract
from index.types import Article, RawPage

LINES = "Norva Toys\n\nHome | News | Shops | Contact\n\n{page}\n\n© 2022 Toy Paper. All rights reserved."


def read_text(page: str) -> Article:
    return extract(RawPage("page.txt", "text/plain", page.encode()))


def read_html(page: str, head: str = "") -> Article:
    html = f"<html><head>{head}</head><body>{page}</body></html>"
    return extract(RawPage("page.html", "text/html", html.encode()))


def as_html(page: str) -> str:
    """Its first line as a headline, the others as paragraphs."""
    title, *paragraphs = [block for block in page.split("\n") if block]
    return f"<h1>{title}</h1>" + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


BRIEFS = [
    "Norva trims its forecast\n\n"
    "Norva trimmed its forecast on Monday. The U.S. chain said that shoppers buy less because food costs more.",
    "楽天が新店舗を開設\n\n楽天は来月、東京に新しい店舗を開くと発表した。投資額は約二十億円で、百人を採用する予定だ。",
    "Norva hires a new chief\n\n"
    "The toy chain Norva has hired Mara Lind as chief executive, it said on Monday. She starts in May.",
    "Pelk buys Dorno\n\nPelk has bought the sauce maker Dorno for 20 million euros. Dorno employs 300 people in Lille.",
    "Toy prices rise in Wales\n\nPrices of toys in Wales rose by 4 percent in June, the office said.\n\n"
    "“You pay more because we pay more,” Norva said. Sales fell.",
    "Norva schließt Filiale in Görlitz\n\n"
    "Norva schließt die Filiale in Görlitz zum Ende des Jahres. Betroffen sind nach Angaben der Kette 86 Beschäftigte.",
]


@pytest.mark.parametrize("brief", BRIEFS)
def test_a_brief_is_an_article(brief: str) -> None:
    title, body = brief.split("\n\n", 1)
    for article in (read_text(brief), read_text(LINES.format(page=brief)), read_html(as_html(brief))):
        assert (article.title, article.text) == (title, body)


def test_a_brief_with_comments_below() -> None:
    comments = "Comments (1)\nAnna\n12 May 2021\nI love their sauces very much! They have been in the town for years."
    article = read_text(f"{BRIEFS[3]}\n\n{comments}")
    assert article.text == BRIEFS[3].split("\n\n")[1]


NO_ARTICLES = [
    "Page not found\n\nThe page that was asked for is not on this server. It was moved or it never was in Leeds.",
    "Error 404\n\nSorry, the page you are looking for could not be found. It may have been moved in May 2021.",
    "Seite nicht gefunden\n\nDie angeforderte Seite gibt es nicht. Bitte prüfen Sie die Adresse der Seite.",
    "Log in to Toy Paper\n\nEnter the e-mail address and password of Toy Paper. New readers register free.",
    "Cookies on Toy Paper\n\nToy Paper stores cookies on your device. We and 40 partners use them on Toy Paper.",
    "Access denied by Toy Paper\n\nAccess to Toy Paper is denied from this network. The request ID is 1234567.",
    "Toy Paper is under maintenance\n\nToy Paper is down for maintenance until Monday. It was never down before 2020.",
    "Toy news for subscribers\n\nThis article is for subscribers of Toy Paper. A month of Toy Paper costs 5 euros.",
    "Today in the canteen\n\nGrilled salmon with rice and peas for 9 euros. Apple cake with cream and tea for 4 euros.",
    "Norva hires a new chief\n\nThe toy chain Norva has hired Mara Lind as its chief executive in May.",
    "Norva hires a new chief\n\nThe toy chain Norva has hired Mara Lind. She starts in May and comes from ...",
    "Contact Toy Paper\n\nToy Paper is at 12 Market Street in Cardiff. The phone is answered by Toy Paper from 9 to 5.",
    "Home\nNews\nShops\nJobs\nContact",
]


@pytest.mark.parametrize("page", NO_ARTICLES)
def test_a_short_page_without_an_article(page: str) -> None:
    with pytest.raises(UnreadableError, match="there is no article in it"):
        read_text(page)
    with pytest.raises(UnreadableError, match="there is no article in it"):
        read_text(LINES.format(page=page))
    with pytest.raises(UnreadableError, match="there is no article in it"):
        read_html(as_html(page))


HEADLINES = [
    "Aldi opens its 1000th shop in Kent",
    "Primark starts click and collect",
    "Next raises its forecast again",
    "Greggs says that sales jump",
    "Marks to close canteen in Leeds",
    "Asda hires chief from a rival",
    "Boots to open pharmacies in Wales",
]
LINK = "<a href='/{0}'>{1}</a> <span>{0} May 2021</span>"
TEASER = "Shoppers in Kent and in the north of the country will see it from the summer on, as {0} said ..."


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(
            "<h1>Latest retail news</h1><ul>"
            + "".join(f"<li>{LINK.format(day, line)}</li>" for day, line in enumerate(HEADLINES, start=1))
            + "</ul><a href='?p=2'>Next page</a>",
            id="links",
        ),
        pytest.param(
            "<main><h1>Latest retail news</h1>"
            + "".join(f"<article>{LINK.format(day, line)}</article>" for day, line in enumerate(HEADLINES, start=1))
            + "</main>",
            id="articles of a link",
        ),
        pytest.param(
            "<article><h1>Latest retail news</h1>" + "".join(f"<div>{line}</div>" for line in HEADLINES) + "</article>",
            id="one article of headlines",
        ),
        pytest.param(
            "<main><h1>Latest retail news</h1>"
            + "".join(
                f"<h2><a href='/{day}'>{line}</a></h2><p>{TEASER.format(line.split()[0])}</p><p><a>Read more</a></p>"
                for day, line in enumerate(HEADLINES, start=1)
            )
            + "</main>",
            id="teasers",
        ),
        pytest.param(
            "<main><h1>Latest retail news</h1>"
            + "".join(
                f"<div><h3><a href='/{day}'>{line}</a></h3><p>The chain in Leeds says so. It has 80 staff at {day} "
                f"shops.</p><time datetime='2021-05-0{day}'>{day} May</time></div>"
                for day, line in enumerate(HEADLINES, start=1)
            )
            + "</main>",
            id="teasers of whole sentences",
        ),
    ],
)
def test_a_listing_as_html(page: str) -> None:
    with pytest.raises(UnreadableError, match=r"no article in it|lists several articles"):
        read_html(page)


def test_subheads_make_no_listing() -> None:
    paragraphs = [
        f"The chain in Leeds says that it has {day} shops, and that more of them will open." for day in range(4)
    ]
    parts = "".join(f"<h2>{line}</h2><p>{text}</p>" for line, text in zip(HEADLINES, paragraphs, strict=False))
    article = read_html(f"<article><h1><a href='/'>The chains of Leeds</a></h1>{parts}</article>")
    assert set(paragraphs) <= set(article.text.split("\n\n"))


def test_blocks_of_an_article_do_not_run_together() -> None:
    text = "The wine seller Tilda said that sales grew by 12 percent to 45 million euros last year. Growth came online."
    page = f"<article><h1>Tilda Wine grows</h1><time datetime='2021-06-09T08:00'>9 June</time><p>{text}</p></article>"
    article = read_html(f"{page}<div class='related'><time datetime='2023-01-01'></time><a>Other</a></div>")
    assert (article.title, article.text, article.published_at) == ("Tilda Wine grows", text, "2021-06-09")


def test_title_byline_and_date_are_not_of_the_text() -> None:
    body = [
        "The parcel firm Lumo has agreed to buy its Dutch rival Pakket for 410 million euros, the two said on Friday.",
        "Pakket runs 3,200 lockers in Belgium and employs 540 people, while Lumo runs 9,800 of them in Austria.",
        "The authority still has to approve it, and Lumo expects that to be done by September of the next year.",
    ]
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in body)
    head = "<h1>Lumo buys Pakket</h1><p>By Jonas Reinholt</p><p>Published: 3 March 2021</p>"
    article = read_html(f"<article>{head}{paragraphs}</article>", "<title>Lumo buys Pakket</title>")
    assert (article.title, article.text) == ("Lumo buys Pakket", "\n\n".join(body))
    assert not re.search("Reinholt|March", article.text)
