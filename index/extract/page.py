"""A raw page -> Article, whatever it is: HTML, a page saved as text, or a line of JSON lines."""

import re

from index.extract.encoding import decode, repair
from index.extract.record import read_record
from index.extract.text_page import read_text_page
from index.types import Article, RawPage

_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|article|div|meta)\b", re.I | re.S
)


def extract(page: RawPage) -> Article:
    """The article of `page`, with `source` set to the page's location and `fetched_at` left open.

    Raises UnreadableError when the page is empty, binary or holds no article.
    """
    text = decode(page.content, page.location)
    if page.media_type == "application/json":
        return read_record(text, page.location)
    text = repair(text)
    if page.media_type == "text/html" or _HTML.match(text[:4096]):
        # Only HTML needs trafilatura, which takes a second to import.
        from index.extract.html import read_html

        return read_html(text, page.location)
    return read_text_page(text, page.location)
