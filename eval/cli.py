"""`newsdesk eval`, also `python -m eval`. Anything heavy is imported inside the command that needs it."""

from importlib.util import find_spec
from pathlib import Path

import click

from index.errors import BadInputError, SetupError

SETS = ("seeds", "retail_archive", "dated_news_qa", "multihop", "squad2", "mtrag_un")


@click.group(name="eval")
def cli() -> None:
    """Measure how good the answers are, on questions whose answers are known."""
    if any(find_spec(name) is None for name in ("ir_measures", "matplotlib")):
        raise SetupError(
            "The libraries of the evaluation are not installed.",
            "Install them: python -m pip install 'newsdesk[eval]'.",
        )


@cli.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder with the published data sets.")
@click.option("--set", "names", multiple=True, type=click.Choice(SETS), help="Only this set; may be repeated.")
@click.option("--questions", type=click.Path(path_type=Path), help="A set of your own: questions as JSON lines.")
@click.option("--articles", multiple=True, type=click.Path(path_type=Path), help="The articles for --questions.")
@click.option(
    "--half",
    type=click.Choice(["tune", "report", "all"]),
    default="all",
    show_default=True,
    help="Of the questions: tuned on, or kept for claims.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write; otherwise NEWSDESK_HOME/eval/last.")
def run(
    data: Path | None,
    names: tuple[str, ...],
    questions: Path | None,
    articles: tuple[Path, ...],
    half: str,
    out: Path | None,
) -> None:
    """Ask every question and write figures, results and a report.

    The seeds set comes with Newsdesk; the others are read from --data, and skipped when they are not there. The archive
    of a set is built once and kept under NEWSDESK_HOME/eval. `python -m pydoc eval.datasets.jsonl` describes the format
    of questions of your own.

    \b
    Examples:
      newsdesk eval run
      newsdesk eval run --data ../data --set retail_archive --half tune --out before
      newsdesk eval run --questions mine.jsonl --articles my-articles/
    """
    from eval.datasets.jsonl import own
    from eval.datasets.table import load_sets
    from eval.run import run as run_sets
    from eval.show import table
    from rag.settings import load_settings

    if bool(questions) != bool(articles):
        raise BadInputError("--questions and --articles go together.", "Give both, or neither.")
    datasets = [own(questions, list(articles))] if questions else list(load_sets(names or SETS, data, click.echo))
    if not datasets:
        raise BadInputError("None of the data sets is there.", "Give their folder with --data.")
    settings = load_settings()
    folder = out or settings.home / "eval" / "last"
    outcome = run_sets(datasets, half, settings, folder, click.echo)
    click.echo("")
    for line in table(outcome.summary, outcome.latency):
        click.echo(line)
    click.echo(f"\nThe report: {folder / 'report.html'}")


@cli.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
def diff(before: Path, after: Path) -> None:
    """Compare two runs, the folders BEFORE and AFTER, question by question."""
    from eval.diff import compare, show

    for line in show(*compare(before, after)):
        click.echo(line)


@cli.command()
@click.option("--update", "write", is_flag=True, help="Write the figures of now as the new floors.")
@click.option("--allow-lower", is_flag=True, help="With --update: also where a figure has sunk.")
def floors(write: bool, allow_lower: bool) -> None:
    """Compare the figures of the seeds set with the floors that the tests keep."""
    import json

    from eval.floors import FLOORS, drops, measured, update
    from rag.settings import load_settings

    now = measured(load_settings())
    pinned = json.loads(FLOORS.read_text("utf-8"))
    for half in ("tune", "report"):
        for name, value in now[half].items():
            click.echo(f"{half:8}{name:22}{value:8.4f}   floor {pinned[half].get(name, 0):.4f}")
    if write:
        update(now, allow_lower)
        return
    sunk = list(drops(pinned, now))
    for sentence in sunk:
        click.echo(sentence, err=True)
    if sunk:
        raise click.exceptions.Exit(1)
