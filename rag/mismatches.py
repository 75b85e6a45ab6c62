"""What a claim says otherwise than the sentences it rests on, as far as exact rules can tell: figures, names, dates,
whether a thing is denied, and whether it is only possible."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache

from rag.checking import missing_figures, missing_names
from rag.dates import find_times
from rag.evidence import effect
from rag.sentences import Context
from rag.words import Word, all_forms, forms, in_dictionary, is_light_word, is_stop_word, is_verb, words

NEGATIONS = frozenset({"not", "never", "cannot"})
"""Said of a verb, with all that ends in "n't"."""

DENIALS = frozenset("no nor neither without unable fail refuse decline deny lack avoid prevent stop".split())
"""A text with one of these may deny the same in other words."""

MODALS = frozenset({"may", "might", "could"})
"""The modal verbs of what is only possible; `would` and `should` are said of facts, too."""

REACH = 3
"""Words behind a negation or modal verb among which the one it belongs to stands."""

ALIKE = 0.7
"""Share of the words of a claim in one sentence from which it is held to be made from that one."""

KIN, SHORT = 4, 3
"""Letters at the beginning that words of one name share; of an abbreviation all of it, and so many."""

Place = tuple[Context, int]
"""A sentence: its article and its position there."""


def mismatch(claim: str, places: Sequence[Place]) -> str:
    """A clause that says what is otherwise in these sentences or missing in their articles; "" where nothing is."""
    contexts = list(dict.fromkeys(context for context, _ in places))
    for start, end in (*_figures(claim, contexts), *_names(claim, contexts), *missing_dates(claim, contexts)):
        return f"no source says “{claim[start:end]}”"
    said = words(claim)
    for context, position in places:
        told = context.words(position)
        if _alike(said, told):
            if (word := _denied_alone(said, told)) is not None:
                return f"it denies “{word}”, and its source does not"
            if (word := _denied_alone(told, said)) is not None:
                return f"its source denies “{word}”"
            if (word := _only_possible(said, told)) is not None:
                return f"its source says of “{word}” only that it may be"
        if (word := _of_something_else(claim, context, position)) is not None:
            return f"its source tells the cause of something else than “{word}”"
    return ""


def _figures(claim: str, contexts: Sequence[Context]) -> Iterator[tuple[int, int]]:
    """In digits: what is counted out in words may just as well have been counted by whoever wrote it."""
    return ((a, b) for a, b in missing_figures(claim, contexts) if any(map(str.isdigit, claim[a:b])))


def _names(claim: str, contexts: Sequence[Context]) -> Iterator[tuple[int, int]]:
    """Those that are no ordinary words, which may be capitalised for many a reason, and have no kin in the articles."""
    for start, end in missing_names(claim, contexts):
        name = claim[start:end].lower()
        held = (form for context in contexts for form in context.everything)
        if start and not in_dictionary(name) and not any(_akin(name, form) for form in held):
            yield start, end


def _akin(name: str, other: str) -> bool:
    """Whether they may come of one name: "Chinese" and "China", "October" and "Oct"."""
    shortest = min(len(name), len(other))
    same = next((n for n in range(shortest) if name[n] != other[n]), shortest)
    return same >= KIN or (same >= SHORT and same == shortest)


def missing_dates(claim: str, contexts: Sequence[Context]) -> Iterator[tuple[int, int]]:
    """Spans of the dates with a year that no article tells, or came out in."""
    dated = [found for found in find_times(claim, date.max) if found.shape.kind == "fixed"]
    told = [days for context in contexts for days in _told_days(context)] if dated else []
    for found in dated:
        if not any(found.time.start <= last and first <= found.time.end for first, last in told):
            yield found.start, found.end


def _told_days(context: Context) -> Iterator[tuple[date, date]]:
    """Those that the article writes, by the day that it came out where it has one, and this day."""
    article = context.article
    if article.published_at is None:
        yield from (
            (found.time.start, found.time.end)
            for found in find_times(article.text, date.max)
            if found.shape.kind == "fixed"
        )
        return
    published = date.fromisoformat(article.published_at[:10])
    yield published, published
    for today in (published, published.replace(month=12, day=31)):  # "on May 9" may be the next one, too
        yield from ((found.time.start, found.time.end) for found in find_times(article.text, today))


def _alike(said: Sequence[Word], told: Sequence[Word]) -> bool:
    """Whether a claim is so near to a sentence that what is denied or possible in one should be so in the other."""
    content = [word for word in said if not is_stop_word(word.text)]
    return sum(_among(word, told) for word in content) >= ALIKE * len(content)


def _denied_alone(denying: Sequence[Word], other: Sequence[Word]) -> str | None:
    """A word that one text denies wherever it says it, and the other, which denies nothing, says, too."""
    if any(_negates(word) or word.forms & _denials() for word in other):
        return None
    return next((word.text for word in _only_behind(denying, _negates) if _among(word, other)), None)


def _only_possible(said: Sequence[Word], told: Sequence[Word]) -> str | None:
    if any(_negates(word) or _may_be(word) or word.text == "can" for word in said):
        return None
    return next((word.text for word in _only_behind(told, _may_be) if _among(word, said)), None)


def _of_something_else(claim: str, context: Context, position: int) -> str | None:
    """A verb of what the claim says was caused, where the sentence tells the cause of another thing and the article
    says this one elsewhere: "dropped the suit because" of what "filed the suit because" says."""
    caused = all_forms(words(effect(context.text(position))))
    if not caused:
        return None
    for word in words(effect(claim)):
        telling = is_verb(word.text) and not (word.capitalised or is_stop_word(word.text) or is_light_word(word))
        if telling and not word.forms & context.forms(position) and word.forms & context.everything:
            return word.text
    return None


def _only_behind(text: Sequence[Word], marks: Callable[[Word], bool]) -> list[Word]:
    """The words that such a mark belongs to, and that the text says nowhere without one."""
    marked = [n for n in (_head(text, place) for place, word in enumerate(text) if marks(word)) if n is not None]
    free = [word for n, word in enumerate(text) if n not in marked]
    return [text[n] for n in marked if not _among(text[n], free)]


def _head(text: Sequence[Word], mark: int) -> int | None:
    """The first word behind the mark that carries a meaning; none behind "not only", which denies nothing."""
    behind = range(mark + 1, min(mark + 1 + REACH, len(text)))
    if behind and text[mark + 1].text in ("only", "just"):
        return None
    return next((n for n in behind if not is_stop_word(text[n].text)), None)


def _among(word: Word, others: Sequence[Word]) -> bool:
    return any(word.forms & other.forms for other in others)


def _negates(word: Word) -> bool:
    plain = word.text.lower().replace("’", "'")
    return plain in NEGATIONS or plain.endswith("n't")


@cache
def _denials() -> frozenset[str]:
    return frozenset(form for word in DENIALS for form in forms(word))


def _may_be(word: Word) -> bool:
    return word.text in MODALS  # in lower case: not the month
