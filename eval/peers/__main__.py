"""`python -m eval.peers`: the table; `python -m eval.peers setup`: the environments it needs, made once.

    python -m eval.peers setup
    python -m eval.peers --set retail_archive --data DATA --out FIGURES.json
    python -m eval.peers --articles ARTICLES.jsonl.xz --questions QUESTIONS.jsonl --peer newsdesk --peer bm25

Counted are questions that the archive answers, whose articles are known and that need no conversation before them, by
articles: the ranking of chunks becomes one of articles by first occurrence, and any gold article counts. The peers get
the plain question. Newsdesk gets the day of asking and the dates of the question, too, where the data set has them.

A run takes an hour or more. With --out one that was stopped goes on with the peers that are not there yet.
"""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from eval.datasets.jsonl import own
from eval.datasets.table import DATASETS, load_sets
from eval.peers.environments import default_folder, interpreter, set_up
from eval.peers.report import figures, read_results, table, write_results
from eval.peers.run import run_peer
from eval.peers.table import PEERS
from eval.peers.types import CHUNKS, Job
from eval.types import Dataset, EvalQuestion
from index.errors import BadInputError, NewsdeskError, SetupError, UnreadableError
from index.extract.page import extract
from index.types import Article

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
CHOSEN = click.option("--peer", "names", multiple=True, type=click.Choice(list(PEERS)), help="Only this; repeatable.")
ENVIRONMENTS = click.option("--environments", type=FOLDER, default=default_folder, help="Where peers are installed.")


@click.group(invoke_without_command=True)
@click.option("--set", "name", type=click.Choice(list(DATASETS)), help="A data set by name.")
@click.option("--data", type=FOLDER, help="Folder with the published data sets.")
@click.option("--articles", type=FILE, help="Articles of your own, as `newsdesk ingest` reads them.")
@click.option("--questions", type=FILE, help="Questions of your own (`python -m pydoc eval.datasets.jsonl`).")
@click.option("--half", type=click.Choice(["tune", "report", "all"]), default="all", show_default=True)
@click.option("--limit", type=click.IntRange(1), help="A trial: so many articles, those that answer first.")
@click.option("--threads", type=click.IntRange(1), default=2, show_default=True, help="Threads of each peer.")
@click.option(
    "--out", type=NEW_FILE, help="JSON of the figures, written after each peer; peers in it are not run again."
)
@CHOSEN
@ENVIRONMENTS
@click.pass_context
def peers(
    context: click.Context,
    name: str | None,
    data: Path | None,
    articles: Path | None,
    questions: Path | None,
    half: str,
    limit: int | None,
    threads: int,
    out: Path | None,
    names: tuple[str, ...],
    environments: Path,
) -> None:
    """Newsdesk and other retrieval libraries on the same questions: what they find, and what it costs."""
    if context.invoked_subcommand:
        return
    pythons = {peer: interpreter(peer, PEERS[peer], environments) for peer in names or PEERS}
    dataset = _dataset(name, data, articles, questions)
    answering = {article for question in dataset.questions for article in question.gold_articles}
    read = sorted(read_articles(dataset), key=lambda article: article.id not in answering)[:limit]
    asked = [question for question in countable(dataset.questions, read) if half in (question.half, "all")]
    if not asked:
        raise BadInputError("None of the questions is answered by these articles.", "Give others, or a higher --limit.")
    measured = (
        f"{dataset.name}: {len(read)} articles, {len(asked)} of {len(dataset.questions)} questions "
        f"(answerable, articles known, no conversation before), {CHUNKS} chunks asked for, {threads} threads"
    )
    click.echo(f"{measured}\n")
    job = Job(tuple(read), {question.id: question.as_asked(CHUNKS) for question in asked})
    gold = {question.id: question.gold_articles for question in asked}
    results = read_results(out, measured) if out else {}
    for peer, python in pythons.items():
        if peer in results:
            continue
        click.echo(f"running {peer}", err=True)
        with tempfile.TemporaryDirectory() as folder:
            try:
                results[peer] = figures(run_peer(peer, PEERS[peer], job, python, Path(folder), threads), gold)
            except SetupError as error:  # what the others took an hour for is not thrown away
                click.echo(f"eval.peers: {error}", err=True)
        if out:
            write_results(out, measured, results)
    if results:
        click.echo(table(results))
    if not results.keys() >= pythons.keys():
        raise click.exceptions.Exit(1)


def _dataset(name: str | None, data: Path | None, articles: Path | None, questions: Path | None) -> Dataset:
    if articles and questions and not name:
        return own(questions, [articles])
    found = list(load_sets([name], data, lambda line: click.echo(line, err=True))) if name else []
    if not found:
        raise BadInputError(
            "There is no data set to measure with.", "Give --set and --data, or --articles and --questions."
        )
    return found[0]


def read_articles(dataset: Dataset) -> list[Article]:
    """As ingest reads them, each once. Raises UnreadableError: a data set in part gives figures of another one."""
    articles: dict[str, Article] = {}
    for page in dataset.articles.pages():
        if isinstance(page, UnreadableError):
            raise page
        article = extract(page)
        articles[article.id] = replace(article, source=page.location)
    return list(articles.values())


def countable(questions: Sequence[EvalQuestion], articles: Sequence[Article]) -> list[EvalQuestion]:
    """Answerable without the conversation before them, by articles that are there."""
    ids = {article.id for article in articles}
    return [
        question
        for question in questions
        if question.answerable and not question.history and question.evidence and ids >= set(question.gold_articles)
    ]


@peers.command()
@CHOSEN
@ENVIRONMENTS
def setup(names: tuple[str, ...], environments: Path) -> None:
    """Install the peers, each into an environment of its own."""
    for requirements, name in {PEERS[name].requirements: name for name in names or PEERS}.items():
        if requirements:
            click.echo(f"installing {', '.join(requirements)}", err=True)
            set_up(name, PEERS[name], environments)


if __name__ == "__main__":
    try:
        peers(prog_name="python -m eval.peers")
    except NewsdeskError as error:
        sys.exit(f"eval.peers: {error}")
