"""What the command line prints for a person."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from textwrap import indent

import click

from index.interfaces import Collection
from index.types import IngestReport, Manifest
from rag.types import Answer, Citation
from ui.wording import spoken_range

MOST_NAMED = 20
"""Of the files of folders that are left out at most this many are named."""

FEW = 3
"""Of the pages skipped for one reason."""


def counts(report: IngestReport) -> dict[str, int]:
    """How many pages were new, updated, unchanged, failed, and skipped if any were."""
    found = {"new": report.new, "updated": report.updated, "unchanged": report.unchanged, "failed": len(report.failed)}
    return found | ({"skipped": len(report.skipped)} if report.skipped else {})


def in_words(report: IngestReport) -> str:
    """ "3 read: 2 new (1 duplicate), 0 updated, 1 unchanged, 0 failed." """
    new = f"new ({report.duplicates:,} duplicate)" if report.duplicates else "new"
    told = [f"{count:,} {new if name == 'new' else name}" for name, count in counts(report).items()]
    return f"{report.seen:,} read: {', '.join(told)}."


def show_failed(report: IngestReport) -> None:
    """Every page that failed, on stderr."""
    for error in report.failed:
        click.echo(f"newsdesk: {error}", err=True)


def show_report(report: IngestReport, left_out: Sequence[Path], manifest: Manifest) -> None:
    """What was done in all, what was skipped and why, and the files of folders that were left out."""
    if left_out:
        names = ", ".join(str(path) for path in islice(left_out, MOST_NAMED))
        more = f" and {len(left_out) - MOST_NAMED} more" if len(left_out) > MOST_NAMED else ""
        click.echo(f"Left out, no kind of file that is read: {names}{more}.", err=True)
    _show_skipped(report)
    click.echo(in_words(report))
    click.echo(f"The archive holds {manifest.articles:,} articles. It {_reach(manifest.data_through)}.")


def _show_skipped(report: IngestReport) -> None:
    """Every reason for which pages were left out, with the first of them, on stderr."""
    by_reason: dict[str, list[str]] = {}
    for skipped in report.skipped:
        by_reason.setdefault(skipped.reason, []).append(skipped.location)
    for reason, places in by_reason.items():
        more = f" and {len(places) - FEW:,} more" if len(places) > FEW else ""
        click.echo(f"Skipped ({reason}): {', '.join(places[:FEW])}{more}.", err=True)


def show_answer(answer: Answer, collection: Collection) -> None:
    """The answer with its numbers, then the words that prove it; with an abstention the nearest evidence."""
    click.echo(answer.answer)
    if answer.standalone_question != " ".join(answer.question.split()):
        click.secho(f"Understood as: {answer.standalone_question}", dim=True)
    read = [f"“{time.text}”: {spoken_range(time)}" if time.text else spoken_range(time) for time in answer.times]
    read += ["the newest reports first"] * answer.latest + [f"only what {one.name} tells" for one in answer.told_by]
    if read:
        click.secho(f"Read as: {'; '.join(read)}.", dim=True)
    for note in answer.notes:
        click.echo(f"Note: {note}")
    for removed in answer.removed:
        click.secho(f"Removed: “{removed.text}”: {removed.reason}.", dim=True)
    if answer.abstained and answer.nearest:
        click.echo("\nNearest in the archive:")
    for citation in answer.nearest if answer.abstained else answer.citations:
        _show_citation(citation, collection)
    if answer.conversation_id:
        click.secho(f"\nTo go on: --conversation {answer.conversation_id}", dim=True)
    as_of = f" Asked as of {answer.as_of}." if answer.as_of else ""
    steps = ", ".join(f"{step} {ms:.0f}" for step, ms in answer.timings_ms.items() if step != "total")
    timing = f"{answer.timings_ms.get('total', 0):.0f} ms ({steps})"
    click.secho(f"\nThe archive {_reach(answer.data_through)}.{as_of} {timing}", dim=True)


def _show_citation(citation: Citation, collection: Collection) -> None:
    day = citation.published_at[:10] if citation.published_at else "undated"
    head = " · ".join(part for part in (citation.outlet, day, citation.title) if part)
    click.echo()
    click.secho(f"[{citation.n}] {head}", bold=True, nl=False)
    click.secho(f"  ({citation.article_id})", dim=True)
    click.echo(indent(citation.quote, "    > "))
    for time in citation.times:
        click.secho(f"    “{time.text}”: {spoken_range(time)}", dim=True)
    if citation.notice:
        click.secho(f"    Notice: {citation.notice}", fg="yellow")
    article = collection.get(citation.article_id)
    if link := citation.url or (article and article.source):
        click.secho(f"    {link}", dim=True)
    for copy in citation.also_in:
        click.secho(f"    also: {copy}", dim=True)


def _reach(day: str | None) -> str:
    return f"reaches to {day}" if day else "holds no dated article"
