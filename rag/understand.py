"""Question to standalone question: checked, completed from the history, filtered by `as_of`, and taken apart into what
is asked and in which words."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.errors import BadInputError
from index.interfaces import Collection
from index.types import Filters
from rag.dates import asks_for_latest, events, time_ranges
from rag.follow_up import complete
from rag.sides import sides
from rag.tellers import FoundTeller, find_tellers, limited_to, without
from rag.terms import FoundTerm, Synonyms, find_terms
from rag.types import AnswerKind, Part, Question, StandaloneQuestion, Teller, Term, TimeRange
from rag.words import all_forms, is_light_word, words

MAX_QUESTION_CHARACTERS = 2_000

MAX_TIMES = 20
"""Dates of a question that count."""

_ASKS = r"\b(?:who|whom|whose|what|when|where|why|which|how)\b"
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\S)")
_NEW_PART = re.compile(rf"(?:,|;|\?)?\s+(?:and|or)\s+(?={_ASKS})", re.IGNORECASE)
_AUXILIARY = frozenset("""did do does has have had was were is are will would can could should must""".split())
_ENDS_VERB = frozenset(
    """a an the its his her their our this that these those any some against at by for from in into of on over to
    with about as after before since""".split()
)
_NEWS = re.compile(
    r"\bwhat(?:['’]s|s)?(?: (?:is|are|has|have|was|else))*(?: been)? (?:happen\w*|new|going on)\b|"
    r"\b(?:latest|news|updates?|anything|something)(?: (?:news|updates?|developments?))? "
    r"(?:on|about|of|from|with|for)\b|"
    r"^(?:(?:tell|show) (?:me|us)|what do you know)(?: more)? about\b",
    re.IGNORECASE,
)
"""Asks for whatever is told of something."""

_KINDS: Sequence[tuple[AnswerKind, str]] = (
    (
        "cause",
        r"\bwhy\b|\breasons? (?:for|behind|why|that|of|to|did|does|is|was)\b|\bhow come\b|\bon what grounds?\b|"
        r"\bwhat (?:caused|led|made|prompted|drove|convinced)\b",
    ),
    ("person", r"\bwho(?:m|se)?\b|\b(?:what|which) (?:judge|person|man|woman|executive)\b"),
    ("date", r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|week|quarter|time)\b"),
    ("place", r"\bwhere\b|\b(?:what|which) (?:city|cities|country|countries|place|states?|regions?|town)\b"),
    ("share", r"\b(?:what|which|how (?:big|large) an?) (?:share|percentage|percent|proportion|slice|fraction)\b"),
    ("money", r"\bhow much\b.*\b(?:pay|paid|cost|spend|spent|charge|worth|raise|invest|price|earn|make|owe|lose|fine)"),
    ("money", r"\bwhat\b.*\b(?:price|cost|valuation|fine)\b|\bprice of\b|\bhow (?:expensive|cheap)\b"),
    ("number", r"\bhow (?:many|much|long|old|big|large|far|often|fast|tall|high)\b|\bnumber of\b"),
    ("name", r"\b(?:what|which) (?:\w+ )?(?:brand|company|retailer|firm|group|bank|chain|platform|product|name)\b"),
    (
        "names",
        r"\b(?:what|which) (?:\w+ )?(?:brands|companies|retailers|firms|groups|banks|chains|platforms|products)\b",
    ),
)


def understand(question: Question, collection: Collection, synonyms: Synonyms, today: date) -> StandaloneQuestion:
    """What is asked, in parts, with the weight of each term in this archive.

    `today`: the day from which "last week" counts when the question has no `as_of`.
    Raises BadInputError when the question is empty, too long, has no word in it, dates that exclude one another, or
    times that are too many or start after they end.
    """
    text = _checked_text(question.text)
    if question.standalone is None:
        text = complete(text, question.history, synonyms)
    else:
        text = _checked_text(question.standalone)
    read = tuple(time_ranges(text, question.as_of or today)[:MAX_TIMES])
    times = read if question.times is None else _checked(question.times)
    given = {time.text for time in times}
    taken_back = _words_of(time for time in read if time.text not in given)
    filters = _filters(question)
    named = _tellers(text, question, collection)
    told_by = named.tellers if named else ()
    return StandaloneQuestion(
        text=text,
        filters=limited_to(filters, told_by),
        parts=_parts(without(text, named) if named else text, taken_back, _words_of(times), collection, synonyms),
        times=times,
        events=tuple(events(text, times)) if question.times is None else (),
        latest=asks_for_latest(text) if question.latest is None else question.latest,
        told_by=told_by,
        as_of=question.as_of,
    )


def _checked_text(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise BadInputError("The question is empty.", "Ask something, for example: Who runs the company?")
    if len(text) > MAX_QUESTION_CHARACTERS:
        raise BadInputError(
            f"The question has {len(text):,} characters; at most {MAX_QUESTION_CHARACTERS:,} are read.",
            "Ask it in fewer words.",
        )
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadInputError("The question holds characters that are not Unicode text.", "Type it again, in UTF-8.")
    if not words(text):
        raise BadInputError("The question has no word in it.", "Ask it in words.")
    return text


def _filters(question: Question) -> Filters:
    filters = question.filters
    if question.as_of and (filters.date_to is None or filters.date_to > question.as_of):
        filters = replace(filters, date_to=question.as_of)
    if filters.date_from and filters.date_to and filters.date_from > filters.date_to:
        raise BadInputError(
            f"The dates exclude everything: from {filters.date_from} to {filters.date_to}.",
            "Correct the first day, the last day, or the day of asking.",
        )
    return filters


def _tellers(text: str, question: Question, collection: Collection) -> FoundTeller | None:
    """Those named that count: none that were taken back, nor another outlet or author where some were chosen."""
    if question.told_by == ():
        return None
    chosen = question.filters

    def counts(teller: Teller) -> bool:
        taken_back = question.told_by is not None and teller not in question.told_by
        return not taken_back and not (chosen.outlets if teller.outlet else chosen.bylines)

    found = find_tellers(text, collection)
    kept = tuple(filter(counts, found.tellers)) if found else ()
    return replace(found, tellers=kept) if found and kept else None


def _checked(times: tuple[TimeRange, ...]) -> tuple[TimeRange, ...]:
    if len(times) > MAX_TIMES:
        raise BadInputError(f"There are {len(times)} dates to go by; at most {MAX_TIMES} count.", "Give fewer.")
    for time in times:
        if time.start > time.end:
            raise BadInputError(
                f"A range of days cannot start after it ends: {time.start} to {time.end}.", "Correct the days."
            )
    return times


def _words_of(times: Iterable[TimeRange]) -> frozenset[str]:
    return frozenset(word.text.lower() for time in times for word in words(time.text))


def _parts(
    text: str, taken_back: frozenset[str], dates: frozenset[str], collection: Collection, synonyms: Synonyms
) -> tuple[Part, ...]:
    """`taken_back`: the words of dates that are not to count, so that an answer need not hold them. `dates`: of those
    that do; that no article says "2019" proves nothing where articles are of 2019."""
    found = [
        (piece, [term for term in terms if not _made_of(term, taken_back)]) for piece, terms in _pieces(text, synonyms)
    ]
    known = {term.text: _known(term, collection, synonyms) for _, terms in found for term in terms}
    for term in (term for _, terms in found for term in terms if _made_of(term, dates)):
        known[term.text] = replace(known[term.text], count=max(known[term.text].count, 1))
    articles = collection.manifest().articles
    parts = []
    for piece, terms in found:
        predicate = _predicate(piece, terms)
        asked = _but_for_news(piece, terms)
        weighed = (_weigh(term, known[term.text], articles, term.start == predicate) for term in asked)
        parts.append(Part(piece, _kinds(piece), tuple(weighed), all_forms(words(piece))))
    return tuple(parts)


def _but_for_news(piece: str, terms: Sequence[FoundTerm]) -> Sequence[FoundTerm]:
    """Without "latest" and the like where news are asked for, which no article need say; all where that is all."""
    asking = [match.span() for match in _NEWS.finditer(piece)]
    about = [term for term in terms if not any(start <= term.start < end for start, end in asking)]
    return about or terms


def _made_of(term: FoundTerm, allowed: frozenset[str]) -> bool:
    return all(item.text.lower() in allowed for item in term.items)


def _pieces(text: str, synonyms: Synonyms) -> list[tuple[str, list[FoundTerm]]]:
    """What is asked, piece by piece, with the terms of each. What only leads up to a question asks nothing."""
    sentences = _SENTENCE_END.split(text)
    asking = [said for said in sentences if said.endswith("?") or re.search(_ASKS, said, re.IGNORECASE)] or sentences
    pieces: list[tuple[str, list[FoundTerm]]] = []
    bare = ""  # "When and where did ...": a question word without terms asks with what follows
    for piece in (side for said in asking for asked in _NEW_PART.split(said) for side in sides(asked)):
        piece = f"{bare} and {piece}" if bare else piece
        terms = find_terms(piece, synonyms)
        bare = "" if terms else piece
        if terms:
            pieces.append((piece, terms))
    if bare and pieces:  # "... drop its suit, and why?"
        piece, terms = pieces.pop()
        pieces.append((f"{piece} and {bare}", terms))
    return pieces or [(text, [])]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the archive knows of a term: the articles that hold it or another phrase for it, and these phrases."""

    count: int
    phrases: tuple[str, ...]
    searched: tuple[str, ...]


