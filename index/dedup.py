"""Whether two articles tell the same story: nearly the same words, whatever the headline.

Candidates come from MinHash with banding (Broder 1997; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets,
chapter 3), so that an article is compared with few others; their words then decide.
"""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datasketch import MinHash

RUN = 4
"""Words in a row that are compared as one."""

SAME = 0.8
"""Of the runs of both articles this share must be common to both (Jaccard). See eval/LOG.md."""

LEAD, LEAD_REPEATED = 100, 0.5
"""Of the first 100 runs of one of them half must stand in the other: pages of one outlet may share a long list of
other news, and this is at the end."""

FEW_WORDS, ON_TOPIC = 50, 0.5
"""A shorter text, or one that holds less than half of the words of its headline, may be no article at all ("Subscribe
to read on."): it is the same story only under the same headline."""

BANDS, ROWS = 21, 6
"""Two articles are compared when one of 21 bands of 6 MinHash values is equal: a chance of .998 at a Jaccard of .8, .28
at .5 and .015 at .3."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The runs of words of an article, hashed: all of them, and the first."""

    runs: frozenset[int]
    lead: frozenset[int]


def fingerprint(title: str, text: str) -> Fingerprint:
    """Case, punctuation and white space do not count."""
    words, headline = _WORD.findall(text.casefold()), _WORD.findall(title.casefold())
    said = sum(word in words for word in headline)
    doubtful = len(words) < FEW_WORDS or said < ON_TOPIC * len(headline)
    seed = zlib.crc32(" ".join(headline).encode()) if doubtful else 0
    starts = range(max(1, len(words) - RUN + 1))
    runs = [zlib.crc32(" ".join(words[start : start + RUN]).encode(), seed) for start in starts]
    return Fingerprint(frozenset(runs), frozenset(runs[:LEAD]))


def bands(of: Fingerprint) -> list[int]:
    """Keys, of which two articles that tell the same story share at least one, almost surely; signed, of 64 bits."""
    minhash = _empty_minhash().copy()
    minhash.update_batch(of.runs)
    rows = minhash.hashvalues.astype("<u4").reshape(BANDS, ROWS)
    digests = (blake2b(row.tobytes(), digest_size=8, key=bytes([number])) for number, row in enumerate(rows))
    return [int.from_bytes(digest.digest(), "big", signed=True) for digest in digests]


def same_story(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether they tell it in nearly the same words."""
    common = len(one.runs & other.runs)
    if common < SAME * (len(one.runs) + len(other.runs) - common):
        return False
    return _repeated(one.lead, other.runs) >= LEAD_REPEATED or _repeated(other.lead, one.runs) >= LEAD_REPEATED


def _repeated(some: frozenset[int], others: Iterable[int]) -> float:
    return len(some.intersection(others)) / len(some)


@cache
def _empty_minhash() -> "MinHash":
    from datasketch import MinHash  # half a second, which a command that stores nothing need not wait

    # The keys are stored: neither the seed nor the scheme may ever change.
    return MinHash(num_perm=BANDS * ROWS, seed=1, hashfunc=int, scheme="affine32")
