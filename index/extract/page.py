"""A raw page -> Article, whatever it is: HTML, a page saved as text, Markdown, PDF, or a line of JSON lines."""

import re
from dataclasses import asdict, replace

from index.extract.encoding import decode, repair
from index.extract.record import read_record
from index.extract.text_page import read_text_page
from index.types import Article, Hints, RawPage

_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|article|div|meta)\b", re.I | re.S
)


def extract(page: RawPage) -> Article:
    """The article of `page`, with `source` set to the page's location and `fetched_at` left open. What the page does
    not say is taken from its hints.

    Raises UnreadableError when the page is empty, binary or holds no article.
    """
    return _with_hints(_read(page), page.hints)


def _read(page: RawPage) -> Article:
    # What needs a library of its own brings it in, which may take a second.
    if page.media_type == "application/pdf":
        from index.extract.pdf import read_pdf

        return read_pdf(page.content, page.location)
    text = decode(page.content, page.location, page.charset)
    if page.media_type == "application/json":
        return read_record(text, page.location)
    text = repair(text)
    if page.media_type == "text/markdown":
        from index.extract.markdown import read_markdown

        return read_markdown(text, page.location)
    if page.media_type == "text/html" or _HTML.match(text[:4096]):
        from index.extract.html import read_html

        return read_html(text, page.location, page.hints.outlet)
    return read_text_page(text, page.location)


def _with_hints(article: Article, hints: Hints) -> Article:
    article = replace(article, **{name: value for name, value in asdict(hints).items() if not getattr(article, name)})
    published, updated = article.published_at, article.updated_at
    if published and updated and updated[:10] < published[:10]:
        return replace(article, updated_at=None)
    return article
