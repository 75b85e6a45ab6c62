"""Sentences that do not name what is asked about: whose company "the company" is."""

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

ARTICLES = [
    {
        "title": "Marmot cuts its forecast",
        "url": "https://ledger.example/forecast",
        "published_at": "2021-03-02",
        "text": "Sales of tents rose in the second quarter, a bit less than expected according to Peak Metrix. "
        "The company now sees growth of 4% for the full year, down from an earlier forecast of 5%.",
    },
    {
        "title": "Marmot looks for a partner in Zermatt",
        "url": "https://ledger.example/partner",
        "published_at": "2021-05-02",
        "text": "Marmot talks to makers of ropes. Gantenbein of Zermatt is one of them. It employs 700 people in the "
        "mountains.",
    },
]


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Iterator[Pipeline]:
    home = tmp_path_factory.mktemp("meant")
    (home / "models").symlink_to(model_cache, target_is_directory=True)
    file = home / "articles.jsonl"
    file.write_text("\n".join(map(json.dumps, ARTICLES)), encoding="utf-8")
    ingest_into(home, file)
    found = build_pipeline(load_settings(home))
    with closing(found.collection):
        yield found


def test_the_company_is_the_one_of_the_article(pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question("What growth does Marmot see for the full year?"))
    assert "4% for the full year" in answer.answer


def test_it_is_what_the_sentence_before_opens_with(pipeline: Pipeline) -> None:
    assert "700" not in pipeline.ask(Question("How many people does Marmot employ?")).answer
