"""Questions on 306 of 717 retail articles of 2012 to 2024: fact, why, multi, temporal, followup, conflict,
unanswerable. The questions are in our own format."""

from pathlib import Path

from eval.datasets.jsonl import load_jsonl
from eval.datasets.records import existing
from eval.types import Dataset
from index.sources.files import FileSource


def load(data: Path) -> Dataset:
    folder = data / "retail_archive"
    return load_jsonl(
        "retail_archive", existing(folder / "questions.jsonl"), FileSource([existing(folder / "articles.jsonl.xz")])
    )
