"""When an article was published is never guessed: an update is none, and a date with two readings neither."""

import pytest

from index.extract.page import extract
from index.types import Article, RawPage

BODY = [
    "The tea maker Rayleigh is recalling 4,000 tins because a lid may splinter, the company said on Monday morning.",
    "The tins were sold in the north of England and in Wales, in the shops of the firm and in some supermarkets.",
    "Customers may bring them back to any shop and get their money in full, also when they have lost the receipt.",
]
TITLE = "Rayleigh recalls tins of tea"
Dates = tuple[str | None, str | None]


def read_html(above: str = "", below: str = "", head: str = "") -> Article:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in BODY)
    html = (
        f"<html><head><title>{TITLE}</title>{head}</head><body><h1>{TITLE}</h1>{above}{paragraphs}{below}</body></html>"
    )
    return extract(RawPage("page.html", "text/html", html.encode()))


def read_text(above: str = "", below: str = "") -> Article:
    return extract(RawPage("page.txt", "text/plain", "\n\n".join([TITLE, above, *BODY, below]).encode()))


SHOWN = [
    ("Updated 07/05/2021", (None, None)),
    ("Updated 17/05/2021", (None, "2021-05-17")),
    ("Updated: 7 May 2021, 10:15", (None, "2021-05-07")),
    ("Published 07/05/2021", (None, None)),
    ("Last updated: 07/05/2021 | First published 05.07.2021", ("2021-07-05", None)),
    ("Last updated: 13/05/2022\nFirst published: 12/05/2022", (None, "2022-05-13")),
    ("Published: 13/05/2022\nLast updated: 15/05/2022", ("2022-05-13", "2022-05-15")),
    ("Last updated\n17 May 2021", (None, "2021-05-17")),
    ("04/05/2022", (None, None)),
    ("14/05/2022", ("2022-05-14", None)),
    ("Last reviewed 17/05/2021", (None, "2021-05-17")),
    ("Last updated on Saturday at 10:15", (None, None)),
]


@pytest.mark.parametrize(("shown", "dates"), SHOWN)
def test_dates_that_a_page_shows(shown: str, dates: Dates) -> None:
    html = "".join(f"<p>{line}</p>" for line in shown.split("\n"))
    for article in (read_html(html), read_html("", html), read_text(shown), read_text("", shown)):
        assert (article.published_at, article.updated_at) == dates
        assert article.text == "\n\n".join(BODY)


@pytest.mark.parametrize(
    ("data", "dates"),
    [
        ('{"@type": "NewsArticle", "datePublished": "2021-05-07T23:30:00-05:00"}', ("2021-05-07", None)),
        (
            '{"@graph": [{"@type": ["WebPage"], "datePublished": "2020-01-01"}, {"@type": "BlogPosting", '
            '"datePublished": "2021-05-07", "dateModified": "2021-05-08T10:00:00Z"}]}',
            ("2021-05-07", "2021-05-08"),
        ),
        ('{"@type": "NewsArticle", "datePublished": "07/05/2021"}', (None, None)),
        ('{"@type": "NewsArticle", "datePublished": "2099-01-01"}', (None, None)),
        (
            '{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "datePublished": "2021-05-07"}]}',
            (None, None),
        ),
        ("{broken", (None, None)),
    ],
)
def test_dates_of_linked_data(data: str, dates: Dates) -> None:
    article = read_html(head=f"<script type='application/ld+json'>{data}</script>")
    assert (article.published_at, article.updated_at) == dates


def test_dates_of_meta_tags_and_time_elements() -> None:
    meta = read_html(
        head="<meta property='article:published_time' content='2021-05-07T09:00:00+02:00'>"
        "<meta property='article:modified_time' content='2021-05-08'>"
    )
    assert (meta.published_at, meta.updated_at) == ("2021-05-07", "2021-05-08")
    time = read_html("<p>Updated <time datetime='2021-05-08'>on Saturday</time></p>")
    assert (time.published_at, time.updated_at) == (None, "2021-05-08")
    classes = read_html("<time class='entry-date published' datetime='2021-05-07'>Friday</time>")
    assert classes.published_at == "2021-05-07"
    changed = read_html("<p><time class='updated' datetime='2021-05-08'>Saturday</time></p>")
    assert (changed.published_at, changed.updated_at) == (None, "2021-05-08")


def test_structured_data_before_what_is_shown() -> None:
    article = read_html("<p>Published 3 May 2021</p>", head="<meta name='date' content='2021-05-02'>")
    assert article.published_at == "2021-05-02"


def test_the_address_tells_the_day_of_the_outlet() -> None:
    head = (
        "<link rel='canonical' href='https://paper.example/2021/05/07/tea'>"
        "<meta property='article:published_time' content='2021-05-08T02:30:00Z'>"
    )
    assert read_html(head=head).published_at == "2021-05-07"


@pytest.mark.parametrize("line", ["Tuesday 3 March 2020", "Today is Tuesday, 3 March 2020"])
def test_the_calendar_of_a_masthead_is_no_date(line: str) -> None:
    page = f"{line}\n\n{TITLE}\n\n" + "\n\n".join(BODY)
    assert extract(RawPage("page.txt", "text/plain", page.encode())).published_at is None
    html = f"<html><body><div>{line}</div><h1>{TITLE}</h1>{''.join(f'<p>{p}</p>' for p in BODY)}</body></html>"
    assert extract(RawPage("page.html", "text/html", html.encode())).published_at is None


@pytest.mark.parametrize(
    "line",
    [
        "Correction 9 May 2021: the number of tins is 4,000 and not 40,000, as was said here at first.",
        "Tins that were sold in Wales before 3 March 2021 are not among those of the recall",
    ],
)
def test_a_date_in_a_line_of_news_is_none_of_publication(line: str) -> None:
    assert read_html(f"<p>{line}</p>").published_at is None
    assert read_text(line).published_at is None


@pytest.mark.parametrize("line", ["Sales rose on 3 March 2021 in all of the shops", "3 March 2021: strike in Leeds"])
def test_a_line_that_tells_more_than_a_date_stays(line: str) -> None:
    paragraphs = [BODY[0], line, *BODY[1:]]
    page = f"<h1>{TITLE}</h1>" + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    article = extract(
        RawPage("page.html", "text/html", f"<html><body><article>{page}</article></body></html>".encode())
    )
    assert article.text == "\n\n".join(paragraphs)
