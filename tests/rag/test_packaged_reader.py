"""The reader that comes with Newsdesk: whole, and better than chance on plain cases."""

import shutil
from pathlib import Path

import pytest

from index.errors import SetupError
from index.sentences import sentence_spans
from index.types import Article
from rag.build import build_reader
from rag.checking import Case
from rag.interfaces import Reader
from rag.judging import judge
from rag.readers import packaged
from rag.sentences import Context
from rag.settings import Settings
from rag.types import Excerpt

STORES = Excerpt(
    "Acme closes stores",
    "2019-03-04",
    (
        "Acme said on Monday it will close 31 stores because rents have doubled.",
        "Its chief executive, Dana Brown, joined the chain in 2016.",
        "Shares of the company fell 4 percent.",
    ),
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    made = build_reader(Settings(threads=1))
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("question", "answer"),
    [("Why does Acme close stores?", 0), ("Who runs Acme?", 1), ("By how much did Acme's shares fall?", 2)],
)
def test_the_sentence_that_answers_is_told(question: str, answer: int, reader: Reader) -> None:
    [chances] = reader.answers(question, [STORES])
    assert max(range(3), key=lambda place: chances[place]) == answer


def test_a_question_about_something_else_is_less_likely_answered(reader: Reader) -> None:
    [answered], [other] = (
        reader.answers(question, [STORES]) for question in ("Who runs Acme?", "Who designed the Eiffel Tower?")
    )
    assert max(answered) > 2 * max(other)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("Acme will close 31 stores.", ""),
        ("Acme will close 47 stores.", "47"),
        ("Zalando will close 31 stores.", "Zalando"),
    ],
)
def test_figures_and_names_that_no_source_has_are_named(claim: str, reason: str, reader: Reader) -> None:
    [judged] = judge([Case(claim, [_context(" ".join(STORES.sentences))])], reader)
    assert reason in judged.reason
    if reason:
        assert [claim[start:end] for start, end in judged.uncarried] == [reason]


def test_a_true_claim_scores_above_one_that_no_source_carries(reader: Reader) -> None:
    claims = "Rents that doubled made Acme close 31 stores.", "Acme hired a thousand people for its new website."
    true, false = judge([Case(claim, [_context(" ".join(STORES.sentences))]) for claim in claims], reader)
    assert true.score > 0.9 > false.score


def test_a_claim_without_sources_is_not_supported(reader: Reader) -> None:
    [judged] = judge([Case("Acme will close.", [])], reader)
    assert judged.score == 0.0 and judged.uncarried == ((0, 16),)


def test_a_damaged_file_is_an_error_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "reader.onnx"
    shutil.copy(packaged.FILE, damaged)
    with damaged.open("r+b") as file:
        file.seek(1000)
        file.write(b"damaged")
    monkeypatch.setattr(packaged, "FILE", damaged)
    with pytest.raises(SetupError, match=r"reader\.onnx is missing or damaged"):
        packaged.PackagedReader(model=None, threads=1)


def test_the_packaged_reader_takes_no_other_model() -> None:
    with pytest.raises(SetupError, match="takes no other model"):
        build_reader(Settings(reader_model="some/model"))


def test_without_a_reader_questions_are_still_answered(seeds_home: Path) -> None:
    from rag.build import build_pipeline
    from rag.types import Question

    pipeline = build_pipeline(Settings(home=seeds_home, reader="none", threads=1))
    answer = pipeline.ask(Question("Why did Kering drop its suit?"))
    assert "convince Kering" in answer.answer


def _context(text: str) -> Context:
    return Context(Article("a", "Acme closes stores", text, published_at="2019-03-04"), sentence_spans(text))
