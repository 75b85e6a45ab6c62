"""The questions and claims to train on, and what must never be among them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from eval.datasets.records import RecordSource, existing, read_lines
from eval.types import Dataset
from index.types import article_id

Split = Literal["train", "dev"]

DEV_SHARE = 0.15
"""Of the articles, kept from training; near duplicates together."""

NEAR_DUPLICATE = 0.5
"""Jaccard of word 8-grams from which two articles lie on the same side of the split."""


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """A question and a pair of claims about one article.

    `evidence`: verbatim sentences that answer. `near_miss`: a question that looks like it and that the article does not
    answer. `false_claim` differs from `true_claim` in one thing, of the kind `false_kind`.
    """

    id: str
    article_id: str
    split: Split
    question: str
    answer: str
    evidence: tuple[str, ...]
    near_miss: str
    true_claim: str
    false_claim: str
    false_kind: str


def load_records(data: Path) -> list[TrainingRecord]:
    """Every record that may be trained on, in the order of the file: none about an article that a question of
    retail_archive or dated_news_qa is about. Raises FileNotFoundError when a set is not there."""
    forbidden = evaluated_articles(data)
    lines = read_lines(existing(data / "training" / "questions_and_claims.jsonl"))
    kept = [line for line in lines if line["article_id"] not in forbidden]
    split = _splits(data, {line["article_id"] for line in kept})
    return [
        TrainingRecord(
            id=line["id"],
            article_id=line["article_id"],
            split=split[line["article_id"]],
            question=line["question"],
            answer=line["answer"],
            evidence=tuple(line["evidence"]),
            near_miss=line["question_unanswerable"],
            true_claim=line["claim_true"],
            false_claim=line["claim_false"],
            false_kind=line["false_kind"],
        )
        for line in kept
    ]


def load_articles(data: Path, records: Iterable[TrainingRecord]) -> Dataset:
    """The articles that the records are about, and those of retail_archive that no question is about: what is searched
    for passages that look right and are not."""
    wanted = {record.article_id for record in records}
    forbidden = evaluated_articles(data)
    retail = read_lines(existing(data / "retail_archive" / "articles.jsonl.xz"))
    dated = read_lines(existing(data / "dated_news_qa" / "articles.jsonl.xz"))
    found = {line["article_id"]: line for line in retail if line["article_id"] not in forbidden}
    found |= {line["article_id"]: line for line in dated if line["article_id"] in wanted}
    return Dataset("training", (), RecordSource("training", list(found.values())))


def evaluated_articles(data: Path) -> frozenset[str]:
    """Ids of the articles that questions of retail_archive or dated_news_qa are about, or may be."""
    retail, dated = existing(data / "retail_archive"), existing(data / "dated_news_qa")
    asked = {line["article_id"] for line in read_lines(retail / "articles.jsonl.xz") if line["set"] == "finance"}
    asked |= {e["article_id"] for line in read_lines(retail / "questions.jsonl") for e in line.get("evidence") or ()}
    asked |= {gold for line in read_lines(dated / "questions.jsonl") for gold in line["gold_article_ids"]}
    return frozenset(asked)


def _splits(data: Path, articles: set[str]) -> dict[str, Split]:
    """The side of each article: by a hash of the first id among its near duplicates."""
    pairs = [
        (article_id(line["a_url"], "", ""), article_id(line["b_url"], "", ""))
        for line in read_lines(existing(data / "near_duplicates" / "pairs.jsonl"))
        if line["jaccard_8gram"] >= NEAR_DUPLICATE
    ]
    ids = sorted(articles | {end for pair in pairs for end in pair})
    place = {id_: n for n, id_ in enumerate(ids)}
    ends: Sequence[Sequence[int]] = [[place[a] for a, _ in pairs], [place[b] for _, b in pairs]]
    graph = coo_array(([True] * len(pairs), (ends[0], ends[1])), shape=(len(ids), len(ids)))
    _, group = connected_components(graph, directed=False)
    first: dict[int, str] = {}
    for id_ in ids:
        first.setdefault(int(group[place[id_]]), id_)
    return {id_: _side(first[int(group[place[id_]])]) for id_ in articles}


def _side(key: str) -> Split:
    return "dev" if hashlib.sha256(key.encode()).digest()[0] < 256 * DEV_SHARE else "train"
