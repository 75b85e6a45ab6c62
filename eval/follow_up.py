"""Does a follow-up question get the answer of the same question in full? Does a new subject shake off the old one?

    python -m eval.follow_up [--data DATA] [--half tune] [--full FILE] SET...

Every question of a set that has a history and is known in full (`standalone`, or FILE: JSON lines of `id` and
`standalone`) is asked after its history, in full, and without either. Every other question is asked alone, and as the
next of a conversation on another article. `right` is that of eval.metrics.answers.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
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
Asked = list[tuple[bool, str]]
"""Of each question: whether the answer was right, and what was understood."""

FORMS: dict[str, Form] = {
    "follow-up": lambda question: question,
    "in full": lambda question: replace(question, text=question.standalone, history=()),
    "without": lambda question: replace(question, history=()),
}


def ask(questions: Sequence[EvalQuestion], pipeline: Pipeline, top_k: int) -> Asked:
    """One pair a question, in order."""
    found = []
    for result in ask_all(questions, pipeline, top_k):
        right = answer_scores(result, pipeline.collection).get("right")
        found.append((bool(right), result.answer.standalone_question if result.answer else result.refusal))
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


def measure(dataset: Dataset, half: str, in_full: dict[str, str]) -> None:
    """Print the figures of one data set and what became of each question that another form answers otherwise."""
    settings = load_settings()
    pipeline = pipeline_for(dataset, settings, CLOCK)
    judged = [one for one in dataset.questions if half in ("all", one.half) and (one.answer_keys or not one.answerable)]
    known = [replace(one, standalone=one.standalone or in_full.get(one.id, "")) for one in judged if one.history]
    follow_ups = [one for one in known if one.standalone]
    forms = {name: ask([form(one) for one in follow_ups], pipeline, settings.top_k) for name, form in FORMS.items()}
    single = [one for one in judged if not one.history]
    forms_of_single = {
        "alone": ask(single, pipeline, settings.top_k),
        "after another": ask(after_another(single), pipeline, settings.top_k),
    }
    for questions, found in ((follow_ups, forms), (single, forms_of_single)):
        counts = ", ".join(f"{name} {sum(right for right, _ in asked)}" for name, asked in found.items())
        print(f"{dataset.name}, {half}: right of {len(questions)}: {counts}")
        for n, question in enumerate(questions):
            one, other, *_ = (asked[n] for asked in found.values())
            if one[0] != other[0]:
                print(f"  {question.id}: {', '.join(f'{name} {asked[n][0]:d}' for name, asked in found.items())}")
                print(*(f"      {asked[n][1]}" for asked in list(found.values())[:2]), sep="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="SET")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--half", choices=("tune", "report", "all"), default="tune")
    parser.add_argument("--full", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    in_full = {line["id"]: line["standalone"] for line in read_lines(arguments.full)} if arguments.full else {}
    for dataset in load_sets(arguments.sets, arguments.data, print):
        measure(dataset, arguments.half, in_full)
