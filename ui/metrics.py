"""Figures of a server for Prometheus, counted over all of its workers.

With several workers every one of them writes into files of the folder PROMETHEUS_MULTIPROC_DIR, and any of them adds up
what is there; what the archive holds is looked up when it is asked for.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from index.crawl_log import LastIngest
from index.errors import NewsdeskError
from index.types import Manifest
from rag.types import Answer

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)

disable_created_metrics()
_requests = Counter("newsdesk_requests", "HTTP requests answered.", ["method", "route", "status"])
_request_seconds = Histogram("newsdesk_request_seconds", "From request to end of response.", ["route"], buckets=_FAST)
_step_seconds = Histogram("newsdesk_step_seconds", "Steps of an answer, and their total.", ["step"], buckets=_FAST)
_answers = Counter("newsdesk_answers", "Answers by who wrote; outcome: answered, or why not.", ["llm", "outcome"])
_sentences = Counter("newsdesk_sentences", "Sentences by verdict; removed: not shown.", ["llm", "verdict"])
_tokens = Counter("newsdesk_llm_tokens", "Tokens of language models.", ["llm", "kind"])
_cost = Counter("newsdesk_llm_cost_usd", "What language models cost, where the price is known.", ["llm"])
_running = Gauge("newsdesk_questions_running", "Questions being answered.", multiprocess_mode="livesum")
_refused = Counter("newsdesk_questions_refused", "Questions told to come back, since too many were being answered.")
_failed = Counter("newsdesk_questions_failed", "Questions that ended in an error.", ["error_code"])


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """A request whose response is sent. `route`: as the path is declared, so that there are not too many of them."""
    _requests.labels(method, route, status).inc()
    _request_seconds.labels(route).observe(seconds)


def count_answer(answer: Answer) -> None:
    """An answer that was given."""
    _answers.labels(answer.llm, answer.abstain_reason or "answered").inc()
    for step, milliseconds in answer.timings_ms.items():
        _step_seconds.labels(step).observe(milliseconds / 1000)
    for sentence in answer.sentences:
        _sentences.labels(answer.llm, sentence.verdict).inc()
    _sentences.labels(answer.llm, "removed").inc(len(answer.removed))
    for kind, amount in answer.usage.items():
        if kind.endswith("_tokens"):
            _tokens.labels(answer.llm, kind.removesuffix("_tokens")).inc(amount)
    _cost.labels(answer.llm).inc(answer.usage.get("cost_usd", 0))


def count_refused() -> None:
    """A question that was told to come back."""
    _refused.inc()


@contextmanager
def failures_counted() -> Iterator[None]:
    """While a question is being answered, which may end in an error."""
    try:
        yield
    except NewsdeskError as error:
        _failed.labels(error.code).inc()
        raise
    except Exception:
        _failed.labels("internal").inc()
        raise


@contextmanager
def counted_running() -> Iterator[None]:
    """While a question is being answered."""
    with _running.track_inprogress():
        yield


def exposition(manifest: Manifest | None, archive: Path, ingests: Mapping[str, LastIngest]) -> bytes:
    """All figures in the text format of Prometheus. `manifest`: None while the archive cannot be searched; `ingests`:
    what came of each source, by name."""
    registry: CollectorRegistry = REGISTRY
    if folder := os.environ.get(FOLDER_VARIABLE):
        _forget_dead_workers(Path(folder))
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    of_archive = CollectorRegistry()
    of_archive.register(_Archive(manifest, archive))
    of_archive.register(_Sources(ingests))
    return generate_latest(registry) + generate_latest(of_archive)


def _forget_dead_workers(folder: Path) -> None:
    """What was running in a worker that ended is not running any more."""
    for pid in {int(file.stem.rpartition("_")[2]) for file in folder.glob("gauge_live*_*.db")}:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            with suppress(FileNotFoundError):  # another worker was faster
                mark_process_dead(pid, str(folder))


class _Archive(Collector):
    def __init__(self, manifest: Manifest | None, folder: Path) -> None:
        self._manifest = manifest
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        manifest = self._manifest
        yield _gauge("ready", "Whether the archive can be searched.", int(manifest is not None))
        if manifest is None:
            return
        size = sum(file.stat().st_size for file in self._folder.rglob("*") if file.is_file())
        yield _gauge("bytes", "Size on disk.", size)
        yield _gauge("articles", "Articles.", manifest.articles)
        yield _gauge("undated_articles", "Articles that show no date.", manifest.undated)
        yield _gauge("chunks", "Passages.", manifest.chunks)
        if manifest.built_at:
            yield _gauge("built_timestamp_seconds", "When it last changed.", _timestamp(manifest.built_at))
        if manifest.data_through:
            yield _gauge(
                "data_through_timestamp_seconds", "The newest day it holds.", _timestamp(manifest.data_through)
            )


class _Sources(Collector):
    def __init__(self, ingests: Mapping[str, LastIngest]) -> None:
        self._ingests = ingests

    def collect(self) -> Iterable[Metric]:
        read = GaugeMetricFamily(
            "newsdesk_source_read_timestamp_seconds", "When a source was last read.", labels=["source"]
        )
        pages = GaugeMetricFamily(
            "newsdesk_source_pages", "Pages of a source when it was last read.", labels=["source", "state"]
        )
        copies = GaugeMetricFamily(
            "newsdesk_source_duplicates", "Of its new pages then, copies of another article.", labels=["source"]
        )
        for name, ingest in self._ingests.items():
            read.add_metric([name], ingest.finished_at)
            for state, count in ingest.counts.items():
                pages.add_metric([name, state], count)
            copies.add_metric([name], ingest.duplicates)
        yield from (read, pages, copies)


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"newsdesk_archive_{name}", meaning, value)


def _timestamp(iso: str) -> float:
    """A day is its beginning in UTC."""
    return datetime.fromisoformat(iso if "T" in iso else f"{iso}T00:00:00+00:00").timestamp()
