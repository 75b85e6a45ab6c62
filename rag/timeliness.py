"""What the day of a report adds to its score, for a given question."""

from rag.times import closeness, recency
from rag.types import StandaloneQuestion

TIME, RECENT = 0.5, 0.3
"""What the best fit to the dates of the question, and the newest report, weigh against a relevance of 1. See
eval/LOG.md."""

ASKED_HALF_LIFE, LATEST_HALF_LIFE = 14, 182
"""Days for which a report counts half as recent: seen from the day of asking, and from the newest of the archive."""


def timeliness(question: StandaloneQuestion, published_at: str | None, newest: str | None) -> float:
    """At least 0; higher is better. `newest`: the newest day of the archive.

    A question with dates in it prefers reports of that time; else one asked on a given day those of that day; one for
    the latest the newest of the archive.
    """
    if question.times:
        return TIME * closeness(published_at, question.times)
    if question.as_of:
        return RECENT * recency(published_at, question.as_of.isoformat(), ASKED_HALF_LIFE)
    return RECENT * recency(published_at, newest, LATEST_HALF_LIFE) if question.latest else 0.0
