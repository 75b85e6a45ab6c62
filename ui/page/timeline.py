"""Dated points of a story in their order: as a picture to scale, and as a list."""

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape

from rag.types import Citation
from ui.page.parts import aged, day, outlet
from ui.page.refs import refs

WIDTH, HEIGHT, MARGIN = 600, 64, 12
"""Units of the picture, which is as wide as there is room."""


def timeline(citations: Iterable[Citation], now: date) -> str:
    """Of those that are dated, oldest first; nothing where all are of one day."""
    points = sorted((one for one in citations if one.published_at), key=lambda one: one.published_at or "")
    if len({_on(point) for point in points}) < 2:
        return ""
    items = "".join(
        f"<li><time datetime='{_on(point)}'>{aged(point.published_at, now)}</time> {outlet(point.outlet)}"
        f"{refs([point.n], {point.n: f'{outlet(point.outlet)}, {day(point.published_at)}'})}"
        f"<q>{escape(point.quote)}</q></li>"
        for point in points
    )
    shown = picture(points)
    return f"<section class='nd-timeline' aria-label='Timeline'><h2>Timeline</h2>{shown}<ol>{items}</ol></section>"


def _on(point: Citation) -> date:
    assert point.published_at is not None
    return date.fromisoformat(point.published_at[:10])


def picture(points: Sequence[Citation]) -> str:
    """A line from the first day to the last with a dot for each point; those of one day stand on one another. `points`:
    dated, oldest first; of one day only they make no picture."""
    first, last = _on(points[0]), _on(points[-1])
    if first == last:
        return ""
    scale = (WIDTH - 2 * MARGIN) / (last - first).days
    heights: dict[date, int] = {}
    dots = []
    for point in points:
        on = _on(point)
        heights[on] = heights.get(on, -1) + 1
        x, y = MARGIN + (on - first).days * scale, 34 - 9 * min(heights[on], 3)
        dots.append(f"<circle cx='{x:.1f}' cy='{y}' r='5'/>")
    said = f"{len(points)} reports from {day(first.isoformat())} to {day(last.isoformat())}"
    return (
        f"<svg class='nd-line' viewBox='0 0 {WIDTH} {HEIGHT}' role='img' aria-label='{said}'>"
        f"<line x1='{MARGIN}' y1='34' x2='{WIDTH - MARGIN}' y2='34'/>{''.join(dots)}"
        f"<text x='{MARGIN}' y='58'>{day(first.isoformat())}</text>"
        f"<text x='{WIDTH - MARGIN}' y='58' text-anchor='end'>{day(last.isoformat())}</text></svg>"
    )
