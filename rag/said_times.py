"""What a quote says by the day of its article, as days: "last week", "on Thursday"."""

import re
from datetime import date

from lemminflect import getAllInflections, getAllLemmas

from rag.dates import FoundTime, find_times
from rag.types import TimeRange
from rag.words import Word, words

LONG_AGO = 240
"""Days after which "in July" may as well be the next one."""

_LOOSE = re.compile(r"\b(?:today|quarter|decades?|years? ago)\b", re.IGNORECASE)
"""Said of these days, of a company's own calendar, or roughly."""


def said_times(quote: str, published_at: str | None) -> tuple[TimeRange, ...]:
    """The dates of a quote that only the day of its article makes plain, in order; none for an undated article.

    "On Thursday" and "in July" are read in what is told as past only, where the last one is meant.
    """
    if published_at is None:
        return ()
    published = date.fromisoformat(published_at[:10])
    return tuple(
        found.time
        for found in find_times(quote, published)
        if not _LOOSE.search(found.time.text)
        and (
            found.shape.kind == "counted"
            or (found.shape.kind in ("weekly", "yearly") and _is_past(found, quote, published))
        )
    )


def _is_past(found: FoundTime, quote: str, published: date) -> bool:
    """Whether the verb that the date belongs to is in the past tense: the nearest before it, or the first behind a date
    that opens the sentence. Anything in between that may look ahead leaves it open: "said it will open on Thursday"."""
    if found.time.relation != "in" or (published - found.time.start).days > LONG_AGO:
        return False
    before, behind = words(quote[: found.start]), words(quote[found.end :])
    if len(before) <= 1:  # "On Thursday, ..."
        verb = next((word for word in behind if _verb_forms(word)), None)
        return verb is not None and _is_past_tense(verb)
    place = next((n for n in range(len(before) - 1, -1, -1) if _is_past_tense(before[n])), None)
    return place is not None and not any(_may_look_ahead(word) for word in before[place + 1 :])


def _may_look_ahead(word: Word) -> bool:
    """Whether it may be a verb in the present tense, an infinitive, a modal or a participle."""
    return word.text.lower() == "to" or bool(_verb_forms(word))


def _is_past_tense(word: Word) -> bool:
    return any(
        word.text.lower() in forms.get("VBD", ()) and word.text.lower() not in forms.get("VB", ())
        for forms in _verb_forms(word)
    )


def _verb_forms(word: Word) -> list[dict[str, tuple[str, ...]]]:
    lemmas = getAllLemmas(word.text.lower())
    return [getAllInflections(lemma) for kind in ("VERB", "AUX") for lemma in lemmas.get(kind, ())]
