"""An answer: what was asked and how it was read, its sentences with their numbers, or why there is none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from html import escape
from typing import Any

from pydantic import JsonValue, TypeAdapter

from rag.types import Answer, Citation, Conflict, Removed, Sentence, TimeRange, Turn
from ui.page.copies import copy_buttons
from ui.page.feedback import feedback
from ui.page.parts import day, origin
from ui.page.refs import refs
from ui.page.shown import Shown
from ui.page.sources import citations, panel
from ui.page.timeline import timeline
from ui.schemas_requests import AskRequest, TimeFields
from ui.wording import spoken_range

_REASONS = {
    "no_evidence": "The archive does not say",
    "entity_not_found": "Not in the archive",
    "outside_dates": "Nothing within these dates",
    "premise_not_supported": "The archive does not support what the question assumes",
}

_VERDICTS = {
    "supported": ("✓", "Carried by its sources"),
    "partly": ("◐", "Only partly carried by its sources"),
    "unsupported": ("✗", "Not carried by its sources"),
}

_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


def result(shown: Shown) -> str:
    """The answer, the list of its citations and the panel with their articles.

    Elements with `data-cite` show the citation of that key in the panel; `data-again` holds what changes in the request
    when it is sent again, and `data-request` the request, without what was said before it.
    """
    request = shown.request.model_dump_json(exclude_unset=True, exclude={"history", "conversation_id", "stream"})
    return (
        f"<div class='nd-result' data-request='{escape(request)}'><div class='nd-answer'>"
        f"{_earlier(shown.request)}{_answer(shown)}{citations(shown)}"
        f"{timeline(shown.answer.citations, shown.now)}{_note(shown)}{copy_buttons(shown)}{feedback(shown.answer)}"
        f"</div>{panel(shown)}</div>"
    )


def _earlier(request: AskRequest) -> str:
    """What was said before; a question of it can be asked otherwise, `data-rewind` says from which turn on."""
    if not request.history:
        return ""
    said = "".join(
        f"<p class='nd-replied'>{escape(turn.content)}</p>"
        if turn.role == "assistant"
        else f"<p class='nd-asked'><span>{escape(turn.content)}</span> "
        f"<button type='button' class='nd-chip' data-rewind='{place}'>Edit</button></p>"
        for place, turn in enumerate(request.history)
    )
    return f"<details class='nd-earlier'><summary>Earlier in this conversation</summary>{said}</details>"


def _answer(shown: Shown) -> str:
    answer = shown.answer
    labels = {citation.n: origin(citation) for citation in answer.citations}
    if answer.abstained:
        heading = _REASONS.get(answer.abstain_reason or "", "No answer")
        body = f"<p>{escape(answer.answer)}</p>{_too_little(answer)}"
    else:
        heading = "Answer"
        body = "<p>" + " ".join(_sentence(sentence, labels) for sentence in answer.sentences) + "</p>"
        body += f"<p class='nd-open'>{escape(answer.explanation)}</p>" if answer.explanation else ""
    body += "".join(f"<p class='nd-open'>{escape(note)}</p>" for note in answer.notes)
    body += "".join(_conflict(conflict, answer.citations, labels) for conflict in answer.conflicts)
    body += _removed(answer.removed)
    kind = "nd-abstained" if answer.abstained else "nd-said"
    return (
        f"<section class='{kind}' aria-labelledby='nd-heading'>"
        f"<p class='nd-asked-now'><span class='nd-question'>{escape(answer.question)}</span> "
        "<button type='button' class='nd-chip' data-rewind='last'>Edit</button></p>"
        f"{_understood(answer)}{_reading(shown)}<h2 id='nd-heading' tabindex='-1'>{heading}</h2>"
        f"<div class='nd-text'>{body}</div></section>"
    )


def _too_little(answer: Answer) -> str:
    """Why the nearest evidence is not shown as an answer."""
    if not answer.nearest:
        return ""
    if answer.abstain_reason == "no_evidence":
        said = "What comes nearest is below; it does not answer what is asked."
    else:
        said = "What comes nearest is below; it is about something else."
    return f"<p class='nd-open'>{said}</p>"


def _understood(answer: Answer) -> str:
    """What was made of a follow-up question, to be corrected."""
    if not _completed(answer):
        return ""
    return (
        "<p class='nd-understood'><label for='nd-standalone'>Understood as</label>"
        f"<input id='nd-standalone' value='{escape(answer.standalone_question)}'>"
        "<button type='button' class='nd-chip' data-revise>Ask again</button></p>"
    )


def _completed(answer: Answer) -> bool:
    return answer.standalone_question != " ".join(answer.question.split())


def _removed(removed: Sequence[Removed]) -> str:
    """What was not shown as fact, folded up."""
    if not removed:
        return ""
    count = "1 sentence" if len(removed) == 1 else f"{len(removed)} sentences"
    items = "".join(f"<li><del>{escape(one.text)}</del> {escape(one.reason)}</li>" for one in removed)
    return (
        f"<details class='nd-removed'><summary>{count} of the language model removed as unproven</summary>"
        f"<ul>{items}</ul></details>"
    )


def _reading(shown: Shown) -> str:
    """What was read out of the question, of time and of who tells, and what it is limited to, each with a button that
    asks again without it."""
    answer = shown.answer
    chips = []
    for time in answer.times:
        said = f"{spoken_range(time)} ({time.text})" if time.text else spoken_range(time)
        chips.append(_chip(said, _times(answer, [other for other in answer.times if other != time], answer.latest)))
    if answer.latest:
        chips.append(_chip("the newest reports first", _times(answer, answer.times, False)))
    for teller in answer.told_by:
        others = [asdict(other) for other in answer.told_by if other != teller]
        chips.append(_chip(f"only what {teller.name} tells", {"told_by": others, **_in_full(answer)}))
    read = f"<p class='nd-read'>Read as: {' '.join(chips)}</p>" if chips else ""
    limits = " ".join(_chip(said, without) for said, without in _limits(shown.request))
    return read + (f"<p class='nd-read'>Limited to: {limits}</p>" if limits else "")


def _times(answer: Answer, times: Iterable[TimeRange], latest: bool) -> dict[str, Any]:
    fields = [TimeFields(text=time.text, start=time.start, end=time.end, relation=time.relation) for time in times]
    return {"times": [field.model_dump(mode="json") for field in fields], "latest": latest, **_in_full(answer)}


def _in_full(answer: Answer) -> dict[str, str]:
    """A follow-up question is asked again as it was understood."""
    return {"standalone_question": answer.standalone_question} if _completed(answer) else {}


def _limits(request: AskRequest) -> Iterable[tuple[str, dict[str, Any]]]:
    """Each limit in words, and what changes in the request without it."""
    if request.as_of:
        yield f"asked as of {day(request.as_of.isoformat())}", {"as_of": None}
    if request.filters is None:
        return
    filters = request.filters.model_dump(mode="json")
    for key, words in (("date_from", "from {} on"), ("date_to", "up to {}")):
        if filters[key]:
            yield words.format(day(filters[key])), {"filters": filters | {key: None}}
    for key in ("outlets", "languages", "bylines"):
        for name in filters[key]:
            yield name, {"filters": filters | {key: [other for other in filters[key] if other != name]}}


def _chip(said: str, without: dict[str, Any]) -> str:
    return (
        f"<button type='button' class='nd-chip' data-again='{escape(_JSON.dump_json(without).decode())}' "
        f"aria-label='Ask again without: {escape(said)}'>{escape(said)} <span aria-hidden='true'>×</span></button>"
    )


def _conflict(conflict: Conflict, cited: Sequence[Citation], labels: Mapping[int, str]) -> str:
    """What differs, as a table: which value, who says so, when."""
    by_number = {citation.n: citation for citation in cited}
    rows = "".join(
        f"<tr><td>{escape(value)}</td><td>{escape(by_number[n].outlet or by_number[n].title)}{refs([n], labels)}</td>"
        f"<td>{day(by_number[n].published_at)}</td></tr>"
        for value, n in zip(conflict.values, conflict.citations, strict=True)
    )
    return (
        "<table class='nd-conflict'><caption>Reports differ</caption><thead><tr><th scope='col'>What</th>"
        f"<th scope='col'>Who says so</th><th scope='col'>When</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _sentence(sentence: Sentence, labels: Mapping[int, str]) -> str:
    mark, said = _VERDICTS[sentence.verdict]
    verdict = (
        f"<span class='nd-verdict nd-{sentence.verdict}' role='img' aria-label='{said}' title='{said}'>{mark}</span>"
    )
    doubt = "" if sentence.verdict == "supported" else f" <em class='nd-doubt'>({said.lower()})</em>"
    head, blank, last_word = sentence.text.rpartition(" ")  # kept on one line with its numbers
    tail = f"<span class='nd-tail'>{escape(last_word)}{refs(sentence.citations, labels)}{verdict}</span>"
    return f"<span class='nd-sentence'>{escape(head + blank)}{tail}{doubt}</span>"


def _note(shown: Shown) -> str:
    """How far the archive reached, when this was answered, and by whom."""
    answer = shown.answer
    reached = f"The archive reached to {day(answer.data_through)}" if answer.data_through else "Nothing was dated"
    on = f" when this was answered on {day(shown.given_on)}" if shown.given_on else ""
    by = "" if answer.llm == "extractive" else f" by {escape(answer.llm)}"
    return f"<p class='nd-note'>{reached}{on}. Answered{by} in {answer.timings_ms.get('total', 0):,.0f} ms.</p>"


def said(answer: Answer) -> tuple[Turn, Turn]:
    """What the next question of the conversation builds on."""
    return Turn("user", answer.standalone_question), Turn("assistant", answer.answer)
