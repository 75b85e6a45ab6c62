"""Which words and names of a question carry it, and what else says the same."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from rag.words import Word, in_dictionary, is_stop_word, words

NOT_NAMES = frozenset(
    """january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday ceo cfo coo cto ipo hr american british chinese european french german indian
    italian japanese spanish swiss swedish dutch canadian australian""".split()
)
"""Written with capitals, yet the name of nothing that an article must be about."""


@dataclass(frozen=True, slots=True)
class FoundTerm:
    """A word or a name of a question: as written, its words, where it starts."""

    text: str
    items: tuple[Word, ...]
    name: bool

    @property
    def start(self) -> int:
        return self.items[0].start


def find_terms(text: str) -> list[FoundTerm]:
    """The names and content words of a question, in order.

    A name is a run of capitalised words; a question in capitals throughout has none.
    """
    items = words(text)
    shouting = sum(item.capitalised for item in items) > 0.7 * len(items)

    def is_name(item: Word) -> bool:
        if not item.capitalised or shouting or is_stop_word(item.text) or item.text.lower() in NOT_NAMES:
            return False
        return item.start > 0 or not in_dictionary(item.text)  # a question opens with a capital letter

    found: list[FoundTerm] = []
    for name, group in groupby(items, is_name):
        if name:
            for run in _adjacent(list(group), text):
                found.append(FoundTerm(_without_possessive(run), tuple(run), True))
        else:
            found += [FoundTerm(item.text, (item,), False) for item in group if not is_stop_word(item.text)]
    return found


def _without_possessive(run: Sequence[Word]) -> str:
    return re.sub(r"['’]s?$", "", " ".join(item.text for item in run))


def _adjacent(items: Sequence[Word], text: str) -> Iterator[list[Word]]:
    """Cuts a run of capitalised words where more than a blank stands between two, and behind a possessive."""
    run: list[Word] = []
    for item in items:
        if run:
            between = text[run[-1].start + len(run[-1].text) : item.start]
            if between != " " or re.search(r"['’]s?$", run[-1].text):
                yield run
                run = []
        run.append(item)
    if run:
        yield run


def synonyms(items: Sequence[Word]) -> list[str]:
    """Phrases of retail news that say the same as this word or phrase, without itself."""
    own = [item.forms for item in items]
    found: list[str] = []
    for phrases in _groups():
        same = [phrase for phrase, key in phrases if _equal(key, own)]
        if same:
            found += [phrase for phrase, _ in phrases if phrase not in same]
    return list(dict.fromkeys(found))


def _equal(left: Sequence[frozenset[str]], right: Sequence[frozenset[str]]) -> bool:
    return len(left) == len(right) and all(a & b for a, b in zip(left, right, strict=True))


@lru_cache(maxsize=1)
def _groups() -> list[list[tuple[str, list[frozenset[str]]]]]:
    path = Path(__file__).parent / "synonyms.toml"
    groups: list[list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))["groups"]
    return [[(phrase, [item.forms for item in words(phrase)]) for phrase in group] for group in groups]
