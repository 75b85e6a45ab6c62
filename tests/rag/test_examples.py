"""Questions that the page begins with: of several forms, and each answered by the archive."""

import json
from contextlib import closing
from pathlib import Path

from conftest import ingest_into

from rag.build import build_pipeline, build_synonyms
from rag.examples import examples
from rag.settings import load_settings
from rag.types import Question

TEXTS = (
    "Marmotec closed its shops in Lisbon because few people bought tents there. It has others in Porto.",
    "Marmotec is run by Jane Doeson. Jane Doeson, chief executive of Marmotec, looks for new shops in Graz.",
    "Heronwear opened a bakery for climbers in March 2019. Bread of rye sells best in its bakery.",
    "Heronwear said that Marmotec makes better ropes than all others. Ropes sell well in the spring.",
)


def test_examples_are_of_several_forms_and_are_answered(empty_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    records = [
        {"title": f"News of day {n}", "text": text, "url": f"https://x.example/{n}", "published_at": f"2020-01-0{n}"}
        for n, text in enumerate(TEXTS, 1)
    ]
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    ingest_into(empty_home, file)
    settings = load_settings(empty_home)
    pipeline = build_pipeline(settings)
    with closing(pipeline.collection):
        found = examples(pipeline.collection, build_synonyms(settings), pipeline.ask)
        assert "Why did Marmotec close its shops in Lisbon?" in found
        assert "When did Heronwear open a bakery for climbers?" in found
        assert len({question.split()[0] for question in found}) >= 3
        assert len(found) == len(set(found)) <= 4
        assert not any(pipeline.ask(Question(question)).abstained for question in found)


def test_who_runs_it_is_offered_only_where_somebody_does(seeds_home: Path) -> None:
    settings = load_settings(seeds_home)
    pipeline = build_pipeline(settings)
    with closing(pipeline.collection):
        found = examples(pipeline.collection, build_synonyms(settings), pipeline.ask)
        whos = [pipeline.ask(Question(question)).answer for question in found if question.startswith("Who ")]
        assert found and all("Zeitlin" in answer for answer in whos)


def test_empty_archive_has_none(empty_home: Path) -> None:
    settings = load_settings(empty_home)
    pipeline = build_pipeline(settings)
    with closing(pipeline.collection):
        assert examples(pipeline.collection, build_synonyms(settings), pipeline.ask) == []
