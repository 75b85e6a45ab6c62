"""Rankings to figures, figures to a file, and to a table with ratios."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np

from eval.metrics.bootstrap import mean_interval
from eval.metrics.retrieval import MEASURES
from eval.peers.table import PEERS, REFERENCE
from eval.peers.types import Measured
from index.errors import BadInputError

FOUND = ("hit@1", "hit@5", "hit@10", "mrr")

Gold = Mapping[str, Sequence[str]]
"""Ids of the articles that answer, for each question."""


def scores(rankings: Mapping[str, Sequence[str]], gold: Gold) -> dict[str, dict[str, float]]:
    """For each figure of FOUND its value for each question, 0 where nothing was found. Any gold article counts."""
    names = {str(MEASURES[name]): name for name in FOUND}
    qrels = {key: dict.fromkeys(ids, 1) for key, ids in gold.items()}
    run = {key: {found: 1 / rank for rank, found in enumerate(rankings.get(key, ()), 1)} for key in gold}
    values = {name: dict.fromkeys(gold, 0.0) for name in FOUND}
    for metric in ir_measures.iter_calc([MEASURES[name] for name in FOUND], qrels, run):
        values[names[str(metric.measure)]][metric.query_id] = float(metric.value)
    return values


def figures(measured: Measured, gold: Gold) -> dict[str, Any]:
    """Everything the table shows, and the scores for each question."""
    found = scores(measured.rankings, gold)
    columns = {name: np.array(list(values.values())) for name, values in found.items()}
    return {
        **{name: float(column.mean()) for name, column in columns.items()},
        **{name: getattr(measured, name) for name in COSTS},
        "intervals": {name: mean_interval(column) for name, column in columns.items()},
        "questions": found,
    }


def read_results(path: Path, measured: str) -> dict[str, Any]:
    """The figures of the peers that `write_results` stored, none when there is no such file. Raises BadInputError when
    they come from something else than `measured`."""
    if not path.exists():
        return {}
    try:
        stored = json.loads(path.read_text("utf-8"))
        found, results = stored["measured"], dict(stored["peers"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInputError(f"{path} holds no figures: {error}.", "Give another file, or remove it.") from error
    if found != measured:
        raise BadInputError(f"{path} holds figures of another run ({found}).", "Give another file, or remove it.")
    return results


def write_results(path: Path, measured: str, results: Mapping[str, Any]) -> None:
    """Store the figures of all peers so far, in one step: a run that is killed leaves the old file or the new one."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(json.dumps({"measured": measured, "peers": results}, indent=1), "utf-8")
    new.replace(path)


COSTS: Mapping[str, tuple[str, int]] = {
    "ingest_s": ("ingest s", 1),
    "ingest_cpu_s": ("ingest CPU s", 1),
    "chunks": ("chunks", 0),
    "query_p50_ms": ("query p50 ms", 1),
    "query_cpu_ms": ("query CPU ms", 1),
    "cold_start_s": ("cold start s", 2),
    "cold_start_cpu_s": ("cold start CPU s", 2),
    "peak_mb": ("peak MB", 0),
}
"""Field of `Measured` -> how the table names it, and digits behind the point."""


def table(results: Mapping[str, Mapping[str, Any]]) -> str:
    """Markdown tables: what is found (higher is better), with 95 % intervals, and what it costs (lower is better).

    "x" is the ratio to Newsdesk, and a third table has how much more Newsdesk finds, where that is among the results.
    """
    reference = results.get(REFERENCE, {})
    found = [["peer", *(name.upper() if name == "mrr" else name.title() for name in FOUND)]]
    costs = [["peer", *(name for name, _ in COSTS.values())]]
    for peer, result in results.items():
        ratios = {} if result is reference else {name: _ratio(result[name], reference.get(name)) for name in result}
        spans = {name: "[{:.2f}, {:.2f}]".format(*result["intervals"][name]) for name in FOUND}
        found.append([peer, *(f"{result[name]:.3f} {spans[name]}{ratios.get(name, '')}" for name in FOUND)])
        costs.append(
            [peer, *(f"{result[name]:.{digits}f}{ratios.get(name, '')}" for name, (_, digits) in COSTS.items())]
        )
    setups = [f"- {peer}: {PEERS[peer].setup}" for peer in results]
    return "\n".join([*_markdown(found), "", *_markdown(costs), "", *setups, *_differences(results)])


def _differences(results: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What Newsdesk finds more than each of the others, paired by question; in brackets the 95 % interval."""
    others = [peer for peer in results if peer != REFERENCE]
    if REFERENCE not in results or not others:
        return []
    rows = [[f"{REFERENCE} minus", *FOUND]]
    own = results[REFERENCE]["questions"]
    for peer in others:
        row = [peer]
        for name in FOUND:
            its = results[peer]["questions"][name]
            difference = np.array([value - its[key] for key, value in own[name].items()])
            row.append("{:+.3f} [{:+.3f}, {:+.3f}]".format(difference.mean(), *mean_interval(difference)))
        rows.append(row)
    return ["", *_markdown(rows)]


def _ratio(value: Any, reference: float | None) -> str:
    return f" x{value / reference:.2f}" if reference and isinstance(value, int | float) else ""


def _markdown(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return [lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]
