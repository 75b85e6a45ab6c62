"""A follow-up question made complete from the questions before it, by rules: "why?", "and in Canada?"."""

import re
from collections.abc import Sequence

from rag.terms import FoundTerm, Synonyms, find_terms
from rag.types import Turn

LOOKS_BACK = 4
"""Earlier questions that are searched for a name, the last one first."""

TURN_CHARACTERS = 2_000
"""Of an earlier turn that much is read."""

_STANDS_FOR = re.compile(
    r"\b(?:it|its|they|their|them|he|his|him|she|her|there|that|this|those|these|one|ones|both)\b", re.IGNORECASE
)
_PERSON = re.compile(r"\b(?:he|his|him|she|her)\b", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:who|whom|whose|what|when|where|why|which|how|did|does|do|is|are|was|were|has|have)\b", re.I)


def complete(text: str, history: Sequence[Turn], synonyms: Synonyms) -> str:
    """The question with what it leaves unsaid in brackets behind it: "why (Acme, drop, suit)?".

    A question that has names of its own and no word that points back is taken as it is: it may open another topic. Else
    the names of the last question that has some are added; a question of hardly a word adds the other words of the last
    question too; one without a question word continues the last question ("and in Canada?").
    """
    own = find_terms(text, synonyms)
    names = [term for term in own if term.name]
    words = [term for term in own if not term.name]
    asked = _contents(history, "user")
    if not asked or (names and not _STANDS_FOR.search(text) and _ASKS.search(text)):
        return text
    last = find_terms(asked[-1], synonyms)
    if not _ASKS.search(text):
        return f"{asked[-1].rstrip(' ?!.')} {text}"
    carried = _names(asked, synonyms)
    if _PERSON.search(text):
        answers = _contents(history, "assistant")
        carried += [term for term in find_terms(answers[-1], synonyms) if term.name] if answers else []
    if not words or (len(words) == 1 and not names):
        carried += [term for term in last if not term.name]
    said = {term.text.lower() for term in own}
    added = list(dict.fromkeys(term.text for term in carried if term.text.lower() not in said))
    return f"{text.rstrip(' ?!.')} ({', '.join(added)})?" if added else text


def _contents(history: Sequence[Turn], role: str) -> list[str]:
    """What was said in this role, the last LOOKS_BACK times."""
    said = [" ".join(turn.content[:TURN_CHARACTERS].split()) for turn in history if turn.role == role]
    return [content for content in said if content][-LOOKS_BACK:]


def _names(asked: Sequence[str], synonyms: Synonyms) -> list[FoundTerm]:
    for question in reversed(asked):
        names = [term for term in find_terms(question, synonyms) if term.name]
        if names:
            return names
    return []
