"""Questions that compare, taken apart into their sides."""

import pytest

from rag.sides import sides


@pytest.mark.parametrize(
    ("question", "found"),
    [
        (
            "How did Gucci's sales change between 2017 and May 2019?",
            ["Gucci's sales in 2017", "Gucci's sales in May 2019"],
        ),
        (
            "How has the number of shops grown from May 2017 to May 2019?",
            ["how many shops in May 2017", "how many shops in May 2019"],
        ),
        ("How do Coach and Kering differ on fakes?", ["Coach on fakes", "Kering on fakes"]),
        ("Compare Coach with Kering in China", ["Coach in China", "Kering in China"]),
        (
            "Who ran Coach before and after the merger?",
            ["Who ran Coach before the merger", "Who ran Coach after the merger"],
        ),
        ("Is Coach or Kering larger?", ["Is Coach larger", "Is Kering larger"]),
        (
            "Who has more stores in China, coach or kering?",
            ["how many stores in China, coach", "how many stores in China, kering"],
        ),
    ],
)
def test_sides(question: str, found: list[str]) -> None:
    assert sides(question) == found


@pytest.mark.parametrize(
    "question",
    [
        "How many stores closed between 2017 and 2019?",
        "Did Kering drop or win its case?",
        "Which brands sued, Gucci or Coach?",
        "How did Kering and Alibaba fight fakes?",
        "Is Kering larger than Coach?",
        "compare",
    ],
)
def test_no_comparison(question: str) -> None:
    assert sides(question) == [question]
