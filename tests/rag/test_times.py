"""How well the day of an article fits the dates of a question."""

from datetime import date

import pytest

from rag.dates import time_ranges
from rag.times import HALF_LIFE, LAG, LEAD, closeness, recency
from rag.types import TimeRange

TODAY = date(2020, 3, 10)


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
