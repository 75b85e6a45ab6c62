"""Words and their normal forms: what makes two spellings the same word."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from lemminflect import getAllLemmas
from Stemmer import Stemmer

_WORD = re.compile(r"[$€£¥]?\d(?:[\d.,]*\d)?%?|(?:\w\.){2,}|\w+(?:&\w+)*(?:['’]\w+)*")
POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
_STEMMER = Stemmer("english", maxCacheSize=0)  # its own cache must not be shared by threads

STOP_WORDS = frozenset(
    """a about above according after again against ago all also although am among amongst an and any anyone anything
    apart are around as at be became because become been before being below besides between both but by came can
    cannot come comes coming could d did do does doing don done down during each either else etc even ever every
    everyone everything exactly few for from further gave get gets getting give given gives go goes going gone got
    had has have having he hello her here hers herself hi him himself his how however i if in instead into is it its
    itself just let like ll made make makes making many may me might mine more most much my myself neither no nor
    not now of off ok okay on once one ones only onto or other others our ours out over own per please put quite
    rather re really s same say saying says she should since so some someone something still such t take taken takes
    taking tell than thank thanks that the their theirs them themselves then there these they thing things this
    those though through thus to together too took toward towards under until up upon us ve very via was we went
    were what whatever when where whether which while who whoever whole whom whose why will with within without
    would yet you your yours""".split()
)
"""Words that carry no topic. `must` and `need` are kept: an obligation asked for is an obligation to be found."""

LIGHT_WORDS = frozenset(
    """amount announce ask begin big bring call cheap currently expensive far fast figure first ground happen high
    keep know large last latest lead long matter mean much name new number often old order part people percent
    percentage person put reason recent recently report reportedly run said see send set share show start state
    such tall tell think time total true try turn use want way work""".split()
)
"""Verbs and nouns so general that an article says them in many other words; their absence proves little."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: as written, where it starts, its normal forms."""

    text: str
    start: int
    forms: frozenset[str]

    @property
    def capitalised(self) -> bool:
        return self.text[0].isupper()


@lru_cache(maxsize=100_000)
def forms(word: str) -> frozenset[str]:
    """The normal forms of one word: stems of its dictionary lemmas (`won` -> `win`), without case or possessive.

    Two words are the same when their forms meet. Lemmas: Jansson's LemmInflect; stems: Snowball English (Porter 2).
    """
    plain = POSSESSIVE.sub("", word).replace(".", "").lower() if word[0].isalpha() else word
    lemmas = {lemma.lower() for found in getAllLemmas(plain).values() for lemma in found} or {plain}
    return frozenset(_STEMMER.stemWord(lemma) for lemma in lemmas)


def in_dictionary(word: str) -> bool:
    """Whether it is an ordinary English word, inflected or not."""
    return bool(getAllLemmas(word.lower()))


def is_verb(word: str) -> bool:
    """Whether it is the form of a verb, and of no noun: "dropped", not "drop"."""
    found = getAllLemmas(word.lower())
    return "VERB" in found and "NOUN" not in found


def base_of_past(word: str) -> str | None:
    """The verb of which this is a past form, and no noun: "drop" of "dropped"; None for all other words."""
    found = getAllLemmas(word.lower())
    lemma = found["VERB"][0] if "VERB" in found and "NOUN" not in found else word
    return None if lemma == word or word.endswith(("s", "ing")) else str(lemma)


def is_comparative(word: str) -> bool:
    """Whether it says more or less of something: "larger", "fewer"."""
    lemmas = getAllLemmas(word.lower())
    graded = any(word.lower() not in lemmas.get(kind, (word.lower(),)) for kind in ("ADJ", "ADV"))
    return word.lower() in ("more", "less") or (word.lower().endswith("er") and graded)


def words(text: str) -> list[Word]:
    """The words and numbers of a text in order."""
    return [Word(m.group(), m.start(), forms(m.group())) for m in _WORD.finditer(text)]


def is_stop_word(word: str) -> bool:
    """Whether it is one of STOP_WORDS, also with a possessive or as a contraction ("isn't", "they've")."""
    head, apostrophe, tail = word.lower().replace("’", "'").partition("'")
    negated = apostrophe and tail == "t" and (head.removesuffix("n") in STOP_WORDS or head in STOP_WORDS)
    return bool(negated) or head in STOP_WORDS


def is_light_word(word: Word) -> bool:
    """Whether it is a form of one of LIGHT_WORDS."""
    return bool(_light_forms() & word.forms)


@cache
def _light_forms() -> frozenset[str]:
    return frozenset(form for light in LIGHT_WORDS for form in forms(light))


def all_forms(items: Iterable[Word]) -> frozenset[str]:
    """Every normal form that occurs."""
    return frozenset(form for item in items for form in item.forms)
