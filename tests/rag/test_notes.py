"""What a reader is told of how a question was searched."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from conftest import ingest_into

from index.types import Filters
from rag.build import build_pipeline
from rag.notes import notes
from rag.pipeline import Pipeline
from rag.settings import load_settings
from rag.types import Question, StandaloneQuestion, TimeRange

ARTICLES = [
    {"title": "Marmot opens in Lisbon", "outlet": "Daily Hill", "published_at": "2019-05-03"},
    {"title": "Marmot closes in Lisbon", "outlet": "Evening Hill", "published_at": "2020-02-03"},
    {"title": "Marmot's shop in Lisbon", "outlet": "Daily Hill"},
]
ASKED = "How many tents has Marmot sold in Lisbon?"


@pytest.fixture
def pipeline(empty_home: Path, tmp_path: Path) -> Iterator[Pipeline]:
    file = tmp_path / "a.jsonl"
    text = "Marmot sold {} tents in Lisbon last week. The shop by the river is known to every climber of the town."
    records = ({**article, "text": text.format(n)} for n, article in enumerate(ARTICLES, 3))
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    ingest_into(empty_home, file)
    built = build_pipeline(load_settings())
    with closing(built.collection):
        yield built


def test_undated_articles_that_a_limit_on_dates_leaves_out_are_said(pipeline: Pipeline) -> None:
    said = ("The limits on dates leave out 1 article on this that shows no date.",)
    assert pipeline.ask(Question(ASKED, as_of=date(2019, 6, 1))).notes == said
    assert pipeline.ask(Question(ASKED, filters=Filters(date_from=date(2020, 1, 1)))).notes == said
    assert pipeline.ask(Question(ASKED)).notes == ()
    assert pipeline.ask(Question("Who founded Heron in Oslo?", as_of=date(2019, 6, 1))).notes == ()
    evening = Filters(date_from=date(2019, 1, 1), outlets=("Evening Hill",))
    assert pipeline.ask(Question(ASKED, filters=evening)).notes == ()


def test_unknown_outlets_are_named(pipeline: Pipeline) -> None:
    notes = pipeline.ask(Question(ASKED, filters=Filters(outlets=("daily hill", "Dayly Hill", "Monitor")))).notes
    assert notes == (
        "The archive has no outlet named “Dayly Hill”. Did you mean “Daily Hill”?",
        "The archive has no outlet named “Monitor”.",
    )


def test_an_event_is_said_to_be_no_date_unless_dates_are_given(pipeline: Pipeline) -> None:
    asked = "How many tents has Marmot sold since the merger?"
    [note] = pipeline.ask(Question(asked)).notes
    assert note.startswith("“since the merger” is not a date")
    days = TimeRange("", date(2020, 1, 1), date(2020, 12, 31), "in")
    assert pipeline.ask(Question(asked, times=(days,))).notes == ()


@pytest.mark.parametrize(("when", "year"), [("in 2020", "2020"), ("in February 2020", "2020"), ("in May 2019", "2019")])
def test_a_date_that_only_the_day_of_an_article_tells_is_not_missing(when: str, year: str, pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question(f"How many tents were sold in Lisbon by Marmot {when}?"))
    assert [(citation.published_at or "")[:4] for citation in answer.citations] == [year]


def test_quotes_carry_the_days_that_their_articles_make_plain(pipeline: Pipeline) -> None:
    answer = pipeline.ask(Question(ASKED, filters=Filters(date_from=date(2020, 1, 1))))
    [cited] = [citation for citation in answer.citations if "tents" in citation.quote]
    assert cited.times == (TimeRange("last week", date(2020, 1, 27), date(2020, 2, 2), "in"),)


def test_a_question_in_another_language_is_told_in_which_its_sources_are(home: Path) -> None:
    built = build_pipeline(load_settings(home))
    with closing(built.collection):
        for asked, told in [
            ("Wer hat die Klage?", "in German, and what was found is in English: ask in English."),
            ("Chi ha vinto la causa?", "in Italian, and what was found is in English: ask in English."),
        ]:
            assert built.ask(Question(asked)).notes == (f"The question seems to be {told}",)
        answered = Question("Why did Kering drop its suit?")
        german = StandaloneQuestion("Warum hat Kering die Klage zurückgezogen?", Filters(), ())
        cited = built.ask(answered).citations
        [told] = notes(german, built.search(answered).hits, cited, built.collection)
        assert told == "The question seems to be in German, and its answer rests on sources in English."
        assert built.ask(Question("Who runs the company that has Coach?")).notes == ()
