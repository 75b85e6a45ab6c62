"""A saved text page -> its blocks (one paragraph, heading, list item or control each), measured."""

import re
from dataclasses import dataclass
from enum import Enum

from index.extract.vocabulary import (
    ANY_FUNCTION_WORD,
    CLOSING_LINE,
    CONTROL_LINE,
    CREDIT_LINE,
    POINTER_LINE,
    site_speaks,
)

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_BULLET = re.compile(r"(?:[•·●○◦▪▫■□►▶‣⁃∙*+-]|o(?=\s{1,4}\S))\s+")
_ONLY_SIGNS = re.compile(r"[\W_]*")
_ENDS_SENTENCE = re.compile(r"[.!?…:;。！？][\"'”’»)\]*]*$|[\"”»]$")
_FULL_STOP = re.compile(r"[.!?…。！？][\"'”’»)\]*]*$")
_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])\W*$")
_END = 80  # characters at the end of a block that tell how it ends; all of a long one would take quadratic time
_SPACES = re.compile(r"[^\S\n]+")
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
# Lines of hard-wrapped text are of about equal length; screens of text browsers and mail are this wide.
_WRAP_FROM, _WRAP_TO = 55, 120


class Kind(Enum):
    """What a block is by its own words alone, before its place on the page is looked at."""

    PROSE = "prose"  # sentences
    SHORT = "short"  # a heading, name, label, link or fragment
    ITEM = "item"  # the same in a list
    FURNITURE = "furniture"  # the site speaking, a control, a credit, a pointer to another article
    CLOSING = "closing"  # a heading that opens something else: comments, other articles, newsletter


@dataclass(frozen=True, slots=True)
class Block:
    """`text` has single spaces and no bullet; `words` counts them; `cut_off`: ends in an ellipsis, as teasers do."""

    text: str
    kind: Kind
    words: int
    bullet: bool
    sentence: bool
    cut_off: bool


def read_blocks(text: str) -> list[Block]:
    """The blocks of a page in reading order; empty lines and lines of signs alone are left out."""
    blocks = []
    for line in _unwrap(_INVISIBLE.sub("", text).splitlines()):
        clean = _SPACES.sub(" ", line).strip()
        bullet = _BULLET.match(clean)
        if bullet:
            clean = clean[bullet.end() :]
        if not _ONLY_SIGNS.fullmatch(clean):
            blocks.append(_measure(clean, bullet is not None))
    return blocks


def _unwrap(lines: list[str]) -> list[str]:
    """Join the lines of hard-wrapped paragraphs: neighbours where the next line's first word would not have fitted."""
    # The few longest are left aside: addresses do not wrap.
    long = sorted(len(line) for line in lines if len(line) >= _WRAP_FROM)
    width = long[-1 - len(long) // 50] if long else 0
    filled = sum(0.8 * width < length <= width for length in long)
    if width > _WRAP_TO or len(long) < 3 or filled < 0.5 * len(long):
        return lines
    joined: list[str] = []
    room = 0
    for line in lines:
        first = line.split(maxsplit=1)[0] if line.strip() else ""
        if first and joined and joined[-1].strip() and 0 <= room <= len(first) and not _BULLET.match(line.strip()):
            joined[-1] = f"{joined[-1].rstrip()} {line.strip()}"
        else:
            joined.append(line)
        room = width - len(line.rstrip())
    return joined


def count_words(text: str) -> int:
    """Words of `text`; two characters count for one where words are written without spaces."""
    return sum(1 for _ in _WORD.finditer(text)) + sum(1 for _ in _CJK.finditer(text)) // 2


def _measure(text: str, bullet: bool) -> Block:
    words = _WORD.findall(text)
    count = count_words(text)
    return Block(
        text=text,
        kind=_kind(text, words, count, bullet),
        words=count,
        bullet=bullet,
        sentence=_FULL_STOP.search(text[-_END:]) is not None,
        cut_off=_CUT_OFF.search(text[-_END:]) is not None,
    )


def _kind(text: str, words: list[str], count: int, bullet: bool) -> Kind:
    if len(text) <= 250 and CLOSING_LINE.fullmatch(text):
        return Kind.CLOSING
    if len(text) <= 120 and CONTROL_LINE.fullmatch(text):
        return Kind.FURNITURE
    if len(text) <= 400 and (CREDIT_LINE.fullmatch(text) or POINTER_LINE.fullmatch(text)):
        return Kind.FURNITURE
    if site_speaks(text):
        return Kind.FURNITURE
    function_words = sum(word.lower() in ANY_FUNCTION_WORD for word in words) / max(len(words), 1)
    ends = _ENDS_SENTENCE.search(text[-_END:]) is not None
    if (count >= 8 and ends and function_words >= 0.1) or (count >= 25 and function_words >= 0.25):
        return Kind.PROSE
    if _CJK.search(text) and count >= 8 and ends:
        return Kind.PROSE
    return Kind.ITEM if bullet else Kind.SHORT
