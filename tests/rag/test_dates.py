"""Dates in questions."""

from datetime import date

import pytest

from rag.dates import asks_for_latest, events, time_ranges

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
        ("this week", "2020-03-09", "2020-03-15", "in"),
        ("last spring", "2019-03-01", "2019-05-31", "in"),
        ("last February", "2020-02-01", "2020-02-29", "in"),
        ("in July last year", "2019-07-01", "2019-07-31", "in"),
        ("in January this year", "2020-01-01", "2020-01-31", "in"),
        ("this past summer", "2019-06-01", "2019-08-31", "in"),
        ("last winter", "2019-12-01", "2020-02-29", "in"),
        ("yesterday", "2020-03-09", "2020-03-09", "in"),
        ("on Monday", "2020-03-09", "2020-03-09", "in"),
        ("on Tuesday", "2020-03-10", "2020-03-10", "in"),
        ("last Tuesday", "2020-03-03", "2020-03-03", "in"),
        ("on Friday", "2020-03-06", "2020-03-06", "in"),
        ("in March", "2020-03-01", "2020-03-31", "in"),
        ("in July", "2019-07-01", "2019-07-31", "in"),
        ("since late January", "2020-01-21", "2020-01-31", "since"),
        ("on 5 March", "2020-03-05", "2020-03-05", "in"),
        ("on March 12", "2019-03-12", "2019-03-12", "in"),
        ("over the last two years", "2018-03-10", "2020-03-10", "in"),
        ("in the past three months", "2019-12-10", "2020-03-10", "in"),
        ("over the past year", "2019-03-10", "2020-03-10", "in"),
        ("last year", "2019-01-01", "2019-12-31", "in"),
        ("two weeks ago", "2020-02-24", "2020-03-01", "in"),
        ("3 days ago", "2020-03-07", "2020-03-07", "in"),
        ("between 2015 and 2017", "2015-01-01", "2017-12-31", "in"),
        ("2015-2017", "2015-01-01", "2017-12-31", "in"),
        ("from March to May 2019", "2019-03-01", "2019-05-31", "in"),
        ("from November to January 2020", "2019-11-01", "2020-01-31", "in"),
        ("from spring 2018 to early 2020", "2018-03-01", "2020-05-01", "in"),
        ("from Q1 to Q3 2019", "2019-01-01", "2019-09-30", "in"),
        ("in the 2010s", "2010-01-01", "2019-12-31", "in"),
        ("Q3 FY2019", "2019-01-01", "2019-12-31", "in"),
        ("in the third quarter of fiscal 2019", "2019-01-01", "2019-12-31", "in"),
        ("Christmas 2018", "2018-12-01", "2018-12-31", "in"),
        ("Black Friday 2019", "2019-11-29", "2019-11-29", "in"),
        ("on Cyber Monday 2018", "2018-11-26", "2018-11-26", "in"),
    ],
)
def test_time_ranges(text: str, start: str, end: str, relation: str) -> None:
    [found] = time_ranges(f"What happened {text}?", TODAY)
    assert (found.start.isoformat(), found.end.isoformat(), found.relation) == (start, end, relation)
    assert found.text in text


@pytest.mark.parametrize(
    "text",
    [
        *("the May sales", "300 shops", "20177", "31 February", "a second half", "march of time", "by April Jones"),
        *("since the merger", "9999 years ago", "on Mondays", "the Monday club", "the next quarter"),
        *("than a year ago", "what may this be", "and why more than they were last spring"),
    ],
)
def test_no_time_range(text: str) -> None:
    assert time_ranges(text, TODAY) == []


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("Did sales rise in spring 2018 and early 2020?", ["spring 2018", "early 2020"]),
        ("Compare 2018 to 2019", ["2018", "2019"]),
        ("What happened between 2019 and 2017?", ["2019", "2017"]),
        ("From 2015 to 2017, and since?", ["From 2015 to 2017"]),
        ("What was said in the last quarter of 2019?", ["2019"]),
        ("What did it earn last year (2019)?", ["2019"]),
        ("When is the last day to buy?", []),
        ("What did USA TODAY find?", []),
        ("Did it open on Sunday, 4 March 2018?", ["4 March 2018"]),
    ],
)
def test_several_dates_and_those_that_belong_together(question: str, texts: list[str]) -> None:
    assert [found.text for found in time_ranges(question, TODAY)] == texts


def test_a_month_is_of_the_year_named_beside_it() -> None:
    found = time_ranges("How far had its 2018 sales fallen by late September?", TODAY)
    assert [str(time.start) for time in found] == ["2018-01-01", "2018-09-21"]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("How many shops has it closed since the merger with Acme?", ["since the merger"]),
        ("Who left its board since the failed flotation in 2019?", ["since the failed flotation"]),
        ("Which shops stayed open after the merger?", []),  # such words are searched for, and narrow nothing down
        ("What has happened since March 2018?", []),
        ("Has anybody sued since?", []),
    ],
)
def test_events_are_told_from_dates(question: str, named: list[str]) -> None:
    assert events(question, time_ranges(question, TODAY)) == named


def test_asks_for_latest() -> None:
    assert asks_for_latest("What is the latest?") and not asks_for_latest("Who came later?")


def test_a_long_question_full_of_dates_is_read_quickly_and_in_full() -> None:
    assert len(time_ranges("from 2001 to 2002, " * 100, TODAY)) == 100
