"""The data sets: our own questions, the format for others, and the published sets on files of the same shape."""

import json
import lzma
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.datasets import seeds
from eval.datasets.jsonl import load_jsonl, own
from eval.datasets.records import RecordSource
from eval.datasets.table import DATASETS, load_sets
from eval.metrics.answers import is_correct
from eval.types import Dataset, Evidence, half_of
from index.errors import BadInputError, UnreadableError
from index.extract.page import extract
from index.types import Article, article_id

URL = "https://example.org/a"


def write_lines(file: Path, *records: object) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(record) + "\n" for record in records)
    if file.suffix == ".xz":
        file.write_bytes(lzma.compress(text.encode()))
    else:
        file.write_text(text, "utf-8")
    return file


def articles_of(dataset: Dataset) -> list[Article]:
    pages = list(dataset.articles.pages())
    return [extract(page) for page in pages if not isinstance(page, UnreadableError)]


def test_the_seeds_questions_are_sixty_of_six_types_half_for_tuning() -> None:
    dataset = seeds.load(Path())
    assert Counter(question.type for question in dataset.questions) == {
        "fact": 16,
        "why": 8,
        "when": 8,
        "followup": 8,
        "false_premise": 10,
        "unanswerable": 10,
    }
    for kind in {question.type for question in dataset.questions}:
        halves = Counter(question.half for question in dataset.questions if question.type == kind)
        assert halves["tune"] == halves["report"]
    assert len({question.text.lower() for question in dataset.questions}) == 60


def test_every_quote_of_the_seeds_questions_is_verbatim() -> None:
    dataset = seeds.load(Path())
    texts = {article.id: article.text for article in articles_of(dataset)}
    quotes = [evidence for question in dataset.questions for evidence in question.evidence]
    assert len(quotes) > 40
    assert [quote for quote in quotes if quote.quote not in texts[quote.article_id] or not quote.quote] == []


def test_the_evidence_of_the_seeds_questions_is_the_answer() -> None:
    """The quotes hold the keys, or the day of publication does; what cannot be answered has neither."""
    dataset = seeds.load(Path())
    published = {article.id: article.published_at or "" for article in articles_of(dataset)}
    for question in dataset.questions:
        if question.answerable:
            days = " ".join(published[article] for article in question.gold_articles)
            told = " ".join(evidence.quote for evidence in question.evidence) + " " + days.replace("-", " ")
            assert is_correct(told, question.answer_keys), question
        else:
            assert not question.evidence and not question.answer_keys, question


