"""`newsdesk models`: which models answer here, and whether they are whole."""

from collections.abc import Callable

import click

from index.errors import NewsdeskError
from rag.build import build_embedder, build_reader, build_reranker
from rag.settings import Settings, load_settings
from ui.cli import EXIT_CODES


@click.command(epilog=EXIT_CODES)
def models() -> None:
    """Show the models of the settings: what each does, its name and its weights, or why it cannot be used.

    \b
    Examples:
      newsdesk models
      NEWSDESK_READER=none newsdesk models
    """
    settings = load_settings()
    for role, kind, what in (
        ("embedder", settings.embedder, _embedder),
        ("reranker", settings.reranker, _reranker),
        ("reader", settings.reader, _reader),
    ):
        click.echo(f"{role:<9} {kind:<21} {_told(what, settings)}")
    click.echo(f"{'llm':<9} {settings.llm:<21} see `newsdesk llm list`")


def _told(what: Callable[[Settings], str], settings: Settings) -> str:
    try:
        return what(settings)
    except NewsdeskError as error:
        return f"cannot be used: {error}"


def _embedder(settings: Settings) -> str:
    found = build_embedder(settings).id
    return f"text to vectors: {found.model}, dimension {found.dimension}, weights {found.weights_sha256[:12]}"


def _reranker(settings: Settings) -> str:
    found = build_reranker(settings)
    return f"ranks passages again: {settings.reranker_model}" if found else "passages keep the order they were found in"


def _reader(settings: Settings) -> str:
    found = build_reader(settings)
    return f"reads sentences: {found.name}" if found else "sentences are chosen by rules alone"
