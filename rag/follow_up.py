"""A follow-up question made complete from the questions before it, by rules: "why?", "and in Canada?"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.evidence import ORGANISATION_ROLES, people
from rag.terms import NOT_NAMES, FoundTerm, Synonyms, find_terms
from rag.types import Turn
from rag.words import POSSESSIVE, all_forms, is_light_word, words

LOOKS_BACK = 4
"""Earlier questions that are read."""

TURN_CHARACTERS = 2_000
"""Of an earlier turn that much is read."""

MOST_PEOPLE = 2
"""An answer with more names than these, or names of people, does not tell who "he" is."""

STANDS_ALONE = 3
"""A question with so many words that carry it is about a subject of its own."""

_STANDS_FOR = re.compile(
    r"\b(?:it|its|they|their|them|he|his|him|she|her|there|that|this|those|these|one|ones|both)\b", re.IGNORECASE
)
_OWN = re.compile(r"\b(?:its|their|his|her|he|she|they|(?:when|why|that|if|whether|because|after|before) it)\b", re.I)
"""Behind a name these mean that name: "Why did Acme drop its suit?"."""

_THE_COMPANY = re.compile(r"\bthe (?:company|retailer|firm|group|brand|chain)\b(?P<own>['’]s)?", re.IGNORECASE)
"""Stands for the name spoken of first."""

_ONE = re.compile(r"\bones?\b", re.IGNORECASE)
_RUN = r"[A-Z0-9][\w&'’-]*(?: [A-Z0-9][\w&'’-]*)*"
_DATES = re.compile(r"\d+|[QH][1-4]|FY\d*")
_PLACED = re.compile(r"(?P<how>in|at|for|from|on|with|to|by|of|since|before|after) (?P<what>\S.*)", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:he|his|him|she|her)\b", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:who|whom|whose|what|when|where|why|which|how|did|does|do|is|are|was|were|has|have)\b", re.I)
_MORE = re.compile(r"\W*(?:please )?(?:(?:can you )?tell me (?:some )?more|more|go on|what else)(?: please)?\W*", re.I)
_GOES_ON = re.compile(
    r"^(?:(?:no|sorry|actually)\b(?:\W*[,.;!]\W*|\s+(?=i mean)))?(?:i meant?\b\W*)?"
    r"(?:(?:(?:and|but|so) )?(?:what|how) about\b\W*|(?:and|but|or|so)\b\W*)?",
    re.IGNORECASE,
)
"""Also of who corrects what was asked: "no, I meant Spain"."""


def complete(text: str, history: Sequence[Turn], synonyms: Synonyms) -> str:
    """The question with what it leaves unsaid in brackets behind it: "why (Acme, drop, suit)?".

    What asks nothing at all ("thanks") stays so; "tell me more" asks for news of the names spoken of. A question that
    has names of its own, or words enough, and none that points back, is taken as it is: it may open another topic. Else
    the names of the last question that has some are added; a question of hardly a word adds the other words of the last
    question too; one that only goes on ("and in Canada?") goes on with the last that asks, where it takes the place of
    what stands there in the same way.
    Earlier questions are first made complete themselves.
    """
    said = _Said()
    for turn in recent(history):
        if turn.role == "user":
            said = said.then(_complete(turn.content, said, synonyms), turn.content, synonyms)
        else:
            said = replace(said, answer=turn.content if _names(turn.content, synonyms) else said.answer)
    return _complete(text, said, synonyms)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a question may leave unsaid: the last question in full, the last that asks by itself, the last with names,
    and the last answer with names since a question stood alone."""

    last: str = ""
    asking: str = ""
    named: str = ""
    answer: str = ""

    def then(self, full: str, asked: str, synonyms: Synonyms) -> "_Said":
        full = full[:TURN_CHARACTERS]
        if not find_terms(full, synonyms):  # "thanks"
            return self
        return _Said(
            last=full,
            asking=self.asking if self.asking and _goes_on(asked, synonyms) else full,
            named=full if _names(full, synonyms) else self.named,
            answer="" if full == asked else self.answer,
        )


