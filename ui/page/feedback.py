"""What a reader may say of an answer: a form, folded up, for `POST /feedback`."""

from html import escape

from rag.kept_answers import FeedbackKind
from rag.types import Answer

_KINDS: dict[FeedbackKind, str] = {
    "helpful": "Helpful",
    "wrong_answer": "The answer is wrong",
    "wrong_source": "A source is wrong",
    "should_have_answered": "It should have been answered",
}


def feedback(answer: Answer) -> str:
    """Nothing for an answer that is not kept, since nothing can be said of it later."""
    if answer.answer_id is None:
        return ""
    left_out = ("wrong_answer", "wrong_source") if answer.abstained else ("should_have_answered",)
    kinds = "".join(
        f"<label><input type='radio' name='kind' value='{kind}' required> {said}</label>"
        for kind, said in _KINDS.items()
        if kind not in left_out
    )
    return (
        "<details class='nd-feedback'><summary>Say what this answer is worth</summary>"
        f"<form data-feedback='{escape(answer.answer_id)}'><fieldset><legend>This answer</legend>{kinds}</fieldset>"
        "<label>Note <textarea name='note' rows='2' maxlength='2000'></textarea></label>"
        "<button type='submit' class='nd-chip'>Send</button> <span role='status'></span></form></details>"
    )
