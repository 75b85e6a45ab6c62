"""A run: data sets put to the product, and what came out as files in a folder.

    config.json    what was run: versions, settings, data sets with their digests
    results.jsonl  one question a line
    summary.json   figures by data set, half and type (eval.summary)
    latency.json   times of each step; the only figures that differ between two runs of the same
    report.html    all of it to look at

The clock stands still: a question that does not say when it is asked is asked on CLOCK.
"""

import hashlib
import json
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from eval.archive import digest, pipeline_for
from eval.ask import DEPTH, ask_all
from eval.metrics.answers import answer_scores
from eval.metrics.bootstrap import RESAMPLES, SEED
from eval.metrics.retrieval import ranked_articles, retrieval_scores
from eval.report import report
from eval.summary import summarise
from eval.types import Dataset, Result, Scores
from rag.pipeline import Pipeline
from rag.settings import Settings

CLOCK = date(2026, 6, 1)
SCORE_DIGITS = 6
LIBRARIES = ("newsdesk", "numpy", "faiss-cpu", "onnxruntime", "ir-measures", "pytrec-eval-terrier")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What summary.json and latency.json hold."""

    summary: dict[str, Any]
    latency: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Measured:
    """One data set asked: the lines of results.jsonl, and its parts of latency.json and config.json."""

    records: list[dict[str, Any]]
    latency: dict[str, Any]
    config: dict[str, Any]


def run(datasets: Sequence[Dataset], half: str, settings: Settings, out: Path, say: Callable[[str], object]) -> Outcome:
    """Ask the questions of one half of every data set ("tune", "report", or "all") and write the files into `out`."""
    measured = {dataset.name: measure(dataset, half, settings, say) for dataset in datasets}
    config = _config(settings, half) | {"sets": {name: own.config for name, own in measured.items()}}
    latency = {name: own.latency for name, own in measured.items()}
    records = [record for own in measured.values() for record in own.records]
    summary = summarise(records)
    out.mkdir(parents=True, exist_ok=True)
    _write(out / "config.json", config)
    (out / "results.jsonl").write_text("".join(f"{json.dumps(r, ensure_ascii=False)}\n" for r in records), "utf-8")
    _write(out / "summary.json", summary)
    _write(out / "latency.json", latency)
    (out / "report.html").write_text(report(config, records, summary, latency), "utf-8")
    return Outcome(summary, latency)


def measure(dataset: Dataset, half: str, settings: Settings, say: Callable[[str], object]) -> Measured:
    """Ask the questions of one half of one data set; its archive is built when it is not there yet."""
    pipeline = pipeline_for(dataset, settings, CLOCK, say)
    questions = [question for question in dataset.questions if half in ("all", question.half)]
    say(f"{dataset.name}: asking {len(questions)} questions")
    results = list(ask_all(questions, pipeline, settings.top_k))
    records = list(records_of(dataset.name, results, pipeline))
    return Measured(records, latency_of(results), _set_config(dataset, pipeline))


def _write(file: Path, value: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _config(settings: Settings, half: str) -> dict[str, Any]:
    return {
        "half": half,
        "clock": CLOCK.isoformat(),
        "depth": DEPTH,
        "bootstrap": {"resamples": RESAMPLES, "seed": SEED},
        "settings": settings.model_dump(mode="json", exclude={"home", "threads"}),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def _set_config(dataset: Dataset, pipeline: Pipeline) -> dict[str, Any]:
    manifest = pipeline.collection.manifest()
    questions = json.dumps([asdict(question) for question in dataset.questions], default=str)
    return {
        "questions": len(dataset.questions),
        "questions_sha256": hashlib.sha256(questions.encode()).hexdigest()[:12],
        "archive_sha256": digest(dataset.articles, pipeline.embedder),
        "articles": manifest.articles,
        "chunks": manifest.chunks,
        "embedder": asdict(manifest.embedder),
        "chunker": asdict(manifest.chunker),
    }


def records_of(name: str, results: Sequence[Result], pipeline: Pipeline) -> list[dict[str, Any]]:
    """The lines of results.jsonl for one data set."""
    retrieval = retrieval_scores(results, pipeline.collection)
    return [
        _record(name, result, retrieval[result.question.id] | answer_scores(result, pipeline.collection))
        for result in results
    ]


def _record(name: str, result: Result, scores: Scores) -> dict[str, Any]:
    question, answer = result.question, result.answer
    gold = set(question.gold_articles)
    articles = ranked_articles(result.hits)
    return {
        "set": name,
        "id": question.id,
        "half": question.half,
        "type": question.type,
        "question": question.text,
        "history": [asdict(turn) for turn in question.history],
        "as_of": question.as_of.isoformat() if question.as_of else None,
        "answerable": question.answerable,
        "expected": list(question.answers),
        "outcome": result.outcome,
        "reason": answer.abstain_reason if answer else result.refusal,
        "answer": answer.answer if answer else "",
        "confidence": round(answer.confidence, SCORE_DIGITS) if answer else 0.0,
        "citations": [
            {"n": c.n, "article_id": c.article_id, "start": c.start, "end": c.end, "gold": c.article_id in gold}
            for c in (answer.citations if answer else ())
        ],
        "conflicts": len(answer.conflicts) if answer else 0,
        "gold_articles": sorted(gold),
        "gold_rank": next((rank for rank, found in enumerate(articles, 1) if found in gold), None),
        "articles": articles[:10],
        "removed": [asdict(removed) for removed in answer.removed] if answer else [],
        "usage": dict(answer.usage) if answer else {},
        "scores": {key: None if value is None else round(value, SCORE_DIGITS) for key, value in sorted(scores.items())},
    }


def latency_of(results: Sequence[Result]) -> dict[str, Any]:
    """Milliseconds of each step over the questions that were taken; p50 of all, also as a multiple of embedding's."""
    timings = [result.answer.timings_ms for result in results if result.answer]
    if not timings:
        return {"n": 0, "steps": {}}
    steps = {}
    for step in timings[0]:
        p50, p95 = np.percentile([timing[step] for timing in timings], [50, 95])
        steps[step] = {"p50": round(float(p50), 2), "p95": round(float(p95), 2)}
    return {
        "n": len(timings),
        "steps": steps,
        "total_in_embeddings": round(steps["total"]["p50"] / max(steps["embed"]["p50"], 0.01), 2),
    }
