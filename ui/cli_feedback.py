"""`newsdesk feedback`: what readers said of answers, as questions to measure with."""

import json
from contextlib import closing
from pathlib import Path

import click

from index.errors import BadInputError, StorageError
from rag.feedback import question
from rag.settings import load_settings
from ui.cli import EXIT_CODES


@click.group(epilog=EXIT_CODES)
def feedback() -> None:
    """What readers said of answers.

    \b
    Examples:
      newsdesk feedback export feedback.jsonl
    """


@feedback.command(epilog=EXIT_CODES)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--overwrite", is_flag=True, help="Also where FILE is there already.")
def export(file: Path, overwrite: bool) -> None:
    """Write the questions that readers judged the answers of into FILE, for `newsdesk eval run --questions`.

    A helpful answer counts as right, with its quotes as evidence. Of any other the note counts as the right answer, so
    read them over; without a note it is left out. Of one that should have been given only this is known without a note.

    \b
    Examples:
      newsdesk feedback export feedback.jsonl
      newsdesk eval run --questions feedback.jsonl --articles articles/ --out judged
    """
    from rag.build import build_collection, build_embedder, build_kept_answers

    if file.exists() and not overwrite:
        raise BadInputError(f"{file} is there already.", "Choose another name, or give --overwrite.")
    settings = load_settings()
    with closing(build_collection(settings, build_embedder(settings), read_only=True)) as collection:
        found = [question(*judged) for judged in build_kept_answers(settings).with_feedback(collection)]
    lines = [json.dumps(asked, ensure_ascii=False) for asked in found if asked]
    try:
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror}.", "Choose another place for it.") from error
    left_out = len(found) - len(lines)
    said = f" {left_out:,} left out, of which nobody said what would have been right." if left_out else ""
    click.echo(f"{file}: {len(lines):,} questions.{said}")
