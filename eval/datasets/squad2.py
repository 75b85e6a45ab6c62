"""SQuAD 2.0 (Rajpurkar et al., 2018), a sample: is the answer in this paragraph, or does it only look like it?

Every paragraph is an article; a question may search its own paragraph only (by outlet), so that the set measures
reading and abstention and not retrieval. What "unanswerable" means is right only for that paragraph, too.
"""

from pathlib import Path

from eval.datasets.records import RecordSource, read_lines
from eval.types import Dataset, EvalQuestion, half_of
from index.types import Filters


def load(data: Path) -> Dataset:
    records = read_lines(data / "abstention" / "squad2_sample.jsonl")
    outlets = {text: f"paragraph {n}" for n, text in enumerate(dict.fromkeys(r["context"] for r in records), 1)}
    articles = [{"title": outlet, "outlet": outlet, "text": text} for text, outlet in outlets.items()]
    questions = tuple(
        EvalQuestion(
            id=record["id"],
            text=record["question"],
            type="answerable" if record["answerable"] else "unanswerable",
            half=half_of(record["context"]),
            answerable=record["answerable"],
            answers=tuple(dict.fromkeys(record["answers"])),
            answer_keys=(tuple(dict.fromkeys(record["answers"])),) if record["answerable"] else (),
            filters=Filters(outlets=(outlets[record["context"]],)),
        )
        for record in records
    )
    return Dataset("squad2", questions, RecordSource("squad2", articles))
