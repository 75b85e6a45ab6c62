"""Figures read out of sentences."""

import pytest

from rag.figures import FigureKind, figures


def only(text: str, kind: FigureKind) -> list[str]:
    return [text[figure.start : figure.end] for figure in figures(text, kind)]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("It paid $1.57bn, or 1.4 billion euros, in 2019.", "money", ["$1.57bn", "1.4 billion euros"]),
        ("The HK$188 share and Rs. 50", "money", ["HK$188", "Rs. 50"]),
        ("Sales rose 4.5 percent, two percentage points more than in 2018", "share", ["4.5 percent"]),
        ("Of 83 stores, one in five and 1,200 jobs in 2020", "number", ["83", "1,200"]),
        ("from $5 to $6 billion", "money", ["$5", "$6 billion"]),
        ("between $5 and $6 billion, and 5-6% or so", "money", ["$5 and $6 billion"]),
        ("between $5 and $6 billion, and 5-6% or so", "share", ["5-6%"]),
        ("no figure", "number", []),
    ],
)
def test_figures_of_a_kind(text: str, kind: FigureKind, found: list[str]) -> None:
    assert only(text, kind) == found


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("$1.6 billion", "$1.57bn", "money"),
        ("nearly 3,700 stores", "3,521 stores", "number"),
        ("over 750 million", "780 million", "number"),
        ("up to $15 million", "$12.5 million", "money"),
        ("between $5 and $6 billion", "$5.5 billion", "money"),
        ("two stores", "2 stores", "number"),
    ],
)
def test_what_may_be_one_value(one: str, other: str, kind: FigureKind) -> None:
    [first], [second] = figures(one, kind), figures(other, kind)
    assert first.comparable(second) and first.agrees(second) and second.agrees(first)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [("$119", "$112", "money"), ("2 billion", "1.6 billion", "number"), ("63.4%", "36 percent", "share")],
)
def test_what_is_not_one_value(one: str, other: str, kind: FigureKind) -> None:
    [first], [second] = figures(one, kind), figures(other, kind)
    assert first.comparable(second) and not first.agrees(second)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("$5", "€5", "money"),
        ("$12.99 a month", "$119 per year", "money"),
        ("sales rose 5%", "a share of 5%", "share"),
        ("a 5% increase", "a share of 5%", "share"),
    ],
)
def test_what_cannot_be_compared(one: str, other: str, kind: FigureKind) -> None:
    [first], [second] = figures(one, kind), figures(other, kind)
    assert not first.comparable(second)


def test_a_figure_that_another_is_compared_with_is_older() -> None:
    found = figures("It costs $119, up from $99, more than $80 and higher than $70", "money")
    assert [figure.older for figure in found] == [False, True, False, True]
