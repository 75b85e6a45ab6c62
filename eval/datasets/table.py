"""The data sets by name.

RAGTruth is not among them: its answers are those of other systems, and measure a checker of claims that do not quote.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from eval.datasets import dated_news_qa, mtrag_un, multihop, retail_archive, seeds, squad2
from eval.types import Dataset

DATASETS: dict[str, Callable[[Path], Dataset]] = {
    "seeds": seeds.load,
    "retail_archive": retail_archive.load,
    "dated_news_qa": dated_news_qa.load,
    "multihop": multihop.load,
    "squad2": squad2.load,
    "mtrag_un": mtrag_un.load,
}
"""Name -> loader. A loader gets the folder that holds the published sets and raises FileNotFoundError when its own part
is not there."""

BUNDLED = {"seeds"}
"""Come with the repository and need no folder."""


def load_sets(names: Iterable[str], data: Path | None, say: Callable[[str], object]) -> Iterator[Dataset]:
    """The data sets that are there; of each other one, one line says so.

    Raises BadInputError for a set that is there but cannot be read.
    """
    for name in names:
        if data is None and name not in BUNDLED:
            say(f"{name}: skipped, its folder is not given (--data)")
            continue
        try:
            yield DATASETS[name](data or Path())
        except FileNotFoundError as error:
            say(f"{name}: skipped, there is no {error.filename}")
