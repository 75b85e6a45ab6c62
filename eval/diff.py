"""Two runs compared question by question."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import binomtest

from eval.metrics.bootstrap import Interval, mean_interval
from index.errors import BadInputError

FIGURES = (
    *("right", "correct", "article_hit@1", "article_hit@5", "article_hit@10", "article_mrr", "article_ndcg@10"),
    *("passage_hit@1", "passage_hit@5", "passage_mrr", "cited_gold", "evidence_recall", "evidence_precision"),
    *("abstention_recall", "false_abstention", "token_f1"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of one data set, over the `n` questions that have it in both runs.

    `interval`: 95 %, of the difference of the means (paired bootstrap). `better`, `worse`: questions whose value rose
    and fell. `p`: for figures of 0 and 1, that no change would split them so unevenly (McNemar, exact), else None.
    """

    set: str
    figure: str
    n: int
    before: float
    after: float
    interval: Interval
    better: int
    worse: int
    p: float | None


Record = dict[str, Any]


def read_results(run: Path) -> dict[tuple[str, str], Record]:
    """The questions of a run by data set and id. Raises BadInputError when the folder holds no run."""
    try:
        lines = (run / "results.jsonl").read_text("utf-8").splitlines()
        return {(record["set"], record["id"]): record for record in map(json.loads, lines)}
    except (OSError, ValueError, KeyError) as error:
        raise BadInputError(
            f"{run} does not hold a run: {error}.", "Give the folder that `newsdesk eval run --out` wrote."
        ) from error


def compare(before: Path, after: Path) -> tuple[list[Change], list[tuple[Record, Record]]]:
    """The figures that changed, and the questions of which one turned right or wrong, before and after.

    Raises BadInputError when the runs share no question.
    """
    old, new = read_results(before), read_results(after)
    shared = [(old[key], new[key]) for key in old if key in new]
    if not shared:
        raise BadInputError("The two runs share no question.", "Compare runs over the same data sets.")
    changes = []
    for name in dict.fromkeys(record["set"] for record, _ in shared):
        own = [pair for pair in shared if pair[0]["set"] == name]
        changes += [change for figure in FIGURES if (change := _change(name, figure, own)) is not None]
    turned = [(a, b) for a, b in shared if a["scores"].get("right") != b["scores"].get("right")]
    return changes, turned


def _change(name: str, figure: str, pairs: Sequence[tuple[Record, Record]]) -> Change | None:
    values = [(a["scores"].get(figure), b["scores"].get(figure)) for a, b in pairs]
    both = np.array([value for value in values if None not in value], float).reshape(-1, 2)
    differences = both[:, 1] - both[:, 0]
    if not differences.any():
        return None
    better, worse = int((differences > 0).sum()), int((differences < 0).sum())
    binary = bool(np.isin(both, (0, 1)).all())
    return Change(
        *(name, figure, len(both), float(both[:, 0].mean()), float(both[:, 1].mean())),
        interval=mean_interval(differences),
        better=better,
        worse=worse,
        p=float(binomtest(better, better + worse).pvalue) if binary else None,
    )


def show(changes: Sequence[Change], turned: Sequence[tuple[Record, Record]]) -> Iterator[str]:
    """Lines for the terminal."""
    if not changes:
        yield "No figure changed."
        return
    yield (
        f"{'set':18}{'figure':22}{'n':>5}{'before':>8}{'after':>8}{'diff':>8}  {'95 % of diff':17}"
        f"{'up':>4}{'down':>5}  p"
    )
    for c in changes:
        interval = f"{c.interval[0]:+.3f} to {c.interval[1]:+.3f}"
        p = "" if c.p is None else f"{c.p:.3f}"
        yield (
            f"{c.set:18}{c.figure:22}{c.n:5}{c.before:8.3f}{c.after:8.3f}{c.after - c.before:+8.3f}  {interval:17}"
            f"{c.better:4}{c.worse:5}  {p}"
        )
    for title, wanted in (("Now right", 1), ("No longer right", 0)):
        questions = [after for _, after in turned if after["scores"].get("right") == wanted]
        if questions:
            yield f"\n{title}:"
            yield from (f"  {q['set']} {q['id']} ({q['type']}, {q['outcome']}): {q['question']}" for q in questions)
