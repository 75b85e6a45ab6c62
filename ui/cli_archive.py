"""Commands that look after what the archive holds."""

import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from difflib import unified_diff
from itertools import islice
from pathlib import Path

import click

from index.canonical import canonical_url
from index.errors import BadInputError
from index.interfaces import Collection
from index.types import Article, Filters, article_id
from rag.settings import load_settings
from ui.cli import BAD_INPUT, EXIT_CODES, day, fail, words

MOST_SHOWN = 10
"""Of the articles to be deleted at most this many are named."""


@click.group(epilog=EXIT_CODES)
def article() -> None:
    """Look at one article of the archive.

    \b
    Examples:
      newsdesk article history df9ab0657ff9
    """


@article.command(epilog=EXIT_CODES)
@click.argument("id", type=words)
def history(id: str) -> None:
    """Show every version of the article ID, and what each changed in the one before.

    \b
    Examples:
      newsdesk article history df9ab0657ff9
    """
    from rag.build import build_collection, build_embedder

    settings = load_settings()
    with closing(build_collection(settings, build_embedder(settings), read_only=True)) as collection:
        latest = collection.get(id)
        if latest is None:
            raise BadInputError(f"The archive holds no article of the id {id!r}.", "Take it from a citation.")
        before: Article | None = None
        for version in (*collection.old_versions(id), latest):
            click.secho(f"Version {version.version}, read {version.fetched_at or 'at an unknown time'}", bold=True)
            for line in _lines(version) if before is None else _changes(before, version):
                click.secho(line, fg={"+": "green", "-": "red"}.get(line[:1]))
            click.echo()
            before = version


def _changes(before: Article, after: Article) -> Iterator[str]:
    """The lines that went (-) and came (+), each with a line around it."""
    for line in islice(unified_diff(_lines(before), _lines(after), lineterm="", n=1), 2, None):
        yield "..." if line.startswith("@@") else line


def _lines(article: Article) -> list[str]:
    """What a reader sees of it, a paragraph a line."""
    shown = ("outlet", "byline", "section", "url", "published_at", "updated_at")
    fields = [f"{name}: {value}" for name in shown if (value := getattr(article, name))]
    return [article.title, *fields, *article.text.split("\n\n")]


@click.command(epilog=EXIT_CODES)
@click.argument("ids", nargs=-1, type=words, metavar="[ID]...")
@click.option("--url", "urls", type=words, multiple=True, help="The article of this address; may be repeated.")
@click.option(
    "--outlet", "outlets", type=words, multiple=True, metavar="NAME", help="All of this outlet; may be repeated."
)
@click.option("--from", "date_from", type=day, help="All published on this day or later.")
@click.option("--to", "date_to", type=day, help="All published on this day or earlier.")
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@click.option("--yes", is_flag=True, help="Do not ask before deleting.")
def delete(
    ids: tuple[str, ...],
    urls: tuple[str, ...],
    outlets: tuple[str, ...],
    date_from: date | None,
    date_to: date | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Delete articles from the archive, all their versions with them.

    They are named by ID and address, or chosen by outlet and days, of which all must fit. The next answer does without
    them, also that of a running server; answers given before lose their words; and a later ingest leaves them out
    unless it is told --undelete.

    \b
    Examples:
      newsdesk delete df9ab0657ff9
      newsdesk delete --url https://news.example/suit --yes
      newsdesk delete --outlet "Daily Example" --to 2014-12-31 --dry-run
    """
    from rag.build import build_collection, build_conversations, build_embedder, build_kept_answers
    from rag.deletion import delete_articles
    from rag.notes import unknown_outlets

    filters = Filters(date_from, date_to, outlets)
    if bool(ids or urls) == (filters != Filters()):
        raise BadInputError(
            "Articles are named by ID and --url, or chosen by --outlet, --from and --to.", "Give one or the other."
        )
    settings = load_settings()
    with closing(build_collection(settings, build_embedder(settings), read_only=dry_run)) as collection:
        for note in unknown_outlets(outlets, collection):
            click.echo(f"newsdesk: {note}", err=True)
        chosen = _named(ids, urls, collection) if ids or urls else collection.ids(filters)
        _show(chosen, collection)
        if not chosen or dry_run:
            return
        if not yes and not _agreed(f"Delete {len(chosen):,} articles?"):
            click.echo("Nothing was deleted.")
            return
        removed = delete_articles(chosen, collection, build_kept_answers(settings), build_conversations(settings))
        click.echo(f"{removed:,} deleted. The archive holds {collection.manifest().articles:,} articles.")


def _named(ids: tuple[str, ...], urls: tuple[str, ...], collection: Collection) -> list[str]:
    """Their ids; raises BadInputError when one is not there."""
    named = {wanted: f"the id {wanted!r}" for wanted in ids}
    for url in urls:
        known = [article_id(known, "", "") for known in (url, canonical_url(url))]
        named[known[0] if collection.get(known[0]) else known[1]] = f"the address {url}"
    for wanted, said in named.items():
        if collection.get(wanted) is None:
            raise BadInputError(f"The archive holds no article of {said}.", "Take it from a citation.")
    return list(named)


def _show(ids: list[str], collection: Collection) -> None:
    for article in filter(None, map(collection.get, ids[:MOST_SHOWN])):
        published = article.published_at[:10] if article.published_at else "undated"
        click.echo(" · ".join(part for part in (article.id, article.outlet, published, article.title) if part))
    if len(ids) > MOST_SHOWN:
        click.echo(f"and {len(ids) - MOST_SHOWN:,} more")
    click.echo(f"{len(ids):,} to delete.")


def _agreed(question: str) -> bool:
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        fail("Nothing was done, for nobody said yes. Give --yes where nobody can be asked.", BAD_INPUT)


@click.command(epilog=EXIT_CODES)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--overwrite", is_flag=True, help="Also where FILE is there already.")
def backup(file: Path, overwrite: bool) -> None:
    """Write the whole archive, as it is at this moment, into one FILE. Serving and ingesting may go on.

    \b
    Examples:
      newsdesk backup archive-monday.sqlite
    """
    from rag.build import build_collection, build_embedder

    if file.exists() and not overwrite:
        raise BadInputError(f"{file} is there already.", "Choose another name, or give --overwrite.")
    settings = load_settings()
    with closing(build_collection(settings, build_embedder(settings), read_only=True)) as collection:
        collection.backup(file)
    click.echo(f"{file}: {file.stat().st_size / 1e6:,.1f} MB.")


@click.command(epilog=EXIT_CODES)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask before an archive that holds articles is replaced.")
def restore(file: Path, yes: bool) -> None:
    """Replace the archive by what FILE, a backup, holds. A running server answers from it at once.

    \b
    Examples:
      newsdesk restore archive-monday.sqlite
    """
    from rag.build import build_collection, build_embedder

    settings = load_settings()
    with closing(build_collection(settings, build_embedder(settings))) as collection:
        held = collection.manifest().articles
        if held and not yes and not _agreed(f"Replace the archive with its {held:,} articles?"):
            click.echo("Nothing was restored.")
            return
        collection.restore(file)
        click.echo(f"The archive holds {collection.manifest().articles:,} articles.")
