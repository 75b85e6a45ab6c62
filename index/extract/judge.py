"""Whether what was read out of a page is an article: no list of several, no page where the site only speaks itself."""

import re
from collections.abc import Sequence

from index.errors import UnreadableError
from index.extract.blocks import Block, Kind
from index.extract.body import Body
from index.extract.dates import find_date, is_date_line
from index.extract.vocabulary import speaks_to_visitor

MIN_WORDS = 30
"""Words of text from which on the place on the page is proof enough; below, `is_brief` decides."""

TEASERS, TEASER_SHARE = 3, 0.6
"""So many, and so much of the prose, make a listing."""

_MAX_GAP = 4
_MIN_BRIEF_WORDS = 12
_MIN_SENTENCE_WORDS = 3
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’»)]*\s+|(?<=[。！？])")
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]*[\"”“»]")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}|[^\W\d_]{4,}")
_NAMED = re.compile(r"\d|(?<=[^\W\d_] )[A-ZÀ-Þ]|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def no_article(location: str) -> UnreadableError:
    """The error for a page without an article."""
    return UnreadableError(location, "there is no article in it", "Save the page of one article, with its text.")


def several_articles(location: str) -> UnreadableError:
    """The error for a page that lists articles."""
    return UnreadableError(
        location, "it lists several articles and holds none of them", "Save the pages of the articles themselves."
    )


def is_listing(blocks: Sequence[Block], paragraphs: Sequence[int]) -> bool:
    """Whether the prose is mostly teasers: a paragraph alone under a heading, cut off, dated or with a "read more"."""
    prose = [i for i in paragraphs if blocks[i].kind is Kind.PROSE]
    three_together = any(later - index == 2 for index, later in zip(prose, prose[2:], strict=False))
    teasers = sum(_is_teaser(blocks, i) for i in prose)
    return not three_together and teasers >= TEASERS and teasers >= TEASER_SHARE * len(prose)


def is_brief(blocks: Sequence[Block], body: Body, title_at: int | None) -> bool:
    """Whether a text of few words is a short report: at least two full sentences right below a headline that is about
    the same, which name something, do not address the visitor, and are the only ones on the page."""
    if title_at is None or not 0 < body.paragraphs[0] - title_at <= _MAX_GAP:
        return False
    title, text = blocks[title_at].text, " ".join(blocks[i].text for i in body.paragraphs)
    sentences = [s for s in _SENTENCE_END.split(text) if len(s.split()) >= _MIN_SENTENCE_WORDS or _is_cjk(s)]
    if len(sentences) < 2 or sum(blocks[i].words for i in body.paragraphs) < _MIN_BRIEF_WORDS:
        return False
    if any(blocks[i].cut_off for i in body.paragraphs) or blocks[title_at].words < 3:
        return False
    said = set(_WORD.findall(text.casefold()))
    if not said & set(_WORD.findall(title.casefold())) or not _NAMED.search(text):
        return False
    return not speaks_to_visitor(_QUOTED.sub(" ", f"{title}. {text}")) and _stands_alone(blocks, body)


def _stands_alone(blocks: Sequence[Block], body: Body) -> bool:
    """No prose in another place, up to the comments or other articles that a heading below the text announces."""
    for index, block in enumerate(blocks):
        if index >= body.end and block.kind is Kind.CLOSING:
            return True
        if not body.start <= index < body.end and block.kind is Kind.PROSE and not is_date_line(block.text):
            return False
    return True


def _is_cjk(text: str) -> bool:
    return len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", text)) >= 2 * _MIN_SENTENCE_WORDS


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
