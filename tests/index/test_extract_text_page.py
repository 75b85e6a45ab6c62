"""Saved text pages of several layouts; all of their words are made up."""

import textwrap
import time
from datetime import UTC, datetime

import pytest

from index.errors import UnreadableError
from index.extract.page import extract
from index.types import Article, RawPage

BODY = [
    "The Ghent baker Bread & Co will open twelve shops in the Netherlands next year, the company said on Tuesday.",
    "It has run forty shops in Belgium since 1998, most of them in the stations of larger towns and on market squares.",
    "“Our customers asked for it,” said the chief executive, Ann Peeters. “We start in Breda and go north from there.”",
    "The first shop opens in March. Rents in the south of the country have fallen by a fifth since last summer.",
]
TITLE = "Ghent baker Bread & Co goes to the Netherlands"
COOKIES = (
    "We use cookies on our website to give you the best experience. By clicking "
    "“Accept all”, you consent to the use of "
    "all the cookies, as described in our privacy policy."
)
MENU = "Shop Paper\n  • Home\n  • Food\n  • Fashion\n  • Markets\n  • Sign in"
FOOTER = "Contact\nAdvertise\nPrivacy policy\n© 2019 Shop Paper. All rights reserved."


def read(*blocks: str) -> Article:
    return extract(RawPage("page.txt", "text/plain", "\n\n".join(blocks).encode()))


def test_cookie_banner_first_byline_and_date_after_the_title() -> None:
    article = read(
        COOKIES,
        "Accept all",
        MENU,
        TITLE,
        "By Jan Claes | 3 March 2021",
        *BODY,
        "Most read",
        "• Sock prices rise",
        FOOTER,
    )
    assert article.title == TITLE
    assert article.byline == "Jan Claes"
    assert article.published_at == "2021-03-03"
    assert article.outlet == "Shop Paper"
    assert article.text == "\n\n".join(BODY)


def test_byline_before_the_title_and_comments_after_the_text() -> None:
    comments = [
        "3 Comments",
        "Piet\n2 March 2022 at 10:11\nI have bought my bread there for years and I must "
        "say that it got worse since they were sold.",
        "Reply",
        "Els\n4 March 2022 at 08:30\nYou should try the one near the church then, which "
        "is much better and not so expensive.",
        "Leave a Reply\nYour email address will not be published. Required fields are marked *",
    ]
    article = read(
        MENU, "Written by Jan Claes", TITLE, "Published: 2 March 2021 | Updated: 4 March 2021", *BODY, *comments, FOOTER
    )
    assert article.title == TITLE
    assert article.byline == "Jan Claes"
    assert (article.published_at, article.updated_at) == ("2021-03-02", "2021-03-04")
    assert article.text == "\n\n".join(BODY)


def test_subheads_stay_and_boxes_between_paragraphs_go() -> None:
    boxes = ["Advertisement", "Read also: Butter becomes dearer in Flanders", "Photo: Jan Claes / Getty Images"]
    article = read(MENU, TITLE, BODY[0], *boxes, BODY[1], "Cheaper rents", BODY[2], BODY[3], FOOTER)
    assert article.text == "\n\n".join([BODY[0], BODY[1], "Cheaper rents", BODY[2], BODY[3]])


def test_a_lead_parted_from_the_rest_by_a_box_stays() -> None:
    box = "Related articles\nButter becomes dearer in Flanders\nThe last sugar factory closes"
    article = read(MENU, TITLE, "2 March 2021", BODY[0], box, *BODY[1:], FOOTER)
    assert article.text == "\n\n".join(BODY)


def test_a_list_announced_by_a_colon_belongs_to_the_text() -> None:
    article = read(
        MENU,
        TITLE,
        *BODY,
        "The first shops will be opened in these towns:",
        "• Breda\n• Tilburg\n• Utrecht",
        "More towns will follow in the years after that, as the company has told the unions.",
        FOOTER,
    )
    assert "towns:\n\nBreda\n\nTilburg\n\nUtrecht" in article.text


