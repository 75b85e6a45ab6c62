"""Which language a text is in: by its script, by the share of each language's function words, or by a model for as
little as a question."""

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from index.extract.vocabulary import FUNCTION_WORDS

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_LOOKED_AT = 20_000
# Scripts that tell the language by themselves; kana before Han, since Japanese uses both.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
)
_SCRIPT_SHARE = 0.1
_LETTERS = re.compile(r"[^\W\d_]+")
_NAME = re.compile(r"(?<=\s)\W*[A-Z\u00c0-\u00de]\S*")
"""A capitalised word behind another one: mostly a name, which is written alike in every language."""

SURE = 8.0
"""Log-odds between English and the likeliest other language from which a question is in the one or the other."""


def language_of(text: str) -> str | None:
    """ISO 639-1 code, or None when the text is short, or no language known here stands out."""
    head = text[:_LOOKED_AT]
    if script := _by_script(head):
        return script
    total, ((best, code), (second, _)) = _likeliest(head)
    return code if total >= 20 and best >= 0.2 * total and best >= 1.15 * second else None


def language_of_question(text: str) -> str | None:
    """ISO 639-1 code for as little as three words, or None when they do not tell.

    English by its function words; other languages by a naive Bayes model over runs of bytes (Lui and Baldwin, 2012,
    langid.py), which is only loaded for what has none of these. It takes English names for the language they look like,
    so names do not count, and without its first word the question must not look English.
    """
    if script := _by_script(text):
        return script
    _, ((best, code), (second, _)) = _likeliest(text)
    if code == "en" and best >= 2 * second and best:
        return code
    said = _NAME.sub("", text)
    found, rest = _likelihoods(said), _likelihoods(said.partition(" ")[2])
    other = max(found.keys() - {"en"}, key=lambda language: found[language])
    ahead = found[other] - found["en"]
    if ahead >= SURE and rest[other] > rest["en"]:
        return other
    return "en" if -ahead >= SURE else None


def _by_script(text: str) -> str | None:
    for code, script in _SCRIPTS:
        if len(script.findall(text)) > _SCRIPT_SHARE * max(len(text), 1):
            return code
    return None


def _likelihoods(text: str) -> dict[str, float]:
    """The logarithm for each language."""
    return dict(_identifier().rank(text))


@cache
def _identifier() -> "LanguageIdentifier":
    # Half a second of the processor, which a question in English is spared.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(FUNCTION_WORDS))
    return identifier


def _likeliest(text: str) -> tuple[int, list[tuple[int, str]]]:
    """How many words there are, and how many function words of the two languages that have most of them."""
    words = Counter(_LETTERS.findall(text.lower()))
    counts = sorted(
        ((sum(words[word] for word in known), code) for code, known in FUNCTION_WORDS.items()), reverse=True
    )
    return sum(words.values()), counts[:2]
