"""Speed and memory of an ingest, as ratios measured in one run: `python -m eval.bench_ingest DATA [WHAT]...`.

embedding   texts of retail_archive (chunks and sentences, as an ingest embeds them) by each embedder of the packaged
            weights, and by SentenceTransformer.encode as it comes, in turn
share       an ingest of retail_archive: everything but embedding, as a share of embedding
again       an ingest of articles of dated_news_qa, and the same once more: what the second costs of the first
memory      the most memory that an ingest of dated_news_qa takes

The last two are whole processes of `newsdesk ingest`, with the hashing embedder unless another one is named. Seconds
are of the processor where they say so, which other work on the machine disturbs less; the ratios of both are given.
"""

import json
import lzma
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np

from eval.datasets.records import RecordSource, read_lines
from index.chunk import DEFAULT_CHUNKER, chunk_article, passage_text
from index.collections.local import LocalCollection
from index.extract.record import read_record
from index.ingest import ingest
from index.interfaces import Embedder
from index.registry import EMBEDDERS, load
from index.sentences import sentence_spans
from index.types import Vectors
from index.weights import packaged_model

NEWSDESK = str(Path(sys.executable).with_name("newsdesk"))
RUNTIMES = ("onnx", "openvino")

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds on the clock and of the processor, and the most memory in MB."""

    wall: float
    processor: float
    memory: float = 0.0


@click.command()
@click.argument("data", type=click.Path(path_type=Path, exists=True))
@click.argument("what", nargs=-1, type=click.Choice(["embedding", "share", "again", "memory"]))
@click.option("--articles", type=int, help="Of each archive only so many.")
@click.option("--texts", default=1000, show_default=True, help="For `embedding`: so many, evenly chosen.")
@click.option("--rounds", default=3, show_default=True, help="For `embedding`: each way so often.")
@click.option("--threads", default=0, show_default=True, help="For embedding; 0: all cores.")
@click.option("--embedder", default="hashing", show_default=True, help="For `again` and `memory`.")
def bench(
    data: Path, what: tuple[str, ...], articles: int | None, texts: int, rounds: int, threads: int, embedder: str
) -> None:
    """What an ingest costs."""
    parts: dict[str, Callable[[], Figures]] = {
        "embedding": lambda: embedding(data, texts, rounds, threads),
        "share": lambda: share(data, articles, threads),
        "again": lambda: again(data, articles or 10_000, embedder),
        "memory": lambda: memory(data, articles or 15_000, embedder),
    }
    for name in what or parts:
        for figure, value in parts[name]().items():
            click.echo(f"{name:<11}{figure:<70}{value:>12.4f}")


def embedding(data: Path, texts: int, rounds: int, threads: int) -> Figures:
    """Ratios are medians over rounds, in each of which every way embeds the same texts."""
    import torch
    from sentence_transformers import SentenceTransformer

    every = _texts(data)
    chosen = every[:: max(1, len(every) // texts)][:texts]
    if threads:
        torch.set_num_threads(threads)
    model = SentenceTransformer(str(packaged_model().path), device="cpu")
    with TemporaryDirectory() as cache:
        ways: dict[str, Callable[[Sequence[str]], Vectors]] = {
            name: load(EMBEDDERS, "embedder", name)(model=None, cache_dir=Path(cache), threads=threads).embed_passages
            for name in RUNTIMES
        }
        expected = np.asarray(model.encode(chosen, show_progress_bar=False))
        figures = {
            f"{name}: least cosine to encode": float((way(chosen) * expected).sum(1).min())
            for name, way in ways.items()
        }
        spent: dict[str, list[Spent]] = {name: [] for name in ("encode", *ways)}
        for _ in range(rounds):
            spent["encode"].append(_timed(lambda: model.encode(chosen, show_progress_bar=False)))
            for name, way in ways.items():
                spent[name].append(_timed(lambda way=way: way(chosen)))
    figures["SentenceTransformer.encode: texts a second"] = len(chosen) / _median(spent["encode"], "wall")
    for name in ways:
        figures[f"{name}: texts a second"] = len(chosen) / _median(spent[name], "wall")
        for clock in ("wall", "processor"):
            pairs = zip(spent["encode"], spent[name], strict=True)
            ratio = statistics.median(getattr(a, clock) / getattr(b, clock) for a, b in pairs)
            figures[f"{name}: times as fast as encode, by {clock}"] = ratio
    return figures


class Timed:
    """An embedder that adds up what embedding costs."""

    def __init__(self, embedder: Embedder) -> None:
        self.id = embedder.id
        self.embed_query = embedder.embed_query
        self.spent: list[Spent] = []
        self._embedder = embedder

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        vectors: list[Vectors] = []
        self.spent.append(_timed(lambda: vectors.append(self._embedder.embed_passages(texts))))
        return vectors[0]


def share(data: Path, articles: int | None, threads: int) -> Figures:
    """With the default embedder."""
    records = read_lines(data / "retail_archive" / "articles.jsonl.xz")[:articles]
    with TemporaryDirectory() as folder:
        onnx: Embedder = load(EMBEDDERS, "embedder", "onnx")(model=None, cache_dir=Path(folder), threads=threads)
        embedder = Timed(onnx)
        with closing(LocalCollection(Path(folder) / "archive", embedder.id, DEFAULT_CHUNKER)) as archive:
            source = RecordSource("retail_archive", records)
            total = _timed(lambda: ingest(source, archive, embedder, DEFAULT_CHUNKER))
            chunks = archive.manifest().chunks
    wall, processor = sum(s.wall for s in embedder.spent), sum(s.processor for s in embedder.spent)
    return {
        "articles": len(records),
        "chunks a second": chunks / total.wall,
        "everything but embedding / embedding, by wall (goal: below .15)": (total.wall - wall) / wall,
        "everything but embedding / embedding, by processor": (total.processor - processor) / processor,
    }


def again(data: Path, articles: int, embedder: str) -> Figures:
    """Two ingests of the same file."""
    with TemporaryDirectory() as folder:
        file = _dated_news(data, articles, Path(folder))
        first, second = (_ingest(file, Path(folder) / "home", embedder) for _ in range(2))
    return {
        "first, seconds": first.wall,
        "second, seconds": second.wall,
        "second / first, by wall (goal: below .02)": second.wall / first.wall,
        "second / first, by processor": second.processor / first.processor,
        "most memory of the first, MB": first.memory,
        "most memory of the second, MB": second.memory,
    }


def memory(data: Path, articles: int, embedder: str) -> Figures:
    """One ingest."""
    with TemporaryDirectory() as folder:
        spent = _ingest(_dated_news(data, articles, Path(folder)), Path(folder) / "home", embedder)
    return {"seconds": spent.wall, "most memory, MB (goal: below 600)": spent.memory}


def _texts(data: Path) -> list[str]:
    """What an ingest of retail_archive embeds."""
    texts = []
    for number, record in enumerate(read_lines(data / "retail_archive" / "articles.jsonl.xz")):
        article = read_record(json.dumps(record), str(number))
        spans = sentence_spans(article.text)
        texts += [passage_text(article, c.start, c.end) for c in chunk_article(article, DEFAULT_CHUNKER, spans)]
        texts += [article.text[start:end] for start, end in spans]
    return texts


def _dated_news(data: Path, articles: int, folder: Path) -> Path:
    file = folder / "news.jsonl"
    with (
        lzma.open(data / "dated_news_qa" / "articles.jsonl.xz", "rt", encoding="utf-8") as lines,
        file.open("w", encoding="utf-8") as chosen,
    ):
        chosen.writelines(islice(lines, articles))
    return file


def _ingest(file: Path, home: Path, embedder: str) -> Spent:
    """A process of `newsdesk ingest`."""
    environment = {**os.environ, "NEWSDESK_HOME": str(home), "NEWSDESK_EMBEDDER": embedder}
    start = time.perf_counter()
    child = os.posix_spawn(NEWSDESK, [NEWSDESK, "ingest", str(file)], environment)
    _, status, used = os.wait4(child, 0)
    if code := os.waitstatus_to_exitcode(status):
        raise SystemExit(code)
    return Spent(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _timed(work: Callable[[], object]) -> Spent:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - processor)


def _median(spent: Sequence[Spent], clock: str) -> float:
    return statistics.median(getattr(one, clock) for one in spent)


if __name__ == "__main__":
    bench()
