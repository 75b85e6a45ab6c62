"""Two days of watching, with a clock that jumps."""

import random

import pytest

from index.schedule import Schedule


def test_a_steady_source_and_one_that_fails() -> None:
    now, reads = 0.0, {"good": 0, "bad": 0}
    schedule = Schedule(reads, 900.0, lambda: now, random.Random(7).random)
    waits = []
    while now < 2 * 86_400:
        for name in schedule.due():
            reads[name] += 1
            schedule.done(name, failed=name == "bad")
        waits.append(schedule.wait())
        now += waits[-1]
    assert reads["good"] == pytest.approx(2 * 96, rel=0.05)
    assert 6 <= reads["bad"] <= 9
    assert len({round(wait) for wait in waits}) > 50
    schedule.done("bad", failed=False)
    schedule.done("good", failed=False)
    now += 1000
    assert schedule.due() == ["good", "bad"]


def test_a_pace_slower_than_a_day_is_kept() -> None:
    schedule = Schedule(["slow"], 200_000.0, lambda: 0.0, lambda: 0.5)
    schedule.done("slow", failed=True)
    assert schedule.wait() == 200_000.0
