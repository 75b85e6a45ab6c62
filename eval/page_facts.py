"""Title, day and byline of pages, against what the pages' own linked data says.

    python -m eval.page_facts DATA_TAR

DATA_TAR is an archive of scrapinghub/article-extraction-benchmark, which has no truth for them. Counted are the pages
whose JSON-LD (schema.org Article and its kinds) has the fact, read here on its own. Each page is read two ways: as
HTML, where the product sees the same linked data, so that this is a check of its reading; and as the text a person
would save, where it does not, so that this is a measure. Right: a title that shares .8 of its words (F1), the same day
(as it is written, or in UTC), a byline that holds the last name of every author. Wrong ones are printed.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lxml.html
from inscriptis import get_text

from eval.extraction import Page, load, token_scores
from index.errors import UnreadableError
from index.extract.html import read_html
from index.extract.text_page import read_text_page
from index.types import Article

TITLE_F1, FIRST_YEAR = 0.8, 1990


@dataclass(frozen=True, slots=True)
class Facts:
    """What the linked data of a page says; None or empty where it does not. `days`: of publication, as it is written
    and in UTC, which may be another day."""

    title: str | None
    days: tuple[str, ...]
    authors: tuple[str, ...]


def linked_facts(html: str) -> Facts:
    """Of the first article in the JSON-LD of a page."""
    parser = lxml.html.HTMLParser(encoding="utf-8")
    for script in lxml.html.fromstring(html.encode(), parser=parser).xpath(
        "//script[@type='application/ld+json']/text()"
    ):
        try:
            data = json.loads(script, strict=False)
        except ValueError:
            continue
        for thing in _things(data):
            if any(str(kind).endswith(("Article", "BlogPosting")) for kind in _list(thing.get("@type"))):
                authors = [
                    author.get("name") if isinstance(author, dict) else author for author in _list(thing.get("author"))
                ]
                named = tuple(name.strip() for name in authors if isinstance(name, str) and name.strip())
                headline = thing.get("headline")
                return Facts(headline if isinstance(headline, str) else None, _days(thing.get("datePublished")), named)
    return Facts(None, (), ())


def _things(data: Any) -> Iterator[dict[str, Any]]:
    for thing in _list(data):
        if isinstance(thing, dict):
            yield thing
            yield from _things(thing.get("@graph"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _days(value: object) -> tuple[str, ...]:
    try:
        read = datetime.fromisoformat(str(value).strip())
    except ValueError:
        return ()
    if read.year < FIRST_YEAR:  # "0001-01-01" stands for nothing
        return ()
    return (read.date().isoformat(), (read.astimezone(UTC) if read.tzinfo else read).date().isoformat())


def judged(facts: Facts, article: Article) -> Iterator[tuple[str, str, str]]:
    """Each fact that the linked data has: its name, "right", "wrong" or "missing", and both readings."""
    if facts.title:
        right = token_scores(facts.title, article.title)[2] >= TITLE_F1
        yield "title", "right" if right else "wrong", f"{facts.title} | {article.title}"
    if facts.days:
        day = (article.published_at or "")[:10]
        yield "day", "right" if day in facts.days else "wrong" if day else "missing", f"{facts.days} | {day}"
    if facts.authors:
        byline = (article.byline or "").casefold()
        right = all(author.casefold().split()[-1] in byline for author in facts.authors)
        kind = "right" if right else "wrong" if byline else "missing"
        yield "byline", kind, f"{', '.join(facts.authors)} | {article.byline}"


WAYS: dict[str, Callable[[Page], Article]] = {
    "HTML": lambda page: read_html(page.html, page.id),
    "text page": lambda page: read_text_page(get_text(page.html), page.id),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.page_facts", description="Title, day and byline of pages.")
    parser.add_argument("archive", type=Path, help="article_extraction_benchmark.tar")
    pages = load(parser.parse_args().archive)
    counts: Counter[tuple[str, str, str]] = Counter()
    for page in pages:
        facts = linked_facts(page.html)
        for way, read in WAYS.items():
            try:
                article = read(page)
            except UnreadableError:
                continue
            for fact, kind, readings in judged(facts, article):
                counts[way, fact, kind] += 1
                if kind == "wrong":
                    print(f"{way}, {fact}: {readings}")
    print(f"\n{'way':12}{'fact':10}{'pages':>7}{'right':>8}{'wrong':>8}{'missing':>9}")
    for way in WAYS:
        for fact in ("title", "day", "byline"):
            right, wrong, missing = (counts[way, fact, kind] for kind in ("right", "wrong", "missing"))
            n = right + wrong + missing
            print(f"{way:12}{fact:10}{n:7}{right / n:8.3f}{wrong / n:8.3f}{missing / n:9.3f}")


if __name__ == "__main__":
    main()
