"""What verification removes: `python -m eval.verification --data DATA`, on the sentences of RAGTruth's answers.

A sentence counts as unsupported when people marked any of it. It is judged as in `newsdesk ask`, by exact
rules and the reader; list numbers and references to passages are taken off before, as there.
"""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from tqdm import tqdm

from eval.datasets.ragtruth import Response, load_responses
from index.errors import SetupError
from index.sentences import sentence_spans
from rag.build import build_reader
from rag.interfaces import Reader
from rag.judging import judge
from rag.markers import read_text
from rag.settings import load_settings


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of an answer: whether people found it supported, and whether it would be shown."""

    supported: bool
    shown: bool


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True, help="folder of the data sets")
@click.option("--most", type=int, default=350, show_default=True, help="answers of each half, drawn at random")
def main(data: Path, most: int) -> None:
    """Print which share of the supported and of the unsupported sentences is removed, on both halves."""
    reader = build_reader(load_settings())
    if reader is None:
        raise SetupError("The settings want no reader, and claims are checked by one.", "Change the setting reader.")
    responses = load_responses(data)
    random.Random(0).shuffle(responses)
    for half in ("tune", "report"):
        drawn = [response for response in responses if response.half == half][:most]
        told = [one for response in tqdm(drawn, unit=" answers") for one in sentences(response, reader)]
        for supported in (True, False):
            removed, of = removed_of(told, supported)
            name = "supported" if supported else "unsupported"
            click.echo(f"{half}: of {of:,} {name} sentences {removed:,} removed, {removed / max(of, 1):.3f}")


def removed_of(told: Iterable[Told], supported: bool) -> tuple[int, int]:
    """How many of the sentences that are or are not supported would not be shown, and how many there are."""
    shown = [one.shown for one in told if one.supported == supported]
    return len(shown) - sum(shown), len(shown)


def sentences(response: Response, reader: Reader) -> Iterator[Told]:
    """Those of an answer that say something."""
    for start, end in sentence_spans(response.text):
        supported = not any(first < end and start < last for first, last in response.unsupported)
        for one in read_text(response.text[start:end], (), cut_off=False).sentences:
            yield Told(supported, judge(one.text, response.passages, reader).label == "supported")


if __name__ == "__main__":
    main()
