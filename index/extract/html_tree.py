"""What a parsed HTML page shows its reader, and the dates that its structured data gives."""

import re
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from index.extract.dates import read_timestamp
from index.extract.linked_data import linked_articles

_UNSEEN = "//script|//style|//noscript|//template|//head|//select|//svg|//iframe|//comment()|//processing-instruction()"
_BLOCKS = (
    *("address", "article", "aside", "blockquote", "body", "br", "button", "caption", "dd", "details", "div", "dl"),
    *("dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr"),
    *("label", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tr", "ul"),
)
_SPACES = re.compile(r"[\s\x00-\x1f]+")
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

_PUBLISHED_NAMES = frozenset(
    "article:published_time article:published og:article:published_time og:published_time og:pubdate pubdate "
    "publishdate publish-date publish_date publication_date published_time published-date date datepublished dc.date "
    "dc.date.issued dc.date.created dcterms.date dcterms.created dcterms.issued sailthru.date parsely-pub-date "
    "cxenseparse:recs:publishtime originalpublicationdate article_date_original article.published".split()
)
_UPDATED_NAMES = frozenset(
    "article:modified_time og:article:modified_time og:updated_time datemodified dc.date.modified dcterms.modified "
    "lastmod last-modified article.updated".split()
)


def shown_text(tree: Any, machine_dates: bool = False) -> str:
    """The words of a page as a browser would show them, each block on a line of its own, list items with a bullet.

    `tree` is the lxml root. `machine_dates`: what a <time> element says to machines takes the place of its words.
    """
    tree = deepcopy(tree)
    for element in tree.xpath(_UNSEEN):
        if element.getparent() is not None:
            element.drop_tree()
    for element in tree.iter():
        if element.tag != "pre":
            element.text = _SPACES.sub(" ", element.text or "")
        element.tail = _SPACES.sub(" ", element.tail or "")
    if machine_dates:
        for element in tree.iter("time"):
            if day := _day(element.get("datetime") or ""):
                for child in list(element):
                    element.remove(child)
                element.text = f" {_time_label(element)}{day} "
    for element in tree.iter("td", "th"):
        element.tail = f"  {element.tail or ''}"
    for element in tree.iter(*_BLOCKS):
        bullet = "• " if element.tag == "li" else ""
        element.text = f"\n{bullet}{_NO_XML.sub('', element.text or '').lstrip()}"
        element.tail = f"\n{_NO_XML.sub('', element.tail or '')}"
    return str(tree.text_content())


def _time_label(element: Any) -> str:
    """What its class, or that of the element around it, says of a <time>: WordPress and others part them so."""
    for named in (element, element.getparent()):
        classes = "" if named is None else f"{named.get('class') or ''} {named.get('itemprop') or ''}".lower()
        if "publish" in classes:
            return "Published "
        if "updated" in classes or "modified" in classes:
            return "Updated "
    return ""


def structured_dates(tree: Any) -> tuple[str | None, str | None]:
    """Days (`YYYY-MM-DD`, in the page's own time zone) on which JSON-LD, microdata or meta tags say that the article
    was published and updated; None where they do not say."""
    linked = list(linked_articles(tree))
    named = [
        ((element.get("property") or element.get("name") or element.get("itemprop") or "").lower(), element)
        for element in tree.iter("meta")
    ]

    def first(key: str, names: frozenset[str]) -> str | None:
        items = tree.xpath(f"//*[@itemprop='{key}']")
        return _first_day(
            (
                *(str(data.get(key) or "") for data in linked),
                *(element.get("content") or "" for name, element in named if name in names),
                *(element.get("content") or element.get("datetime") or "" for element in items),
                *(
                    element.get("datetime") or ""
                    for element in tree.xpath("//time[@pubdate]")
                    if key == "datePublished"
                ),
            )
        )

    return first("datePublished", _PUBLISHED_NAMES), first("dateModified", _UPDATED_NAMES)


def _first_day(values: Iterable[str]) -> str | None:
    return next((day for value in values if (day := _day(value))), None)


def _day(value: str) -> str | None:
    """The day as it is written: midnight in Berlin is still the day before in UTC."""
    stamp = read_timestamp(value[:100])
    written = re.match(r"\d{4}-\d\d-\d\d", value.strip())
    return stamp and (written[0] if written else stamp[:10])
