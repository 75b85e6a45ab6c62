"""`newsdesk ingest`: from files, web addresses and the known sources into the archive, once or again and again."""

import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

import click

from index.crawl import Crawler
from index.errors import BadInputError, LockedError
from index.interfaces import Embedder, Source
from index.schedule import Schedule
from index.source_file import SourceFile
from index.sources.files import FileSource
from index.types import IngestReport, Outcome
from rag.settings import Settings, load_settings
from ui.cli import BAD_INPUT, EXIT_CODES, SOME_FAILED, STOPPED, day, fail, words
from ui.show import counts, in_words, show_failed, show_report


@dataclass(frozen=True, slots=True)
class Wish:
    """What of the sources is to be brought in, and what to say of it."""

    undelete: bool
    since: date | None
    limit: int | None
    dry_run: bool
    quiet: bool
    json_lines: bool


@click.command(epilog=EXIT_CODES)
@click.argument("places", nargs=-1, type=words, metavar="[PATH|URL]...")
@click.option("--if-empty", is_flag=True, help="Do nothing when the archive already holds articles.")
@click.option("--undelete", is_flag=True, help="Also bring back what was deleted.")
@click.option("--since", type=day, help="Only articles published on this day or later.")
@click.option("--limit", type=click.IntRange(1), help="Stop after this many new or updated articles.")
@click.option("--dry-run", is_flag=True, help="Read everything, store nothing.")
@click.option("--watch", is_flag=True, help="Go on until Ctrl-C, reading each source again and again.")
@click.option("--every", type=click.FloatRange(1), default=15, show_default=True, help="With --watch: minutes between.")
@click.option("--quiet", is_flag=True, help="Say nothing but what failed.")
@click.option("--json-lines", is_flag=True, help="Print one JSON object for each page, and one for each source.")
def ingest(
    places: tuple[str, ...],
    if_empty: bool,
    undelete: bool,
    since: date | None,
    limit: int | None,
    dry_run: bool,
    watch: bool,
    every: float,
    quiet: bool,
    json_lines: bool,
) -> None:
    """Bring articles into the archive: from files, folders and web pages, or from all known sources if none is given.

    Text and HTML files are saved pages: the article is found among the menus. Markdown and PDF files are articles too.
    Lines of .jsonl and .ndjson files are articles with title and text, and url, outlet and published_at if known. WARC
    files are read for the pages in them, and all kinds also packed as .gz or .xz. A web address is the page of one
    article; `newsdesk sources add` makes a feed or sitemap known. Running it again costs work only for what is new or
    changed.

    \b
    Examples:
      newsdesk ingest seeds/
      newsdesk ingest page.html articles.jsonl.xz https://news.example/suit
      newsdesk ingest
      newsdesk ingest --watch --every 30 --quiet
    """
    from rag.build import build_collection, build_crawler, build_embedder

    settings = load_settings()
    embedder = build_embedder(settings)
    wish = Wish(undelete, since, limit, dry_run, quiet, json_lines)
    with (
        closing(build_collection(settings, embedder, read_only=True)) as archive,
        build_crawler(settings, archive.get, since, undelete) as crawler,
    ):
        if if_empty and archive.manifest().articles:
            return
        sources = _sources(places, settings, crawler)
        if watch:

            def read(due: dict[str, Source]) -> dict[str, IngestReport]:
                nonlocal settings, embedder
                now = load_settings()
                if (now.embedder, now.embedder_model) != (settings.embedder, settings.embedder_model):
                    settings, embedder = now, build_embedder(now)  # the archive was embedded anew
                return _read(due, settings, embedder, crawler, wish)

            _watch(sources, every * 60, read)
        reports = _read(sources, settings, embedder, crawler, wish)
        if not quiet and not json_lines:
            files = [source for source in sources.values() if isinstance(source, FileSource)]
            left_out = [path for source in files for path in source.skipped()]
            show_report(merged(reports.values()), left_out, archive.manifest())
    _exit(merged(reports.values()))


