"""An HTML page -> Article, by trafilatura (Barbaresi, "Trafilatura: A Web Scraping Library", ACL 2021), offline.

Where trafilatura guesses, we do not: dates come from structured data or from what the page shows, as on a page saved as
text; and the same judgement says whether there is an article at all.
"""

import logging
import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from trafilatura import bare_extraction
from trafilatura.settings import Document
from trafilatura.utils import load_html

from index.canonical import canonical_url
from index.extract.blocks import Block, Kind, count_words, read_blocks
from index.extract.body import find_body
from index.extract.credits import is_credit
from index.extract.dates import DATE_LABEL, is_date_line, read_timestamp
from index.extract.html_tree import shown_text, structured_dates
from index.extract.judge import MIN_WORDS, TEASER_SHARE, TEASERS, is_listing, no_article, several_articles
from index.extract.language import language_of
from index.extract.linked_data import linked_credits
from index.extract.metadata import read_metadata
from index.extract.outlet import SEPARATOR, without_outlet
from index.extract.text_page import read_text_page
from index.types import Article, article_id

# What it logs about a page without an article, our error says.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_DAY_IN_URL = re.compile(r"/(\d{4})[/-](\d\d)[/-](\d\d)(?!\d)")
_SENTENCE_WORDS, _PARAGRAPH_WORDS = 8, 25  # of prose in a language whose common words we do not know


