"""Which words and names of a question carry it, and what else says the same."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from index.errors import SetupError
from rag.words import Word, in_dictionary, is_stop_word, words

PACKAGED_SYNONYMS = Path(__file__).parent / "synonyms.toml"

NOT_NAMES = frozenset(
    """january february march april may june july august september october november december jan feb mar apr jun jul
    aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday ceo cfo coo cto ipo hr
    american british chinese european french german indian italian japanese spanish swiss swedish dutch canadian
    australian""".split()
)
"""Written with capitals, yet the name of nothing that an article must be about."""


_SENTENCE_ENDS = (".", "!", "?", ":")


@dataclass(frozen=True, slots=True)
class FoundTerm:
    """A word or a name of a question: as written, its words, where it starts."""

    text: str
    items: tuple[Word, ...]
    name: bool

    @property
    def start(self) -> int:
        return self.items[0].start

    @property
    def end(self) -> int:
        last = self.items[-1]
        return last.start + len(last.text)


def find_terms(text: str, synonyms: "Synonyms") -> list[FoundTerm]:
    """The names, phrases and content words of a question, in order.

    A name is a run of capitalised words; a question with capitals throughout has none. A phrase is one that `synonyms`
    knows other words for ("give up").
    """
    items = words(text)
    inside = (item for item in items[1:] if not text[: item.start].rstrip().endswith(_SENTENCE_ENDS))
    function_words = [item for item in inside if is_stop_word(item.text)]
    shouting = text.isupper() or (bool(function_words) and all(item.capitalised for item in function_words))

    def is_name(item: Word) -> bool:
        if not item.capitalised or shouting or is_stop_word(item.text) or item.text.lower() in NOT_NAMES:
            return False
        return item.start > 0 or not in_dictionary(item.text)  # a question opens with a capital letter

    found: list[FoundTerm] = []
    for name, group in groupby(items, is_name):
        if name:
            found += [FoundTerm(_without_possessive(run), tuple(run), True) for run in _adjacent(list(group), text)]
            continue
        for run in _phrases(list(group), synonyms):
            if len(run) > 1 or not is_stop_word(run[0].text):
                found.append(FoundTerm(" ".join(item.text for item in run), tuple(run), False))
    return found


def _phrases(items: Sequence[Word], synonyms: "Synonyms") -> Iterator[Sequence[Word]]:
    """The words one by one, but those of a known phrase together."""
    start = 0
    while start < len(items):
        length = next((n for n in (3, 2) if start + n <= len(items) and synonyms.words(items[start : start + n])), 1)
        yield items[start : start + length]
        start += length


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


class Synonyms:
    """Groups of phrases that say the same. Built from files of the form of `synonyms.toml`, the later adding to the
    earlier.

    Raises SetupError naming the file that cannot be read as one.
    """

    def __init__(self, *files: Path) -> None:
        tables = [_table(file) for file in files]
        self._names = [_keyed(group) for table in tables for group in table["names"]]
        self._words = [_keyed(group) for table in tables for group in table["words"]]

    def names(self, items: Sequence[Word]) -> list[str]:
        """Other names of the company that these words name."""
        return _others(self._names, items)

    def words(self, items: Sequence[Word]) -> list[str]:
        """Other words for this word or phrase."""
        return _others(self._words, items)


_Group = list[tuple[str, list[frozenset[str]]]]


def _table(file: Path) -> dict[str, list[list[str]]]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        tables = {"names": table.pop("names", []), "words": table.pop("words", [])}
        for group in (group for groups in tables.values() for group in groups):
            if not isinstance(group, list) or not all(isinstance(phrase, str) and words(phrase) for phrase in group):
                raise ValueError(f"{group!r} is not a list of words or names")
        if table:
            raise ValueError(f"{next(iter(table))!r} is neither names nor words")
    except (OSError, ValueError, TypeError) as error:
        raise SetupError(f"{file} cannot be read: {error}.", "Correct it after the example in the README.") from error
    return tables


def _keyed(group: Sequence[str]) -> _Group:
    return [(phrase, [item.forms for item in words(phrase)]) for phrase in group]


def _others(groups: Sequence[_Group], items: Sequence[Word]) -> list[str]:
    own = [item.forms for item in items]
    found: list[str] = []
    for group in groups:
        same = [phrase for phrase, key in group if _equal(key, own)]
        if same:
            found += [phrase for phrase, _ in group if phrase not in same]
    return list(dict.fromkeys(found))


def _equal(left: Sequence[frozenset[str]], right: Sequence[frozenset[str]]) -> bool:
    return len(left) == len(right) and all(a & b for a, b in zip(left, right, strict=True))
