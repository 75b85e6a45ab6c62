"""Reports of several articles that tell different figures of one thing, and others that only seem to."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from conftest import ingest_into

from rag.build import build_pipeline
from rag.pipeline import Pipeline
from rag.settings import load_settings
from rag.types import Question


def article(outlet: str, day: str | None, title: str, text: str) -> Mapping[str, str | None]:
    url = f"https://{outlet.lower()}.example/{title.lower().replace(' ', '-')}"
    return {"url": url, "outlet": outlet, "published_at": day, "title": title, "text": text}


ARTICLES = [
    article(
        "Ledger",
        "2021-03-02",
        "Marmot raises money",
        "Marmot raised $120 million from investors. It makes its tents in Porto.",
    ),
    article(
        "Courier",
        "2021-03-04",
        "Money for Marmot",
        "Marmot raised $95 million from investors, a person close to it said.",
    ),
    article("Ledger", "2019-05-01", "Marmot grows", "Marmot employs 4,000 people in Portugal and in Spain."),
    article("Courier", "2021-06-01", "Marmot at forty", "Marmot employs 5,200 people in Portugal and in Spain."),
    article("Ledger", "2021-02-01", "Marmot in winter", "Online orders had a share of 30% of Marmot's sales in 2020."),
    article(
        "Courier", "2020-02-01", "Marmot looks back", "Online orders had a share of 20% of Marmot's sales in 2019."
    ),
    article(
        "Courier", "2021-07-01", "Bivouac", "Bivouac is worth $40 million, its owner told a fair of tents in Lyon."
    ),
    article(
        "Ledger",
        "2021-07-02",
        "Bivouac sold",
        "A rival bought Bivouac today. Bivouac is worth about 40 million dollars.",
    ),
    article("Ledger", "2021-04-01", "Talus stoves", "Talus sells 1.6 million stoves in a good winter, its head says."),
    article("Courier", "2021-04-02", "Stoves of Talus", "Talus sells 1.57 million stoves in a good winter, it says."),
    article("Ledger", "2021-01-05", "Fee of the Cairn club", "The Cairn club raised its fee to $60, up from $50."),
    article("Courier", "2020-12-05", "Cairn club", "The Cairn club has a fee of $50, its members say."),
    article("Ledger", None, "Gully ropes", "Gully ropes carry 900 climbers to the summit, guides say."),
    article("Courier", "2021-05-01", "Ropes by Gully", "Gully ropes carry 700 climbers to the summit, guides say."),
]


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Iterator[Pipeline]:
    home = tmp_path_factory.mktemp("conflicts")
    (home / "models").symlink_to(model_cache, target_is_directory=True)
    pages = home / "articles.jsonl"
    pages.write_text("".join(f"{json.dumps(page)}\n" for page in ARTICLES))
    ingest_into(home, pages)
    with closing(build_pipeline(load_settings(home)).collection):
        yield build_pipeline(load_settings(home))


def test_both_are_shown_with_who_says_so_and_when(pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question("How much did Marmot raise from investors?"))
    [conflict] = answer.conflicts
    assert conflict.values == ("$95 million", "$120 million")
    cited = [answer.citations[n - 1] for n in conflict.citations]
    assert [(citation.outlet, citation.published_at) for citation in cited] == [
        ("Courier", "2021-03-04"),
        ("Ledger", "2021-03-02"),
    ]
    assert [value in citation.quote for value, citation in zip(conflict.values, cited, strict=True)] == [True, True]
    assert conflict.text == (
        "Reports differ, newest first: $95 million (Courier, 2021-03-04) and $120 million (Ledger, 2021-03-02)."
    )
    assert answer.answer.endswith(conflict.text)


def test_long_apart_the_newest_counts_and_the_older_is_history(pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question("How many people does Marmot employ?"))
    assert [sentence.text.split()[2] for sentence in answer.sentences] == ["5,200", "4,000"]
    [conflict] = answer.conflicts
    assert conflict.text == (
        "Reports changed over time: 5,200 (Courier, 2021-06-01), before that 4,000 (Ledger, 2019-05-01)."
    )


def test_undated_is_never_the_newest(pipeline: Pipeline) -> None:
    [conflict] = pipeline.ask(Question("How many climbers do Gully ropes carry?")).conflicts
    assert conflict.values == ("700", "900")
    assert conflict.text.endswith("700 (Courier, 2021-05-01) and 900 (Ledger, undated).")


@pytest.mark.parametrize(
    "question",
    [
        "What share of Marmot's sales had online orders?",  # of two years
        "How many stoves does Talus sell?",  # one is rounded
        "What is the fee of the Cairn club?",  # the newer report knows the older figure
        "Where does Marmot make its tents?",
    ],
)
def test_no_conflict(question: str, pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question(question))
    assert not answer.abstained and answer.conflicts == ()


def test_both_sides_of_a_change_are_answered_and_dated(pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question("How did the number of people Marmot employs change between 2019 and 2021?"))
    assert [sentence.text.split()[2] for sentence in answer.sentences] == ["4,000", "5,200"]
    assert [citation.published_at for citation in answer.citations] == ["2019-05-01", "2021-06-01"]
    assert (answer.explanation, answer.conflicts) == ("", ())


def test_a_side_that_no_report_tells_is_said_to_be_missing(pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question("How did the number of people Marmot employs change between 2015 and 2021?"))
    assert [sentence.text.split()[2] for sentence in answer.sentences] == ["5,200"]
    assert answer.explanation == "The archive does not say: “how many people Marmot employs in 2015”."


def test_one_fact_of_two_articles_is_told_once(pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question("How much is Bivouac worth?"))
    assert len(answer.sentences) == 1 and "40 million" in answer.answer
