"""Markdown and PDF files."""

import zlib

import pytest

from index.errors import UnreadableError
from index.extract.page import extract
from index.types import Article, RawPage

PARAGRAPHS = [
    "The grocer Acme opened twelve shops in the north of the country in the spring, the company said on Monday.",
    "Sales rose by four per cent in the first quarter of the year, more than analysts of two banks had expected.",
    "Its chief executive called the result a good start, and said that rents had fallen in most of the towns.",
]
FRONT = """---
title: Acme opens twelve shops
date: 2021-03-04
author: [Ann Peeters]
outlet: Shop Paper
url: https://paper.example/acme
draft: false
---
"""


def markdown(text: str) -> Article:
    return extract(RawPage("page.md", "text/markdown", text.encode()))


def test_markdown_with_a_front_matter() -> None:
    article = markdown(f"{FRONT}\n{PARAGRAPHS[0]}\n\n## Then\n\n{PARAGRAPHS[1]}\n{PARAGRAPHS[2]}\n")
    assert (article.title, article.byline, article.outlet) == ("Acme opens twelve shops", "Ann Peeters", "Shop Paper")
    assert (article.url, article.published_at) == ("https://paper.example/acme", "2021-03-04")
    assert article.text.split("\n\n") == [PARAGRAPHS[0], "Then", f"{PARAGRAPHS[1]} {PARAGRAPHS[2]}"]


def test_markdown_without_one() -> None:
    marked = PARAGRAPHS[0].replace("twelve shops", "**twelve** [shops](https://a.example)")
    article = markdown("\n\n".join(["# Acme grows", "3 March 2021", marked, *PARAGRAPHS[1:]]))
    assert (article.title, article.published_at) == ("Acme grows", "2021-03-03")
    assert article.text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("text", "said"),
    [("# A title", "no article"), ("---\na: [\n---\nWords.", "front matter"), ("---\n---", "no article")],
)
def test_markdown_without_an_article(text: str, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        markdown(text)


def pdf(*pages: list[tuple[int, int, str]], encrypt: bytes = b"") -> bytes:
    """A PDF file; each page has lines with the size of their letters and the space above them."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    for lines in pages:
        drawn, y = "", 800
        for size, above, text in lines:
            y -= above
            escaped = text.replace("(", "\\(").replace(")", "\\)")
            drawn += f"BT /F {size} Tf 1 0 0 1 50 {y} Tm ({escaped}) Tj ET\n"
        stream = zlib.compress(drawn.encode("latin-1"))
        objects.append(b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(stream), stream))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 842]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>"
            % len(objects)
        )
    kids = b" ".join(b"%d 0 R" % (5 + 2 * number) for number in range(len(pages)))
    objects[1] = b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, len(pages))
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, table, len(objects) + 1, len(out))
    )


def read_pdf(content: bytes) -> Article:
    return extract(RawPage("page.pdf", "application/pdf", content))


def lines_of(paragraph: str, at: str, hyphen: bool = False) -> list[tuple[int, int, str]]:
    """A paragraph broken in two lines after `at`."""
    head, tail = paragraph.split(at)
    return [(11, 24, head + at + ("-" if hyphen else "")), (11, 14, tail.strip())]


def test_the_lines_of_a_pdf_become_paragraphs_again() -> None:
    head = [
        (9, 20, "Shop Paper, page 1"),
        (24, 40, "Acme opens twelve shops"),
        (11, 30, "By Ann Peeters, 3 March 2021"),
    ]
    first = [*head, *lines_of(PARAGRAPHS[0], "of the"), *lines_of(PARAGRAPHS[1], "analy", hyphen=True)]
    start, rest = PARAGRAPHS[2].split(", and ")
    pages = [
        [*first, (11, 24, f"{start}, and")],
        [(9, 20, "Shop Paper, page 2"), (11, 40, rest)],
        [(9, 20, "Shop Paper, page 3"), (11, 40, PARAGRAPHS[0])],
    ]
    article = read_pdf(pdf(*pages))
    assert (article.title, article.byline, article.published_at) == (
        *("Acme opens twelve shops", "Ann Peeters", "2021-03-03"),
    )
    assert article.text.split("\n\n") == [*PARAGRAPHS, PARAGRAPHS[0]]


def test_pdf_files_that_cannot_be_read() -> None:
    whole = pdf([(11, 14, PARAGRAPHS[0])])
    for content, said in (
        (b"", "cannot be read|empty"),
        (b"%PDF-1.7", "cannot be read"),
        (b"no PDF" * 100, "cannot be read"),
        (whole[: len(whole) // 3], "cannot be read|no text"),
        (pdf([]), "no text"),
        (pdf([(11, 14, "Only a heading")]), "no article"),
    ):
        with pytest.raises(UnreadableError, match=said):
            read_pdf(content)


def test_a_pdf_that_unpacks_to_more_than_memory_holds() -> None:
    bomb = zlib.compress(bytes(100_000_000))
    whole = pdf([(11, 14, PARAGRAPHS[0])])
    stream = whole[whole.index(b"stream\n") + 7 : whole.index(b"\nendstream")]
    bad = whole.replace(b"/Length %d" % len(stream), b"/Length %d" % len(bomb)).replace(stream, bomb)
    with pytest.raises(UnreadableError, match=r"page\.pdf"):
        read_pdf(bad)
