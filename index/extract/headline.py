"""Which block of a page is the article's headline."""

import re
from collections.abc import Sequence
from itertools import chain

from index.extract.blocks import Block, Kind
from index.extract.body import Body
from index.extract.credits import is_credit

_REACH = 25
_MAX_WORDS = 30
_CONTENT_WORD = re.compile(r"\w{4,}")


def find_headline(blocks: Sequence[Block], body: Body) -> int | None:
    """Index of the likeliest headline: above the body, of a headline's length, with a date or byline below it, sharing
    the body's words, said again elsewhere on the page. None when no line will do."""
    first = body.paragraphs[0]
    top = max(first - _REACH, 0)
    prose = [i for i in range(top, first) if blocks[i].kind is Kind.PROSE]
    said = set(_CONTENT_WORD.findall(" ".join(blocks[i].text for i in (*prose, *body.paragraphs)).casefold()))
    around = chain(blocks[max(first - 2 * _REACH, 0) : first], blocks[body.end : body.end + 2 * _REACH])
    mentions = "\n".join(block.text.casefold() for block in around if block.words <= 2 * _MAX_WORDS)
    best, best_score = None, 0.5
    credit_at: int | None = None
    for index in chain(range(first, max(first - _REACH, 1), -1), range(min(1, first), -1, -1)):
        block = blocks[index]
        if is_credit(block):
            credit_at = index
        elif _may_be_headline(block) and (index < first or len(body.paragraphs) > 1):
            words = set(_CONTENT_WORD.findall(block.text.casefold()))
            score = 4.0 * len(words & said) / max(len(words), 4)
            score += 1.0 if 4 <= block.words <= 20 else 0.0
            score += 1.0 if credit_at is not None and credit_at - index <= 4 else 0.0
            score += 0.5 * min(mentions.count(block.text.casefold()) - 1, 2) if block.words >= 4 else 0.0
            score += 0.5 if index == 0 else 0.0
            score -= 0.05 * (first - index)
            score -= 1.0 if block.bullet else 0.0
            score -= 1.0 if block.text.endswith((".", "”", '"')) and not block.cut_off else 0.0
            if score > best_score:
                best, best_score = index, score
    return best


def _may_be_headline(block: Block) -> bool:
    if block.kind in (Kind.FURNITURE, Kind.CLOSING) or not 2 <= block.words <= _MAX_WORDS:
        return False
    if block.text.endswith((":", ",", "—", "–", "-")):
        return False
    return block.kind is not Kind.PROSE or block.cut_off or (block.words <= 20 and not block.text.endswith("."))
