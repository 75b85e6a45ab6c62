"""Questions as JSON lines: the format users bring their own in.

One object a line:

    id            text, unique in the file
    question      text
    type          any word; figures are reported for each (fact, why, when, ...)
    answer        text, or a list of texts each of which is right; left out or null: the archive does not say
    answer_keys   list of lists of text: of each inner list one must occur in the answer, at word borders, without case
    evidence      list of {"quote": text, and one of "article_id", "url", "file"}; "quote" may be left out; "file" is
                  the name of a saved page among the articles
    history       list of {"role": "user" or "assistant", "content": text}: the conversation before
    standalone    text: of a question with a history, the same in full
    as_of         YYYY-MM-DD: the day of asking; nothing published later counts
    date_from, date_to (YYYY-MM-DD), outlets (list of text): restrict the search
    half          "tune" or "report"; left out: by a hash of the first article of the evidence, or else of the id

`id`, `question` and `type` must be there. Other fields are ignored.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from eval.types import Dataset, EvalQuestion, Evidence, half_of
from index.errors import BadInputError, UnreadableError
from index.extract.page import extract
from index.interfaces import Source
from index.sources.files import FileSource
from index.types import Filters, article_id
from rag.types import Turn

REMEDY = "Correct the line; `python -m pydoc eval.datasets.jsonl` describes the format."


def load_jsonl(name: str, questions: Path, articles: Source) -> Dataset:
    """The questions of a file, asked of `articles`.

    Raises BadInputError naming the line that cannot be used.
    """
    files = _FileIds(articles)
    found: dict[str, EvalQuestion] = {}
    for location, record in _records(questions):
        try:
            question = read_question(record, files)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            what = f"has no {error}" if isinstance(error, KeyError) else str(error)
            raise BadInputError(f"{location}: the question cannot be used: {what}.", REMEDY) from error
        if question.id in found:
            raise BadInputError(f"{location}: the id {question.id!r} was used before.", "Give each an id of its own.")
        found[question.id] = question
    if not found:
        raise BadInputError(f"{questions} holds no question.", "Give a file of JSON lines.")
    return Dataset(name, tuple(found.values()), articles)


def _records(file: Path) -> Iterator[tuple[str, Any]]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{file} cannot be read ({error}).", "Give a file of JSON lines in UTF-8.") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield f"{file}:{number}", json.loads(line)
            except ValueError as error:
                raise BadInputError(f"{file}:{number} is not JSON ({error}).", REMEDY) from error


def read_question(record: Mapping[str, Any], file_id: Callable[[str], str]) -> EvalQuestion:
    """One question of the format above; `file_id` gives the article id of a saved page by the name of its file.

    Raises KeyError, TypeError or ValueError for what does not fit it.
    """
    evidence = tuple(
        Evidence(_gold_article(item, file_id), item.get("quote", "")) for item in record.get("evidence") or ()
    )
    answer = record.get("answer")
    answers = (answer,) if isinstance(answer, str) else tuple(answer or ())
    half = record.get("half") or half_of(evidence[0].article_id if evidence else record["id"])
    if half not in ("tune", "report"):
        raise ValueError(f'half is {half!r}, neither "tune" nor "report"')
    if not (isinstance(record["question"], str) and isinstance(record["type"], str)):
        raise ValueError("question or type is not text")
    return EvalQuestion(
        id=str(record["id"]),
        text=record["question"],
        type=record["type"],
        half=half,
        answerable=bool(answers),
        answers=answers,
        answer_keys=_keys(record.get("answer_keys") or ()),
        evidence=evidence,
        history=tuple(Turn(turn["role"], turn["content"]) for turn in record.get("history") or ()),
        filters=Filters(_day(record.get("date_from")), _day(record.get("date_to")), tuple(record.get("outlets") or ())),
        as_of=_day(record.get("as_of")),
        standalone=record.get("standalone", ""),
    )


def _gold_article(evidence: Mapping[str, Any], file_id: Callable[[str], str]) -> str:
    if evidence.get("article_id"):
        return str(evidence["article_id"])
    if evidence.get("url"):
        return article_id(evidence["url"], "", "")
    return file_id(evidence["file"])


def _keys(groups: Any) -> tuple[tuple[str, ...], ...]:
    if any(not isinstance(group, list) for group in groups):
        raise ValueError("answer_keys is not a list of lists")
    return tuple(tuple(group) for group in groups)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


class _FileIds:
    """Article id of a saved page by the name of its file. The pages are read when the first is asked for."""

    def __init__(self, articles: Source) -> None:
        self._articles = articles
        self._ids: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        if not self._ids:
            for page in self._articles.pages():
                if not isinstance(page, UnreadableError) and page.media_type != "application/json":
                    self._ids[Path(page.location).name] = extract(page).id
        if name not in self._ids:
            raise ValueError(f"there is no article from a file {name!r}")
        return self._ids[name]


def own(questions: Path, articles: list[Path]) -> Dataset:
    """A user's own questions about a user's own articles; named after the file of questions."""
    return load_jsonl(questions.stem, questions, FileSource(articles))
