"""An HTML page -> Article, by trafilatura (Barbaresi, "Trafilatura: A Web Scraping Library", ACL 2021), offline."""

import logging
import re
from datetime import UTC, datetime

from trafilatura import bare_extraction
from trafilatura.settings import Document

from index.errors import UnreadableError
from index.extract.blocks import count_words
from index.extract.dates import EARLIEST, EARLIEST_ZONE, read_timestamp
from index.extract.language import language_of
from index.extract.outlet import without_outlet
from index.types import Article, article_id

# What it logs about a page without an article, our error says.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_MIN_WORDS = 30
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")


def read_html(html: str, location: str) -> Article:
    """The article of an HTML page; title, date, byline, outlet, URL and section as its structured data gives them.

    Raises UnreadableError when there is no article in the page. Broken HTML is read as browsers would.
    """
    url = location if location.startswith(("http://", "https://")) else None
    found = bare_extraction(
        html,
        url=url,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        # `extensive_search` would take any date of the page, a footer's year included.
        date_extraction_params={
            "extensive_search": False,
            "original_date": True,
            "min_date": EARLIEST.isoformat(),
            "max_date": (datetime.now(UTC) + EARLIEST_ZONE).date().isoformat(),
        },
    )
    text = _paragraphs(found.text or "") if isinstance(found, Document) else ""
    if not isinstance(found, Document) or count_words(text) < _MIN_WORDS:
        raise UnreadableError(location, "there is no article in it", "Save the page of one article, with its text.")
    outlet = _line(found.sitename)
    title = without_outlet(_line(found.title) or text.split("\n", 1)[0][:150], outlet)
    return Article(
        id=article_id(found.url or url, title, text),
        title=title,
        text=text,
        url=found.url or url,
        outlet=outlet,
        byline=_line(found.author),
        section=_line(found.categories[0]) if found.categories else None,
        language=language_of(text) or found.language,
        published_at=read_timestamp(found.date) if found.date else None,
        source=location,
    )


def _paragraphs(text: str) -> str:
    return _LINES.sub("\n\n", _SPACES.sub(" ", text)).strip()


def _line(value: str | None) -> str | None:
    return " ".join(value.split()) or None if value else None
