"""What the measure of duplicates counts."""

import pytest

from eval.duplicates import jaccard, pairs_in_stories, report
from eval.types import half_of
from index.types import Article

LONG = " ".join(f"word{n}" for n in range(100))
ARTICLES = {
    url: Article(url, "word1 word2", text, url)
    for url, text in {"https://a.example": LONG, "https://b.example": LONG, "https://c.example": LONG[::-1]}.items()
}
FOUND = ("https://a.example", "https://b.example")


def test_pairs_of_addresses_in_one_story() -> None:
    assert pairs_in_stories(ARTICLES.values()) == {FOUND}


def test_jaccard_of_runs_of_eight_words() -> None:
    assert jaccard(LONG, LONG.upper()) == 1
    assert jaccard(LONG, LONG[::-1]) == 0
    assert jaccard(LONG, LONG.replace("word50", "other")) == pytest.approx((93 - 8) / (93 + 8))


def test_what_is_found_and_what_is_missed(capsys: pytest.CaptureFixture[str]) -> None:
    missed = ("https://a.example", "https://c.example")
    report(half_of(FOUND[0]), ARTICLES, {FOUND: 0.7, missed: 0.9}, {FOUND})
    said = capsys.readouterr().out
    assert "1 pairs in one story, of which 0 share 80%: 0.000" in said
    assert "of the 1 known to share so much, found: 0.000" in said
    assert said.index("c.example") > said.index("Missed:") > said.index("b.example")
