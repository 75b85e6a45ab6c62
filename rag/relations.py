"""Whether a sentence tells what a part of a question asks about: of whom, by whom, what, when. Yes or no."""

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.evidence import ORGANISATION_ROLES, leans_back
from rag.sentences import CandidateSentence, Context
from rag.types import Part, Term
from rag.words import POSSESSIVE, Word, in_dictionary, is_stop_word, words

DETERMINERS = frozenset("a an the its his her their".split())
FORMS_OF_BE = frozenset("be been being is are was were".split())
ONE_WAY = frozenset("against from to over".split())
"""What is done so to somebody is not done so by them: "X won its suit against Y"; with "with" it may be."""

YEAR = re.compile(r"(?:19|20)\d\d")

TELLING = 0.5
"""The weight from which a term must be found; below it articles say the same in too many words."""


def swaps_roles(sentence: CandidateSentence, part: Part) -> bool | None:
    """Whether the sentence tells "Y did X" when the part asks about "X did Y"; None when it does not tell.

    Looks at the order of the names around the verb; "Y was VERBed by X" is no swap. Only for a part in the active voice
    with the other name right behind its verb, or behind it and one of ONE_WAY.
    """
    verb = next((i for i, term in enumerate(part.terms) if term.predicate), None)
    if verb is None or not _has_object(part, part.terms[verb]):
        return None
    doers = [place for term in part.terms[:verb] if term.name for place in _places(term, sentence.words)]
    others = [place for term in part.terms[verb + 1 :] if term.name for place in _places(term, sentence.words)]
    verbs = _places(part.terms[verb], sentence.words)
    if not (doers and others and verbs):
        return None
    by_doer = any(word.text == "by" for place in doers for word in sentence.words[max(0, place - 3) : place])
    if by_doer or any(doer < v < other for doer in doers for v in verbs for other in others):
        return False
    return True if any(other < v < doer for doer in doers for v in verbs for other in others) else None


def _has_object(part: Part, verb: Term) -> bool:
    asked = [word.text.lower() for word in words(part.text)]
    said = verb.text.lower().split()
    at = next((n for n in range(len(asked)) if asked[n : n + len(said)] == said), 0)
    behind = [word for word in asked[at + len(said) :] if word not in DETERMINERS]
    names = {term.text.lower().split()[0] for term in part.terms if term.name}
    governed = {*behind[:1], *(name for word, name in pairwise(behind) if word in ONE_WAY)}
    return at > 0 and asked[at - 1] not in FORMS_OF_BE and bool(names & governed)


def speaks_of(sentence: CandidateSentence, part: Part) -> bool:
    """Whether the sentence is about what the part asks about: its names, its years and its verb.

    The verb must be in the sentence or the one before.
    """
    near = sentence.context.forms(sentence.position) | sentence.context.forms(sentence.position - 1)
    verbs = (term for term in part.terms if term.predicate and term.weight >= TELLING)
    return names_what(sentence, part) and all(term.occurs(near) for term in verbs)


def names_what(sentence: CandidateSentence, part: Part) -> bool:
    """Whether the sentence has the names and the years of the part.

    A name must be in the sentence, in the title unless the sentence gives something to another ("Acme's shoppers"),
    or in the sentence before one that leans back ("It ..."). A year must be in the sentence, the title or the day of
    publication.
    """
    context, position = sentence.context, sentence.position
    own, before = context.forms(position), context.forms(position - 1)
    leaning = leans_back(sentence.text)
    around = own | before if leaning else own
    of_another = _gives_to_another(sentence, part)
    for term in part.terms:
        in_title = not leaning and not of_another and context.names(term, context.headline)
        if term.name and not in_title and not context.names(term, around):
            return False
    return of_its_years(sentence, part)


def tells_of_another(sentence: CandidateSentence, part: Part) -> bool:
    """Whether a sentence without a name asked about is plainly about another: it gives something to another ("Acme's
    shoppers"), or leans back ("It ...") on a sentence that opens with another name."""
    context, position = sentence.context, sentence.position
    missing = [term for term in part.terms if term.name and not context.names(term, context.forms(position))]
    if not missing:
        return False
    if _gives_to_another(sentence, part):
        return True
    before = context.words(position - 1) if position and leans_back(sentence.text) else []
    if not before or all(context.names(term, context.forms(position - 1)) for term in missing):
        return False
    return before[0].capitalised and not is_stop_word(before[0].text) and not in_dictionary(before[0].text)


def of_its_years(sentence: CandidateSentence, part: Part) -> bool:
    """Whether every year of the part is in the sentence, the title or the day of publication."""
    told = sentence.context.forms(sentence.position) | sentence.context.headline
    return all(term.occurs(told) for term in part.terms if YEAR.fullmatch(term.text))


def needs_antecedent(sentence: CandidateSentence, part: Part) -> bool:
    """Whether a reader needs the sentence before: this one leans back, and only that one has the names asked about."""
    before, own = sentence.context.forms(sentence.position - 1), sentence.context.forms(sentence.position)
    names = [term for term in part.terms if term.name]
    told_before = any(term.occurs(before) for term in names)
    return leans_back(sentence.text) and told_before and not any(term.occurs(own) for term in names)


def asks_for_office(part: Part) -> bool:
    """Whether it asks who is something of a company: its head, its founder."""
    return any(all_forms_of(term) & ORGANISATION_ROLES for term in part.terms if not term.name)


def tells_office(sentence: CandidateSentence, part: Part) -> bool:
    """Whether a sentence with an office in it speaks of the company asked about, and not of another.

    The company must be named in it or in the sentence before, and the name right before an office must be its own:
    "Acme CEO" says nothing of the head of another company.
    """
    context = sentence.context
    near = context.forms(sentence.position) | context.forms(sentence.position - 1)
    names = [term for term in part.terms if term.name]
    places = [place for term in names for place in _places(term, sentence.words)]
    for place, (before, word) in enumerate(pairwise(sentence.words), 1):
        named = before.capitalised and not is_stop_word(before.text) and word.forms & ORGANISATION_ROLES
        if named and names and not any(abs(place - own) <= 3 for own in places):
            return False
    return all(context.names(term, near) for term in names)


def _gives_to_another(sentence: CandidateSentence, part: Part) -> bool:
    owners = (word.forms for word in sentence.words if word.capitalised and POSSESSIVE.search(word.text))
    return any(not any(_is(owner, term, sentence.context) for term in part.terms) for owner in owners)


def _is(owner: frozenset[str], term: Term, context: Context) -> bool:
    """Whether a possessive is (part of) the term: one of its own words, or of an alias where that is no other name."""
    phrases = term.alternatives[:1] if term.said(context.everything) else term.alternatives
    return any(word & owner for phrase in phrases for word in phrase)


def _places(term: Term, words: Sequence[Word]) -> list[int]:
    return [n for n, word in enumerate(words) if any(phrase[0] & word.forms for phrase in term.alternatives)]


def all_forms_of(term: Term) -> frozenset[str]:
    """Every normal form of a term and its synonyms."""
    return frozenset(form for phrase in term.alternatives for word in phrase for form in word)
