"""95 % intervals by the percentile bootstrap over questions, always with the same seed."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

SEED = 20170804
RESAMPLES = 1000

Interval = tuple[float, float]


def samples(n: int) -> NDArray[np.intp]:
    """(RESAMPLES, n) indices: n questions drawn with replacement, again and again."""
    return np.random.default_rng(SEED).integers(0, n, (RESAMPLES, n))


def mean_interval(values: NDArray[np.float64]) -> Interval:
    """Around the mean of `values`, one for each question."""
    return interval(values[samples(len(values))].mean(axis=1))


def figure_interval(figure: Callable[..., float | None], *columns: NDArray[np.float64]) -> Interval | None:
    """Around `figure(*columns)`, each column with a value for each question; None when it is undefined throughout."""
    drawn = [figure(*(column[chosen] for column in columns)) for chosen in samples(len(columns[0]))]
    defined = [value for value in drawn if value is not None]
    return interval(np.array(defined)) if defined else None


def interval(drawn: NDArray[np.float64]) -> Interval:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)
