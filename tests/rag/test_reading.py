"""Windows around the best sentences, and the word pieces that a model reads."""

import numpy as np
import pytest

from index.sentences import sentence_spans
from index.types import Article
from index.weights import packaged_model
from rag.reading import OTHER, QUESTION, WINDOW, PieceEncoder, window_around, windows
from rag.sentences import CandidateSentence, Context
from rag.types import Excerpt

TEXT = " ".join(f"Sentence {n} tells of the {n}th warehouse, and of what is kept there." for n in range(40))


def context(article_id: str = "a", text: str = TEXT) -> Context:
    article = Article(article_id, "Forty warehouses", text, published_at="2019-03-04")
    return Context(article, sentence_spans(text))


def candidates(own: Context, *positions: int) -> list[CandidateSentence]:
    return [CandidateSentence(own, position, np.zeros(1, np.float32), 1) for position in positions]


def test_windows_hold_the_best_sentences_and_share_none() -> None:
    own, other = context(), context("b")
    found = windows([*candidates(own, 20, 21, 3), *candidates(other, 20)], most=5)
    held = [(window.context.article.id, position) for window in found for position in window.positions]
    assert {("a", 20), ("a", 21), ("a", 3), ("b", 20)} <= set(held)
    assert len(held) == len(set(held))
    assert all(sum(map(len, window.excerpt.sentences)) <= WINDOW for window in found)
    assert [own.article.id for own in (found[0].context, found[-1].context)] == ["a", "b"]


def test_no_more_windows_than_asked_for() -> None:
    assert len(windows(candidates(context(), 0, 10, 20, 30), most=2)) == 2
    assert windows([], most=2) == []


def test_a_window_has_neighbours_on_both_sides_as_far_as_there_are_any() -> None:
    middle, first, last = (window_around(context(), [position]) for position in (20, 0, 39))
    assert middle.first < 20 < middle.last
    assert first.first == 0 and last.last == 39
    assert middle.excerpt.day == "2019-03-04"


def test_a_sentence_longer_than_a_window_is_read_alone() -> None:
    text = "Before. " + "very " * 400 + "long. Behind."
    own = context(text=text)
    long = max(range(len(own.spans)), key=lambda position: len(own.text(position)))
    assert list(window_around(own, [long]).positions) == [long]


@pytest.fixture(scope="module")
def encoder() -> PieceEncoder:
    return PieceEncoder(str(packaged_model().path / "tokenizer.json"))


def test_every_word_piece_knows_its_sentence(encoder: PieceEncoder) -> None:
    question = "Who runs Tapestry?"
    encoded = encoder.encode(question, Excerpt("Tapestry", "2019-03-04", ("Jide Zeitlin runs it.", "He said so.")))
    assert len(encoded.ids) == len(encoded.types) == len(encoded.owners)
    asked = [n for n, owner in enumerate(encoded.owners) if owner == QUESTION]
    said = "".join(question[start:end] for start, end in encoded.question)
    assert said == question.replace(" ", "")
    assert {encoded.types[n] for n in asked} == {0}
    assert {encoded.types[n] for n, owner in enumerate(encoded.owners) if owner >= 0} == {1}
    assert max(encoded.owners) == 1 and encoded.owners[0] == encoded.owners[-1] == OTHER


def test_what_is_too_long_is_cut_and_not_lost(encoder: PieceEncoder) -> None:
    encoded = encoder.encode("why " * 500, Excerpt("t " * 500, None, ("a " * 500, "b.")))
    assert len(encoded.ids) < 220
    assert 1 in encoded.owners
