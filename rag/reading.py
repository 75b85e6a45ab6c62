"""What a model that reads is given: a few neighbouring sentences of one article.

All sentences of a window are judged in one pass, each in the light of its neighbours: cheaper than one by one, and "It"
stands beside what it stands for.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from rag.sentences import CandidateSentence, Context
from rag.types import Excerpt

WINDOW = 550
"""Characters in the sentences of a window, unless those it must hold have more: about 120 word pieces."""

QUESTION_PIECES, HEAD_PIECES, SENTENCE_PIECES = 64, 32, 96
"""Word pieces read of a question or claim, of day and title, of one sentence; what is longer is cut."""

QUESTION, OTHER = -1, -2
"""Owners of word pieces that belong to no sentence."""


@dataclass(frozen=True, slots=True)
class Window:
    """Sentences `first` to `last` of an article, both included."""

    context: Context
    first: int
    last: int

    @property
    def positions(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def excerpt(self) -> Excerpt:
        article = self.context.article
        day = article.published_at[:10] if article.published_at else None
        return Excerpt(article.title, day, tuple(self.context.text(position) for position in self.positions))


def windows(ranked: Iterable[CandidateSentence], most: int) -> list[Window]:
    """At most `most` windows around the best sentences, best first; no sentence lies in two of them."""
    found: list[Window] = []
    taken: set[tuple[str, int]] = set()
    for sentence in ranked:
        if len(found) == most:
            break
        if (sentence.article.id, sentence.position) not in taken:
            found.append(window_around(sentence.context, [sentence.position], taken))
            taken |= {(sentence.article.id, position) for position in found[-1].positions}
    return found


def window_around(
    context: Context, positions: Sequence[int], taken: Collection[tuple[str, int]] = frozenset()
) -> Window:
    """The window that holds these positions and as many neighbours as fit, but none that is taken."""
    first, last = min(positions), max(positions)
    left = WINDOW - sum(len(context.text(position)) for position in range(first, last + 1))
    sides = {-1, 1}
    while sides:
        for side in sorted(sides):  # in turns, the sentence before first: it names what "it" stands for
            position = first - 1 if side < 0 else last + 1
            free = 0 <= position < len(context.spans) and (context.article.id, position) not in taken
            if not free or len(context.text(position)) > left:
                sides.discard(side)
                continue
            left -= len(context.text(position))
            first, last = min(first, position), max(last, position)
    return Window(context, first, last)


@dataclass(frozen=True, slots=True)
class Encoded:
    """Word pieces of one excerpt. `types`: 0 for the question, 1 behind it. `owners`: for each piece the place of its
    sentence in the excerpt, from 0, or QUESTION, or OTHER. `question`: character spans of its pieces."""

    ids: list[int]
    types: list[int]
    owners: list[int]
    question: list[tuple[int, int]]


class PieceEncoder:
    """Texts to word pieces: `[CLS] question [SEP] day title [SEP] sentence sentence ... [SEP]`, as the packaged reader
    was trained on."""

    def __init__(self, tokenizer_file: str) -> None:
        self._tokenizer = Tokenizer.from_file(tokenizer_file)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._cls, self._sep = self._tokenizer.encode("").ids

    def encode(self, text: str, excerpt: Excerpt) -> Encoded:
        """A question or claim together with an excerpt."""
        asked = self._tokenizer.encode(text, add_special_tokens=False)
        question = asked.ids[:QUESTION_PIECES]
        head = self._pieces(f"{excerpt.day or 'undated'} {excerpt.title}")[:HEAD_PIECES]
        ids = [self._cls, *question, self._sep]
        types = [0] * len(ids)
        owners = [OTHER, *[QUESTION] * len(question), OTHER]
        ids += [*head, self._sep]
        owners += [OTHER] * (len(head) + 1)
        for place, sentence in enumerate(excerpt.sentences):
            pieces = self._pieces(sentence)[:SENTENCE_PIECES]
            ids += pieces
            owners += [place] * len(pieces)
        ids.append(self._sep)
        owners.append(OTHER)
        types += [1] * (len(ids) - len(types))
        return Encoded(ids, types, owners, asked.offsets[:QUESTION_PIECES])

    def _pieces(self, text: str) -> list[int]:
        pieces: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return pieces
