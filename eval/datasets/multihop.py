"""MultiHop-RAG (Tang and Yang, 2024), a sample: questions over two to four articles, and null questions.

An article here is its evidence sentences, the bodies are not part of the sample. Answers of yes, no and their like
cannot be told by words of an article: such questions have no keys and measure retrieval and false abstention only.
"""

from pathlib import Path

from eval.datasets.records import RecordSource, read_lines
from eval.types import Dataset, EvalQuestion, Evidence, half_of
from index.types import article_id

JUDGEMENTS = {"yes", "no", "true", "false", "agree", "disagree", "consistent", "inconsistent", "similar", "different"}


def load(data: Path) -> Dataset:
    folder = data / "multihop"
    articles = [
        {
            "url": record["url"],
            "title": record["title"],
            "outlet": record["source"],
            "byline": record["author"],
            "published_at": record["published_at"],
            "text": "\n\n".join(record["facts"]),
        }
        for record in read_lines(folder / "evidence_articles.jsonl")
    ]
    questions = []
    for record in read_lines(folder / "questions.jsonl"):
        kind = record["question_type"].removesuffix("_query")
        evidence = tuple(Evidence(article_id(e["url"], "", ""), e["fact"]) for e in record["evidence_list"])
        answerable = kind != "null"
        told = answerable and record["answer"].strip(" .").lower() not in JUDGEMENTS
        questions.append(
            EvalQuestion(
                id=record["id"],
                text=record["question"],
                type=kind,
                half=half_of(evidence[0].article_id if evidence else record["id"]),
                answerable=answerable,
                answers=(record["answer"],) if answerable else (),
                answer_keys=((record["answer"],),) if told else (),
                evidence=evidence,
            )
        )
    return Dataset("multihop", tuple(questions), RecordSource("multihop", articles))
