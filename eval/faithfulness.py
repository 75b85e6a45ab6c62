"""Does the checker find what passages do not carry? `python -m eval.faithfulness --data DATA`, on RAGTruth.

The threshold is chosen on the tuning half. Response level: an answer counts as found when one of its sentences is below
it. Span level: characters, as in the paper (Niu et al., 2024); of a sentence below it the words that are not carried,
or all of it when each is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from tqdm import tqdm

from eval.datasets.ragtruth import Response, load_responses
from eval.metrics.bootstrap import figure_interval
from index.sentences import sentence_spans
from rag.build import build_reader
from rag.checking import Checked, check
from rag.interfaces import Reader
from rag.settings import load_settings


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer, and what the checker says of each of its sentences; `starts`: where they start."""

    response: Response
    starts: tuple[int, ...]
    checked: tuple[Checked, ...]

    @property
    def score(self) -> float:
        """Of its worst sentence."""
        return min((one.score for one in self.checked), default=1.0)

    def characters(self, threshold: float) -> set[int]:
        """Those of `response.text` that are taken to be unsupported."""
        found: set[int] = set()
        for start, one in zip(self.starts, self.checked, strict=True):
            if one.score < threshold:
                found.update(start + n for first, last in one.uncarried for n in range(first, last))
        return found


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True, help="folder of the data sets")
def main(data: Path) -> None:
    """Print precision, recall and F1 on both halves."""
    reader = build_reader(load_settings())
    judged = [judge(response, reader) for response in tqdm(load_responses(data), unit=" answers")]
    halves = {half: [one for one in judged if one.response.half == half] for half in ("tune", "report")}
    threshold = best_threshold(halves["tune"])
    for half, answers in halves.items():
        told, found = _flags(answers, threshold)
        low, high = figure_interval(_f1, told, found) or (0.0, 0.0)
        shown = " ".join(f"{figure:.3f}" for figure in (*_precision_recall(told, found), _f1(told, found)))
        spans = " ".join(f"{figure:.3f}" for figure in span_figures(answers, threshold))
        click.echo(f"{half}: {len(answers)} answers, {told.mean():.2f} unsupported, threshold {threshold:.3f}")
        click.echo(f"  answers: precision, recall, F1 {shown} [{low:.3f}, {high:.3f}]; spans: {spans}")


def judge(response: Response, reader: Reader) -> Judged:
    """Every sentence of an answer against its passages."""
    spans = sentence_spans(response.text)
    checked = (check(response.text[start:end], response.passages, reader) for start, end in spans)
    return Judged(response, tuple(start for start, _ in spans), tuple(checked))


def best_threshold(judged: Sequence[Judged]) -> float:
    """The one with the highest F1 of answers."""
    candidates = sorted({one.score for one in judged})
    return max(candidates, key=lambda threshold: _f1(*_flags(judged, threshold)))


def span_figures(judged: Iterable[Judged], threshold: float) -> tuple[float, float, float]:
    """Precision, recall and F1 of characters."""
    both = told = found = 0
    for one in judged:
        marked = {n for start, end in one.response.unsupported for n in range(start, end)}
        taken = one.characters(threshold)
        both, told, found = both + len(marked & taken), told + len(marked), found + len(taken)
    precision, recall = both / max(found, 1), both / max(told, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def _flags(judged: Sequence[Judged], threshold: float) -> tuple[np.ndarray, np.ndarray]:
    told = np.array([bool(one.response.unsupported) for one in judged], dtype=float)
    return told, np.array([one.score <= threshold for one in judged], dtype=float)


def _precision_recall(told: np.ndarray, found: np.ndarray) -> tuple[float, float]:
    both = float((told * found).sum())
    return both / max(float(found.sum()), 1.0), both / max(float(told.sum()), 1.0)


def _f1(told: np.ndarray, found: np.ndarray) -> float:
    precision, recall = _precision_recall(told, found)
    return 2 * precision * recall / max(precision + recall, 1e-9)


if __name__ == "__main__":
    main()
