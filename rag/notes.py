"""What a reader should know of how a question was searched: what could not be taken as meant, what was left out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from itertools import islice

from index.extract.language import language_of_question
from index.interfaces import Collection
from index.types import Hit, Passage
from rag.languages import is_foreign, language_name
from rag.types import Citation, StandaloneQuestion
from rag.words import all_forms, words

FITS = 0.6
"""A passage that holds terms of this share of the question's weight is on it."""

DEPTH = 50
"""Passages looked at for articles without a date."""

MOST_NAMED = 5
"""Of unknown outlets at most this many are named."""


def notes(
    question: StandaloneQuestion, hits: Sequence[Hit], cited: Sequence[Citation], collection: Collection
) -> tuple[str, ...]:
    """One sentence each: that what was found is in another language than the question, events that are no dates,
    outlets that the archive does not have, and undated articles on the question that its date filter leaves out.

    `cited`: what the answer rests on, nothing when it abstains.
    """
    return (
        *_languages(question, hits, cited),
        *_events(question),
        *unknown_outlets(question.filters.outlets, collection),
        *_undated(question, collection),
    )


def _languages(question: StandaloneQuestion, hits: Sequence[Hit], cited: Sequence[Citation]) -> Iterator[str]:
    ids = {citation.article_id for citation in cited}
    articles = [hit.passage.article for hit in hits]
    found = {article.language for article in articles if article.language and (not ids or article.id in ids)}
    if is_foreign(question.text, found):
        asked = language_name(language_of_question(question.text) or "")
        names = " and ".join(sorted(map(language_name, found)))
        what = f"its answer rests on sources in {names}" if ids else f"what was found is in {names}: ask in {names}"
        yield f"The question seems to be in {asked}, and {what}."


def _events(question: StandaloneQuestion) -> Iterator[str]:
    for event in question.events:
        yield f"“{event}” is not a date, so reports of any day count; give the days to narrow it down."


def unknown_outlets(outlets: Sequence[str], collection: Collection) -> Iterator[str]:
    """A sentence for each outlet that the archive does not have, with the nearest that it has."""
    if not outlets:
        return
    known = {outlet.casefold(): outlet for outlet in collection.outlets()}
    unknown = (wanted for wanted in outlets if wanted.casefold() not in known)
    for wanted in islice(unknown, MOST_NAMED):
        close = get_close_matches(wanted.casefold(), known, n=1)
        hint = f" Did you mean “{known[close[0]]}”?" if close else ""
        yield f"The archive has no outlet named “{wanted}”.{hint}"


def _undated(question: StandaloneQuestion, collection: Collection) -> Iterator[str]:
    filters = question.filters
    if not (filters.date_from or filters.date_to) or not collection.manifest().undated:
        return
    phrases = [phrase for part in question.parts for term in part.terms for phrase in term.searched]
    hits = collection.search_text(phrases, DEPTH, replace(filters, date_from=None, date_to=None))
    undated = (hit.passage for hit in hits if hit.passage.article.published_at is None)
    count = len({passage.article.id for passage in undated if _fits(passage, question)})
    if count:
        articles = "1 article on this that shows" if count == 1 else f"{count} articles on this that show"
        yield f"The limits on dates leave out {articles} no date."


def _fits(passage: Passage, question: StandaloneQuestion) -> bool:
    forms = all_forms(words(f"{passage.article.title} {passage.text}"))
    terms = [term for part in question.parts for term in part.terms]
    held = sum(term.weight for term in terms if term.occurs(forms))
    return held >= FITS * sum(term.weight for term in terms)
