"""Which language a text is in, by its script or by the share of each language's function words."""

import re
from collections import Counter

from index.extract.vocabulary import FUNCTION_WORDS

_LOOKED_AT = 20_000
# Scripts that tell the language by themselves; kana before Han, since Japanese uses both.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
)
_SCRIPT_SHARE = 0.1
_LETTERS = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str | None:
    """ISO 639-1 code, or None when the text is short, or no language known here stands out."""
    head = text[:_LOOKED_AT]
    for code, script in _SCRIPTS:
        if len(script.findall(head)) > _SCRIPT_SHARE * max(len(head), 1):
            return code
    total, ((best, code), (second, _)) = _likeliest(head)
    return code if total >= 20 and best >= 0.2 * total and best >= 1.15 * second else None


def language_of_question(text: str) -> str | None:
    """ISO 639-1 code for as little as a sentence, or None when its function words do not tell."""
    _, ((best, code), (second, _)) = _likeliest(text)
    return code if best >= 2 and best >= 2 * second else None


def _likeliest(text: str) -> tuple[int, list[tuple[int, str]]]:
    """How many words there are, and how many function words of the two languages that have most of them."""
    words = Counter(_LETTERS.findall(text.lower()))
    counts = sorted(
        ((sum(words[word] for word in known), code) for code, known in FUNCTION_WORDS.items()), reverse=True
    )
    return sum(words.values()), counts[:2]
