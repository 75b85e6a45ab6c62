"""`newsdesk verify`: the checker by itself, on claims and passages of one's own."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import BadInputError, SetupError
from index.sentences import sentence_spans
from index.types import Article
from rag.build import build_reader
from rag.checking import Case
from rag.judging import judge
from rag.sentences import Context
from rag.settings import load_settings
from ui.cli import EXIT_CODES
from ui.schemas_requests import Day


class _Line(BaseModel):
    """A claim and what it is to rest on; other fields are passed through."""

    model_config = ConfigDict(extra="allow")

    claim: str = Field(pattern=r"\S")
    passage: str = Field(pattern=r"\S")
    title: str = ""
    published_at: Day | None = None


@click.command(epilog=EXIT_CODES)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def verify(file: Path) -> None:
    """Check claims against passages: does the passage carry the claim?

    A line of FILE is a JSON object with `claim` and `passage`; `title` and `published_at` (YYYY-MM-DD) of the article
    may be told, too. Each is printed with `verdict` (supported or unsupported), `score` (from 0 to 1) and `reason`.

    \b
    Examples:
      newsdesk verify claims.jsonl
    """
    reader = build_reader(load_settings())
    if reader is None:
        raise SetupError("The settings want no reader, and claims are checked by one.", "Change the setting reader.")
    for given, line in _lines(file):
        day = line.published_at.isoformat() if line.published_at else None
        article = Article(id="", title=line.title, text=line.passage, published_at=day)
        [judged] = judge([Case(line.claim, [Context(article, sentence_spans(article.text))])], reader)
        told = {"verdict": judged.label, "score": round(judged.score, 4), "reason": judged.reason}
        click.echo(json.dumps(given | told, ensure_ascii=False))


def _lines(file: Path) -> Iterator[tuple[dict[str, object], _Line]]:
    """Every line as given and as understood; empty ones are left out. Raises BadInputError naming the line."""
    with file.open("rb") as lines:
        for number, raw in enumerate(lines, 1):
            if not raw.strip():
                continue
            try:
                given = json.loads(raw)
                yield given, _Line.model_validate(given)
            except ValidationError as error:
                first = error.errors()[0]
                field = ".".join(str(part) for part in first["loc"]) or "the line"
                raise _unusable(file, number, f"{field}: {first['msg'].lower()}") from error
            except ValueError as error:
                raise _unusable(file, number, f"it is not JSON in UTF-8: {error}") from error


def _unusable(file: Path, number: int, reason: str) -> BadInputError:
    return BadInputError(
        f"{file}, line {number}, cannot be used: {reason}.", "A line is a JSON object with claim and passage."
    )
