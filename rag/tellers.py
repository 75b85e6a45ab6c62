"""Outlets and authors that a question names as those who tell: "What did The Ledger write about Acme?", "articles by
Jane Doe". English only; only those that the archive has."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.interfaces import Collection
from index.types import Filters
from rag.types import Teller
from rag.words import is_stop_word

MOST_WORDS = 6
"""Of a name at most so many are read."""

MOST_LETTERS = 3
"""Of what is written small within a name."""

_REPORTS = (
    r"(?:(?:an?|the|any|all|some|which|what) )?"
    r"(?:articles?|stor(?:y|ies)|reports?|pieces?|columns?|coverage|reporting|news)"
)
_OWN = r"(?:articles?|stor(?:y|ies)|pieces?|columns?)"
_PLAIN = r"(?:writ(?:e|ten)|publish(?:ed)?)"
_ALSO_OF_OTHERS = r"(?:say|said|report(?:ed)?|tell|told)"
_NAMES = rf"\S+(?: \S+){{0,{2 * MOST_WORDS}}}"

_SHAPES = (
    # "articles by Jane Doe", "a report published in The Ledger", "written by Jane Doe"
    (re.compile(rf"\b(?:{_REPORTS} (?:{_PLAIN} )?|{_PLAIN} )by (?P<names>{_NAMES})", re.I), True),
    (re.compile(rf"\b(?:{_REPORTS} )?{_PLAIN} in (?P<names>{_NAMES})", re.I), True),
    # "What did The Ledger write about ...", "... say about ..."
    (re.compile(rf"\b(?:did|does|do|has|have|had) (?P<names>{_NAMES}?) {_PLAIN}\b", re.I), True),
    (re.compile(rf"\b(?:did|does|do|has|have|had) (?P<names>{_NAMES}?) {_ALSO_OF_OTHERS}\b", re.I), False),
    # "according to The Ledger", "stories from The Ledger", "The Ledger's coverage"
    (re.compile(rf"\b(?:according to|(?:as )?(?:said|reported|told) (?:by|in)) (?P<names>{_NAMES})", re.I), False),
    (re.compile(rf"\b{_REPORTS} (?:from|in) (?P<names>{_NAMES})", re.I), False),
    (re.compile(rf"(?P<names>{_NAMES}?)(?:['’]s|(?<=s)['’]) (?!{_OWN}){_REPORTS}\b", re.I), False),
    (re.compile(rf"(?P<names>{_NAMES}?)(?:['’]s|(?<=s)['’]) {_OWN}\b", re.I), True),
)
"""How it is said, and whether only who writes can be meant: a company says and reports things, too."""

_AND = re.compile(r",? (?:and|or) |, ")
_CAPITALISED = re.compile(r"[^\W\d_a-z][\w’'.&-]*")


@dataclass(frozen=True, slots=True)
class FoundTeller:
    """Who is named at the characters from `start` to `end`, and what to ask `instead` of them."""

    tellers: tuple[Teller, ...]
    start: int
    end: int
    instead: str


def find_tellers(text: str, collection: Collection) -> FoundTeller | None:
    """Those of a question, where it names them in one place; who names outlets in several asks each for something else.
    Unless only who writes can be meant, no author, and no outlet of which more articles speak than it published: the
    question may be about it."""
    matches = [(match, plain) for shape, plain in _SHAPES for match in shape.finditer(text)]
    if not matches:
        return None
    known = _Known(collection)
    found: list[FoundTeller] = []
    for match, plain in sorted(matches, key=lambda one: one[0].start("names")):
        names = _named(match, known, plain)
        if names is None:
            continue
        start, end, tellers = names
        if match.end() > match.end("names"):  # the names stand inside: "did ... write", "...'s coverage"
            inside = match.start() == match.start("names")
            start, end = (start if inside else match.start()), match.end()
            instead = "what is reported" if inside else "is reported"
        else:
            start = match.start()
            instead = "what is reported" if re.match(rf"{_REPORTS}\b", match.group(), re.I) else ""
        if not found or found[-1].end <= start:
            said = tuple(replace(teller, text=text[start:end]) for teller in tellers)
            found.append(FoundTeller(said, start, end, instead))
    if len(found) != 1 or known.names_one(without(text, found[0])):
        return None
    return found[0]


def without(text: str, found: FoundTeller) -> str:
    """What is asked, whoever tells it."""
    text = text[: found.start] + found.instead + text[found.end :]
    return re.sub(r"^\W+|[\s,]+(?=[?.!]*$)", "", " ".join(text.split()))


def limited_to(filters: Filters, tellers: Sequence[Teller]) -> Filters:
    """The filters, and only what these tell."""
    outlets = tuple(teller.outlet for teller in tellers if teller.outlet)
    bylines = tuple(teller.byline for teller in tellers if teller.byline)
    return replace(filters, outlets=filters.outlets + outlets, bylines=filters.bylines + bylines)


class _Known:
    """Who tells in the archive, looked up when it is asked for."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._outlets = {outlet.casefold().removeprefix("the "): outlet for outlet in collection.outlets()}

    def teller(self, name: str, plain: bool) -> Teller | None:
        if outlet := self._outlets.get(name.casefold().removeprefix("the ")):
            return Teller(outlet=outlet) if plain or not self._is_spoken_of(outlet) else None
        wrote = plain and _is_name(name) and self._collection.ids(Filters(bylines=(name,)))
        return Teller(byline=name) if wrote else None

    def names_one(self, text: str) -> bool:
        """Whether a text names an outlet that it cannot be about."""
        found = [outlet for outlet in self._outlets.values() if re.search(_whole(re.sub(r"^The ", "", outlet)), text)]
        return not all(map(self._is_spoken_of, found))

    def _is_spoken_of(self, outlet: str) -> bool:
        published = len(self._collection.ids(Filters(outlets=(outlet,))))
        return self._collection.document_counts([outlet])[outlet] > published


def _whole(name: str) -> str:
    return rf"(?<!\w){re.escape(name)}(?!\w)"


def _is_name(text: str) -> bool:
    """Whether it may be an author's in full: capitalised words, but for a "van" or "de"."""
    parts = text.split()
    if len(parts) < 2 or is_stop_word(parts[0]):
        return False
    capitalised = [_CAPITALISED.fullmatch(part) is not None for part in parts]
    short = all(fits or len(part) <= MOST_LETTERS for fits, part in zip(capitalised, parts, strict=True))
    return capitalised[0] and capitalised[-1] and short


def _named(match: re.Match[str], known: _Known, plain: bool) -> tuple[int, int, tuple[Teller, ...]] | None:
    """The longest run of words that is one or several known names, at the end of the match where more stands behind it,
    else at its beginning: where it starts and ends, and who they are."""
    words = list(re.finditer(r"\S+", match["names"]))
    offset = match.start("names")
    opens = match.end() == match.end("names")  # nothing tells where the names end
    between = match.start() < match.start("names") and not opens
    for length in range(len(words), 0, -1):
        if between and length < len(words):
            return None
        run = words[:length] if opens else words[-length:]
        start, end = run[0].start(), run[-1].end()
        said = match["names"][start:end].rstrip("?!.,;:")
        tellers = tuple(_all(said, known, plain))
        if tellers:
            return offset + start, offset + start + len(said), tellers
    return None


def _all(said: str, known: _Known, plain: bool) -> Iterator[Teller]:
    """Who all of these names are; nobody when one of them is unknown."""
    whole = known.teller(said, plain)
    found = [whole] if whole else [known.teller(name, plain) for name in _AND.split(said) if name]
    if all(found):
        yield from filter(None, found)
