"""Follow-up questions compared with the same in full, on the seeds set."""

from pathlib import Path

import pytest

from eval.datasets import seeds
from eval.follow_up import Asked, after_another, lines, measure

ALLOWED = 1
"""Follow-up questions of a half that may be wrong where the same in full is right: the rules do not tell what "there"
is."""


@pytest.mark.parametrize("half", ["tune", "report"])
def test_follow_ups_and_new_subjects(empty_home: Path, half: str) -> None:
    follow_ups, subjects = measure(seeds.load(Path()), half, {})
    right = {name: sum(one.right for one in asked) for name, asked in (follow_ups | subjects).items()}
    assert {len(asked) for asked in follow_ups.values()} == {4}
    assert right["follow-up"] >= right["in full"] - ALLOWED
    assert right["after another"] == right["alone"]
    assert all(one.understood == other.understood for one, other in zip(*subjects.values(), strict=True))


def test_another_subject_is_of_another_article() -> None:
    questions = [one for one in seeds.load(Path()).questions if not one.history]
    for question, after in zip(questions, after_another(questions), strict=True):
        asked, answered = (turn.content for turn in after.history)
        [before] = [one for one in questions if one.text == asked]
        assert answered in before.answers
        assert not {*before.gold_articles} & {*question.gold_articles}


def test_lines_show_what_differs() -> None:
    compared = {"a": [Asked("q1", True, "why?"), Asked("q2", True, "who?")], "b": [Asked("q1", False, "x?")] * 2}
    compared["b"][1] = Asked("q2", True, "who?")
    assert list(lines(compared)) == ["right of 2: a 2, b 1", "  q1: 1 why?", "      0 x?"]
