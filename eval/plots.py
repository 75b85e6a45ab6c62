"""The plots of a report as SVG text that takes its ink from the page around it."""

import re
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from eval.metrics.abstention import risk_coverage
from eval.summary import Record, confidence_and_errors

INK = "#010203"
"""Stands for the colour of the page's text, in a light or a dark theme."""

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9")  # Okabe and Ito's, told apart by all
STEPS = ("understand", "embed", "retrieve", "answer", "verify", "cite")
SIZE = (5.4, 3.6)
K = 20
STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "newsdesk",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.15,
    "font.size": 11,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": INK,
    "legend.frameon": False,
}


def by_set(records: Sequence[Record]) -> dict[str, list[Record]]:
    sets: dict[str, list[Record]] = {}
    for record in records:
        sets.setdefault(record["set"], []).append(record)
    return sets


def colour_of(position: int) -> str:
    return COLOURS[position % len(COLOURS)]


def hit_curve(records: Sequence[Record]) -> str:
    """Share of the questions with a gold article among the first k found, by k."""
    with rc_context(STYLE):
        figure, axes = _axes("articles looked at", "questions with a right one")
        for position, (name, own) in enumerate(by_set(records).items()):
            ranks = [record["gold_rank"] for record in own if record["gold_articles"] and record["answerable"]]
            if ranks:
                hits = [np.mean([rank is not None and rank <= k for rank in ranks]) for k in range(1, K + 1)]
                axes.plot(range(1, K + 1), hits, color=colour_of(position), label=name, linewidth=2.2)
        axes.set_xlim(1, K)
        axes.set_xticks([1, 5, 10, 15, 20])
        return _svg(figure, axes)


def risk_coverage_curve(records: Sequence[Record]) -> str:
    """Share of the answers that are wrong, by the share of the questions that are answered. A dot where we answer."""
    with rc_context(STYLE):
        figure, axes = _axes("questions answered, the surest first", "of those, wrong")
        for position, (name, own) in enumerate(by_set(records).items()):
            order, wrong = confidence_and_errors(own)
            answered = int((order >= 0).sum())
            if answered:
                coverage, risk = risk_coverage(order, wrong)
                colour = colour_of(position)
                axes.plot(coverage[:answered], risk[:answered], color=colour, label=name, linewidth=2.2)
                axes.plot(coverage[answered - 1], risk[answered - 1], "o", color=colour, markersize=7)
        axes.set_xlim(0, 1)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        return _svg(figure, axes)


def latency_bars(latency: Mapping[str, Any]) -> str:
    """p50 of each step end to end; a mark at p95 of all steps together."""
    timed = {name: times["steps"] for name, times in latency.items() if times["n"]}
    with rc_context(STYLE | {"axes.grid.axis": "x", "axes.spines.left": False}):
        figure = Figure(figsize=(11, 0.9 + 0.5 * max(len(timed), 1)), layout="constrained")
        axes = figure.subplots()
        for row, steps in enumerate(timed.values()):
            left = 0.0
            for position, step in enumerate(STEPS):
                width = steps[step]["p50"]
                label = step if row == 0 else None
                axes.barh(row, width, left=left, height=0.55, color=colour_of(position), label=label)
                left += width
            axes.plot([steps["total"]["p95"]] * 2, [row - 0.34, row + 0.34], color=INK, linewidth=2)
        axes.set_yticks(range(len(timed)), list(timed))
        axes.tick_params(axis="y", length=0)
        axes.invert_yaxis()
        axes.set_axisbelow(True)
        axes.set_xlabel("milliseconds a question: the median of each step; the mark is p95 of the whole")
        return _svg(figure, axes, legend={"ncols": len(STEPS), "loc": "lower left", "bbox_to_anchor": (0, 1)})


def _axes(x: str, y: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.set_ylim(0, 1.02)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    return figure, axes


def _svg(figure: Figure, axes: Axes, legend: Mapping[str, Any] | None = None) -> str:
    if axes.get_legend_handles_labels()[0]:
        axes.legend(**(legend or {}))
    file = StringIO()
    figure.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    return re.sub(r"font: ([\d.]+px) [^;\"]*", r"font: \1 system-ui, sans-serif", svg)