def test_a_question_of_ones_own_says_everything_there_is_to_say(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    page = "Shops\n\nShoe shops are closing in many towns, said the union of shoe shops, because of high rents.\n" * 2
    (tmp_path / "pages" / "shops.txt").write_text(page)
    file = write_lines(
        tmp_path / "mine.jsonl",
        {
            "id": "q1",
            "question": "And in Mumbai?",
            "type": "followup",
            "half": "report",
            "history": [
                {"role": "user", "content": "Where does it open?"},
                {"role": "assistant", "content": "In Delhi."},
            ],
            "as_of": "2020-03-01",
            "date_from": "2019-01-01",
            "date_to": "2019-12-31",
            "outlets": ["Reuters"],
            "answer": ["Yes", "It does"],
            "answer_keys": [["yes", "does"], ["mumbai"]],
            "evidence": [{"url": URL, "quote": "open in Mumbai"}, {"file": "shops.txt"}, {"article_id": "abc"}],
        },
        {"id": "q2", "question": "Who?", "type": "fact", "answer": None},
    )
    first, second = own(file, [tmp_path / "pages"]).questions
    [shops] = articles_of(own(file, [tmp_path / "pages"]))
    assert first.half == "report"
    assert [turn.role for turn in first.history] == ["user", "assistant"]
    assert (first.as_of, first.filters.date_from, first.filters.outlets) == (
        date(2020, 3, 1),
        date(2019, 1, 1),
        ("Reuters",),
    )
    assert first.answers == ("Yes", "It does")
    assert first.answer_keys == (("yes", "does"), ("mumbai",))
    assert first.evidence == (
        Evidence(article_id(URL, "", ""), "open in Mumbai"),
        Evidence(shops.id),
        Evidence("abc"),
    )
    assert not second.answerable
    assert second.half == half_of("q2")


def test_questions_about_one_article_are_in_one_half(tmp_path: Path) -> None:
    lines = [
        {"id": f"q{n}", "question": "?", "type": "fact", "answer": "x", "evidence": [{"article_id": f"a{n % 20}"}]}
        for n in range(200)
    ]
    questions = load_jsonl("x", write_lines(tmp_path / "q.jsonl", *lines), RecordSource("x", [])).questions
    halves = {(question.gold_articles, question.half) for question in questions}
    assert len(halves) == 20
    assert {half for _, half in halves} == {"tune", "report"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "is not JSON"),
        ('{"question": "Who?", "type": "fact"}', "'id'"),
        ('{"id": "a", "type": "fact"}', "'question'"),
        ('{"id": "a", "question": 3, "type": "fact"}', "not text"),
        ('{"id": "a", "question": "Who?", "type": "fact", "half": "both"}', "'both'"),
        ('{"id": "a", "question": "Who?", "type": "fact", "as_of": "yesterday"}', "yesterday"),
        ('{"id": "a", "question": "Who?", "type": "fact", "answer_keys": ["x"]}', "list of lists"),
        ('{"id": "a", "question": "Who?", "type": "fact", "evidence": [{"file": "no.txt"}]}', "'no.txt'"),
        ("[]", "cannot be used"),
    ],
)
def test_a_question_that_cannot_be_used_is_named(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(f'{{"id": "ok", "question": "Who?", "type": "fact"}}\n{line}\n')
    with pytest.raises(BadInputError) as raised:
        own(file, [tmp_path])
    assert f"{file}:2" in raised.value.message
    assert said in raised.value.message


def test_an_id_used_twice_and_a_file_without_questions_are_errors(tmp_path: Path) -> None:
    question = {"id": "a", "question": "Who?", "type": "fact"}
    with pytest.raises(BadInputError, match="'a' was used before"):
        own(write_lines(tmp_path / "q.jsonl", question, question), [tmp_path])
    with pytest.raises(BadInputError, match="holds no question"):
        own(write_lines(tmp_path / "none.jsonl"), [tmp_path])
    with pytest.raises(BadInputError, match="cannot be read"):
        own(tmp_path / "missing.jsonl", [tmp_path])


def test_a_set_that_is_not_there_is_skipped_by_name(tmp_path: Path) -> None:
    lines: list[str] = []
    assert [dataset.name for dataset in load_sets(DATASETS, tmp_path, lines.append)] == ["seeds"]
    assert [line.partition(": skipped, there is no ")[0] for line in lines] == [n for n in DATASETS if n != "seeds"]
    assert all(str(tmp_path) in line for line in lines)
    assert [dataset.name for dataset in load_sets(["seeds", "squad2"], None, lines.append)] == ["seeds"]
    assert lines[-1].startswith("squad2: skipped")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A small folder in the shape of the published sets."""
    article = {"url": URL, "title": "Title", "outlet": "o", "published_at": "2022-06-13", "text": "It was in Idaho."}
    gold = {"gold_article_ids": [article_id(URL, "", "")], "choices": [], "gold_urls": [URL]}
    quiz: dict[str, Any] = {"id": "1", "asked_on": "2022-06-16", "question": "Where?", "answer": ["Idaho"], **gold}
    write_lines(tmp_path / "retail_archive" / "articles.jsonl.xz", article)
    write_lines(
        tmp_path / "retail_archive" / "questions.jsonl",
        {"id": "r", "type": "fact", "question": "Where?", "answer": "Idaho", "evidence": [{"url": URL}]},
    )
    write_lines(tmp_path / "dated_news_qa" / "articles_small.jsonl.xz", article)
    write_lines(
        tmp_path / "dated_news_qa" / "questions.jsonl",
        {**quiz, "answer_in_gold": True},
        {**quiz, "id": "2", "answer_in_gold": False},
    )
    fact = {"url": URL, "fact": "It was in Idaho."}
    write_lines(
        tmp_path / "multihop" / "evidence_articles.jsonl",
        {"title": "T", "author": "A", "source": "S", "published_at": "2023-10-01T10:00:00+00:00", "url": URL}
        | {"facts": ["It was in Idaho.", "It rained."]},
    )
    write_lines(
        tmp_path / "multihop" / "questions.jsonl",
        {"id": "0", "question": "Do both?", "question_type": "comparison_query", "answer": "Yes"}
        | {"evidence_list": [fact]},
        {
            "id": "1",
            "question": "Where?",
            "question_type": "inference_query",
            "answer": "Idaho",
            "evidence_list": [fact],
        },
        {"id": "2", "question": "Why?", "question_type": "null_query", "answer": "Insufficient information."}
        | {"evidence_list": []},
    )
    write_lines(
        tmp_path / "abstention" / "squad2_sample.jsonl",
        {"id": "a", "context": "One.", "question": "Which?", "answers": ["One", "One"], "answerable": True},
        {"id": "b", "context": "One.", "question": "Two?", "answers": [], "answerable": False},
        {"id": "c", "context": "Two.", "question": "Which?", "answers": ["Two"], "answerable": True},
    )
    turn = {"speaker": "user", "text": "And then?"}
    write_lines(
        tmp_path / "multiturn" / "mtrag_un.jsonl.xz",
        {
            "conversation_id": "c",
            "task_id": "c1",
            "contexts": [{"document_id": "d", "text": "\nIt was in Idaho."}],
            "input": [{"speaker": "user", "text": "Where?"}, {"speaker": "agent", "text": "Idaho."}, turn],
            "targets": [{"speaker": "agent", "text": "It rained."}],
            "answerability": ["PARTIAL"],
        },
        {
            "conversation_id": "c",
            "task_id": "c2",
            "contexts": [],
            "input": [turn],
            "targets": [{"speaker": "agent", "text": "I do not know."}],
            "answerability": ["UNDERSPECIFIED"],
        },
    )
    return tmp_path


def test_every_published_set_is_read(data: Path) -> None:
    lines: list[str] = []
    found = {dataset.name: dataset for dataset in load_sets(DATASETS, data, lines.append)}
    assert lines == []
    assert list(found) == list(DATASETS)
    for name, dataset in found.items():
        known = {article.id for article in articles_of(dataset)}
        assert known, name
        assert {article for question in dataset.questions for article in question.gold_articles} <= known, name


def test_what_the_published_sets_mean(data: Path) -> None:
    found = {dataset.name: dataset.questions for dataset in load_sets(DATASETS, data, print)}
    quiz, without = found["dated_news_qa"]
    assert (quiz.as_of, quiz.answer_keys, without.answer_keys) == (date(2022, 6, 16), (("Idaho",),), ())
    yes, where, null = found["multihop"]
    assert (yes.answer_keys, where.answer_keys, null.answerable) == ((), (("Idaho",),), False)
    here, near_miss, there = found["squad2"]
    assert here.filters == near_miss.filters != there.filters
    assert here.half == near_miss.half
    assert (here.answerable, near_miss.answerable) == (True, False)
    partial, underspecified = found["mtrag_un"]
    assert [turn.role for turn in partial.history] == ["user", "assistant"]
    assert (partial.text, partial.answers, underspecified.answerable) == ("And then?", ("It rained.",), False)
    assert partial.half == underspecified.half
