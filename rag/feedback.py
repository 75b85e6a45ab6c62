"""What readers said of answers -> questions to measure with, in the format of eval/datasets/jsonl.py."""

from collections.abc import Sequence
from typing import Any

from rag.kept_answers import Feedback, KeptAnswer


def question(kept: KeptAnswer, said: Sequence[Feedback]) -> dict[str, Any] | None:
    """One question; what was said last counts. None where nobody said what would have been right.

    A helpful answer is right, with its quotes as evidence, and a helpful abstention too. Of all others the note is
    taken as the right answer; what should have been answered can be answered even where there is no note.
    """
    answer, last = kept.answer, said[-1]
    asked: dict[str, Any] = {
        "id": answer.answer_id,
        "question": answer.standalone_question,
        "type": last.kind,
        "as_of": answer.as_of,
        "answered": answer.answer,
        "said": [{"kind": feedback.kind, "note": feedback.note} for feedback in said],
    }
    if last.kind == "helpful":
        right = " ".join(sentence.text for sentence in answer.sentences)
        evidence = [{"article_id": citation.article_id, "quote": citation.quote} for citation in answer.citations]
        return asked | {"answer": right or None, "evidence": evidence}
    if last.note or last.kind == "should_have_answered":
        return asked | {"answer": last.note}
    return None
