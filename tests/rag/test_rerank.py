"""Hits ranked again: by a cross-encoder, and by scores on paper."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from numpy.typing import NDArray
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from index.errors import SetupError
from index.types import Article, Hit, Passage
from index.weights import packaged_model
from rag.build import build_pipeline
from rag.rerank import rerank
from rag.rerankers.cross_encoder import CrossEncoderReranker
from rag.settings import load_settings
from rag.types import Question, StandaloneQuestion
from rag.understand import understand
from ui.cli import cli

QUESTION = "Why did Kering drop its suit?"


@pytest.fixture
def reranking_home(seeds_home: Path, cross_encoder_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEWSDESK_HOME", str(seeds_home))
    monkeypatch.setenv("NEWSDESK_RERANKER", "cross_encoder")
    monkeypatch.setenv("NEWSDESK_RERANKER_MODEL", str(cross_encoder_folder))
    monkeypatch.setenv("NEWSDESK_THREADS", "1")
    return seeds_home


def test_hits_stand_in_the_order_of_the_model(reranking_home: Path, cross_encoder_folder: Path) -> None:
    pipeline = build_pipeline(load_settings())
    with closing(pipeline.collection):
        again = pipeline.search(Question(QUESTION, top_k=5)).hits
        before = replace(pipeline, reranker=None).search(Question(QUESTION, top_k=50)).hits
    tokenizer = AutoTokenizer.from_pretrained(cross_encoder_folder)
    model = AutoModelForSequenceClassification.from_pretrained(cross_encoder_folder).eval()
    scores = {}
    for hit in before:
        text = f"{hit.passage.article.title}\n{hit.passage.text}"
        with torch.inference_mode():
            logits = model(**tokenizer(QUESTION, text, truncation=True, return_tensors="pt")).logits
        scores[hit.passage.chunk_id] = float(torch.sigmoid(logits))
    expected = sorted(scores, key=lambda chunk_id: -scores[chunk_id])
    assert [hit.passage.chunk_id for hit in again] == expected[:5]
    assert [hit.passage.chunk_id for hit in before] != expected
    assert [hit.score for hit in again] == pytest.approx([scores[chunk_id] for chunk_id in expected[:5]], abs=1e-4)
    assert [(hit.rank, hit.retriever) for hit in again] == [(rank, "reranked") for rank in range(1, 6)]


def test_an_answer_rests_on_the_reranked_hits_and_says_how_long_it_took(reranking_home: Path) -> None:
    pipeline = build_pipeline(load_settings())
    with closing(pipeline.collection):
        answer = pipeline.ask(Question(QUESTION, top_k=1))
        [first] = pipeline.search(Question(QUESTION, top_k=1)).hits
        plain = replace(pipeline, reranker=None).ask(Question(QUESTION, top_k=1))
    steps = list(answer.timings_ms)
    assert steps.index("rerank") == steps.index("retrieve") + 1
    assert "rerank" not in plain.timings_ms
    shown = {citation.article_id for citation in (*answer.citations, *answer.nearest)}
    assert shown <= {first.passage.article.id}


class Numbered:
    """The score is what the passage says."""

    name = "numbered"

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        return np.array([float(passage.split("\n")[1]) for passage in passages], np.float32)


def test_the_day_of_a_report_still_counts(seeds_home: Path) -> None:
    days = {"0.8": "2019-05-01", "0.6": "2017-05-01", "0.1": "2017-05-01", "0.7": None}
    articles = [Article(text, "Title", text, published_at=day) for text, day in days.items()]
    hits = [Hit(Passage(n, article, 0, 3), 1.0, n, "fused") for n, article in enumerate(articles, 1)]
    pipeline = build_pipeline(load_settings(seeds_home))
    with closing(pipeline.collection) as collection:

        def order(text: str) -> list[str]:
            question: StandaloneQuestion = understand(Question(text), collection, pipeline.synonyms, date(2020, 1, 1))
            return [hit.passage.text for hit in rerank(question, hits, Numbered(), collection, 3)]

        assert order("How many shops did Kering open?") == ["0.8", "0.7", "0.6"]
        assert order("How many shops did Kering open in 2017?") == ["0.6", "0.8", "0.7"]


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (None, "No model of the reranker is named"),
        ("nobody/no-such-model", "nobody/no-such-model"),
        ("EMPTY", "no model weights"),
        ("EMBEDDER", "'model' is no cross-encoder"),
        ("LABELS", "3 scores, not one"),
        ("DAMAGED", "cannot be loaded"),
    ],
)
def test_a_model_that_cannot_rank_is_refused(
    model: str | None, said: str, tmp_path: Path, cross_encoder_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    if model == "EMPTY":
        model = str(tmp_path)
    elif model == "EMBEDDER":
        model = str(packaged_model().path)
    elif model == "LABELS":
        saved = AutoModelForSequenceClassification.from_pretrained(
            cross_encoder_folder, num_labels=3, ignore_mismatched_sizes=True
        )
        saved.save_pretrained(tmp_path)
        AutoTokenizer.from_pretrained(cross_encoder_folder).save_pretrained(tmp_path)
        model = str(tmp_path)
    elif model == "DAMAGED":
        model = str(shutil.copytree(cross_encoder_folder, tmp_path, dirs_exist_ok=True))
        with (tmp_path / "model.safetensors").open("r+b") as weights:
            weights.truncate(1000)
    with pytest.raises(SetupError, match=said):
        CrossEncoderReranker(model=model, threads=1)


def test_without_a_network_it_is_said_at_once_and_in_one_line(reranking_home: Path) -> None:
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "NEWSDESK_RERANKER_MODEL": "nobody/no-such-model"}
    done = subprocess.run(
        [sys.executable, "-c", "from ui.cli import cli; cli()", "ask", QUESTION],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "'nobody/no-such-model' is not a folder" in done.stderr and len(done.stderr.splitlines()) == 1


def test_doctor_shows_it(reranking_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "reranker: cross_encoder, a-cross-encoder" in CliRunner().invoke(cli, ["doctor"]).stdout
    monkeypatch.setenv("NEWSDESK_RERANKER_MODEL", str(packaged_model().path))
    refused = CliRunner().invoke(cli, ["doctor"])
    assert refused.exit_code == 3 and "is no cross-encoder" in refused.stdout


def test_an_unknown_one_lists_the_choices(seeds_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_RERANKER", "oracle")
    with pytest.raises(SetupError, match=r"no reranker named 'oracle'.*Choose one of: none, cross_encoder"):
        build_pipeline(load_settings(seeds_home))
