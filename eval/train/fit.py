"""Fits rag/estimate.json, the chance that a sentence answers: `python -m eval.train.fit --data DATA`.

On the tuning halves of the data sets, and on the training records that the reader was not trained on, with their near
misses. Needs the reader in its place.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from tqdm import tqdm

from eval.archive import pipeline_for
from eval.datasets.table import load_sets
from eval.metrics.evidence import evidence_spans
from eval.run import CLOCK
from eval.train.examples import gold_sentences
from eval.train.records import load_articles, load_records
from eval.types import EvalQuestion
from rag.build import build_reader
from rag.estimate import FILE
from rag.interfaces import Reader
from rag.llms.extractive import features_of, rank
from rag.pipeline import Pipeline
from rag.retrieve import retrieve
from rag.sentences import CandidateSentence, candidate_sentences
from rag.settings import load_settings
from rag.types import Question
from rag.understand import understand

SETS = ("seeds", "retail_archive", "dated_news_qa", "squad2")

Answers = Callable[[CandidateSentence], bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question put to an archive, and which sentences answer it."""

    pipeline: Pipeline
    question: Question
    answers: Answers


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True), required=True, help="folder of the data sets")
def main(data: Path) -> None:
    """Fit with the reader and without, and write the file."""
    asked = [*_records(data), *_sets(data)]
    digest = hashlib.sha256("\n".join(one.question.text for one in asked).encode()).hexdigest()
    stored: dict[str, Any] = {"questions": len(asked), "questions_sha256": digest}
    for name, reader in (("reader", build_reader(load_settings())), ("none", None)):
        rows, labels = zip(*(row for one in tqdm(asked) for row in _rows(one, reader)), strict=True)
        stored[name] = _fitted(rows, labels)
    FILE.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


def _records(data: Path) -> Iterator[Asked]:
    records = load_records(data)
    pipeline = pipeline_for(load_articles(data, records), load_settings(), CLOCK)
    for record in records:
        gold = gold_sentences(record, pipeline) if record.split == "dev" else None
        if gold:
            places = {(gold[0].article.id, position) for position in gold[1]}
            yield Asked(pipeline, Question(record.question), lambda s, p=places: (s.article.id, s.position) in p)
            yield Asked(pipeline, Question(record.near_miss), lambda s: False)


def _sets(data: Path) -> Iterator[Asked]:
    for dataset in load_sets(SETS, data, click.echo):
        pipeline = pipeline_for(dataset, load_settings(), CLOCK)
        for question in dataset.questions:
            if question.half == "tune":
                yield Asked(pipeline, question.as_asked(load_settings().top_k), _answers(question, pipeline))


def _answers(question: EvalQuestion, pipeline: Pipeline) -> Answers:
    """By the words quoted as evidence, else by the keys, in a gold article where one is known."""
    spans = evidence_spans(question, pipeline.collection)

    def by_evidence(s: CandidateSentence) -> bool:
        own = s.quote
        return any(own.article_id == e.article_id and own.start < e.end and e.start < own.end for e in spans)

    def by_keys(s: CandidateSentence) -> bool:
        gold = not question.evidence or s.article.id in question.gold_articles
        text = s.text.casefold()
        return (
            gold
            and bool(question.answer_keys)
            and all(any(key.casefold() in text for key in keys) for keys in question.answer_keys)
        )

    return by_evidence if spans else by_keys


def _rows(asked: Asked, reader: Reader | None) -> Iterator[tuple[dict[str, float], bool]]:
    """Features and label of each sentence that is considered for the first part of a question."""
    pipeline = asked.pipeline
    standalone = understand(asked.question, pipeline.collection, pipeline.synonyms, pipeline.today())
    vector = pipeline.embedder.embed_query(standalone.text)
    hits = retrieve(standalone, vector, pipeline.collection, asked.question.top_k)
    part = standalone.parts[0]
    own = vector if len(standalone.parts) == 1 else pipeline.embedder.embed_query(part.text)
    ranking = rank(part, own, list(candidate_sentences(hits, pipeline.collection)))
    for scored, found in zip(ranking, features_of(part, ranking, reader), strict=False):
        yield found, asked.answers(scored.sentence)


def _fitted(rows: Sequence[dict[str, float]], labels: Sequence[bool]) -> dict[str, Any]:
    """A logistic regression of the features as they are."""
    names = list(rows[0])
    scaler = StandardScaler()
    scaled = scaler.fit_transform(np.array([[row[name] for name in names] for row in rows]))
    model = LogisticRegression(C=1.0, max_iter=2000).fit(scaled, labels)
    weights = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - weights @ scaler.mean_)
    return {
        "sentences": len(rows),
        "intercept": round(intercept, 4),
        "weights": {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
    }


if __name__ == "__main__":
    main()
