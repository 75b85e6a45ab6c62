"""Does a follow-up question get the answer of the same question in full? Does a new subject shake off the old one?

    python -m eval.follow_up [--data DATA] [--half tune] [--full FILE] SET...

Every question of a set that has a history and is known in full (`standalone`, or FILE: JSON lines of `id` and
`standalone`) is asked after its history, in full, and without either. Every other question is asked alone, and as the
next of a conversation on another article. `right` is that of eval.metrics.answers.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.archive import pipeline_for
from eval.ask import ask_all
from eval.datasets.records import read_lines
from eval.datasets.table import load_sets
from eval.metrics.answers import answer_scores
from eval.run import CLOCK
from eval.types import Dataset, EvalQuestion
from rag.pipeline import Pipeline
from rag.settings import load_settings
from rag.types import Turn

Form = Callable[[EvalQuestion], EvalQuestion]


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one question."""

    id: str
    right: bool
    understood: str


Compared = dict[str, list[Asked]]
"""The same questions in several forms, by the name of the form."""

FORMS: dict[str, Form] = {
    "follow-up": lambda question: question,
    "in full": lambda question: replace(question, text=question.standalone, history=()),
    "without": lambda question: replace(question, history=()),
}


def ask(questions: Sequence[EvalQuestion], pipeline: Pipeline, top_k: int) -> list[Asked]:
    """In order."""
    found = []
    for result in ask_all(questions, pipeline, top_k):
        right = answer_scores(result, pipeline.collection).get("right")
        understood = result.answer.standalone_question if result.answer else result.refusal
        found.append(Asked(result.question.id, bool(right), understood))
    return found


def after_another(questions: Sequence[EvalQuestion]) -> list[EvalQuestion]:
    """Each as the next of a conversation that begins with the question half a list away, on another article."""
    after = []
    for n, question in enumerate(questions):
        others = (*questions[n + len(questions) // 2 :], *questions)
        before = next(one for one in others if one.answers and not {*one.gold_articles} & {*question.gold_articles})
        history = Turn("user", before.text), Turn("assistant", before.answers[0])
        after.append(replace(question, history=history))
    return after


def measure(dataset: Dataset, half: str, in_full: Mapping[str, str]) -> tuple[Compared, Compared]:
    """The follow-up questions in each form, and the others alone and after another. `in_full`: by a question's id."""
    settings = load_settings()
    pipeline = pipeline_for(dataset, settings, CLOCK)
    judged = [one for one in dataset.questions if half in ("all", one.half) and (one.answer_keys or not one.answerable)]
    known = [replace(one, standalone=one.standalone or in_full.get(one.id, "")) for one in judged if one.history]
    follow_ups = [one for one in known if one.standalone]
    single = [one for one in judged if not one.history]
    forms = {name: [form(one) for one in follow_ups] for name, form in FORMS.items()}
    subjects = {"alone": single, "after another": after_another(single)}
    return tuple(
        {name: ask(questions, pipeline, settings.top_k) for name, questions in asked.items()}
        for asked in (forms, subjects)
    )


def lines(compared: Compared) -> Iterator[str]:
    """How many are right in each form, and the questions that are so in one of the first two forms only."""
    first, second, *_ = compared.values()
    yield f"right of {len(first)}: " + ", ".join(
        f"{name} {sum(one.right for one in asked)}" for name, asked in compared.items()
    )
    for one, other in zip(first, second, strict=True):
        if one.right != other.right:
            yield f"  {one.id}: {one.right:d} {one.understood}"
            yield f"  {' ' * len(one.id)}  {other.right:d} {other.understood}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="SET")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--half", choices=("tune", "report", "all"), default="tune")
    parser.add_argument("--full", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    in_full = {line["id"]: line["standalone"] for line in read_lines(arguments.full)} if arguments.full else {}
    for dataset in load_sets(arguments.sets, arguments.data, print):
        for compared in measure(dataset, arguments.half, in_full):
            print(f"{dataset.name}, {arguments.half}:", *lines(compared), sep="\n  ")
