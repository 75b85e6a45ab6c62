"""A PDF file -> Article: its lines put together to paragraphs, then read like a page saved as text. Through pypdf."""

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from statistics import median
from typing import Any
from unicodedata import normalize

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from index.errors import UnreadableError
from index.extract.encoding import repair
from index.extract.text_page import read_text_page
from index.types import Article

MAX_PAGES = 300
_SAME_LINE = 0.4  # of the size of its letters: so far up or down a piece may stand and be of the same line
_PARAGRAPH_GAP = 1.25  # times the usual distance of two lines
_LIGATURE = re.compile(r"[\ufb00-\ufb06]")
_DIGITS = re.compile(r"\d+")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]$")

# What it thinks of a file, our error says.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


@dataclass(slots=True)
class _Line:
    """A line as it stands on its page: `y` grows upwards, in points like the `size` of its letters."""

    page: int
    y: float
    size: float
    text: str


def read_pdf(content: bytes, location: str) -> Article:
    """The article of a PDF file. Raises UnreadableError when it is damaged, locked, or has no text but pictures."""
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError(location, "the PDF is locked with a password", "Save it without one.")
        lines = [line for number, page in enumerate(reader.pages[:MAX_PAGES]) for line in _lines(page, number)]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as error:
        raise UnreadableError(location, f"the PDF cannot be read ({type(error).__name__})", "Save it again.") from error
    if not any(line.text.strip() for line in lines):
        raise UnreadableError(location, "the PDF holds no text", "Run text recognition on it first.")
    text = repair("\n\n".join(_paragraphs(_without_margins(lines))))
    return read_text_page(_LIGATURE.sub(lambda match: normalize("NFKC", match[0]), text), location)


def _lines(page: Any, number: int) -> Iterator[_Line]:
    """The lines of a page in the order in which they are drawn, which is nearly always that of reading."""
    pieces: list[tuple[str, float, float]] = []

    def add(text: str, page_matrix: Any, matrix: Any, font: object, size: float) -> None:
        scale = abs(matrix[3] * page_matrix[3]) or 1.0
        pieces.append((text, matrix[5] * page_matrix[3] + page_matrix[5], size * scale))

    page.extract_text(visitor_text=add)
    line: _Line | None = None
    for text, y, size in pieces:
        for index, part in enumerate(text.split("\n")):
            if line and (index > 0 or (part.strip() and abs(line.y - y) > _SAME_LINE * max(line.size, size))):
                yield line
                line = None
            if line:
                line.text += part
            elif part.strip():
                line = _Line(number, y, size, part)
    if line:
        yield line


def _without_margins(lines: Sequence[_Line]) -> list[_Line]:
    """The lines without those that stand on most pages: running heads and page numbers."""
    pages = len({line.page for line in lines})
    seen = Counter(text for text, _ in {(_DIGITS.sub("#", line.text), line.page) for line in lines})
    return [line for line in lines if pages < 3 or seen[_DIGITS.sub("#", line.text)] <= pages / 2]


def _paragraphs(lines: Sequence[_Line]) -> Iterator[str]:
    """Lines of one size at the usual distance belong together, and those that go on in the next column or page."""
    pairs = list(pairwise(lines))
    steps = [step for above, below in pairs if 0 < (step := _step(above, below)) < 3]
    usual = median(steps) if steps else 1.2
    text = " ".join(lines[0].text.split())
    for above, below in pairs:
        added = " ".join(below.text.split())
        alike = abs(above.size - below.size) < 0.1 * above.size
        near = above.page == below.page and 0 < _step(above, below) <= _PARAGRAPH_GAP * usual
        goes_on = (above.page, 0) < (below.page, _step(below, above)) and added[:1].islower()
        if not alike or not (near or goes_on):
            yield text
            text = added
        elif _HYPHEN.search(text) and added[:1].islower():
            text = text[:-1] + added
        else:
            text += f" {added}"
    yield text


def _step(above: _Line, below: _Line) -> float:
    """From line to line, in sizes of the letters; negative where the second is the higher one."""
    return (above.y - below.y) / (above.size or 1.0)