def test_a_list_of_addresses_belongs_to_the_text() -> None:
    shops = [f"{number} Market Street, {town}" for number, town in enumerate(["Breda", "Tilburg", "Utrecht"], start=12)]
    article = read(MENU, TITLE, *BODY[:3], *shops, BODY[3], FOOTER)
    assert article.text == "\n\n".join([*BODY[:3], *shops, BODY[3]])


def test_an_article_without_a_page_around_it_is_kept_whole() -> None:
    rest = ["The shops", "Breda", "Tilburg", "Utrecht", "Zwolle", "Leiden"]
    assert read(TITLE, *BODY, *rest).text == "\n\n".join([*BODY, *rest])


def test_each_paragraph_once() -> None:
    teaser = f"{BODY[0]} {BODY[1][:60]}..."
    article = read(MENU, TITLE, *BODY, "Share", teaser, FOOTER)
    assert article.text == "\n\n".join(BODY)
    twice = read(MENU, TITLE, *BODY, TITLE, *BODY, FOOTER)
    assert twice.text == "\n\n".join(BODY)


def test_other_articles_below_are_not_of_the_text() -> None:
    others = [
        "More on Food",
        "5 August 2022\nButter becomes dearer in Flanders",
        "A pack of butter costs a third more than a year ago, and the farmers say that "
        "this will not change before spring.",
        "4 August 2022\nThe last sugar factory closes",
        "After a hundred and ten years the factory in the harbour closes its doors, and "
        "its forty workers look for other work.",
    ]
    article = read(MENU, TITLE, "2 March 2021", *BODY, *others, FOOTER)
    assert article.text == "\n\n".join(BODY)
    assert article.published_at == "2021-03-02"


def test_outlet_of_a_page_title() -> None:
    assert read(f"{TITLE} | Example Post", "Menu", TITLE, *BODY).outlet == "Example Post"
    assert read(f"{TITLE} - Example Post", *BODY, "Follow Example Post on Twitter").title == TITLE


def test_a_dash_in_a_headline_makes_no_outlet() -> None:
    article = read("Twelve new shops - Bread & Co goes Dutch", *BODY)
    assert (article.title, article.outlet) == ("Twelve new shops - Bread & Co goes Dutch", None)


def test_the_owner_in_the_copyright_line_is_not_the_outlet() -> None:
    assert read("Menu", TITLE, *BODY, "© 2019 Big Press Holding, Inc. All rights reserved.").outlet is None


def test_a_signature_below_the_text_is_the_byline() -> None:
    assert read(TITLE, *BODY, "Jan Claes", "Leave a comment").byline == "Jan Claes"
    assert read(TITLE, *BODY).byline is None


def test_section_from_breadcrumb() -> None:
    assert read("Home > News > Food", TITLE, "2 March 2021", *BODY, FOOTER).section == "Food"
    assert read(MENU, "Home\nFood", TITLE, "2 March 2021", *BODY, FOOTER).section == "Food"
    assert read(MENU, TITLE, "2 March 2021", *BODY, FOOTER).section is None


@pytest.mark.parametrize(
    "menu",
    [
        "Home | News | Shops | Contact",
        "Home • News • Shops",
        "Home / News / Shops / Contact",
        "Home\nNews\nShops",
        "Home\nContact",
        "News\nShops",
    ],
)
def test_a_menu_is_no_section(menu: str) -> None:
    article = read("Shop Paper", menu, TITLE, "2 March 2021", *BODY, menu, FOOTER)
    assert article.section is None
    assert article.text == "\n\n".join(BODY)


