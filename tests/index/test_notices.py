"""Which words of an article take something of it back."""

import pytest

from index.notices import LONGEST, find_notice

REPORT = "The chain opened ten stores.\n\n{}\n\nIts sales rose."


@pytest.mark.parametrize(
    "notice",
    [
        "Correction: the chain opened nine stores.",
        "CORRECTIONS & CLARIFICATIONS: It was on Monday.",
        "Correction, 4 May 2020: the chain has 12 stores.",
        "*Clarification: It was on Monday.",
        "Retraction – The figures were made up.",
        "An earlier version of this article gave another number.",
        "Note: This story has been corrected to show that it was nine.",
        "This report has been withdrawn.",
        "Editor’s note: this article incorrectly named the owner.",
    ],
)
def test_what_is_a_notice(notice: str) -> None:
    assert find_notice("Chain grows", REPORT.format(notice)) == notice


@pytest.mark.parametrize(
    "paragraph",
    [
        "The newspaper printed a correction: it had named the wrong owner.",
        "The correction of the market took a week.",
        "Corrections officers said on Monday that they would strike.",
        "A version of this story originally appeared in a newsletter.",
        "The report was corrected by the ministry.",
        "Editor’s note: sign up for our newsletter.",
    ],
)
def test_what_is_none(paragraph: str) -> None:
    assert find_notice("Correction of the market goes on", REPORT.format(paragraph)) is None


def test_a_headline_that_says_so() -> None:
    assert find_notice("CORRECTED-Chain opens nine stores", REPORT) == "CORRECTED-Chain opens nine stores"


def test_a_long_notice_is_cut() -> None:
    notice = find_notice("Chain grows", "Correction: " + "It was nine. " * 100)
    assert notice is not None and len(notice) == LONGEST and notice.endswith("…")