def _known(term: FoundTerm, collection: Collection, synonyms: Synonyms) -> _Known:
    names, others = synonyms.names(term.items), synonyms.words(term.items)
    counts = collection.document_counts([term.text, *names])
    count = max(counts.values())
    if not count and term.name and len(term.items) > 1:  # a name in full is often written in part
        count = min(collection.document_counts([item.text for item in term.items]).values())
    searched = (term.text, *names)
    if not count and others:
        count = max(collection.document_counts(others).values())
        searched += tuple(others)
    return _Known(count, (term.text, *names, *others), searched)


def _kinds(text: str) -> frozenset[AnswerKind]:
    found: set[AnswerKind] = {kind for kind, pattern in _KINDS if re.search(pattern, text, re.IGNORECASE)}
    if found & {"money", "share"}:
        found.discard("number")  # the sharper demand holds
    return frozenset(found or {"news" if _NEWS.search(text) else "any"})


def _predicate(text: str, terms: Sequence[FoundTerm]) -> int:
    """Where the verb of "did X VERB the Y" starts: the last term that is no name before what follows it; -1 if none."""
    starts = {term.start for term in terms if not term.name}
    verb = -1
    after_auxiliary = False
    for item in words(text):
        if not after_auxiliary:
            after_auxiliary = item.text.lower() in _AUXILIARY
        elif item.start in starts:
            verb = item.start
        elif verb >= 0 and item.text.lower() in _ENDS_VERB:
            break
    return verb


def _weigh(term: FoundTerm, known: _Known, articles: int, predicate: bool) -> Term:
    """The share of information lost without the term: the idf of Robertson and Sparck Jones, scaled to [0.3, 1]; more
    for the verb, less for words that articles say in many others."""
    idf = 1.0
    if articles:
        idf = math.log(1 + (articles - known.count + 0.5) / (known.count + 0.5)) / math.log(1 + (articles + 0.5) / 0.5)
    light = not term.name and is_light_word(term.items[0])
    factor = 0.4 if light else 1.5 if predicate else 1.0
    return Term(
        text=term.text,
        searched=known.searched,
        alternatives=tuple(tuple(item.forms for item in words(phrase)) for phrase in known.phrases),
        weight=(0.3 + 0.7 * idf) * factor,
        name=term.name and (known.count > 0 or term.start > 0),  # "Hi" and "Warum" open a question and name nothing
        predicate=predicate,
        count=known.count,
    )
