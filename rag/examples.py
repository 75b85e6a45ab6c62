"""Questions to begin with, made from what the archive holds."""

from collections import Counter
from collections.abc import Callable
from itertools import islice

from index.interfaces import Collection
from index.types import Filters
from rag.terms import Synonyms, find_terms
from rag.types import Answer, Question
from rag.words import in_dictionary

NEWEST = 30
"""Articles whose names are asked about."""

TRIED = 8
"""Questions at most that are tried out."""


def examples(collection: Collection, synonyms: Synonyms, ask: Callable[[Question], Answer], most: int = 3) -> list[str]:
    """At most so many questions, about those whom the newest articles name first and the archive most; each was tried,
    and got an answer of the articles' own sentences."""
    found: list[str] = []
    for name in islice(_names(collection, synonyms), TRIED):
        question = f"What is reported about {name}?"
        if not ask(Question(question, llm="extractive")).abstained:
            found.append(question)
        if len(found) == most:
            break
    return found


def _names(collection: Collection, synonyms: Synonyms) -> list[str]:
    """Those in their opening paragraphs, first those that most articles hold. Of a longer and a shorter form one is
    enough; a single word that a dictionary has may just stand at the beginning of a sentence."""
    named: Counter[str] = Counter()
    for id in collection.ids(Filters())[-NEWEST:]:
        article = collection.get(id)
        opening = article.text.partition("\n")[0] if article else ""
        terms = (term for term in find_terms(opening, synonyms) if term.name)
        named.update(term.text for term in terms if len(term.items) > 1 or not in_dictionary(term.text))
    counts = collection.document_counts(list(named))
    ranked = sorted(named, key=lambda name: (-counts[name], -named[name], name))
    return [
        name for place, name in enumerate(ranked) if not any(name in other or other in name for other in ranked[:place])
    ]