def read_html(html: str, location: str, outlet: str | None = None) -> Article:
    """The article of an HTML page; title, date, byline, outlet, URL and section as its structured data gives them.

    `outlet`: whose page it is, should it not say so itself; where nobody does, the outlet is the host of its address.
    Raises UnreadableError when there is no article in the page. Broken HTML is read as browsers would.
    """
    url = location if location.startswith(("http://", "https://")) else None
    tree = load_html(html)
    found = None
    if tree is not None:
        found = bare_extraction(
            tree,
            url=url,
            with_metadata=True,
            include_comments=False,
            include_tables=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    if tree is None or not isinstance(found, Document):
        raise no_article(location)
    address = _address(found.url, url)
    named = _line(found.sitename)
    hosts = {_host(address), _host(found.url)}
    address = address and canonical_url(address)
    linked = linked_credits(tree)
    outlet = (None if named in hosts else named) or linked.outlet or outlet or _host(address) or None
    shown = shown_text(tree)
    text = _text(found, outlet)
    if _words_of_prose(text) < MIN_WORDS or _runs_together(text, shown):
        text = _without_links(read_text_page(shown, location).text, tree)
    elif is_listing(blocks := read_blocks(text), range(len(blocks))) or _stands_under_links(text, shown, tree):
        raise several_articles(location)
    title = without_outlet(_line(found.title) or text.split("\n", 1)[0][:150], outlet)
    author = _line(found.author) or linked.byline
    # Where no author is named, what trafilatura finds is often the outlet, as page titles too end in it.
    owners = {part.casefold() for part in (outlet or "", *SEPARATOR.split(tree.findtext(".//title") or "")[1:])}
    published, updated = _dates(tree, address or "")
    return Article(
        id=article_id(address, title, text),
        title=title,
        text=text,
        url=address,
        outlet=outlet,
        byline=None if author and author.casefold() in owners else author,
        section=_line(found.categories[0]) if found.categories else linked.section,
        language=language_of(text) or found.language,
        published_at=published,
        updated_at=updated,
        source=location,
    )


def _host(address: str | None) -> str:
    return urlsplit(address or "").netloc.removeprefix("www.")


def _address(named: str | None, fetched: str | None) -> str | None:
    """The address that an article goes by: the one its page names, if that can be.

    Of a page that was fetched it has to be of the same site: that of a reprint is the original's, which has a text of
    its own. And no front page, which some sites name on all of theirs.
    """
    if not named or not fetched:
        return named or fetched
    theirs, ours = (urlsplit(address) for address in (named, fetched))
    hosts = [(parts.hostname or "").removeprefix("www.") for parts in (theirs, ours)]
    same_site = hosts[0] == hosts[1] or hosts[0].endswith(f".{hosts[1]}") or hosts[1].endswith(f".{hosts[0]}")
    return named if same_site and (theirs.path.strip("/") or theirs.query or not ours.path.strip("/")) else fetched


def _text(found: Document, outlet: str | None) -> str:
    """Its paragraphs, without what stands around a text: the title said again, byline, dates."""
    lines = [line for line in _LINES.split(_SPACES.sub(" ", found.text or "").strip()) if line]
    blocks = [read[0] if (read := read_blocks(line)) else None for line in lines]
    prose = [i for i, block in enumerate(blocks) if block and _is_prose(block)]
    first, last = (prose[0], prose[-1]) if prose else (0, len(lines))
    title = _line(found.title) or ""
    titles = {title.casefold(), without_outlet(title, outlet).casefold()}

    def belongs(index: int) -> bool:
        line, block = lines[index], blocks[index]
        if index < first and (line.casefold() in titles or (block and is_credit(block))):
            return False
        between = first < index < last
        return not is_date_line(line) or (between and not DATE_LABEL.search(line))

    return "\n\n".join(line for index, line in enumerate(lines) if belongs(index))


def _is_prose(block: Block) -> bool:
    if block.kind in (Kind.FURNITURE, Kind.CLOSING):
        return False
    sentence = block.sentence and block.words >= _SENTENCE_WORDS
    return block.kind is Kind.PROSE or sentence or block.words >= _PARAGRAPH_WORDS


def _words_of_prose(text: str) -> int:
    return sum(block.words for block in read_blocks(text) if _is_prose(block))


def _runs_together(text: str, shown: str) -> bool:
    """Whether a paragraph is several blocks of the page in one, as trafilatura's last resort makes of an <article>."""
    lines = ["".join(line.replace("•", "").split()) for line in shown.split("\n")]
    parted, joined = "\n".join(lines), "".join(lines)
    # Most are lines of the page as they stand, and need not be searched for.
    squeezed = {"".join(line.split()) for line in text.split("\n\n")} - set(lines)
    return any(line not in parted and line in joined for line in squeezed)


def _stands_under_links(text: str, shown: str, tree: Any) -> bool:
    """Whether most paragraphs are teasers: each under a heading that leads to another page, as no subhead does."""
    headings = tree.xpath("//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5][.//a[@href] or ancestor::a]")
    linked = {" ".join(heading.text_content().split()) for heading in headings}
    lines = [line for line in (" ".join(line.split()) for line in shown.replace("•", " ").split("\n")) if line]
    above = dict(zip(lines[1:], lines, strict=False))
    prose = [line for line in text.split("\n\n") if count_words(line) >= _SENTENCE_WORDS]
    teasers = sum(above.get(line) in linked for line in prose)
    return teasers >= TEASERS and teasers >= TEASER_SHARE * len(prose)


def _without_links(text: str, tree: Any) -> str:
    """`text` without the lines that are links to other pages, which a saved text does not show."""
    links = {" ".join(link.text_content().split()) for link in tree.iter("a")}
    return "\n\n".join(line for line in text.split("\n\n") if line not in links)


def _dates(tree: Any, url: str) -> tuple[str | None, str | None]:
    """When the page says that it was published and updated: to machines, else to its readers.

    In structured data the evening of a day in America is the next day in UTC: the address may tell the outlet's own.
    """
    published, updated = structured_dates(tree)
    day = read_timestamp("-".join(match.groups())) if (match := _DAY_IN_URL.search(url)) else None
    if published and day and abs(date.fromisoformat(day) - date.fromisoformat(published)) == timedelta(days=1):
        published = day
    if published is None or updated is None:
        blocks = read_blocks(shown_text(tree, machine_dates=True))
        if body := find_body(blocks):
            shown = read_metadata(blocks, body)
            published, updated = published or shown.published_at, updated or shown.updated_at
    return published, None if published and updated and updated[:10] < published[:10] else updated


def _line(value: str | None) -> str | None:
    return " ".join(value.split()) or None if value else None
