"""What is in the archive: how its articles spread over outlets and months, where they come from, and how to search."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from html import escape

from index.crawl_log import LastIngest
from index.source_file import SourceEntry
from index.types import Manifest, Tally
from ui.page.changes import ADD
from ui.page.parts import day
from ui.page.start import boxes, holdings

MOST_OUTLETS = 12
"""Those with most articles have a bar of their own."""

WIDTH, HEIGHT = 600, 120
"""Units of the picture of months, which is as wide as there is room."""


def archive(manifest: Manifest, tallies: Sequence[Tally], sources: str, may_add: bool) -> str:
    """The view, with an empty place for what is found; with forms for those who may add articles. `sources`: the part
    about them, in HTML."""
    undated = f" {manifest.undated:,} of them show no date." if manifest.undated else ""
    return (
        "<div class='nd-archive'><section aria-labelledby='nd-heading'>"
        "<h2 id='nd-heading' tabindex='-1'>The archive</h2>"
        f"<p>{holdings(manifest)}.{undated}</p>{_search(tallies)}<div id='nd-found' aria-live='polite'></div></section>"
        f"<div>{_by_outlet(tallies)}{_by_month(tallies)}{sources}{ADD if may_add else ''}</div></div>"
    )


def _search(tallies: Sequence[Tally]) -> str:
    days = "".join(
        f"<label>{said} <input type='date' name='{name}'></label>"
        for name, said in (("date_from", "From"), ("date_to", "To"))
    )
    limits = (
        f"<fieldset><legend>Published</legend>{days}</fieldset>"
        "<fieldset><legend>Written by</legend><label>Author <input type='text' name='bylines'></label></fieldset>"
        f"{boxes('outlets', 'Outlets', ((one.outlet, one.articles) for one in tallies))}"
        f"{boxes('languages', 'Languages', ((one.language, one.articles) for one in tallies))}"
    )
    return (
        "<form id='nd-search' role='search' aria-label='Articles'><label for='nd-words'>Search the articles"
        "</label><div class='nd-row'><input type='search' id='nd-words' name='q' "
        "placeholder='Words, or nothing for the newest'><button type='submit' class='nd-go'>Search</button></div>"
        f"<details><summary>Limits</summary><div class='nd-choices'>{limits}</div></details></form>"
    )


def _by_outlet(tallies: Sequence[Tally]) -> str:
    """A bar for each outlet, as a table."""
    counts: Counter[str] = Counter()
    for one in tallies:
        counts[one.outlet or "Unknown outlet"] += one.articles
    shown = counts.most_common(MOST_OUTLETS)
    if left := counts.total() - sum(count for _, count in shown):
        shown.append((f"{len(counts) - MOST_OUTLETS:,} others", left))
    most = max((count for _, count in shown), default=1)
    rows = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td class='nd-number'>{count:,}</td>"
        f"<td class='nd-bar' aria-hidden='true'><span style='width:{100 * count / most:.1f}%'></span></td></tr>"
        for name, count in shown
    )
    return (
        "<section aria-labelledby='nd-outlets'><h2 id='nd-outlets'>By outlet</h2><table class='nd-bars'>"
        "<thead class='nd-heard'><tr><th scope='col'>Outlet</th><th scope='col'>Articles</th><td></td></tr></thead>"
        f"<tbody>{rows}</tbody></table></section>"
    )


def _by_month(tallies: Sequence[Tally]) -> str:
    """A column for each month from the first to the last, and the same as a table, folded up; nothing where there is
    one month only."""
    counts: Counter[int] = Counter()
    for one in tallies:
        if one.month:
            counts[_months(one.month)] += one.articles
    if len(counts) < 2:
        return ""
    first, last, most = min(counts), max(counts), max(counts.values())
    wide = WIDTH / (last - first + 1)
    columns = "".join(
        f"<rect x='{(month - first) * wide:.2f}' y='{HEIGHT - HEIGHT * count / most:.2f}' "
        f"width='{max(wide * 0.85, 1):.2f}' height='{HEIGHT * count / most:.2f}'>"
        f"<title>{_named(month)}: {count:,}</title></rect>"
        for month, count in sorted(counts.items())
    )
    said = f"Articles a month from {_named(first)} to {_named(last)}, at most {most:,}"
    rows = "".join(
        f"<tr><th scope='row'>{_named(month)}</th><td class='nd-number'>{count:,}</td></tr>"
        for month, count in sorted(counts.items(), reverse=True)
    )
    return (
        "<section aria-labelledby='nd-months'><h2 id='nd-months'>By month</h2>"
        f"<svg class='nd-columns' viewBox='0 0 {WIDTH} {HEIGHT}' preserveAspectRatio='none' role='img' "
        f"aria-label='{said}'>{columns}</svg>"
        f"<p class='nd-axis'><span>{_named(first)}</span><span>{_named(last)}</span></p>"
        f"<details><summary>Month by month</summary><table><tbody>{rows}</tbody></table></details></section>"
    )


def _months(month: str) -> int:
    """Months since the year 0 of YYYY-MM."""
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number) - 1


def _named(month: int) -> str:
    return f"{date(month // 12, month % 12 + 1, 1):%B %Y}"


def sources(entries: Sequence[SourceEntry], ingests: Mapping[str, LastIngest]) -> str:
    """Where articles come from, and what came of the last time."""
    by_hand = [name for name in ingests if name not in {entry.name for entry in entries}]
    items = "".join(
        f"<li><strong>{escape(name)}</strong><span class='nd-origin'>{escape(kind)}, {_last(ingests.get(name))}</li>"
        for name, kind in [*((entry.name, entry.kind) for entry in entries), *((name, "by hand") for name in by_hand)]
    )
    if not items:
        return _about_sources("<p>No source is known; articles were brought in by hand.</p>")
    return _about_sources(f"<ul class='nd-list'>{items}</ul>")


def sources_unknown(problem: str) -> str:
    """The same part where they cannot be read."""
    return _about_sources(f"<div class='nd-error' role='alert'><p>{escape(problem)}</p></div>")


def _about_sources(told: str) -> str:
    return f"<section aria-labelledby='nd-sources'><h2 id='nd-sources'>Sources</h2>{told}</section>"


def _last(ingest: LastIngest | None) -> str:
    """When it was read, and behind that how it fared; what could not be read is folded up."""
    if ingest is None:
        return "not read yet</span>"
    when = datetime.fromtimestamp(ingest.finished_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    counts = ingest.counts
    said = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "nothing in it"
    health = "" if ingest.healthy else "<span class='nd-notice'>Cannot be read.</span>"
    return f"last read {day(when)}</span>{health}<span>{said}</span>{_problems(ingest.problems)}"


def _problems(problems: Sequence[str]) -> str:
    if not problems:
        return ""
    count = "What failed" if len(problems) == 1 else f"The first {len(problems)} that failed"
    items = "".join(f"<li>{escape(problem)}</li>" for problem in problems)
    return f"<details><summary>{count}</summary><ul class='nd-problems'>{items}</ul></details>"
