"""`newsdesk sources`: which feeds, sitemaps, pages and folders the archive is filled from."""

from itertools import islice
from pathlib import Path

import click

from index.crawl import Crawler
from index.errors import BadInputError, UnreadableError
from index.extract.page import extract
from index.interfaces import Source
from index.kind import feeds_named, kind_of
from index.source_file import SourceEntry, SourceFile
from index.types import RawPage, Skipped
from rag.build import build_crawler, build_source, is_on_web
from rag.settings import load_settings
from ui.cli import EXIT_CODES, SOME_FAILED, words

PAGES_TRIED = 5
"""By `check`: of a source at most this many pages are looked at for an article."""


@click.group(epilog=EXIT_CODES)
def sources() -> None:
    """What the archive is filled from: feeds, sitemaps, web pages, files and folders.

    They stand in sources.toml in the folder of NEWSDESK_HOME, which may be edited.

    \b
    Examples:
      newsdesk sources add https://news.example/feed.xml
      newsdesk sources check
      newsdesk ingest --watch
    """


@sources.command(epilog=EXIT_CODES)
@click.argument("location", type=words, metavar="URL|PATH")
@click.option("--name", type=words, help="What to call it; otherwise after its host or folder.")
@click.option("--kind", type=words, help="feed, sitemap, web (one page) or files; otherwise found out.")
def add(location: str, name: str | None, kind: str | None) -> None:
    """Make a source known, so that `newsdesk ingest` reads it.

    \b
    Examples:
      newsdesk sources add https://news.example/feed.xml --name example
      newsdesk sources add https://news.example/sitemap.xml
      newsdesk sources add ../saved-pages
    """
    settings = load_settings()
    file = SourceFile(settings.sources_file)
    if not is_on_web(location):
        path = Path(location).absolute()
        if not path.exists():
            raise BadInputError(f"{path}: there is no such file or folder.", "Check the spelling of the path.")
        location = str(path)
    with build_crawler(settings) as crawler:
        kind = kind or (_kind(location, crawler) if is_on_web(location) else "files")
        build_source(kind, location, crawler)
    entry = SourceEntry(name or file.free_name(location), kind, location)
    file.add(entry)
    click.echo(f"Added {entry.name}, a source of kind {kind}. `newsdesk ingest` reads it from now on.")


def _kind(url: str, crawler: Crawler) -> str:
    fetched = crawler.fetch(url)
    kind = kind_of(fetched)
    if kind == "web" and (feeds := feeds_named(fetched)):
        raise BadInputError(
            f"{url} is no feed but a page, which names these: {', '.join(feeds)}.",
            "Add one of them, or the page as one article with --kind web.",
        )
    return kind


@sources.command(name="list", epilog=EXIT_CODES)
def list_sources() -> None:
    """Show the known sources: name, kind, place.

    \b
    Examples:
      newsdesk sources list
    """
    entries = _known(SourceFile(load_settings().sources_file))
    width = max((len(entry.name) for entry in entries), default=0)
    for entry in entries:
        click.echo(f"{entry.name:{width}}  {entry.kind:8}  {entry.location}")


@sources.command(epilog=EXIT_CODES)
@click.argument("name", type=words)
def remove(name: str) -> None:
    """Forget a source. The articles that came from it stay.

    \b
    Examples:
      newsdesk sources remove news.example
    """
    entry = SourceFile(load_settings().sources_file).remove(name)
    click.echo(f"Removed {entry.name}, which was {entry.location}. Its articles stay.")


@sources.command(epilog=EXIT_CODES)
@click.argument("names", nargs=-1, type=words, metavar="[NAME]...")
def check(names: tuple[str, ...]) -> None:
    """Read an article from each source, or from those named, without storing it.

    \b
    Examples:
      newsdesk sources check
      newsdesk sources check news.example
    """
    settings = load_settings()
    file = SourceFile(settings.sources_file)
    entries = [file.entry(name) for name in names] or _known(file)
    sound = True
    with build_crawler(settings, again=True) as crawler:
        for entry in entries:
            problem, found = _try(build_source(entry.kind, entry.location, crawler))
            click.echo(f"{'PROBLEM' if problem else 'ok     '}  {entry.name}: {found}")
            sound = sound and not problem
    if not sound:
        raise click.exceptions.Exit(SOME_FAILED)


def _known(file: SourceFile) -> list[SourceEntry]:
    entries = file.entries()
    if not entries:
        click.echo("newsdesk: No source is known. Add one with `newsdesk sources add`.", err=True)
    return entries


def _try(source: Source) -> tuple[bool, str]:
    """Whether nothing can be read from a source, and the first article, or the first thing that is wrong."""
    found = "it names no page"
    for page in islice(source.pages(), PAGES_TRIED):
        try:
            if isinstance(page, UnreadableError):
                raise page
            if isinstance(page, Skipped):
                raise UnreadableError(page.location, page.reason, "")
            if isinstance(page, RawPage):
                article = extract(page)
                return False, f'"{article.title}" ({(article.published_at or "undated")[:10]}) {page.location}'
        except UnreadableError as error:
            found = str(error).strip() if found == "it names no page" else found
    return True, found
