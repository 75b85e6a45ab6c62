"""Dates in questions, and how well the day of an article fits them."""

from datetime import date

import pytest

from rag.times import HALF_LIFE, LAG, LEAD, asks_for_latest, closeness, recency, time_ranges
from rag.types import TimeRange

TODAY = date(2020, 3, 10)


@pytest.mark.parametrize(
    ("text", "start", "end", "relation"),
    [
        ("in 2017", "2017-01-01", "2017-12-31", "in"),
        ("as of March 2020", "2020-03-01", "2020-03-31", "in"),
        ("Feb. 2020", "2020-02-01", "2020-02-29", "in"),
        ("early February 2019", "2019-02-01", "2019-02-10", "in"),
        ("mid-2019", "2019-05-02", "2019-09-01", "in"),
        ("at the end of January 2018", "2018-01-21", "2018-01-31", "in"),
        ("12 March 2019", "2019-03-12", "2019-03-12", "in"),
        ("March 5th, 2018", "2018-03-05", "2018-03-05", "in"),
        ("on 2018-03-05", "2018-03-05", "2018-03-05", "in"),
        ("Q3 2018", "2018-07-01", "2018-09-30", "in"),
        ("the fourth quarter of 2018", "2018-10-01", "2018-12-31", "in"),
        ("second half of 2019", "2019-07-01", "2019-12-31", "in"),
        ("winter 2018", "2018-12-01", "2019-02-28", "in"),
        ("since May 2018", "2018-05-01", "2018-05-31", "since"),
        ("before 2018", "2017-12-31", "2017-12-31", "before"),
        ("by the end of 2018", "2018-09-01", "2018-12-31", "before"),
        ("after March 2018", "2018-04-01", "2018-04-01", "since"),
        ("last week", "2020-03-02", "2020-03-08", "in"),
        ("this quarter", "2020-01-01", "2020-03-31", "in"),
        ("last quarter", "2019-10-01", "2019-12-31", "in"),
        ("last month", "2020-02-01", "2020-02-29", "in"),
        ("last spring", "2019-03-01", "2019-05-31", "in"),
        ("last February", "2020-02-01", "2020-02-29", "in"),
        ("yesterday", "2020-03-09", "2020-03-09", "in"),
    ],
)
def test_time_ranges(text: str, start: str, end: str, relation: str) -> None:
    [found] = time_ranges(f"What happened {text}?", TODAY)
    assert (found.start.isoformat(), found.end.isoformat(), found.relation) == (start, end, relation)
    assert found.text in text


@pytest.mark.parametrize(
    "text", ["the May sales", "300 shops", "20177", "31 February", "a second half", "march of time"]
)
def test_no_time_range(text: str) -> None:
    assert time_ranges(text, TODAY) == []


def test_several_in_order() -> None:
    found = time_ranges("From spring 2018 to early 2020", TODAY)
    assert [time_range.text for time_range in found] == ["spring 2018", "early 2020"]


def test_closeness_by_hand() -> None:
    [march] = time_ranges("March 2020", TODAY)
    days = {"2020-03-15": 1.0, "2020-02-28": 1.0, None: 0.0}
    assert {day: closeness(day, [march]) for day in days} == days
    assert (date(2020, 3, 1) - date(2020, 2, 28)).days == LEAD
    assert closeness("2020-04-20T08:00:00Z", [march]) == 1.0  # LAG days behind the end
    assert (date(2020, 4, 20) - march.end).days == LAG
    assert closeness("2020-05-30", [march]) == pytest.approx(0.5 ** (40 / HALF_LIFE))
    assert closeness("2020-03-15", []) == 0.0


def test_closeness_of_open_ranges() -> None:
    since = TimeRange("since 2018", date(2018, 1, 1), date(2018, 12, 31), "since")
    before = TimeRange("before 2018", date(2017, 12, 31), date(2017, 12, 31), "before")
    assert closeness("2023-01-01", [since]) == 1.0 > closeness("2017-01-01", [since])
    assert closeness("2001-01-01", [before]) == 1.0 > closeness("2023-01-01", [before])


def test_recency() -> None:
    assert recency("2020-03-10", "2020-03-10", 14) == 1.0
    assert recency("2020-02-25T12:00:00Z", "2020-03-10", 14) == pytest.approx(0.5)
    assert recency(None, "2020-03-10", 14) == recency("2020-03-10", None, 14) == 0.0
    assert asks_for_latest("What is the latest?") and not asks_for_latest("Who came later?")
