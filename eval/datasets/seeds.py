"""Sixty questions of our own about the three articles of seeds/, in the words of people who ask."""

from pathlib import Path

from eval.datasets.jsonl import load_jsonl
from eval.datasets.records import existing
from eval.types import Dataset
from index.sources.files import FileSource

SEEDS = Path(__file__).parents[2] / "seeds"
QUESTIONS = Path(__file__).with_name("seeds.jsonl")


def load(_: Path) -> Dataset:
    """Needs no folder: questions and articles come with the repository. FileNotFoundError where seeds/ did not."""
    return load_jsonl("seeds", QUESTIONS, FileSource([existing(SEEDS)]))
