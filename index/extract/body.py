"""Which blocks of a page are the article's body.

The body is the contiguous run of blocks with the greatest sum of weights: prose counts for its words, everything else
against it (maximum subsequence segmentation: Pasternack & Roth, "Extracting Article Text from the Web with Maximum
Subsequence Segmentation", WWW 2009). Within the run, what is not the article's own is left out block by block, with
the neighbours deciding about short ones (jusText's context rule: Pomikálek 2011).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from index.extract.blocks import Block, Kind
from index.extract.dates import is_date_line, shows_date

_WEIGHT = {Kind.SHORT: -5.0, Kind.ITEM: -8.0, Kind.FURNITURE: -3.0, Kind.CLOSING: -60.0}
_PROSE_CAP = 80
_ALONE = 0.5
_LEAD_REACH = 12
_BARE_HEAD = 5  # lines above the text that are no menu: title, byline, date, section
_ANNOUNCED_WEIGHT = 1.0
_DATA = re.compile(r"\d|[^\W\d_][,;:] |\s[–—-]\s")
_DATA_SHARE = 0.7
_TEMPLATE = 3
_TEMPLATE_WEIGHT = -15.0
_SHINGLE = 4
_ENOUGH_COMPANY = 60  # words of prose among the neighbours: both copies are in an article, the first one counts


@dataclass(frozen=True, slots=True)
class Body:
    """`start` and `end` bound the run in the page's blocks; `paragraphs` are the indices kept of it, in order.

    `repeats` are the indices of blocks, anywhere on the page, that say again what stands elsewhere.
    """

    start: int
    end: int
    paragraphs: tuple[int, ...]
    repeats: frozenset[int]


def find_body(blocks: Sequence[Block]) -> Body | None:
    """The body of the page's article, or None when the page has no run of prose."""
    if _is_bare(blocks):
        return _all_prose(blocks)
    repeats = _repeats(blocks)
    lists = _lists(blocks)
    start, end = _best_run(_weights(blocks, repeats, lists))
    kept = [i for i in range(start, end) if i not in repeats and (i in lists or _belongs(blocks, i, start, end))]
    while kept and not (kept[-1] in lists or blocks[kept[-1]].kind is Kind.PROSE or blocks[kept[-1]].sentence):
        kept.pop()  # a heading of something that was not kept
    return Body(start, end, tuple(kept), frozenset(repeats)) if kept else None


def with_lead(blocks: Sequence[Block], body: Body, title_at: int) -> Body:
    """`body` with the prose between headline and body: a lead that pictures, boxes or buttons part from the rest."""
    between = range(title_at + 1, body.paragraphs[0])
    lead = [i for i in between if blocks[i].kind is Kind.PROSE and not blocks[i].bullet and i not in body.repeats]
    return replace(body, paragraphs=(*lead, *body.paragraphs)) if len(between) <= _LEAD_REACH else body


def _is_bare(blocks: Sequence[Block]) -> bool:
    """Whether a page shows nothing of a site: an article kept as a text of its own, all of it to be taken."""
    furniture = sum(block.kind is Kind.FURNITURE for block in blocks)
    head = list(takewhile(lambda block: block.kind is not Kind.PROSE, blocks))
    return len(head) <= _BARE_HEAD and furniture <= 2 and not any(block.kind is Kind.CLOSING for block in blocks)


def _all_prose(blocks: Sequence[Block]) -> Body | None:
    """Everything from the first paragraph on; a headline that ends in an ellipsis is none."""
    prose = (i for i, block in enumerate(blocks) if block.kind is Kind.PROSE and not block.cut_off)
    first = next(prose, len(blocks))
    kept = [
        i
        for i in range(first, len(blocks))
        if blocks[i].kind is not Kind.FURNITURE and not is_date_line(blocks[i].text)
    ]
    return Body(first, kept[-1] + 1, tuple(kept), frozenset()) if kept else None


def _weights(blocks: Sequence[Block], repeats: set[int], lists: dict[int, float]) -> list[float]:
    lines = Counter(block.text for block in blocks)
    weights = []
    for index, block in enumerate(blocks):
        if index in repeats:
            weight = -5.0
        elif block.kind is Kind.PROSE:
            weight = float(min(block.words, _PROSE_CAP)) * (0.5 if block.bullet or block.cut_off else 1.0)
            neighbours = (*blocks[max(index - 1, 0) : index], *blocks[index + 1 : index + 2])
            if not any(other.kind is Kind.PROSE or other.sentence for other in neighbours):
                weight *= _ALONE
        elif index in lists and not block.sentence:
            weight = lists[index]
        elif block.kind is not Kind.CLOSING and (lines[block.text] >= _TEMPLATE or _is_date_line(block)):
            weight = _TEMPLATE_WEIGHT
        elif block.kind is Kind.SHORT and block.sentence and block.words >= 3:
            weight = block.words / 2
        else:
            weight = _WEIGHT[block.kind]
        weights.append(weight)
    return weights


