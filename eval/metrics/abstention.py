"""How well confidence tells what to answer from what not to."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]


def abstention_f1(unanswerable: Floats, abstained: Floats) -> float | None:
    """F1 of the abstentions as a way to find the questions that cannot be answered; None when there are none."""
    both = float(np.sum(unanswerable * abstained))
    return 2 * both / float(unanswerable.sum() + abstained.sum()) if unanswerable.any() else None


def auroc(positive: Floats, confidence: Floats) -> float | None:
    """Chance that a positive has the higher confidence, ties counting half (Mann-Whitney); None without both kinds."""
    positives, negatives = positive.sum(), (1 - positive).sum()
    if not positives or not negatives:
        return None
    ranks = rankdata(confidence)
    return float((ranks @ positive - positives * (positives + 1) / 2) / (positives * negatives))


def risk_coverage(confidence: Sequence[float] | Floats, wrong: Sequence[float] | Floats) -> tuple[Floats, Floats]:
    """Coverage (share of the questions answered) and risk (share of the answered that are wrong), as the threshold on
    confidence falls (Geifman and El-Yaniv, 2017). Questions of equal confidence come in the mean of all their orders.
    """
    confidence, wrong = np.asarray(confidence, float), np.asarray(wrong, float)
    _, group = np.unique(-confidence, return_inverse=True)
    shared = np.bincount(group, wrong) / np.bincount(group)
    errors = shared[np.sort(group)]
    answered = np.arange(1, len(errors) + 1)
    return answered / len(errors), np.cumsum(errors) / answered


def aurc(confidence: Floats, wrong: Floats) -> float | None:
    """Area under the risk-coverage curve, the mean risk over all coverages; lower is better. None for no questions."""
    return float(risk_coverage(confidence, wrong)[1].mean()) if len(wrong) else None
