"""Does a sentence hold the kind of thing that is asked for? Patterns for English news text."""

import re
from collections.abc import Callable, Mapping, Sequence

from rag.types import AnswerKind
from rag.words import Word, all_forms, forms, is_stop_word, words

_NUMBER_WORD = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety|hundreds?|thousands?|dozens?|millions?|billions?|half"
)
_MONTH = (
    r"Jan(?:uary|\.)|Feb(?:ruary|\.)|Mar(?:ch|\.)|Apr(?:il|\.)|May|June|July|Aug(?:ust|\.)|Sept?(?:ember|\.)|"
    r"Oct(?:ober|\.)|Nov(?:ember|\.)|Dec(?:ember|\.)"
)
_DATE = re.compile(
    rf"\b(?:1[89]|20)\d\d\b|\b(?:{_MONTH})(?![a-z])|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:yesterday|today|"
    r"tomorrow)\b|\b(?:last|this|next|past|earlier this|later this) (?:week|month|year|quarter|spring|summer|fall|"
    rf"autumn|winter|season)\b|\b(?:\d+|{_NUMBER_WORD}) (?:day|week|month|year)s? (?:ago|later|earlier)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"(?:[$€£¥₹]|\b(?:US|A|C|HK)\$|\b(?:USD|EUR|GBP|RMB|CNY|Rs\.?) ?)\d|"
    r"\b[\d.,]+ ?(?:(?:m|bn|million|billion|trillion) )?(?:dollars?|euros?|pounds?|yuan|yen|rupees?|cents?)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(
    rf"\b(?:\d[\d.,]*|{_NUMBER_WORD}) ?(?:%|percent\b|per cent\b|percentage points?\b)|\b(?:half|(?:one|two|three) "
    r"(?:third|quarter|fifth|tenth)s?|a (?:third|quarter|fifth|tenth)) of\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"\d|\b(?:{_NUMBER_WORD})\b", re.IGNORECASE)
_CAUSE = re.compile(
    r"\b(?:because|since|as a result|due to|owing to|thanks to|in order to|so that|so as to|therefore|thereby|hence|"
    r"which is why|that is why|reasons?|caused?|driven by|prompted|prompting|led to|leading to|stems? from|attributed|"
    r"blam(?:e|ed|es|ing)|citing|cited|amid|after|following|aim(?:s|ed|ing)? (?:to|at)|convinc(?:e|ed|ing)|"
    r"in response|in an effort|in a bid|hurt by|boosted by|based on|on the grounds?|weighed|given)\b",
    re.IGNORECASE,
)
_STRONG_CAUSE = re.compile(
    r"\b(?:because|as a result|due to|owing to|thanks to|in order to|so that|therefore|which is why|that is why|"
    r"reasons?|driven by|prompted|led to|stems? from|attributed|blam(?:e|ed|es|ing)|citing|in response|in an effort|"
    r"in a bid|hurt by|boosted by|based on|on the grounds?)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:in|at|near|outside|across|from|to) (?:the )?(?:[A-Z][\w.’'-]+)")
_ROLE = re.compile(
    r"\b(?:CEO|CFO|COO|CTO|chief|chair(?:man|woman|person)?|president|founder|co-founder|judge|director|minister|"
    r"manager|analysts?|executive|boss|head|spokes(?:man|woman|person)|secretary|governor|mayor|senator|attorney|"
    r"professor|owner|said|says|told|added|Mr|Ms|Mrs|Dr)\b",
    re.IGNORECASE,
)
_BEHIND_ROLE = re.compile(rf"{_ROLE.pattern} \Z", re.IGNORECASE)
_BEFORE_ROLE = re.compile(rf"\W*(?:\w+\W+){{0,2}}{_ROLE.pattern}", re.IGNORECASE)
ORGANISATION_ROLES = all_forms(words("CEO CFO COO CTO chief boss head chair chairman chairwoman president founder"))
"""What somebody is of a company: the name in front of it says of which."""

_FULL_NAME = re.compile(r"\b[A-Z][\w’'-]+(?: (?:[A-Z]\.|de|van|von|la|al|bin|[A-Z][\w’'-]+))+")
_CAPITALISED = re.compile(r"\b[A-Z][\w&’'-]*")


def holds(kind: AnswerKind, text: str, asked: frozenset[str]) -> float:
    """How well `text` holds something of this kind that the question (its normal forms: `asked`) does not name itself.

    In [0, 1]: 0 nothing of the kind, 1 plainly.
    """
    return _HOLDS[kind](text, asked)


def _pattern(pattern: re.Pattern[str]) -> Callable[[str, frozenset[str]], float]:
    return lambda text, asked: float(any(not forms(m.group()) & asked for m in pattern.finditer(text)))


def _names(text: str, asked: frozenset[str], pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """Names not in the question; the word that opens the sentence counts only as part of a longer name."""
    found = []
    for match in pattern.finditer(text):
        parts = [part for part in match.group().split() if not is_stop_word(part)]
        opens = not re.search(r"\w", text[: match.start()])
        if parts and not (opens and len(parts) == 1) and not any(forms(part) & asked for part in parts):
            found.append(match)
    return found


def people(text: str) -> list[str]:
    """The names in a text right behind an office, or in full right before one or a verb of saying, in order."""
    found = []
    for match in _FULL_NAME.finditer(text):
        *_, name = re.split(rf"{_ROLE.pattern} ", match.group())  # "Acme CEO Ada Brandt"
        behind = name != match.group() or _BEHIND_ROLE.search(text[: match.start()])
        if behind or _BEFORE_ROLE.match(text[match.end() :]):
            found.append(name)
    return found


def _person(text: str, asked: frozenset[str]) -> float:
    full = _names(text, asked, _FULL_NAME)
    if any(_ROLE.search(text[max(0, m.start() - 40) : m.end() + 40]) for m in full):
        return 1.0
    return 0.6 if full else 0.4 if _names(text, asked, _CAPITALISED) else 0.0


def _name(text: str, asked: frozenset[str]) -> float:
    return 1.0 if _names(text, asked, _CAPITALISED) else 0.0


def _several_names(text: str, asked: frozenset[str]) -> float:
    return min(1.0, len(_names(text, asked, _CAPITALISED)) / 3)


def _cause(text: str, asked: frozenset[str]) -> float:
    return 1.0 if _STRONG_CAUSE.search(text) else 0.6 if _CAUSE.search(text) else 0.0


_HOLDS: Mapping[AnswerKind, Callable[[str, frozenset[str]], float]] = {
    "person": _person,
    "name": _name,
    "names": _several_names,
    "date": _pattern(_DATE),
    "place": _pattern(_PLACE),
    "money": _pattern(_MONEY),
    "share": _pattern(_SHARE),
    "number": _pattern(_NUMBER),
    "cause": _cause,
    "news": lambda text, asked: 1.0,
    "any": lambda text, asked: 1.0,
}

_LEANS_BACK = re.compile(
    r"\W*(?:it|its|they|their|he|she|his|her|this|that|these|those|both|such|in addition|the (?:company|retailer|firm|"
    r"group|brand|chain|business|pair|two|latter|former|move|deal))\b",
    re.IGNORECASE,
)


def leans_back(text: str) -> bool:
    """Whether a sentence opens with a word that stands for something named before it: "It", "The company"."""
    return _LEANS_BACK.match(text) is not None


_EFFECT_BEFORE = re.compile(
    r"\b(?:because|since|due to|owing to|thanks to|driven by|as a result of|in order to|so as to|citing|after|"
    r"following|amid|prompted by|in response to|in an effort to|in a bid to|blam(?:ed|es|ing)|hurt by|boosted by|"
    r"based on|on the grounds?)\b",
    re.IGNORECASE,
)
_EFFECT_AFTER = re.compile(
    r"\b(?:which is why|that is why|therefore|as a result|prompt(?:ed|ing)|led to|leading to|so that|convinced|"
    r"means that|caused|causing)\b",
    re.IGNORECASE,
)


def effect(text: str) -> str:
    """The words of a sentence that say what was caused, apart from those that say why; "" when it tells no cause.

    "X happened because Y" -> "X happened"; "Y, which is why X happened" -> "X happened".
    """
    before, after = _EFFECT_BEFORE.search(text), _EFFECT_AFTER.search(text)
    if after:
        return text[after.end() :]
    if before is None:
        return ""
    opening = text[: before.start()].strip()
    if opening:
        return opening
    return text.partition(",")[2]  # "Because Y, X happened"


def counts(sentence: Sequence[Word], counted: frozenset[str]) -> float:
    """Whether a sentence tells a number of something: 1.0 when a number stands within the four words before it ("750
    million active shoppers"), 0.5 when it is only mentioned, 0.0 when not."""
    places = [place for place, word in enumerate(sentence) if word.forms & counted]
    if any(_NUMBER.search(word.text) for place in places for word in sentence[max(0, place - 4) : place]):
        return 1.0
    return 0.5 if places else 0.0
