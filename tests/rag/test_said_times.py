"""Dates of quotes that count from the day of their article."""

import pytest

from rag.said_times import said_times

FRIDAY = "2020-03-06T01:30:00Z"


@pytest.mark.parametrize(
    ("quote", "days"),
    [
        ("Acme said on Thursday that it will close ten shops.", ["2020-03-05"]),
        ("Acme said Thursday it hopes to close ten shops.", ["2020-03-05"]),
        ("On Monday, Acme closed ten shops.", ["2020-03-02"]),
        ("Its shares fell by a fifth on Friday.", ["2020-03-06"]),
        ("The chain was sold in October to its founder.", ["2019-10-01"]),
        ("It opened on February 3 and closed on March 2.", ["2020-02-03", "2020-03-02"]),
        ("Last month Acme lost its chief, and this year it closed two shops.", ["2020-02-01", "2020-01-01"]),
        ("Two weeks ago it was sold.", ["2020-02-17"]),
        ("It was at the helm in January last year.", ["2019-01-01"]),
    ],
)
def test_resolved(quote: str, days: list[str]) -> None:
    found = said_times(quote, FRIDAY)
    assert [time.start.isoformat() for time in found] == days
    assert all(time.text in quote for time in found)


@pytest.mark.parametrize(
    "quote",
    [
        "Acme will open on Monday.",
        "Acme said it will open on Monday.",
        "Acme said the sale starts on Monday.",
        "Acme announced plans to open in July.",
        "In July, Acme opens in Lille.",
        "It was opened in April.",  # eleven months ago, or a slip
        "Acme closed ten shops by Monday.",
        "Shoppers today want it, and sales rose last quarter.",
        "It was founded about ten years ago.",
        "It closed in 2017, on 3 March 2018 and over the last two years.",
    ],
)
def test_what_may_be_meant_otherwise_is_left_alone(quote: str) -> None:
    assert said_times(quote, FRIDAY) == ()


def test_an_undated_article_resolves_nothing() -> None:
    assert said_times("Acme said last week that it closed.", None) == ()
