"""The text of a language model as claims and the passages they name."""

import pytest

from rag.markers import ReadSentence, read_text

OFFERED = {"1", "2", "12"}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("It sued (passages 1 and 2). In the end (2) it won.", [("It sued.", "1 2"), ("In the end (2) it won.", "")]),
        ("It sued [1]. It won. [2][12] It lost.[2]", [("It sued.", "1"), ("It won.", "2 12"), ("It lost.", "2")]),
        ("It sued [1, 12] and won [7].", [("It sued and won.", "1 12")]),
        (
            "It sued [passage 1] in Mr. Ray's $4.5 million case [id: 2].",
            [("It sued in Mr. Ray's $4.5 million case.", "1 2")],
        ),
        (
            "- **Norvik** sued [1]\n- Brandt won [2]\n\n3. Both paid",
            [("Norvik sued", "1"), ("Brandt won", "2"), ("Both paid", "")],
        ),
        ("<think>Passage [1] says it.</think>Norvik sued [2].", [("Norvik sued.", "2")]),
        ("Norvik sued [1]. Norvik sued [2].", [("Norvik sued.", "1")]),
        ("Norvik sued. The archive does not say.", [("Norvik sued.", "")]),
        ("[1] ... So it is.", []),
        ("", []),
    ],
)
def test_sentences_and_the_ids_they_name(text: str, read: list[tuple[str, str]]) -> None:
    found = read_text(text, OFFERED, cut_off=False)
    assert found.sentences == tuple(ReadSentence(sentence, tuple(ids.split())) for sentence, ids in read)
    assert not found.refused


@pytest.mark.parametrize(
    "text", ["The archive does not say.", "the archive does not say", "The archive does not say. Norvik won [1]."]
)
def test_a_refusal_comes_first(text: str) -> None:
    assert read_text(text, OFFERED, cut_off=False).refused


def test_a_sentence_that_breaks_off_is_left_out() -> None:
    assert [one.text for one in read_text("Norvik sued [1]. Brandt won the", OFFERED, cut_off=True).sentences] == [
        "Norvik sued."
    ]
    assert len(read_text("Norvik sued [1]. Brandt won it [2].", OFFERED, cut_off=True).sentences) == 2
