"""What a page says of its article to machines in JSON-LD, in the words of schema.org."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report)$")
_MOST_NAMES = 10


@dataclass(frozen=True, slots=True)
class Credits:
    """Who wrote an article, who published it and in which section; None where the data do not say."""

    byline: str | None
    outlet: str | None
    section: str | None


def linked_articles(tree: Any) -> Iterator[dict[str, Any]]:
    """The objects of the page's own article, then those of the page; what stands deeper than @graph or mainEntity is
    about something else. `tree` is the lxml root."""
    pages = []
    for data in _objects(tree):
        types = data.get("@type")
        names = [str(name) for name in (types if isinstance(types, list) else [types])]
        if any(_ARTICLE_TYPE.search(name) for name in names):
            yield data
        elif "WebPage" in names:
            pages.append(data)
    yield from pages


def linked_credits(tree: Any) -> Credits:
    """Byline, outlet and section of the page's article. Many sites describe people and publisher once in a @graph and
    only refer to them in the article."""
    known = {str(data["@id"]): data for data in _objects(tree) if "@id" in data and "name" in data}
    articles = list(linked_articles(tree))

    def names(key: str) -> list[str]:
        found = next((names for data in articles if (names := list(_names(data.get(key), known)))), [])
        return list(dict.fromkeys(found))[:_MOST_NAMES]

    outlet = next(iter(names("publisher")), None)
    authors = [name for name in names("author") if name != outlet]
    return Credits("; ".join(authors) or None, outlet, next(iter(names("articleSection")), None))


def _objects(tree: Any) -> Iterator[dict[str, Any]]:
    for script in tree.xpath("//script[contains(@type, 'ld+json')]"):
        try:
            todo = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        while todo:
            data = todo.pop(0)
            if isinstance(data, list):
                todo = [*data, *todo]
            elif isinstance(data, dict):
                yield data
                todo += [data[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in data]


def _names(value: Any, known: dict[str, dict[str, Any]]) -> Iterator[str]:
    """The names in a value of schema.org: a text, an object with a name, a reference to one, or several of these."""
    if isinstance(value, list):
        for item in value:
            yield from _names(item, known)
    elif isinstance(value, dict):
        named = value if "name" in value else known.get(str(value.get("@id")), {})
        if isinstance(named.get("name"), str):
            yield from _names(named["name"], known)
    elif isinstance(value, str):
        name = " ".join(unescape(value).split())
        if name and "://" not in name:
            yield name