def _lists(blocks: Sequence[Block]) -> dict[int, float]:
    """Lines of lists that belong to the text, with their weights: announced by a colon, or of figures, addresses and
    the like. Menus and boxes of links are runs of lines too, but of plain words."""
    found: dict[int, float] = {}
    index = 0
    while index < len(blocks):
        end = index
        while end < len(blocks) and blocks[end].kind in (Kind.SHORT, Kind.ITEM) and not _is_date_line(blocks[end]):
            end += 1
        if end > index:
            announced = index > 0 and blocks[index - 1].kind is Kind.PROSE and blocks[index - 1].text.endswith(":")
            data = sum(_DATA.search(blocks[i].text) is not None for i in range(index, end))
            if announced:
                found |= dict.fromkeys(range(index, end), _ANNOUNCED_WEIGHT)
            elif end - index >= 3 and data >= _DATA_SHARE * (end - index):
                found |= dict.fromkeys(range(index, end), 0.0)
        index = max(end, index + 1)
    return found


def _is_date_line(block: Block) -> bool:
    """Below the head of an article, a date on a line of its own belongs to a teaser or a comment."""
    return block.words <= 8 and any(c.isdigit() for c in block.text) and shows_date(block.text)


def _best_run(weights: Sequence[float]) -> tuple[int, int]:
    """Start and end (exclusive) of the contiguous run with the greatest sum (Kadane)."""
    best, best_span, total, start = 0.0, (0, 0), 0.0, 0
    for index, weight in enumerate(weights):
        if total <= 0:
            total, start = 0.0, index
        total += weight
        if total > best:
            best, best_span = total, (start, index + 1)
    return best_span


def _repeats(blocks: Sequence[Block]) -> set[int]:
    """Blocks whose words stand on the page a second time, at the better place: teasers of the article on its own page,
    summaries for sharing, a second copy for small screens. Of two copies the one among more prose is the original."""
    shingles = [_shingles(block.text) if block.words >= 8 else set() for block in blocks]
    places: dict[int, list[int]] = defaultdict(list)
    for index, found in enumerate(shingles):
        for shingle in found:
            # A phrase repeated all over a page tells nothing, and pairs of all its places would cost quadratic time.
            if len(places[shingle]) < 8:
                places[shingle].append(index)
    prose_before = [0]
    for block in blocks:
        prose_before.append(prose_before[-1] + (block.words if block.kind is Kind.PROSE else 0))

    def company(index: int) -> int:
        low, high = max(index - 4, 0), min(index + 5, len(blocks))
        return min(prose_before[high] - prose_before[low] - blocks[index].words, _ENOUGH_COMPANY)

    repeated: set[int] = set()
    # Cut-off copies first: a teaser may run several paragraphs of the article together, and these are not its copies.
    for index in sorted(range(len(blocks)), key=lambda i: not blocks[i].cut_off):
        found = shingles[index]
        others = Counter(
            place for shingle in found for place in places[shingle] if place != index and place not in repeated
        )
        covered = sum(any(p != index and p not in repeated for p in places[shingle]) for shingle in found)
        if not others or covered < 0.7 * len(found):
            continue
        other = others.most_common(1)[0][0]
        same = len(shingles[other]) < 1.4 * len(found) and blocks[index].cut_off == blocks[other].cut_off
        if not same or (company(index), other) <= (company(other), index):
            repeated.add(index)
    return repeated


def _shingles(text: str) -> set[int]:
    words = text.lower().split()
    return {hash(tuple(words[i : i + _SHINGLE])) for i in range(len(words) - _SHINGLE + 1)}


def _belongs(blocks: Sequence[Block], index: int, start: int, end: int) -> bool:
    block = blocks[index]
    if block.kind is Kind.PROSE:
        return not (block.bullet and block.cut_off)
    if block.kind in (Kind.FURNITURE, Kind.CLOSING) or is_date_line(block.text):
        return False
    if block.sentence and block.words >= 3 and not block.cut_off:
        return True
    if block.kind is Kind.ITEM:
        return False
    # A heading stands between two paragraphs; a box of links or captions is several short lines together.
    before = _neighbour(blocks, index, -1, start, end)
    after = _neighbour(blocks, index, 1, start, end)
    if before is None or after is None:
        return False
    return before.kind is Kind.PROSE and after.kind is Kind.PROSE


def _neighbour(blocks: Sequence[Block], index: int, step: int, start: int, end: int) -> Block | None:
    index += step
    while start <= index < end:
        if blocks[index].kind is not Kind.FURNITURE:
            return blocks[index]
        index += step
    return None
