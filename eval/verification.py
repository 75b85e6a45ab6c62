"""What verification removes: `python -m eval.verification --data DATA`.

On RAGTruth's answers, sentence by sentence, as language models wrote them: which share of those that people found
supported, and of those in which they marked something, is not shown. And whole answers: an answer counts as found when
the score of a sentence is below a threshold that is chosen on the tuning half; of such sentences the words that are not
carried are its spans, compared by characters (Niu et al., 2024).

On claims about news that were written far from the words of the article, each with a false twin: of the development
articles of the training set, by what is false.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import click
import numpy as np
from tqdm import tqdm

from eval.datasets.ragtruth import Response, load_responses
from eval.metrics.bootstrap import figure_interval
from eval.train.records import Split, TrainingRecord, load_articles, load_records
from eval.types import Half
from index.errors import SetupError
from index.sentences import sentence_spans
from index.types import Article
from rag.build import build_reader
from rag.checking import Case
from rag.interfaces import Reader
from rag.judging import Judgement, judge
from rag.markers import read_text
from rag.sentences import Context
from rag.settings import load_settings


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of an answer, from character `start` to `end`, and what verification says of it. `supported`: whether
    people found it so. `offset`: where the claim starts that it was read into, without markers; None: changed."""

    start: int
    end: int
    supported: bool
    offset: int | None
    judgement: Judgement

    @property
    def shown(self) -> bool:
        return self.judgement.label == "supported"

    @property
    def characters(self) -> set[int]:
        """Those that are taken to be unsupported."""
        if self.offset is None:
            return set(range(self.start, self.end))
        return {self.offset + n for first, last in self.judgement.uncarried for n in range(first, last)}


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer and its sentences that say something."""

    response: Response
    told: tuple[Told, ...]

    @property
    def score(self) -> float:
        """Of its worst sentence."""
        return min((one.judgement.score for one in self.told), default=1.0)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True, help="folder of the data sets")
@click.option("--split", type=click.Choice(get_args(Split)), default="dev", help="articles whose claims are judged")
def main(data: Path, split: Split) -> None:
    """Print what is removed, and precision, recall and F1 of answers and spans, on both halves; then of claims."""
    reader = build_reader(load_settings())
    if reader is None:
        raise SetupError("The settings want no reader, and claims are checked by one.", "Change the setting reader.")
    judged = [judged_answer(response, reader) for response in tqdm(load_responses(data), unit=" answers")]
    halves: dict[Half, list[Judged]] = {
        half: [one for one in judged if one.response.half == half] for half in get_args(Half)
    }
    threshold = best_threshold(halves["tune"])
    for half, answers in halves.items():
        for supported in (True, False):
            removed, of = removed_of((one for answer in answers for one in answer.told), supported)
            name = "supported" if supported else "unsupported"
            click.echo(f"{half}: of {of:,} {name} sentences {removed:,} removed, {removed / max(of, 1):.3f}")
        told, found = _flags(answers, threshold)
        low, high = figure_interval(_f1, told, found) or (0.0, 0.0)
        shown = " ".join(f"{figure:.3f}" for figure in (*_precision_recall(told, found), _f1(told, found)))
        spans = " ".join(f"{figure:.3f}" for figure in span_figures(answers, threshold))
        click.echo(f"{half}: {len(answers)} answers, {told.mean():.2f} unsupported, threshold {threshold:.4f}")
        click.echo(f"  answers: precision, recall, F1 {shown} [{low:.3f}, {high:.3f}]; spans: {spans}")
    records = [record for record in load_records(data) if record.split == split]
    for kind, (true, false, of) in claims_removed(data, records, reader).items():
        click.echo(f"{split} claims, {kind}: of {of} true ones {true} removed, of as many false ones {false}")


def judged_answer(response: Response, reader: Reader) -> Judged:
    """Every sentence of an answer against its passages, read as the product reads what a language model writes."""
    read = [
        (start, end, one.text)
        for start, end in sentence_spans(response.text)
        for one in read_text(response.text[start:end], (), cut_off=False).sentences
    ]
    judgements = judge([Case(claim, response.passages) for _, _, claim in read], reader)
    told = []
    for (start, end, claim), judgement in zip(read, judgements, strict=True):
        supported = not any(first < end and start < last for first, last in response.unsupported)
        place = response.text.find(claim, start)
        told.append(Told(start, end, supported, None if place < 0 else place, judgement))
    return Judged(response, tuple(told))


def removed_of(told: Iterable[Told], supported: bool) -> tuple[int, int]:
    """How many of the sentences that are or are not supported would not be shown, and how many there are."""
    shown = [one.shown for one in told if one.supported == supported]
    return len(shown) - sum(shown), len(shown)


def best_threshold(judged: Sequence[Judged]) -> float:
    """The one with the highest F1 of answers."""
    candidates = sorted({one.score for one in judged})
    return max(candidates, key=lambda threshold: _f1(*_flags(judged, threshold)))


def span_figures(judged: Iterable[Judged], threshold: float) -> tuple[float, float, float]:
    """Precision, recall and F1 of characters."""
    both = told = found = 0
    for one in judged:
        marked = {n for start, end in one.response.unsupported for n in range(start, end)}
        taken = {n for said in one.told if said.judgement.score <= threshold for n in said.characters}
        both, told, found = both + len(marked & taken), told + len(marked), found + len(taken)
    precision, recall = both / max(found, 1), both / max(told, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def claims_removed(data: Path, records: Sequence[TrainingRecord], reader: Reader) -> dict[str, tuple[int, int, int]]:
    """By what is false, and of all: how many true and how many false claims are not shown, of how many each."""
    contexts = _contexts(data, records)
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for record in tqdm(records, unit=" claims"):
        claims = (record.true_claim, record.false_claim)
        true, false = judge([Case(claim, [contexts[record.article_id]]) for claim in claims], reader)
        for kind in (record.false_kind, "all"):
            counts[kind][0] += true.label != "supported"
            counts[kind][1] += false.label != "supported"
            counts[kind][2] += 1
    return {kind: (true, false, of) for kind, (true, false, of) in sorted(counts.items())}


def _contexts(data: Path, records: Sequence[TrainingRecord]) -> dict[str, Context]:
    """The articles that the records are about, by id."""
    wanted = {record.article_id for record in records}
    lines = (json.loads(page.content) for page in load_articles(data, records).articles.pages())
    return {
        line["article_id"]: Context(
            Article(line["article_id"], line["title"], line["text"], published_at=line["published_at"]),
            sentence_spans(line["text"]),
        )
        for line in lines
        if line["article_id"] in wanted
    }


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
