"""How well the day of an article fits what a question says of time, as numbers to rank by."""

from collections.abc import Sequence
from datetime import date

from rag.types import TimeRange

LEAD, LAG, HALF_LIFE = 2, 20, 40
"""Days around a range that still fit it, and days for each further halving; searched on the training questions."""


def closeness(published_at: str | None, ranges: Sequence[TimeRange]) -> float:
    """How well the day of an article fits the dates of a question, in [0, 1]; 0 for an undated article.

    1 from two days before a range to LAG days behind it, since news is told when it happens or soon after; falling by
    half every HALF_LIFE days outside. The best of several ranges counts.
    """
    if published_at is None or not ranges:
        return 0.0
    day = date.fromisoformat(published_at[:10])
    return max(_fit(day, time_range) for time_range in ranges)


def recency(published_at: str | None, newest: str | None, half_life: float) -> float:
    """1 for an article of the day `newest`, falling by half every `half_life` days before; 0 for an undated one."""
    if published_at is None or newest is None:
        return 0.0
    age = date.fromisoformat(newest[:10]) - date.fromisoformat(published_at[:10])
    return float(0.5 ** (max(age.days, 0) / half_life))


def _fit(day: date, wanted: TimeRange) -> float:
    if (wanted.relation == "since" and day >= wanted.start) or (wanted.relation == "before" and day <= wanted.end):
        return 1.0
    outside = max((wanted.start - day).days - LEAD, (day - wanted.end).days - LAG, 0)
    return float(0.5 ** (outside / HALF_LIFE))
