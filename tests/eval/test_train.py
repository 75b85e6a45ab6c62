"""What the reader may be trained on, and how claims are made false."""

import json
import lzma
import random
from pathlib import Path
from typing import Any

import pytest
import torch

import eval.train.__main__ as training
from eval.train.corrupt import corrupt
from eval.train.examples import Examples, examples
from eval.train.model import ReaderModel
from eval.train.records import TrainingRecord, load_articles, load_records
from index.types import article_id
from index.weights import packaged_model
from rag.build import build_pipeline
from rag.reading import PieceEncoder
from rag.settings import load_settings
from rag.types import Question


def write(file: Path, *records: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(record) + "\n" for record in records)
    file.write_bytes(lzma.compress(text.encode()) if file.suffix == ".xz" else text.encode())


def record(number: int, article: str) -> dict[str, Any]:
    return {
        "id": f"t-{number}",
        "article_id": article,
        "question": f"Question {number}?",
        "answer": "An answer.",
        "evidence": ["It is so."],
        "question_unanswerable": f"Near miss {number}?",
        "claim_true": "It is so.",
        "claim_false": "It is not so.",
        "false_kind": "negation",
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder in the layout of the published sets: forty articles to train on, two that questions are asked about."""
    urls = [f"https://news.example/{n}" for n in range(40)]
    general = [article_id(url, "", "") for url in urls]
    write(tmp_path / "training/questions_and_claims.jsonl", *map(record, range(42), [*general, "asked", "quiz"]))
    retail = [{"article_id": a, "set": "general", "title": "T", "text": "It is so."} for a in general[:20]]
    finance = {"article_id": "asked", "set": "finance", "title": "T", "text": "It is so."}
    write(tmp_path / "retail_archive/articles.jsonl.xz", *retail, finance)
    write(tmp_path / "retail_archive/questions.jsonl", {"id": "1", "evidence": [{"article_id": "asked", "quote": ""}]})
    dated = [{"article_id": a, "title": "T", "text": "It is so."} for a in [*general[20:], "quiz", "unused"]]
    write(tmp_path / "dated_news_qa/articles.jsonl.xz", *dated)
    write(tmp_path / "dated_news_qa/questions.jsonl", {"id": "1", "gold_article_ids": ["quiz"]})
    twins = [{"a_url": urls[n], "b_url": urls[n + 20], "jaccard_8gram": 0.9} for n in range(20)]
    write(tmp_path / "near_duplicates/pairs.jsonl", *twins)
    return tmp_path


def test_no_article_that_is_asked_about_is_trained_on(data: Path) -> None:
    records = load_records(data)
    assert len(records) == 40
    assert not {"asked", "quiz"} & {record.article_id for record in records}


def test_the_distractors_are_no_articles_that_are_asked_about(data: Path) -> None:
    pages = load_articles(data, load_records(data)).articles.pages()
    ids = {json.loads(page.content)["article_id"] for page in pages}  # type: ignore[union-attr]
    assert len(ids) == 40
    assert not {"asked", "quiz", "unused"} & ids


def test_near_duplicates_lie_on_the_same_side(data: Path) -> None:
    side = {record.article_id: record.split for record in load_records(data)}
    assert set(side.values()) == {"train", "dev"}
    for n in range(20):
        twins = (article_id(f"https://news.example/{m}", "", "") for m in (n, n + 20))
        assert len({side[twin] for twin in twins}) == 1


def test_a_missing_set_is_named(data: Path) -> None:
    (data / "near_duplicates/pairs.jsonl").unlink()
    with pytest.raises(FileNotFoundError, match="no such file"):
        load_records(data)


@pytest.mark.parametrize(
    "text",
    [
        "In 2019 the chain closed 31 stores.",
        "The judge told Alibaba to answer Kering.",
        "Sales rose in March.",
        "The deal was not signed.",
        "The deal was signed.",
    ],
)
def test_a_corrupted_claim_says_something_else(text: str) -> None:
    others = "Later Gucci and Prada opened shops in Milan."
    made = {corrupt(text, others, random.Random(seed)) for seed in range(20)} - {None}
    assert made
    assert text not in made


def test_what_no_rule_applies_to_stays_true() -> None:
    assert corrupt("Nobody knows why.", "", random.Random(0)) is None


@pytest.fixture(scope="module")
def made(seeds_home: Path) -> list[Examples]:
    """Six records about a seed article, as the reader is shown them."""
    pipeline = build_pipeline(load_settings(seeds_home))
    [hit] = pipeline.search(Question("Why did Kering drop its suit?", top_k=1)).hits
    article = hit.passage.article
    evidence = next(s for s in article.text.replace("\n", " ").split(". ") if "convince Kering" in s)
    encoder = PieceEncoder(str(packaged_model().path / "tokenizer.json"))
    found = [
        examples(
            TrainingRecord(
                id=f"t-{n}",
                article_id=article.id,
                split="train",
                question="Why did Kering drop its suit?",
                answer="Alibaba convinced it.",
                evidence=(evidence,),
                near_miss="Why did Prada drop its suit?",
                true_claim="Kering gave up its suit since Alibaba convinced it.",
                false_claim="Alibaba gave up its suit since Kering convinced it.",
                false_kind="role_swap",
            ),
            pipeline,
            encoder,
            n,
        )
        for n in range(6)
    ]
    return [one for one in found if one is not None]


def test_a_record_becomes_windows_and_claims(made: list[Examples]) -> None:
    assert len(made) == 6
    for one in made:
        assert any(1 in window.labels for window in one.question)
        assert all(label <= 0 for window in one.near_miss for label in window.labels)
        assert [claim.supported for claim in one.claims[:2]] == [True, False]
        assert set(one.claims[0].carried) == {1} and 0 in one.claims[1].carried


def test_a_step_of_training_lowers_the_loss(made: list[Examples], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "RECORDS", 2)
    torch.manual_seed(0)
    model = ReaderModel(packaged_model().path)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)
    losses = [training.train_epoch(model, made, [], optimizer, schedule, random.Random(n)) for n in range(3)]
    assert losses[-1] < losses[0]
