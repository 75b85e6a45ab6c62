"""What a claim names and articles do not hold: figures, names and dates, looked up exactly."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from rag.dates import find_times
from rag.figures import FigureKind, figures
from rag.sentences import Context
from rag.words import in_dictionary, is_stop_word, words

KIN, SHORT = 4, 3
"""Letters at the beginning that words of one name share; of an abbreviation all of it, and so many."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Characters `start` to `end` of a claim. `sure`: nobody who tells what the articles tell could have come to write
    them; a number in words may have been counted out, and an ordinary word is capitalised for many a reason."""

    kind: Literal["figure", "name", "date"]
    start: int
    end: int
    sure: bool


def missing(claim: str, contexts: Sequence[Context]) -> list[Missing]:
    """The amounts, shares and counts that no figure of the articles agrees with, the capitalised words that they do not
    hold, and the dates with a year that none tells, or came out in."""
    return [*_figures(claim, contexts), *_names(claim, contexts), *_dates(claim, contexts)]


def _figures(claim: str, contexts: Sequence[Context]) -> Iterator[Missing]:
    for kind in get_args(FigureKind):
        for figure in figures(claim, kind):
            if not any(figure.agrees(told) for context in contexts for told in context.figures(kind)):
                digits = any(map(str.isdigit, claim[figure.start : figure.end]))
                yield Missing("figure", figure.start, figure.end, sure=digits)


def _names(claim: str, contexts: Sequence[Context]) -> Iterator[Missing]:
    held = frozenset().union(*(context.everything for context in contexts))
    for word in words(claim):
        opens = word.start == 0 and in_dictionary(word.text)
        if word.capitalised and not opens and not is_stop_word(word.text) and not word.forms & held:
            name = word.text.lower()
            sure = word.start > 0 and not in_dictionary(name) and not any(_akin(name, form) for form in held)
            yield Missing("name", word.start, word.start + len(word.text), sure)


def _akin(name: str, other: str) -> bool:
    """Whether they may come of one name: "Chinese" and "China", "October" and "Oct"."""
    shortest = min(len(name), len(other))
    same = next((n for n in range(shortest) if name[n] != other[n]), shortest)
    return same >= KIN or (same >= SHORT and same == shortest)


def _dates(claim: str, contexts: Sequence[Context]) -> Iterator[Missing]:
    dated = [found for found in find_times(claim, date.max) if found.shape.kind == "fixed"]
    told = [days for context in contexts for days in _told_days(context)] if dated else []
    for found in dated:
        if not any(found.time.start <= last and first <= found.time.end for first, last in told):
            yield Missing("date", found.start, found.end, sure=True)


def _told_days(context: Context) -> Iterator[tuple[date, date]]:
    """Those that the article writes, by the day that it came out where it has one, and this day."""
    article = context.article
    if article.published_at is None:
        yield from (
            (found.time.start, found.time.end)
            for found in find_times(article.text, date.max)
            if found.shape.kind == "fixed"
        )
        return
    published = date.fromisoformat(article.published_at[:10])
    yield published, published
    for today in (published, published.replace(month=12, day=31)):  # "on May 9" may be the next one, too
        yield from ((found.time.start, found.time.end) for found in find_times(article.text, today))
