"""Every question of a data set put to the product."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from eval.types import EvalQuestion, Result
from index.errors import BadInputError
from rag.pipeline import Pipeline

DEPTH = 50
"""Hits looked at to judge retrieval, more than an answerer is given."""


def ask_all(questions: Iterable[EvalQuestion], pipeline: Pipeline, top_k: int) -> Iterator[Result]:
    """One result a question, in order. A question that the product does not take is a result, too."""
    for question in questions:
        asked = question.as_asked(top_k)
        try:
            answer = pipeline.ask(asked, request_id=question.id)
            hits = pipeline.search(replace(asked, top_k=DEPTH)).hits
        except BadInputError as error:
            yield Result(question, "refused", None, (), error.message)
        else:
            yield Result(question, "abstained" if answer.abstained else "answered", answer, hits)
