"""How many sentences verification removes."""

from eval.datasets.ragtruth import Response
from eval.verification import removed_of, sentences
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
    told = list(sentences(Response("1", "tune", "Why?", text, (passage,), (marked,)), reader))
    assert [(one.supported, one.shown) for one in told] == [(True, True), (False, False)]
    assert removed_of(told, supported=True) == (0, 1) and removed_of(told, supported=False) == (1, 1)
