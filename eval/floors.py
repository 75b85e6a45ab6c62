"""The figures of the seeds set below which the tests fail."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from eval.datasets import seeds
from eval.run import measure
from eval.summary import Record, summarise
from index.errors import BadInputError
from rag.settings import Settings

FLOORS = Path(__file__).with_name("floors.json")
PINNED = (
    *("right", "correct", "article_hit@1", "article_mrr", "passage_hit@5", "cited_gold", "evidence_recall"),
    *("verbatim", "citation_recall", "citation_precision", "abstention_recall", "abstention_f1"),
)
"""Of each half; all are better when higher."""

UPDATE = "python -m eval floors --update"


def figures_of(records: Sequence[Record]) -> dict[str, Any]:
    """The pinned figures of a run on the seeds set, with the digest of its questions: the shape of floors.json."""
    summary = summarise(records)["seeds"]
    figures = {
        half: {name: summary[half]["all"]["figures"][name]["value"] for name in PINNED} for half in ("tune", "report")
    }
    return {"questions_sha256": hashlib.sha256(seeds.QUESTIONS.read_bytes()).hexdigest()[:12], **figures}


def measured(settings: Settings) -> dict[str, Any]:
    """The pinned figures as they are now."""
    return figures_of(measure(seeds.load(Path()), "all", settings, lambda _: None).records)


def drops(floors: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """One sentence for each figure that is below its floor, or for questions that are others than those pinned."""
    if floors["questions_sha256"] != now["questions_sha256"]:
        yield f"The questions are not those the floors were measured on: look at the figures, then {UPDATE}."
    for half in ("tune", "report"):
        for name, floor in floors[half].items():
            if now[half][name] < floor:
                yield f"{name} of the {half} half is {now[half][name]:.4f}, below its floor of {floor:.4f}."


def update(now: dict[str, Any], allow_lower: bool) -> None:
    """Write the figures as the new floors. Raises BadInputError when one would sink and that is not allowed."""
    if FLOORS.exists() and not allow_lower:
        sunk = list(drops(json.loads(FLOORS.read_text("utf-8")), now))
        if any("below" in sentence for sentence in sunk):
            raise BadInputError(" ".join(sunk), "If that is meant, say so with --allow-lower.")
    FLOORS.write_text(json.dumps(now, indent=1) + "\n", "utf-8")
