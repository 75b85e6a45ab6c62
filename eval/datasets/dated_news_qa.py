"""A weekly news quiz, each question asked of the archive as it was on the day of the quiz.

The articles are the small corpus: gold, hard negatives, random. The gold article is known, the words in it are not. An
answer is scored by its keys only where its text occurs in a gold article; the choices of the quiz are not used.
"""

from datetime import date
from pathlib import Path

from eval.datasets.records import existing, read_lines
from eval.types import Dataset, EvalQuestion, Evidence, half_of
from index.sources.files import FileSource


def load(data: Path) -> Dataset:
    folder = data / "dated_news_qa"
    questions = tuple(
        EvalQuestion(
            id=record["id"],
            text=record["question"],
            type="quiz",
            half=half_of(record["gold_article_ids"][0]),
            answerable=True,
            answers=tuple(record["answer"]),
            answer_keys=(tuple(record["answer"]),) if record["answer_in_gold"] else (),
            evidence=tuple(Evidence(article_id) for article_id in record["gold_article_ids"]),
            as_of=date.fromisoformat(record["asked_on"]),
        )
        for record in read_lines(folder / "questions.jsonl")
    )
    return Dataset("dated_news_qa", questions, FileSource([existing(folder / "articles_small.jsonl.xz")]))
