"""A saved text page -> Article: what a person gets who saves or copies a web page as plain text."""

import re
from collections.abc import Sequence

from index.errors import UnreadableError
from index.extract.blocks import Block, Kind, read_blocks
from index.extract.body import Body, find_body, with_lead
from index.extract.dates import find_date
from index.extract.language import language_of
from index.extract.metadata import read_metadata
from index.types import Article, article_id

_MIN_WORDS = 30
_TEASER_SHARE = 0.6


def read_text_page(text: str, location: str) -> Article:
    """The article of a page saved as text: furniture taken away, metadata read from where the page shows it.

    Works in time linear in the length of `text`. Raises UnreadableError when there is no article in the page.
    """
    blocks = read_blocks(text)
    body = find_body(blocks)
    if body is None or sum(blocks[i].words for i in body.paragraphs) < _MIN_WORDS:
        raise UnreadableError(location, "there is no article in it", "Save the page of one article, with its text.")
    if _is_listing(blocks, body):
        raise UnreadableError(
            location, "it lists several articles and holds none of them", "Save the pages of the articles themselves."
        )
    found = read_metadata(blocks, body)
    if found.title_at is not None:
        body = with_lead(blocks, body, found.title_at)
    article_text = "\n\n".join(blocks[i].text for i in body.paragraphs if i != found.title_at)
    return Article(
        id=article_id(None, found.title, article_text),
        title=found.title,
        text=article_text,
        outlet=found.outlet,
        byline=found.byline,
        section=found.section,
        language=language_of(article_text),
        published_at=found.published_at,
        updated_at=found.updated_at,
        source=location,
    )


def _is_listing(blocks: Sequence[Block], body: Body) -> bool:
    """Whether the prose is mostly teasers: a paragraph alone under a heading, cut off, dated or with a "read more"."""
    prose = [i for i in body.paragraphs if blocks[i].kind is Kind.PROSE]
    three_together = any(later - index == 2 for index, later in zip(prose, prose[2:], strict=False))
    teasers = sum(_is_teaser(blocks, i) for i in prose)
    return not three_together and teasers >= 3 and teasers >= _TEASER_SHARE * len(prose)


def _is_teaser(blocks: Sequence[Block], index: int) -> bool:
    before = blocks[max(index - 2, 0) : index]
    after = blocks[index + 1 : index + 2]
    if not before or before[-1].kind is Kind.PROSE or (after and after[0].kind is Kind.PROSE):
        return False
    return (
        blocks[index].cut_off
        or any(find_date(block.text) for block in [*before, *after])
        or any(
            block.kind is Kind.FURNITURE and re.search(r"\bmore\b|weiter|suite|verder|más", block.text, re.I)
            for block in after
        )
    )
