"""A Markdown file -> Article: made HTML by markdown-it, its front matter (YAML, as static sites have it) the head."""

import re
from datetime import date
from html import escape
from typing import Any

import yaml
from markdown_it import MarkdownIt

from index.errors import UnreadableError
from index.extract.html import read_html
from index.types import Article

_FRONT_MATTER = re.compile(r"---[^\S\n]*\n(.{0,20000}?)\n---[^\S\n]*(?:\n|\Z)", re.S)
_TITLE = re.compile(r"^(?:# |.+\n=+$)", re.M)
_META = {
    "author": "author",
    "byline": "author",
    "date": "article:published_time",
    "published": "article:published_time",
    "published_at": "article:published_time",
    "updated": "article:modified_time",
    "updated_at": "article:modified_time",
    "lastmod": "article:modified_time",
    "outlet": "og:site_name",
    "url": "og:url",
    "section": "article:section",
}
"""Fields of a front matter, and the meta tags that say the same."""


def read_markdown(text: str, location: str) -> Article:
    """The article of a Markdown file; what its front matter says counts like the structured data of a page.

    Raises UnreadableError when there is no article in it, or the front matter is no YAML.
    """
    front: dict[str, Any] = {}
    if match := _FRONT_MATTER.match(text):
        text = text[match.end() :]
        front = _read_front_matter(match[1], location)
    title = str(front.get("title") or "").strip()
    tags = "".join(
        f'<meta property="{_META[name]}" content="{escape(_plain(value))}">'
        for name, value in front.items()
        if name in _META and value
    )
    heading = f"<h1>{escape(title)}</h1>" if title and not _TITLE.search(text) else ""
    body = MarkdownIt("commonmark").enable("table").render(text)
    head = f"<title>{escape(title)}</title>{tags}"
    return read_html(f"<html><head>{head}</head><body><article>{heading}{body}</article></body></html>", location)


def _read_front_matter(text: str, location: str) -> dict[str, Any]:
    try:
        front = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UnreadableError(
            location, "its front matter is not YAML", "Correct the lines between the two ---, or remove them."
        ) from error
    return {str(name).lower(): value for name, value in front.items()} if isinstance(front, dict) else {}


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return ", ".join(str(item) for item in value[:10]) if isinstance(value, list) else str(value)[:1000]
