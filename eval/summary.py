"""Figures of a run, by data set, half and type of question, each with its 95 % interval."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from eval.metrics.abstention import Floats, abstention_f1, aurc, auroc
from eval.metrics.bootstrap import Interval, figure_interval, mean_interval

Record = Mapping[str, Any]
"""One line of results.jsonl."""

DIGITS = 4


def summarise(records: Sequence[Record]) -> dict[str, Any]:
    """{data set: {half: {type: {"n": questions, "outcomes": {...}, "figures": {name: {value, low, high, n}}}}}}.

    `half` is "tune", "report" and "all", `type` each type and "all". `n` of a figure: the questions it speaks of.
    Higher is better but for `false_abstention` and `aurc`.
    """
    summary: dict[str, Any] = {}
    for name in dict.fromkeys(record["set"] for record in records):
        own = [record for record in records if record["set"] == name]
        summary[name] = {}
        for half in ("tune", "report", "all"):
            chosen = [record for record in own if half in ("all", record["half"])]
            if chosen:
                summary[name][half] = dict(_by_type(chosen))
    return summary


def _by_type(records: Sequence[Record]) -> Iterator[tuple[str, dict[str, Any]]]:
    whole = _group(records)
    yield "all", whole | {"figures": whole["figures"] | _confidence_figures(records), "usage": _usage(records)}
    for kind in dict.fromkeys(record["type"] for record in records):
        yield kind, _group([record for record in records if record["type"] == kind])


def _group(records: Sequence[Record]) -> dict[str, Any]:
    names = dict.fromkeys(name for record in records for name in record["scores"])
    figures = {}
    for name in sorted(names):
        values = [record["scores"][name] for record in records if record["scores"].get(name) is not None]
        if values:
            column = np.array(values, float)
            figures[name] = _figure(float(column.mean()), mean_interval(column), len(values))
    outcomes = ("answered", "abstained", "refused")
    return {
        "n": len(records),
        "outcomes": {outcome: sum(record["outcome"] == outcome for record in records) for outcome in outcomes},
        "figures": figures,
    }


def _confidence_figures(records: Sequence[Record]) -> dict[str, Any]:
    """Figures that are no means over questions. `auroc_answerable`: confidence tells the answerable, of the questions
    that were taken; `aurc`: area under the risk-coverage curve."""
    unanswerable = np.array([not record["answerable"] for record in records], float)
    abstained = np.array([record["outcome"] == "abstained" for record in records], float)
    taken = [record for record in records if record["outcome"] != "refused"]
    answerable = np.array([record["answerable"] for record in taken], float)
    confidence = np.array([record["confidence"] for record in taken], float)
    figures = {}
    for name, figure, columns in (
        ("abstention_f1", abstention_f1, (unanswerable, abstained)),
        ("auroc_answerable", auroc, (answerable, confidence)),
        ("aurc", aurc, confidence_and_errors(records)),
    ):
        value = figure(*columns)
        if value is not None:
            figures[name] = _figure(value, figure_interval(figure, *columns), len(columns[0]))
    return figures


def confidence_and_errors(records: Sequence[Record]) -> tuple[Floats, Floats]:
    """For each question whose right answer is known the confidence of its answer, and 1 where that is wrong.

    What was not answered has confidence -1 and counts as wrong: an answer held back, given last of all.
    """
    judged = [record for record in records if record["scores"].get("right") is not None]
    answered = np.array([record["outcome"] == "answered" for record in judged], bool)
    confidence = np.array([record["confidence"] for record in judged], float)
    right = np.array([record["scores"]["right"] for record in judged], float)
    return np.where(answered, confidence, -1.0), np.where(answered, 1 - right, 1.0)


def _figure(value: float, interval: Interval | None, n: int) -> dict[str, float | None]:
    low, high = interval or (None, None)
    return {"value": _round(value), "low": _round(low), "high": _round(high), "n": n}


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _usage(records: Sequence[Record]) -> dict[str, float]:
    """Sums of what answerers report having used: tokens, money."""
    names = sorted({name for record in records for name in record["usage"]})
    return {name: _round(sum(record["usage"].get(name, 0) for record in records)) or 0 for name in names}
