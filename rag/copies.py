"""Whether a passage says only what other passages have said: the same words under another address."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

RUN = 5
"""Words in a row that count as one; Broder 1997 calls them shingles."""

REPEATED = 0.8
"""A passage with this share of its runs among those of others is a copy, unless it has a number of its own: an update
of a report may change nothing else. See eval/LOG.md."""

_WORD = re.compile(r"\d(?:[\d.,]*\d)?|\w+")


@dataclass(frozen=True, slots=True)
class Wording:
    """How a passage is worded: its runs of words, or all of it when it is shorter than one, and its numbers."""

    runs: frozenset[tuple[str, ...]]
    numbers: frozenset[str]


def wording(text: str) -> Wording:
    """Case, punctuation and white space do not count."""
    words = _WORD.findall(text.casefold())
    runs = zip(*(words[start:] for start in range(RUN)), strict=False) if len(words) > RUN else [tuple(words)]
    return Wording(frozenset(runs), frozenset(word for word in words if word[0].isdigit()))


def is_copy(new: Wording, others: Sequence[Wording]) -> bool:
    """Whether the others, taken together, say what the new one does: a copy may be cut in other places."""
    repeated = new.runs & frozenset().union(*(other.runs for other in others))
    numbers = frozenset().union(*(other.numbers for other in others))
    return len(repeated) >= REPEATED * len(new.runs) and new.numbers <= numbers
