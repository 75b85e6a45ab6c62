"""What a saved page says about its article, from where pages show it: around the title and around the body."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.extract.blocks import Block, Kind
from index.extract.body import Body
from index.extract.credits import find_byline, find_dates, is_labelled
from index.extract.dates import is_calendar
from index.extract.headline import find_headline
from index.extract.outlet import SEPARATOR, find_outlet, without_outlet
from index.extract.vocabulary import CLOSING_LINE, CONTROL_LINE

_IMAGE_WORD = re.compile(r"^(?:icon|logo|thumb(?:nail)?|image|img)\s?(?=[^\W\d_])", re.IGNORECASE)
_SECTION_LABEL = re.compile(
    r"(?:posted in|filed under|categor(?:y|ies)|section|rubri(?:k|que|ek)|sección|sezione|categorie|kategorie)"
    r"\s?:?\s+(?P<name>\S.{1,40})",
    re.IGNORECASE,
)
_LEADS_DOWN = re.compile(r"[>»›→]|\s/\s")
_HOME = re.compile(r"home(?:page)?|start(?:seite)?|accueil|inicio|início", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about its article; None where it does not say. `title_at`: index of the title's block."""

    title: str
    title_at: int | None
    outlet: str | None
    byline: str | None
    section: str | None
    published_at: str | None
    updated_at: str | None


def read_metadata(blocks: Sequence[Block], body: Body) -> Metadata:
    """Title, outlet, byline, section and dates of the article whose body is `body`."""
    lines = Counter(block.text.casefold() for block in blocks)
    title_at = find_headline(blocks, body)
    first, last = body.paragraphs[0], body.paragraphs[-1]
    top = title_at if title_at is not None else first
    # Where a page tells about its article, the likeliest place first.
    below = list(range(top + 1, first)) if top < first else list(range(first + 1, min(first + 3, len(blocks))))
    above = list(range(top - 1, max(top - 12, -1), -1))
    tail = list(_tail(blocks, last))
    near = [
        i
        for i in above
        if not blocks[i].bullet and (is_labelled(blocks[i]) or (top - i <= 3 and not is_calendar(blocks[i].text)))
    ]
    published, updated, dated_at = find_dates(blocks, [*below, *near, *tail], first)
    title = blocks[title_at].text if title_at is not None else _first_sentence(blocks[first].text)
    outlet = find_outlet(blocks, body, lines, title_at)
    return Metadata(
        title=without_outlet(title, outlet),
        title_at=title_at,
        outlet=outlet,
        byline=find_byline(blocks, lines, [*below, *above], tail, dated_at),
        section=_section(blocks, lines, top, [*below, *tail], dated_at),
        published_at=published,
        updated_at=updated,
    )


def _tail(blocks: Sequence[Block], last: int) -> Iterator[int]:
    """The few lines right below the body, up to whatever opens something else."""
    for index in range(last + 1, min(last + 5, len(blocks))):
        if blocks[index].kind is Kind.CLOSING:
            return
        yield index


def _section(
    blocks: Sequence[Block],
    lines: Counter[str],
    top: int,
    zone: Sequence[int],
    dated_at: int | None,
) -> str | None:
    """The site's section: a name beside the date that is also in the menu, a breadcrumb, a label, a menu name above."""
    if dated_at is not None:
        for part in re.split(r"\d|\s[|•·–-]\s", blocks[dated_at].text):
            name = _IMAGE_WORD.sub("", part).strip(" ,|•·–-")
            if len(name) > 2 and lines[name.casefold()]:
                return name
    for index in zone:
        match = _SECTION_LABEL.match(blocks[index].text)
        if match:
            return re.split(r"[,|•·]", match["name"])[0].strip()
    if trail := _breadcrumb(blocks, lines, top):
        return trail[-1]
    if top > 0 and blocks[top - 1].kind in (Kind.SHORT, Kind.ITEM):
        above = blocks[top - 1].text
        # The last of several names that are also elsewhere is the end of a menu.
        in_menu = SEPARATOR.search(above) or (top > 1 and lines[blocks[top - 2].text.casefold()] > 1)
        return above if blocks[top - 1].words <= 3 and lines[above.casefold()] > 1 and not in_menu else None
    return None


def _breadcrumb(blocks: Sequence[Block], lines: Counter[str], top: int) -> list[str]:
    """The names after "Home" in "Home > News > Food", or on lines of their own that lead down to the title.

    A menu begins with "Home" too: it parts its names by bars and dots, or stands on the page more than once.
    """
    for index in range(top - 1, max(top - 12, -1), -1):
        names = [part for part in SEPARATOR.split(blocks[index].text) if part]
        if not names or not _HOME.fullmatch(names[0]):
            continue
        if len(names) == 1 and top - index <= 4:
            names = [block.text for block in blocks[index:top] if lines[block.text.casefold()] > 1]
            if len(names) > 2 and _times(blocks, names) > 1:
                return []
        elif not _LEADS_DOWN.search(blocks[index].text) or lines[blocks[index].text.casefold()] > 1:
            return []
        if any(CLOSING_LINE.fullmatch(name) or CONTROL_LINE.fullmatch(name) for name in names):
            return []
        title = blocks[top].text.casefold()
        return [name for name in names[1:] if len(name.split()) <= 4 and name.casefold() != title]
    return []


def _times(blocks: Sequence[Block], names: Sequence[str]) -> int:
    """How often these lines follow one another."""
    texts = [block.text for block in blocks]
    return sum(texts[i : i + len(names)] == list(names) for i in range(len(texts)))


def _first_sentence(text: str) -> str:
    sentence = re.match(r".{1,150}?[.!?…](?=\s|$)", text)
    return sentence[0] if sentence else text[:150]
