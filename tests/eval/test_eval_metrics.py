"""Figures that can be checked on paper."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from archives import CHUNKER, EMBEDDER, store

from eval.metrics.abstention import abstention_f1, aurc, auroc, risk_coverage
from eval.metrics.answers import answer_scores, exact, is_correct, token_f1
from eval.metrics.bootstrap import figure_interval, mean_interval
from eval.metrics.retrieval import retrieval_scores
from eval.summary import summarise
from eval.types import EvalQuestion, Evidence, Result, Scores
from index.collections.local import LocalCollection
from index.types import Article, Hit, Passage
from rag.types import Answer, Citation, Conflict, Sentence

KERING = Article("kering", "Kering", "Kering sued in 2015.\n\nIt dropped its suit in 2017.")
OTHER = Article("other", "Coach", "Coach sells bags.\n\nTmall sells them, too.")
THIRD = Article("third", "Gucci", "Gucci belongs to Kering.")
QUESTION = EvalQuestion("q", "When did Kering sue?", "fact", "tune", True, ("2015",), (("2015",),))


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCollection]:
    with closing(LocalCollection(tmp_path_factory.mktemp("archive"), EMBEDDER, CHUNKER)) as opened:
        store(opened, KERING, OTHER, THIRD)
        yield opened


@pytest.mark.parametrize(
    ("text", "keys", "right"),
    [
        ("It costs $129 today.", [["$129", "129 dollars"]], True),
        ("It costs 129 dollars.", [["$129", "129 dollars"]], True),
        ("It costs $1290.", [["$129"]], False),
        ("It costs $129.50.", [["$129"]], False),
        ("Growth was 1.4%.", [["4%"]], False),
        ("1,188 shares", [["188"]], False),
        ("HK$188 apiece, HK$176 issued", [["188"], ["176"]], True),
        ("HK$188 apiece", [["188"], ["176"]], False),
        ("The Maybach", [["may"]], False),
        ("“Kering’s  Luxury\nBrands”", [["kering's luxury brands"]], True),
        ("", [], False),
        ("word " * 119 + "2015", [["2015"]], True),
        ("word " * 120 + "2015", [["2015"]], False),
    ],
)
def test_an_answer_is_right_when_every_key_is_in_it(text: str, keys: list[list[str]], right: bool) -> None:
    assert is_correct(text, keys) is right


def test_exact_match_and_token_f1_are_those_of_squad() -> None:
    assert exact("The Denver Broncos!", "denver broncos") == 1
    assert exact("Denver", "Denver Broncos") == 0
    assert token_f1("the Denver Broncos won", "Denver Broncos") == pytest.approx(2 * 2 / (3 + 2))
    assert token_f1("Paris", "Rome") == 0
    assert token_f1("", "Rome") == 0


def hit(article: Article, paragraph: int, rank: int) -> Hit:
    start = 0
    for text in article.text.split("\n\n")[:paragraph]:
        start += len(text) + 2
    end = start + len(article.text.split("\n\n")[paragraph])
    return Hit(Passage(rank, article, start, end), 1 / rank, rank, "fused")


def retrieved(collection: LocalCollection, question: EvalQuestion, *hits: Hit) -> Scores:
    return retrieval_scores([Result(question, "answered", None, hits)], collection)[question.id]


def test_articles_rank_where_their_best_passage_does(collection: LocalCollection) -> None:
    question = replace(QUESTION, evidence=(Evidence(KERING.id), Evidence(THIRD.id)))
    scores = retrieved(collection, question, hit(OTHER, 0, 1), hit(OTHER, 1, 2), hit(KERING, 0, 3), hit(KERING, 1, 4))
    assert scores["article_hit@1"] == 0
    assert scores["article_hit@4"] == scores["article_hit@10"] == 1
    assert scores["article_mrr"] == 0.5
    assert scores["article_recall@10"] == 0.5
    assert scores["article_map"] == 0.25
    assert scores["article_ndcg@10"] == pytest.approx((1 / np.log2(3)) / (1 + 1 / np.log2(3)))
    assert "passage_mrr" not in scores


def test_a_passage_is_gold_when_it_holds_the_evidence(collection: LocalCollection) -> None:
    # The chunker makes one chunk of so short an article, so the gold passage is all of it.
    [whole] = [Hit(Passage(1, KERING, 0, len(KERING.text)), 1.0, 2, "fused")]
    question = replace(QUESTION, evidence=(Evidence(KERING.id, "sued in 2015"),))
    assert retrieved(collection, question, hit(OTHER, 0, 1), whole)["passage_mrr"] == 0.5
    assert retrieved(collection, question, hit(OTHER, 0, 1))["passage_mrr"] == 0
    missing = replace(QUESTION, evidence=(Evidence(KERING.id, "never said"),))
    assert "passage_mrr" not in retrieved(collection, missing, whole)


def test_a_refused_question_found_nothing(collection: LocalCollection) -> None:
    question = replace(QUESTION, evidence=(Evidence(KERING.id, "sued in 2015"),))
    scores = retrieved(collection, question)
    assert set(scores.values()) == {0.0}
    assert "article_hit@1" in scores and "passage_hit@1" in scores


def cite(n: int, article: Article, quote: str) -> Citation:
    start = max(article.text.find(quote), 0)
    return Citation(n, article.id, article.title, None, None, None, quote, start, start + len(quote))


def answer(*said: tuple[str, tuple[Citation, ...]], **more: Any) -> Answer:
    citations = {citation.n: citation for _, cited in said for citation in cited}
    values: dict[str, Any] = {
        "question": "?",
        "standalone_question": "?",
        "answer": "",
        "explanation": "",
        "sentences": tuple(Sentence(text, tuple(c.n for c in cited), "supported") for text, cited in said),
        "citations": tuple(citations.values()),
        "abstained": not said,
        "abstain_reason": None,
        "nearest": (),
        "conflicts": (),
        "times": (),
        "latest": False,
        "notes": (),
        "as_of": None,
        "data_through": None,
        "removed": (),
        "confidence": 0.5,
        "timings_ms": {},
        "usage": {},
        "llm": "x",
        "conversation_id": None,
        "request_id": "1",
    }
    return Answer(**(values | more))


def scored(collection: LocalCollection, question: EvalQuestion, given: Answer) -> Scores:
    return answer_scores(Result(question, "abstained" if given.abstained else "answered", given, ()), collection)


def test_citations_are_measured_against_article_and_evidence(collection: LocalCollection) -> None:
    question = replace(QUESTION, evidence=(Evidence(KERING.id, "sued in 2015"), Evidence(KERING.id, "It dropped it")))
    right, elsewhere = cite(1, KERING, "Kering sued in 2015."), cite(2, OTHER, "Coach sells bags.")
    scores = scored(collection, question, answer(("Kering sued in 2015.", (right, elsewhere))))
    assert scores["right"] == scores["correct"] == scores["verbatim"] == scores["citation_recall"] == 1
    assert scores["citation_precision"] == 0.5, "the second citation carries nothing"
    assert scores["cited_gold"] == scores["evidence_precision"] == 0.5
    assert scores["evidence_recall"] == 0.5


def test_words_that_are_not_in_the_article_are_found_out(collection: LocalCollection) -> None:
    invented = replace(cite(1, KERING, "Kering sued in 2015."), quote="Kering sued in 2016.")
    scores = scored(collection, QUESTION, answer(("Kering sued in 2015.", (invented,))))
    assert scores["verbatim"] == 0
    assert scores["citation_recall"] == scores["citation_precision"] == 0


def test_a_sentence_may_need_two_citations(collection: LocalCollection) -> None:
    first, second = cite(1, KERING, "Kering sued in 2015."), cite(2, KERING, "It dropped its suit in 2017.")
    both = answer(("Kering sued in 2015. It dropped its suit in 2017.", (first, second)))
    assert scored(collection, QUESTION, both)["citation_recall"] == 1
    assert scored(collection, QUESTION, both)["citation_precision"] == 1


def test_what_abstaining_is_worth(collection: LocalCollection) -> None:
    silent = answer()
    assert scored(collection, QUESTION, silent) == {
        "right": 0.0,
        "correct": 0.0,
        "exact": 0.0,
        "token_f1": 0.0,
        "false_abstention": 1.0,
        "abstention_precision": 0.0,
    }
    unanswerable = replace(QUESTION, answerable=False, answers=(), answer_keys=())
    assert scored(collection, unanswerable, silent) == {
        "right": 1.0,
        "abstention_recall": 1.0,
        "abstention_precision": 1.0,
    }
    spoken = scored(collection, unanswerable, answer(("In 2015.", (cite(1, KERING, "2015"),))))
    assert (spoken["right"], spoken["abstention_recall"]) == (0, 0)
    assert "correct" not in spoken
    refused = answer_scores(Result(unanswerable, "refused", None, ()), collection)
    assert refused == {"right": 0.0, "abstention_recall": 0.0}


def test_a_conflict_counts_when_it_is_shown(collection: LocalCollection) -> None:
    question = replace(QUESTION, type="conflict")
    said = ("Kering sued in 2015.", (cite(1, KERING, "Kering sued in 2015."),))
    assert scored(collection, question, answer(said))["conflict_shown"] == 0
    shown = answer(said, conflicts=(Conflict("They disagree.", (1,), ("5",)),))
    assert scored(collection, question, shown)["conflict_shown"] == 1


def floats(*values: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array(values, float)


def test_abstention_f1() -> None:
    # two of three abstentions are right, two of four unanswerable questions are found
    unanswerable, abstained = floats(1, 1, 1, 1, 0, 0), floats(1, 1, 0, 0, 1, 0)
    assert abstention_f1(unanswerable, abstained) == pytest.approx(2 * (2 / 3) * (1 / 2) / (2 / 3 + 1 / 2))
    assert abstention_f1(floats(0, 0), floats(1, 0)) is None


def test_auroc_counts_ties_half() -> None:
    assert auroc(floats(1, 1, 0, 0), floats(0.9, 0.8, 0.2, 0.1)) == 1
    assert auroc(floats(1, 0), floats(0.5, 0.5)) == 0.5
    assert auroc(floats(1, 1, 0), floats(0.9, 0.1, 0.5)) == 0.5
    assert auroc(floats(1, 1), floats(0.9, 0.1)) is None


def test_risk_grows_with_coverage() -> None:
    coverage, risk = risk_coverage(floats(0.2, 0.9, 0.6, 0.8), floats(1, 0, 1, 0))
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert risk.tolist() == pytest.approx([0, 0, 1 / 3, 1 / 2])
    assert aurc(floats(0.2, 0.9, 0.6, 0.8), floats(1, 0, 1, 0)) == pytest.approx((1 / 3 + 1 / 2) / 4)
    assert aurc(floats(), floats()) is None


def test_equal_confidence_gives_no_order() -> None:
    _, risk = risk_coverage(floats(0.5, 0.5, 0.5, 0.5), floats(1, 0, 0, 1))
    assert risk.tolist() == [0.5] * 4


def test_intervals_hold_the_figure_and_are_always_the_same() -> None:
    values = floats(*([1] * 30 + [0] * 70))
    low, high = mean_interval(values)
    assert 0.19 < low < 0.24 and 0.36 < high < 0.41  # the normal approximation says .21 to .39
    assert mean_interval(values) == (low, high)
    assert mean_interval(floats(1, 1, 1)) == (1, 1)
    assert figure_interval(lambda column: float(column.mean()), values) == pytest.approx((low, high))
    assert figure_interval(lambda column: None, values) is None


def record(name: str, half: str, kind: str, answerable: bool, outcome: str, confidence: float, **scores: float) -> Any:
    return {
        "set": name,
        "half": half,
        "type": kind,
        "answerable": answerable,
        "outcome": outcome,
        "confidence": confidence,
        "scores": scores,
        "usage": {"tokens": 10},
    }


def test_a_summary_is_by_set_half_and_type() -> None:
    summary = summarise(
        [
            record("a", "tune", "fact", True, "answered", 0.9, right=1),
            record("a", "tune", "fact", True, "abstained", 0.1, right=0),
            record("a", "report", "why", False, "abstained", 0.2, right=1),
            record("b", "tune", "why", True, "refused", 0.0, right=0),
        ]
    )
    assert {name: list(halves) for name, halves in summary.items()} == {
        "a": ["tune", "report", "all"],
        "b": ["tune", "all"],
    }
    whole = summary["a"]["all"]
    assert list(whole) == ["all", "fact", "why"]
    assert whole["all"]["n"] == 3
    assert whole["all"]["outcomes"] == {"answered": 1, "abstained": 2, "refused": 0}
    assert whole["all"]["usage"] == {"tokens": 30}
    assert whole["all"]["figures"]["right"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert whole["fact"]["figures"]["right"]["value"] == 0.5
    # answered right first, then the two that were held back, counted as wrong
    assert whole["all"]["figures"]["aurc"]["value"] == pytest.approx((0 + 1 / 2 + 2 / 3) / 3, abs=1e-4)
    assert whole["all"]["figures"]["auroc_answerable"]["value"] == 0.5
    assert summary["b"]["all"]["all"]["outcomes"]["refused"] == 1
