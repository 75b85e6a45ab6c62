"""A run as one HTML page that needs nothing from elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.plots import by_set, hit_curve, latency_bars, risk_coverage_curve
from eval.show import COLUMNS
from eval.summary import Record

FATES = {
    "right": "answered, right",
    "unjudged": "answered, not judged",
    "abstained-right": "abstained, rightly",
    "abstained-wrong": "abstained, though the archive answers",
    "wrong": "answered, wrong",
    "refused": "not taken",
}
"""What became of a question -> in words; good ones first."""


def report(
    config: Mapping[str, Any], records: Sequence[Record], summary: Mapping[str, Any], latency: Mapping[str, Any]
) -> str:
    """The page. Its tables and plots come from the same values as the files beside it."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = lambda value: "–" if value is None else f"{100 * value:.0f} %"
    return environment.get_template("report.html").render(
        config=config,
        summary=summary,
        latency=latency,
        fates=FATES,
        columns=COLUMNS,
        fate_of=fate_of,
        questions=by_set(records),
        bars={name: list(_bars(own)) for name, own in by_set(records).items()},
        plots={"hits": hit_curve(records), "risk": risk_coverage_curve(records), "latency": latency_bars(latency)},
    )


def fate_of(record: Record) -> str:
    """A key of FATES."""
    if record["outcome"] == "refused":
        return "refused"
    if record["outcome"] == "abstained":
        return "abstained-wrong" if record["answerable"] else "abstained-right"
    right = record["scores"].get("right")
    return "unjudged" if right is None else "right" if right else "wrong"


def _bars(records: Sequence[Record]) -> Iterator[tuple[str, int, list[tuple[str, int]]]]:
    """For each type: its name, its questions, and how many met each fate."""
    for kind in dict.fromkeys(record["type"] for record in records):
        fates = [fate_of(record) for record in records if record["type"] == kind]
        yield kind, len(fates), [(fate, fates.count(fate)) for fate in FATES if fate in fates]
