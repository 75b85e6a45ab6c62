"""How many sentences verification removes."""

from dataclasses import replace

from eval.datasets.ragtruth import Response
from eval.verification import best_threshold, judged_answer, removed_of, span_figures
from index.sentences import sentence_spans
from index.types import Article
from rag.build import build_reader
from rag.sentences import Context
from rag.settings import load_settings

PASSAGE = "Norvik Lines will cut its fares by 12 percent in June. Fuel has become cheaper."


def test_removed_sentences_are_counted_by_what_people_said_of_them() -> None:
    reader = build_reader(load_settings())
    assert reader is not None
    text = "1. Fuel has become cheaper (passage 1).\n2. Norvik Lines will cut its fares by 70 percent."
    passage = Context(Article("a", "Passage 1", PASSAGE), sentence_spans(PASSAGE))
    marked = (text.index("70"), text.index("70") + 2)
    response = Response("1", "tune", "Why?", text, (passage,), (marked,))
    judged = judged_answer(response, reader)
    assert [(one.supported, one.shown) for one in judged.told] == [(True, True), (False, False)]
    assert removed_of(judged.told, supported=True) == (0, 1) and removed_of(judged.told, supported=False) == (1, 1)
    sound = replace(judged, response=replace(response, unsupported=()), told=judged.told[:1])
    assert judged.score < best_threshold([judged, sound]) + 1e-9 <= sound.score
    wrong = text.index("70 percent")
    assert judged.told[1].characters == set(range(wrong, wrong + len("70 percent")))
    precision, recall, _ = span_figures([judged, sound], judged.score)
    assert (precision, recall) == (2 / len("70 percent"), 1.0)
