from pathlib import Path

import pytest

from index.sentences import sentence_spans

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        [
            "U.S. District Judge P. Kevin Castel in Manhattan granted the order.",
            "It ends on Jan. 5.",
            "They must reply.",
        ],
        ["Kering Inc. said sales rose to 1.5 bn euros.", "St. John's Co. fell 3.2 pct."],
        ["“We see growth,” Ana Ruiz, the CEO, said.", "“China is big.”", "He left.", '"We won."', "They cheered."],
        ["Stay tuned…", "More to come.", "No. 1 retailer Acme won.", "It is No. 1.", "The rest follow."],
        ["J. K. Smith and J.C. Penney met at 5 p.m. Tuesday.", "Doors open at 8:30 a.m. ET on Monday.", "They shut."],
        ["It ran from Oct. 12-Nov. 26.", "Gov. Lee and Mr. Smith of D-Mass. met Dr. Who at Ste. 230.", "All agreed."],
        ["Yahoo! Inc. sold it.", "(It closed in 2017.)", "Sales of $1.2bn vs. $1.1bn beat forecasts, e.g. in Asia."],
        ["The company left the U.S.", "It then moved to the U.K. in 2014.", "What?!", "Really."],
        ["1. Kering leads the list.", "2. Prada is next."],
        ["Sales 📈 rose.", "Profit did not."],
    ],
)
def test_sentences_of_news(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_a_quotation_stays_with_its_speaker_until_it_is_long() -> None:
    short = "“It was unique. That is how we are. We can relax,” he said."
    assert sentences(f"{short} He left.") == [short, "He left."]

    long = ["“Our plan is simple" + " and good" * 20 + ".", "It will work" + " and last" * 20 + ",” she said."]
    assert sentences(" ".join(long)) == long


def test_glued_sentences_are_parted() -> None:
    assert sentences("It opened on Monday.The next day it shut.") == ["It opened on Monday.", "The next day it shut."]


def test_blank_lines_end_sentences_and_single_line_ends_do_not() -> None:
    assert sentences("A headline\n \nwithout a stop\nacross lines.\n\n\n  Next  ") == [
        "A headline",
        "without a stop\nacross lines.",
        "Next",
    ]


@pytest.mark.parametrize("text", ["", " \n\n\t "])
def test_no_text_no_sentences(text: str) -> None:
    assert sentence_spans(text) == []


@pytest.mark.parametrize(
    "text",
    [
        *(path.read_text(encoding="utf-8") for path in SEEDS),
        '" ' * 500,
        "...",
        "“‘(“ a ”)",
        "汉字。" * 20_000,
        "a" * 50_000,
    ],
    ids=lambda text: text[:20],
)
def test_spans_are_trimmed_ordered_and_cover_everything(text: str) -> None:
    at = 0
    for start, end in sentence_spans(text):
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip() != ""
        assert "\n\n" not in text[start:end]
        at = end
    assert not text[at:].strip()
