"""What every reranker must do."""

import threading
from pathlib import Path

import numpy as np
import pytest

from index.registry import load
from rag.build import RERANKERS
from rag.interfaces import Reranker

QUESTION = "Why did Kering drop its suit?"
PASSAGES = [
    "Kering\nKering dropped its suit because Alibaba gave in.",
    "",
    "A store opened. " * 400,
    "Ventes en hausse à Paris, malgré la pluie – 漢字 📈.",
    *(f"Sales rose by {i} percent" + " again" * (9 * i) for i in range(4)),
]


@pytest.fixture(scope="module", params=[name for name in RERANKERS if name != "none"])
def reranker(request: pytest.FixtureRequest, cross_encoder_folder: Path) -> Reranker:
    made: Reranker = load(RERANKERS, "reranker", request.param)(model=str(cross_encoder_folder), threads=1)
    return made


def test_each_passage_has_its_score_in_order(reranker: Reranker) -> None:
    scores = reranker.scores(QUESTION, PASSAGES)
    assert scores.shape == (len(PASSAGES),) and scores.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1)).all() and len(set(scores.tolist())) == len(PASSAGES)
    for i, passage in enumerate(PASSAGES):
        assert reranker.scores(QUESTION, [passage])[0] == pytest.approx(scores[i], abs=1e-4)


def test_the_question_counts_and_may_be_long(reranker: Reranker) -> None:
    plain = reranker.scores(QUESTION, PASSAGES)
    assert not np.allclose(reranker.scores("Who opened a store?", PASSAGES), plain, atol=1e-3)
    assert reranker.scores("Why? " * 400, PASSAGES).shape == plain.shape


def test_no_passages_no_scores(reranker: Reranker) -> None:
    assert reranker.scores(QUESTION, []).shape == (0,)


def test_the_same_from_several_threads(reranker: Reranker) -> None:
    expected = reranker.scores(QUESTION, PASSAGES[:4])
    found = []
    ask = lambda: found.append(reranker.scores(QUESTION, PASSAGES[:4]))  # noqa: E731
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and all(np.allclose(scores, expected, atol=1e-5) for scores in found)


def test_it_has_a_name(reranker: Reranker, cross_encoder_folder: Path) -> None:
    assert reranker.name == cross_encoder_folder.name
