"""Which language a text is in, by the share of each language's function words."""

import re
from collections import Counter

from index.extract.vocabulary import FUNCTION_WORDS

_LOOKED_AT = 20_000
_LETTERS = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str | None:
    """ISO 639-1 code, or None when the text is short, or no language known here stands out."""
    words = Counter(_LETTERS.findall(text[:_LOOKED_AT].lower()))
    total = sum(words.values())
    shares = sorted(
        ((sum(words[word] for word in known) / max(total, 1), code) for code, known in FUNCTION_WORDS.items()),
        reverse=True,
    )
    (best, code), (second, _) = shares[:2]
    return code if total >= 20 and best >= 0.2 and best >= 1.15 * second else None