def _sources(places: tuple[str, ...], settings: Settings, crawler: Crawler) -> dict[str, Source]:
    """What is to be read, by name: the places given, files together, or else all known sources."""
    from rag.build import build_source, is_on_web

    if places:
        addresses = [place for place in places if is_on_web(place)]
        paths = [place for place in places if not is_on_web(place)]
        pages = {address: build_source("web", address, crawler) for address in addresses}
        return ({"files": FileSource(paths)} if paths else {}) | pages
    known = SourceFile(settings.sources_file).entries()
    if not known:
        raise BadInputError(
            "There is nothing to read: no place is given, and no source is known.",
            "Give a file, folder or web address, or add a source with `newsdesk sources add`.",
        )
    return {entry.name: build_source(entry.kind, entry.location, crawler) for entry in known}


def _read(
    sources: Mapping[str, Source], settings: Settings, embedder: Embedder, crawler: Crawler, wish: Wish
) -> dict[str, IngestReport]:
    """Every source once, in order; the archive is locked meanwhile."""
    from tqdm import tqdm

    from index.chunk import DEFAULT_CHUNKER
    from index.ingest import ingest as run
    from rag.build import build_collection

    reports: dict[str, IngestReport] = {}
    left = wish.limit
    silent = wish.quiet or wish.json_lines or not sys.stderr.isatty()
    with closing(build_collection(settings, embedder, read_only=wish.dry_run)) as collection:
        for name, source in sources.items():
            with tqdm(total=None if silent else source.count(), desc=name, unit=" articles", disable=silent) as bar:

                def told(outcome: Outcome, bar: Any = bar, name: str = name) -> None:
                    bar.update()
                    if not wish.dry_run:
                        crawler.told(outcome)
                    if wish.json_lines:
                        click.echo(json.dumps(_line(name, outcome)))

                report = run(
                    source, collection, embedder, DEFAULT_CHUNKER, told, wish.undelete, wish.since, left, wish.dry_run
                )
            reports[name] = report
            if not wish.dry_run:
                crawler.finished(name, report)
            if wish.json_lines:
                click.echo(json.dumps({"source": name, "report": counts(report) | {"duplicate": report.duplicates}}))
            else:
                show_failed(report)
                if not wish.quiet and len(sources) > 1:
                    click.echo(f"{name}: {in_words(report)}")
            left = None if left is None else left - report.new - report.updated
            if report.interrupted or left == 0:
                break
    return reports


def _watch(
    sources: Mapping[str, Source], every: float, read: Callable[[dict[str, Source]], dict[str, IngestReport]]
) -> NoReturn:
    """Read each source whenever it is due, until Ctrl-C."""
    schedule = Schedule(sources, every)
    while True:
        due = schedule.due()
        try:
            reports = read({name: sources[name] for name in due})
        except LockedError as error:
            click.echo(f"newsdesk: {error}", err=True)
            reports = {}
            for name in due:
                schedule.done(name, failed=True)
        for name, report in reports.items():
            schedule.done(name, failed=0 < report.seen == len(report.failed))
        if any(report.interrupted for report in reports.values()):
            _exit(merged(reports.values()))
        time.sleep(schedule.wait())


def merged(reports: Iterable[IngestReport]) -> IngestReport:
    """One report of several sources."""
    total = IngestReport()
    for report in reports:
        total = IngestReport(
            total.new + report.new,
            total.updated + report.updated,
            total.unchanged + report.unchanged,
            total.skipped + report.skipped,
            total.failed + report.failed,
            total.interrupted or report.interrupted,
            total.duplicates + report.duplicates,
        )
    return total


def _line(source: str, outcome: Outcome) -> dict[str, object]:
    article, problem = outcome.article, outcome.problem
    line = {"source": source, "location": outcome.location, "state": outcome.state}
    line |= {"article_id": article.id, "title": article.title} if article else {}
    line |= {"duplicate": True} if outcome.duplicate else {}
    return line | ({"reason": problem.reason} if problem else {})


def _exit(report: IngestReport) -> None:
    if report.interrupted:
        fail("Stopped before the end. What went in stays; the same command goes on from there.", STOPPED)
    if report.failed:
        raise click.exceptions.Exit(SOME_FAILED if report.seen > len(report.failed) else BAD_INPUT)
