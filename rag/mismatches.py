"""What a claim says otherwise than the sentences it rests on, as far as exact rules can tell: whether a thing is denied
or only possible, what caused it, and of whom a figure is told."""

from collections.abc import Callable, Sequence
from functools import cache

from rag.evidence import effect
from rag.sentences import Context, Place
from rag.words import Word, all_forms, forms, is_light_word, is_stop_word, is_verb, words

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


def mismatch(claim: str, places: Sequence[Place]) -> str:
    """A clause that says what is otherwise in these sentences; "" where nothing is."""
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
        if (figure := _of_another(said, told)) is not None:
            return f"its source tells “{figure}” of another"
        if (word := _of_something_else(claim, context, position)) is not None:
            return f"its source tells the cause of something else than “{word}”"
    return ""


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


def _of_another(said: Sequence[Word], told: Sequence[Word]) -> str | None:
    """A figure, when claim and sentence give two figures to two names the other way round: "Acme 13%, Bold 14%"."""
    claimed, source = _figures_by_name(said), _figures_by_name(told)
    for name, figure in claimed:
        for other, another in claimed:
            crossed = any(one & name and of == another for one, of in source) and any(
                one & other and of == figure for one, of in source
            )
            straight = any((one & name and of == figure) or (one & other and of == another) for one, of in source)
            if figure != another and not name & other and crossed and not straight:
                return figure
    return None


def _figures_by_name(text: Sequence[Word]) -> list[tuple[frozenset[str], str]]:
    """Each figure in digits with the forms of the name before it."""
    found: list[tuple[frozenset[str], str]] = []
    name: frozenset[str] = frozenset()
    for word in text:
        if any(map(str.isdigit, word.text)):
            found += [(name, word.text)] if name else []
        elif word.capitalised and not is_stop_word(word.text):
            name = word.forms
    return found


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