def _complete(text: str, said: _Said, synonyms: Synonyms) -> str:
    if said.named and _MORE.fullmatch(text):
        return f"Tell me more about {', '.join(term.text for term in _names(said.named, synonyms))}."
    if not said.last or not (_ASKS.search(text) or _GOES_ON.sub("", text) != text or find_terms(text, synonyms)):
        return text
    if _goes_on(text, synonyms):
        rest = _GOES_ON.sub("", text)
        return _continued(said.asking, rest, synonyms) if rest else said.asking
    carried = _names(said.named, synonyms)
    if carried and not _names(text, synonyms):
        text = _THE_COMPANY.sub(lambda found: f"{carried[0].text}{found['own'] or ''}", text, count=1)
    own = find_terms(text, synonyms)
    names = [term for term in own if term.name]
    others = [term for term in own if not term.name]
    if (names or _says_much(own)) and not _points_back(text, own):
        return text
    if _PERSON.search(text):
        known = {term.text for term in carried}
        told = [term for term in _names(said.answer, synonyms) if term.text not in known]
        in_office = [term for term in told if term.text in people(said.answer)]
        carried += next((some for some in (told, in_office) if len(some) <= MOST_PEOPLE), [])
    alone = len(others) == 1 and not _asks_for_office(others, synonyms)
    if not others or (not names and (alone or _ONE.search(text))):
        carried += [term for term in find_terms(said.last, synonyms) if not term.name]
    present = {term.text.lower() for term in own}
    added = list(dict.fromkeys(term.text for term in carried if term.text.lower() not in present))
    return f"{text.rstrip(' ?!.')} ({', '.join(added)})?" if added else text


def _continued(asking: str, rest: str, synonyms: Synonyms) -> str:
    """ "How many shops has Nike in France?" and "in Spain?", or "Puma?"."""
    rest = rest.rstrip(" ?!.")
    if found := _PLACED.match(rest):
        new = found["what"]
        places = re.finditer(rf"\b(?i:{found['how']}) (?P<what>{_RUN})", asking)
        spans = [place.span("what") for place in places if _is_date(place["what"]) == _is_date(new)]
    else:
        new = rest
        owns = bool(POSSESSIVE.search(rest))
        names = _names(f"and {rest}", synonyms)  # what opens a question is hardly taken for a name
        alone = [name.text for name in names] == [POSSESSIVE.sub("", rest)]
        alike = [
            one for one in _names(asking, synonyms) if alone and (_owns(one) or not owns) and not _is_date(one.text)
        ]
        spans = [(one.start, one.end) for one in alike]
        if alike and _owns(alike[0]) and not owns:
            new = f"{rest}'s"
    if len(spans) != 1:
        return f"{asking.rstrip(' ?!.')} and {rest}?"
    [(start, end)] = spans
    return f"{asking[:start]}{new}{asking[end:]}"


def _asks_for_office(asked: Sequence[FoundTerm], synonyms: Synonyms) -> bool:
    """Whether "it" is a company in any case: "who runs it?"."""
    said = [word for term in asked for phrase in (term.text, *synonyms.words(term.items)) for word in words(phrase)]
    return bool(all_forms(said) & ORGANISATION_ROLES)


def _owns(name: FoundTerm) -> bool:
    return bool(POSSESSIVE.search(name.items[-1].text))


def _is_date(what: str) -> bool:
    return any(_DATES.fullmatch(part) or part.lower() in NOT_NAMES for part in re.findall(r"\w+", what))


def recent(history: Sequence[Turn]) -> list[Turn]:
    """The turns from the last LOOKS_BACK questions on, without those that say nothing."""
    turns = [replace(turn, content=" ".join(turn.content[:TURN_CHARACTERS].split())) for turn in history]
    turns = [turn for turn in turns if turn.content]
    asked = [n for n, turn in enumerate(turns) if turn.role == "user"]
    return turns[asked[-LOOKS_BACK:][0] :] if asked else []


def _goes_on(text: str, synonyms: Synonyms) -> bool:
    """Whether it asks nothing by itself: "and in Canada?", "what about Japan?"."""
    rest = _GOES_ON.sub("", text)
    return not _ASKS.search(rest) and (rest != text or not _says_much(find_terms(rest, synonyms)))


def _says_much(terms: Sequence[FoundTerm]) -> bool:
    return sum(term.name or not is_light_word(term.items[0]) for term in terms) >= STANDS_ALONE


def _points_back(text: str, own: Sequence[FoundTerm]) -> bool:
    """Whether a word stands for something said before, and not for what the question itself has said until there."""
    for found in _STANDS_FOR.finditer(text):
        before = [term for term in own if term.start < found.start()]
        named = any(term.name for term in before) and any(
            one.start() <= found.start() < one.end() for one in _OWN.finditer(text)
        )
        if not named and not _says_much(before):
            return True
    return False


def _names(text: str, synonyms: Synonyms) -> list[FoundTerm]:
    return [term for term in find_terms(text, synonyms) if term.name]