@pytest.mark.parametrize("outlet", ["Grocery Observer", "Northern Ledger", "Baker Peeters", "Stations Klant"])
def test_an_outlet_beside_the_date_is_no_byline(outlet: str) -> None:
    body = [*BODY[:2], "The baker Peeters, who has stations in mind, was asked for it by her customers in the north."]
    assert read(TITLE, f"{outlet}\nPublished 2 April 2024", *body).byline is None
    assert read(TITLE, "2 April 2024", *body, outlet).byline is None
    assert read(TITLE, "Jan Claes\nPublished 2 April 2024", *body).byline == "Jan Claes"


def test_hard_wrapped_text_is_joined() -> None:
    wrapped = [textwrap.fill(paragraph, 72) for paragraph in BODY]
    assert read(TITLE, *wrapped).text == "\n\n".join(BODY)


def test_dutch_page() -> None:
    body = [
        "De Gentse bakker opent volgend jaar twaalf winkels in Nederland, zo heeft het bedrijf dinsdag bekendgemaakt.",
        "Het bedrijf heeft sinds 1998 veertig winkels in België, de meeste in de "
        "stations van grotere steden en op pleinen.",
        "De eerste winkel gaat open in maart, want de huren zijn sinds de zomer met een vijfde gedaald in het zuiden.",
    ]
    page = [
        "Gentse bakker trekt naar Nederland",
        "Door Jan Claes\n2 maart 2021",
        *body,
        "Lees ook",
        "Boter wordt duurder",
        "Reacties",
    ]
    article = read(*page, "© 2021 Winkelkrant")
    assert article.title == "Gentse bakker trekt naar Nederland"
    assert (article.byline, article.published_at, article.outlet) == ("Jan Claes", "2021-03-02", "Winkelkrant")
    assert (article.text, article.language) == ("\n\n".join(body), "nl")


def test_no_date_shown_is_no_date() -> None:
    article = read(MENU, TITLE, *BODY, FOOTER)
    assert (article.published_at, article.updated_at) == (None, None)


@pytest.mark.parametrize("shown", ["04/08/2017", "1 January 2999", "2 hours ago", f"© {datetime.now(UTC):%d %B %Y}"])
def test_dates_that_do_not_count(shown: str) -> None:
    assert read(MENU, TITLE, shown, *BODY, FOOTER).published_at is None


def test_spaces_are_single_and_quotes_stay() -> None:
    article = read(TITLE, *(paragraph.replace(" ", "\xa0 ", 3) for paragraph in BODY))
    assert article.text == "\n\n".join(BODY)


LISTING = [
    part
    for day, town in enumerate(["Breda", "Tilburg", "Utrecht", "Zwolle", "Leiden"], start=1)
    for part in (
        f"{day} March 2021\nNew shop for the centre of {town}",
        f"A baker from Ghent opens a shop in the centre of {town}, where three others "
        "closed in the years before it ...",
        "Read more",
    )
]


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param([MENU, "Latest news", *LISTING, FOOTER], id="listing"),
        pytest.param([MENU, MENU, FOOTER], id="menus"),
        pytest.param([MENU, COOKIES, COOKIES.replace("best", "very best"), FOOTER], id="cookies"),
        pytest.param(["Hello."], id="one word"),
    ],
)
def test_a_page_without_an_article(blocks: list[str]) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(*blocks)
    assert caught.value.location == "page.txt"
    assert caught.value.remedy


@pytest.mark.parametrize(
    "filler",
    [
        pytest.param("word " * 200_000, id="one line"),
        pytest.param("• Link to a page\n", id="links"),
        pytest.param("\n\n".join(BODY) + "\n\n", id="prose"),
        pytest.param("follow the " * 5 + "more " * 10 + "\n", id="near misses"),
        pytest.param("." * 100_000 + "x\n", id="dots"),
    ],
)
def test_a_megabyte_takes_seconds(filler: str) -> None:
    page = "\n\n".join([TITLE, *BODY]) + "\n\n" + filler * (1_000_000 // len(filler))
    started = time.perf_counter()
    assert read(page).title == TITLE
    assert time.perf_counter() - started < 10
