"""The chance that a sentence answers a question, out of several signals.

Logistic regressions, one with a reader and one without, fitted by `python -m eval.train.fit` on tuning halves and kept
in estimate.json together with a digest of what they were fitted on.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rag.signals import Signals

FILE = Path(__file__).parent / "estimate.json"

UNREAD = -7.0
"""Log-odds of a sentence that the reader was not shown: it looked worse than those that were."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """One regression: a weight for each feature."""

    intercept: float
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Read:
    """What the reader says of a sentence, as log-odds; `best`: of the best sentence of the question."""

    own: float
    best: float


def features(signals: Signals, speaks_of: bool, read: Read | None) -> dict[str, float]:
    """The numbers that the estimate weighs, by name. `speaks_of`: whether the sentence is about what is asked about."""
    own = {
        "cosine": signals.cosine,
        "covered": signals.covered,
        "names": signals.names,
        "kind": signals.kind,
        "counted": signals.counted,
        "effect": signals.effect,
        "rank": signals.rank,
        "speaks_of": float(speaks_of),
    }
    return own | ({"read": read.own, "behind": read.own - read.best} if read else {})


def estimate(found: Mapping[str, float]) -> float:
    """The chance in [0, 1] that a sentence with these features answers."""
    fitted = _fitted()["reader" if "read" in found else "none"]
    return 1 / (1 + math.exp(-fitted.intercept - sum(fitted.weights[name] * value for name, value in found.items())))


def log_odds(chance: float) -> float:
    """Of a chance in [0, 1], within what float32 tells apart."""
    bounded = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))


@cache
def _fitted() -> dict[str, Fitted]:
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    return {name: Fitted(stored[name]["intercept"], stored[name]["weights"]) for name in ("reader", "none")}
