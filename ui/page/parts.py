"""Small pieces of HTML, and what is said of days and addresses in all of them."""

from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import PurePath
from urllib.parse import quote, urlsplit

from babel.dates import format_timedelta

from index.types import Article
from rag.types import Citation

FRAGMENT_WORDS = 5
"""A quote of more than twice as many words is linked to by its first and last ones."""


def day(moment: str | None) -> str:
    """ "4 August 2017", with the time of day when it is known."""
    if moment is None:
        return "undated"
    if len(moment) == 10:
        on = date.fromisoformat(moment)
        return f"{on.day} {on:%B %Y}"
    when = datetime.fromisoformat(moment)
    return f"{when.day} {when:%B %Y, %H:%M} UTC"


def today() -> date:
    """In UTC, as every time of day that is stored."""
    return datetime.now(UTC).date()


def aged(moment: str | None, now: date) -> str:
    """The day and how long ago it was: "4 August 2017 (6 years ago)"."""
    if moment is None:
        return "undated"
    then = date.fromisoformat(moment[:10])
    if then == now:
        return f"{day(moment)} (today)"
    years = now.year - then.year - ((now.month, now.day) < (then.month, then.day))
    past = timedelta(days=-365 * years) if years > 0 else then - now  # whole years; Babel would round them
    return f"{day(moment)} ({format_timedelta(past, granularity='day', threshold=1, add_direction=True, locale='en')})"


def outlet(name: str | None) -> str:
    """Its name, escaped."""
    return escape(name or "Unknown outlet")


def origin(citation: Citation) -> str:
    """Who said it and when, escaped."""
    return f"{outlet(citation.outlet)}, {day(citation.published_at)}"


def is_web(url: str | None) -> bool:
    """An archive may hold any address, `javascript:` too, and what is none."""
    try:
        return url is not None and urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False


def link(url: str, words: str) -> str:
    """A link that leaves the page; only for an address that `is_web`."""
    return f"<a href='{escape(url)}' target='_blank' rel='noopener noreferrer'>{escape(words)}</a>"


def whence(article: Article) -> str:
    """The link to the original, else the name of the file that was read: where it lies is nobody's business."""
    if article.url and is_web(article.url):
        return link(article.url, "Open the original")
    return escape(f"Read from {PurePath(article.source).name}") if article.source else ""


def to_quote(url: str, words: str) -> str:
    """The address with a directive that makes a browser show these words (WICG, URL fragment text directives)."""
    said = words.split()
    ends = [said] if len(said) <= 2 * FRAGMENT_WORDS else [said[:FRAGMENT_WORDS], said[-FRAGMENT_WORDS:]]
    directive = ",".join(quote(" ".join(part), safe="").replace("-", "%2D") for part in ends)
    return f"{url}{'' if '#' in url else '#'}:~:text={directive}"
