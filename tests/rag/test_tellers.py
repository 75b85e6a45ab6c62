"""Outlets and authors that a question names as who tells it."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from conftest import ingest_into

from rag.build import build_pipeline
from rag.pipeline import Pipeline
from rag.settings import load_settings
from rag.types import Question

RECORDS = (
    ("Daily Hill", "Jane Doe", "Marmot opened a shop in Lisbon. It sells tents and ropes to climbers."),
    ("The Evening Hill", "John Roe", "Marmot opened a shop in Oslo. Badger watches it, and Badger waits."),
    ("Badger", None, "Badger opened a shop in Graz. Badger sells stoves to walkers."),
    ("Daily Hill", "John van Roe", "Badger closed a shop in Turin, and Badger regrets it."),
)


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Iterator[Pipeline]:
    home = tmp_path_factory.mktemp("tellers") / "home"
    home.mkdir()
    (home / "models").symlink_to(model_cache, target_is_directory=True)
    file = home / "a.jsonl"
    lines = [
        {"title": f"News {n}", "text": text, "url": f"https://x.example/{n}", "outlet": outlet, "byline": byline}
        for n, (outlet, byline, text) in enumerate(RECORDS)
    ]
    file.write_text("".join(json.dumps({k: v for k, v in line.items() if v}) + "\n" for line in lines))
    ingest_into(home, file)
    built = build_pipeline(load_settings(home))
    with closing(built.collection):
        yield built


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did Daily Hill write about Marmot?", "Daily Hill"),
        ("What did the Evening Hill report about Marmot?", "The Evening Hill"),
        ("What is in Daily Hill's coverage of Marmot?", "Daily Hill"),
        ("What has John van Roe written about Badger?", "John van Roe"),
        ("Which stories by Jane Doe tell of tents?", "Jane Doe"),
    ],
)
def test_only_who_is_to_tell_is_searched(pipeline: Pipeline, question: str, named: str) -> None:
    found = pipeline.find(Question(question, top_k=10))
    assert [teller.name for teller in found.told_by] == [named]
    assert found.told_by[0].text in question
    own = [record for record in RECORDS if named in record]
    assert sorted(hit.passage.text for hit in found.hits) == sorted(text for _, _, text in own)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Where did Marmot open a shop, according to the Evening Hill?", "Oslo"),
        ("According to Daily Hill, where did Marmot open a shop?", "Lisbon"),
        ("Where did Marmot open a shop in articles by Jane Doe?", "Lisbon"),
    ],
)
def test_who_tells_is_no_part_of_what_is_asked(pipeline: Pipeline, question: str, answer: str) -> None:
    given = pipeline.ask(Question(question))
    assert not given.abstained and answer in given.answer and len(given.told_by) == 1
    assert len({citation.outlet for citation in given.citations}) == 1


@pytest.mark.parametrize(
    "question",
    [
        "What did Marmot say about tents?",  # a company that is no outlet
        "What did Badger say about stoves?",  # an outlet of which the others tell more than it does
        "What did Jane Doe say about tents?",  # somebody who may just be quoted
        "Where are articles by Nobody Else?",  # no author of the archive
        "Where did Marmot open, according to Daily Hill, and when by the Evening Hill?",  # two, for two things
        "Why was it published in 2019?",
    ],
)
def test_others_are_what_the_question_is_about(pipeline: Pipeline, question: str) -> None:
    assert pipeline.search(Question(question)).told_by == ()


def test_who_only_writes_is_who_is_meant(pipeline: Pipeline) -> None:
    assert [one.outlet for one in pipeline.search(Question("What did Badger write about stoves?")).told_by] == [
        "Badger"
    ]


def test_several_may_be_named_and_each_taken_back(pipeline: Pipeline) -> None:
    question = "Where did Daily Hill and the Evening Hill report that Marmot opened a shop?"
    both = pipeline.ask(Question(question, top_k=10))
    assert [teller.name for teller in both.told_by] == ["Daily Hill", "The Evening Hill"]
    one = pipeline.search(Question(question, told_by=both.told_by[1:]))
    assert {hit.passage.article.outlet for hit in one.hits} == {"The Evening Hill"}
    everywhere = pipeline.search(Question(question, told_by=(), top_k=10))
    assert everywhere.told_by == () and len({hit.passage.article.outlet for hit in everywhere.hits}) == 3


def test_articles_of_an_author_are_found_by_the_name_alone(pipeline: Pipeline) -> None:
    found = pipeline.find(Question("articles by Jane Doe", top_k=10))
    assert [hit.passage.article.byline for hit in found.hits] == ["Jane Doe"]
