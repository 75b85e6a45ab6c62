"""Questions to begin with, made from what the archive holds: of several forms, and each one that it answers."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from index.interfaces import Collection
from index.types import Article, Filters
from rag.dates import find_times
from rag.evidence import people
from rag.terms import NOT_NAMES, FoundTerm, Synonyms, find_terms
from rag.types import Answer, Question
from rag.words import base_of_past, in_dictionary, is_light_word, is_stop_word, words

NEWEST = 100
"""Articles that are asked about."""

TRIED = 6
"""Questions of one form at most that are tried out."""

_NAME = r"(?:^|, )(?P<name>[A-Z][\w&’'-]+(?: [A-Z][\w&’'-]+){0,3})"
_WHAT = r"(?P<what>(?: [^\s,;:()“”\"]+){1,10}?)"
_TELLS = re.compile(rf"{_NAME} (?P<verb>[a-z]+){_WHAT}(?P<rest>[ ,.].*)$", re.DOTALL)
_CAUSED = re.compile(
    rf"{_NAME} (?P<verb>[a-z]+){_WHAT},? (?:because|due to|in response to|in an effort to|in order to|as a result of|"
    r"after|amid)\b"
)
_SAID = re.compile(rf"{_NAME} (?:said|announced|reported)\b(?P<rest>.+)", re.DOTALL)
_BEFORE_TIME = re.compile(r"(?: (?:in|on|at|by|since|early|late|as of))*,?\s*$")


@dataclass(frozen=True, slots=True)
class _Made:
    """A question, and the sentence that it was made from and that is to answer it, None for any; `who`: one in which
    somebody is named with an office."""

    question: str
    source: tuple[str, int, int] | None = None
    who: bool = False


def examples(collection: Collection, synonyms: Synonyms, ask: Callable[[Question], Answer], most: int = 4) -> list[str]:
    """At most so many questions: why, who, when and what somebody said, then whatever is reported of those whom the
    newest articles name first and the archive most. Each was tried, and got an answer of the sentence behind it."""
    articles = [article for id in collection.ids(Filters())[-NEWEST:][::-1] if (article := collection.get(id))]
    sentences = [(article, start, end) for article in articles for start, end in _spans(article, collection)]
    names = _names(articles, collection, synonyms)
    forms = (
        _whys(sentences),
        (_Made(f"Who runs {name}?", who=True) for name in names),
        _whens(sentences),
        _sayings(sentences, synonyms),
        *[(_Made(f"What is reported about {name}?") for name in names[n:]) for n in range(most)],
    )
    found: list[str] = []
    for form in forms:
        asked = (made for made in islice(form, TRIED) if made.question not in found)
        good = next((made.question for made in asked if _answered(made, ask)), None)
        found += [good] if good else []
        if len(found) == most:
            break
    return found


def _answered(made: _Made, ask: Callable[[Question], Answer]) -> bool:
    answer = ask(Question(made.question, llm="extractive"))
    if answer.abstained or answer.explanation:
        return False
    if made.who:
        return any(people(one.quote) for one in answer.citations)
    if made.source is None:
        return True
    id, start, end = made.source
    return any(one.article_id == id and one.start < end and start < one.end for one in answer.citations)


_Sentences = Sequence[tuple[Article, int, int]]


def _spans(article: Article, collection: Collection) -> list[tuple[int, int]]:
    stored = collection.sentences(article.id)
    return [(int(start), int(end)) for start, end in stored.spans] if stored else []


def _whys(sentences: _Sentences) -> Iterator[_Made]:
    for article, start, end in sentences:
        if (told := _CAUSED.search(article.text[start:end])) and (done := _did(told, told["what"])):
            yield _Made(f"Why did {done}?", (article.id, start, end))


def _whens(sentences: _Sentences) -> Iterator[_Made]:
    """Of sentences that tell a day or month with its year."""
    for article, start, end in sentences:
        text = article.text[start:end]
        told = _TELLS.search(text)
        times = [time for time in find_times(text, date.max) if time.shape.kind == "fixed"] if told else []
        if told and times:
            what = _BEFORE_TIME.sub("", text[told.end("verb") : times[0].start])
            if re.fullmatch(_WHAT, what) and (done := _did(told, what)):
                yield _Made(f"When did {done}?", (article.id, start, end))


def _sayings(sentences: _Sentences, synonyms: Synonyms) -> Iterator[_Made]:
    for article, start, end in sentences:
        told = _SAID.search(article.text[start:end])
        if told and _is_named(told["name"]):
            topic = _topic(told["rest"], synonyms)
            if topic and topic not in told["name"]:
                yield _Made(f"What did {told['name']} say about {topic}?", (article.id, start, end))


def _topic(said: str, synonyms: Synonyms) -> str | None:
    """The first name that is told of, with the article that it has; none that is cut off, as of "COVID-19"."""
    for term in find_terms(said, synonyms):
        if term.name and not (len(term.items) == 1 and in_dictionary(term.text)):
            if re.match(r"-| \d", said[term.end :]):
                return None
            return f"the {term.text}" if said[: term.start].endswith(" the ") else term.text
    return None


def _did(told: re.Match[str], what: str) -> str | None:
    """What somebody did, as a question says it; None where it cannot be said so, as what somebody said or thought."""
    verb = base_of_past(told["verb"])
    if verb is None or is_stop_word(verb) or is_light_word(words(verb)[0]):
        return None
    if is_stop_word(what.split()[-1]) or not _is_named(told["name"]):
        return None
    return f"{told['name']} {verb}{what}"


def _is_named(name: str) -> bool:
    """Whether it is a name and not what opens a sentence, alone or before one ("Yesterday Acme")."""
    first, *others = name.split()
    if is_stop_word(first) or first.lower() in NOT_NAMES:
        return False
    return not in_dictionary(first) or (bool(others) and all(map(in_dictionary, others)))


def _names(articles: Sequence[Article], collection: Collection, synonyms: Synonyms) -> list[str]:
    """Those in their opening paragraphs, first those that most articles hold. Of a longer and a shorter form one is
    enough; a single word that a dictionary has may just stand at the beginning of a sentence."""
    named: Counter[str] = Counter()
    for article in articles:
        terms = (term for term in find_terms(article.text.partition("\n")[0], synonyms) if term.name)
        own = (term for term in terms if len(term.items) > 1 or not in_dictionary(term.text))
        named.update(_in_full(term, article.text) for term in own)
    counts = collection.document_counts(list(named))
    ranked = sorted(named, key=lambda name: (-counts[name], -named[name], name))
    return [
        name for place, name in enumerate(ranked) if not any(name in other or other in name for other in ranked[:place])
    ]


def _in_full(term: FoundTerm, text: str) -> str:
    """A name that the article never writes without its 's has it: "Macy's"."""
    if re.search(rf"\b{re.escape(term.text)}(?![\w’'])", text):
        return term.text
    return " ".join(item.text for item in term.items)
