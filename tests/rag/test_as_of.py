"""As of a day nothing later is shown, whatever else is asked."""

import json
import random
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from conftest import ingest_into

from index.errors import BadInputError
from index.types import Filters
from rag.build import build_pipeline
from rag.settings import load_settings
from rag.types import Citation, Question, TimeRange, Turn

FIRST, DAYS = date(2016, 1, 1), 1500
BRANDS = ("Marmot", "Heron", "Otter", "Lynx")
TOWNS = ("Lisbon", "Oslo", "Graz")
OUTLETS = ("Daily Hill", "Evening Hill")
WHENS = (
    "",
    " in 2017",
    " last spring",
    " since March 2018",
    " between 2016 and 2018",
    " lately",
    " on Monday",
    " today",
)
ASKS = (
    "How many shops did {brand} open in {town}{when}?",
    "Who runs {brand}{when}?",
    "When did {brand} open its shops in {town}{when}?",
    "Why did sales of {brand} rise{when}?",
    "What is the latest on {brand}{when}?",
    "and in {town}{when}?",
)
TEXT = (
    "{brand} opened {count} shops in {town} last week. Sales rose by {count} per cent because the summer was warm, "
    "said Jane {town}son, chief executive of {brand}. Nobody expected so many climbers in the town."
)


def _day(chance: random.Random) -> date:
    return FIRST + timedelta(days=chance.randrange(DAYS))


def _archive(file: Path, chance: random.Random) -> None:
    """Sixty articles, some of them undated, some of the last minute of their day."""
    records = []
    for n in range(60):
        brand, town = chance.choice(BRANDS), chance.choice(TOWNS)
        text = TEXT.format(brand=brand, town=town, count=n + 2)
        record = {"title": f"{brand} grows in {town}", "text": text, "url": f"https://news.example/{n}"}
        day = chance.choice(["", f"{_day(chance)}", f"{_day(chance)}", f"{_day(chance)}T23:59:59Z"])
        records.append(record | {"outlet": chance.choice(OUTLETS)} | ({"published_at": day} if day else {}))
    file.write_text("".join(json.dumps(record) + "\n" for record in records))


def _question(chance: random.Random) -> Question:
    def ask() -> str:
        words = {"brand": chance.choice(BRANDS), "town": chance.choice(TOWNS), "when": chance.choice(WHENS)}
        return chance.choice(ASKS).format(**words)

    start = _day(chance)
    given = (
        TimeRange("", start, start + timedelta(days=chance.randrange(400)), chance.choice(["in", "since", "before"])),
    )
    return Question(
        ask(),
        history=chance.choice([(), (Turn("user", ask()), Turn("assistant", f"It grew in {chance.choice(TOWNS)}."))]),
        filters=Filters(
            date_from=chance.choice([None, None, _day(chance)]),
            date_to=chance.choice([None, None, _day(chance)]),
            outlets=chance.choice([(), (), OUTLETS[:1]]),
        ),
        as_of=chance.choice([None, *[_day(chance)] * 5]),
        times=chance.choice([None, None, (), given]),
        latest=chance.choice([None, True, False]),
    )


def _allowed(citation: Citation, question: Question) -> bool:
    filters = question.filters
    if filters.outlets and citation.outlet not in filters.outlets:
        return False
    latest = min((day for day in (question.as_of, filters.date_to) if day), default=None)
    if latest is None and filters.date_from is None:
        return True
    day = citation.published_at and date.fromisoformat(citation.published_at[:10])
    return bool(day) and (latest is None or day <= latest) and (filters.date_from is None or day >= filters.date_from)


def test_nothing_shown_is_later_than_the_day_of_asking(empty_home: Path, tmp_path: Path) -> None:
    chance = random.Random(7)
    _archive(tmp_path / "a.jsonl", chance)
    ingest_into(empty_home, tmp_path / "a.jsonl")
    pipeline = build_pipeline(load_settings())
    cited = near = refused = later = 0
    with closing(pipeline.collection):
        for question in (_question(chance) for _ in range(300)):
            try:
                answer = pipeline.ask(question)
            except BadInputError:  # the dates exclude one another
                refused += 1
                continue
            cited, near = cited + bool(answer.citations), near + bool(answer.nearest)
            for citation in (*answer.citations, *answer.nearest):
                assert _allowed(citation, question), question
            if question.as_of is None:
                later += any((citation.published_at or "") > "2018" for citation in answer.citations)
    assert min(cited, near, refused, later) > 5, "the questions must put it to the test"
