"""Articles by themselves: those found by a search, and one to read."""

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from urllib.parse import quote

from index.types import Article
from rag.timeline import Timeline
from rag.types import Found
from ui.page.parts import aged, outlet
from ui.page.sources import earlier_versions, head, language, paragraphs
from ui.page.timeline import picture
from ui.wording import more_passages

MOST_SNIPPET = 300
"""Characters of a passage that are shown of a search."""


def found(result: Found, now: date) -> str:
    """Articles that a search gave, best first, each with its best passage."""
    hits, told_by = result.hits, " and ".join(escape(teller.name) for teller in result.told_by)
    only = f"<p class='nd-read'>Read as: only what {told_by} tells</p>" if told_by else ""
    if not hits:
        return f"{only}<p>Nothing was found.</p>"
    items = "".join(_item(hit.passage.article, hit.passage.text, now, more_passages(hit.others)) for hit in hits)
    count = f"{len(hits)} article{'' if len(hits) == 1 else 's'}"
    return f"{only}<p>{count}, best first</p><ol class='nd-list'>{items}</ol>"


def newest(total: int, articles: Iterable[Article], now: date) -> str:
    """Some of the articles that pass, newest first."""
    items = "".join(_item(article, article.text, now) for article in articles)
    return f"<p>{total:,} article{'' if total == 1 else 's'}, newest first</p><ol class='nd-list'>{items}</ol>"


def _item(article: Article, words: str, now: date, more: str = "") -> str:
    snippet = " ".join(words[:MOST_SNIPPET].split()) + ("…" if len(words) > MOST_SNIPPET else "")
    dated = aged(article.published_at, now)
    others = f"<span class='nd-count'>{more}</span>" if more else ""
    return (
        f"<li{language(article)}><span class='nd-origin'>{outlet(article.outlet)}, {dated}</span>"
        f"{_to(article)}<span>{escape(snippet)}</span>{others}</li>"
    )


def _to(article: Article) -> str:
    address = f"?view=article&id={quote(article.id)}"
    return f"<a href='{escape(address)}' data-view='article' class='nd-cited-title'>{escape(article.title)}</a>"


def reading(article: Article, versions: Sequence[Article], story: Timeline | None, now: date) -> str:
    """One article with its versions, its copies, and what was reported of the same before and after."""
    return (
        f"<article class='nd-reading'{language(article)}>{head(article, aged(article.published_at, now), 'h2')}"
        f"<p class='nd-note'>Article {escape(article.id)}</p>"
        f"<div class='nd-body'>{''.join(paragraphs(article.text, ()))}</div>{earlier_versions(article, versions)}"
        f"</article>{_copies(article, story, now)}{_around(article, story, now)}"
    )


def _copies(article: Article, story: Timeline | None, now: date) -> str:
    others = [one for one in (story.original, *story.copies) if one.id != article.id] if story else []
    if not others:
        return ""
    items = "".join(
        f"<li><span class='nd-origin'>{outlet(one.outlet)}, {aged(one.published_at, now)}</span>{_to(one)}</li>"
        for one in others
    )
    heading = "The same words elsewhere"
    return f"<section aria-label='{heading}'><h2>{heading}</h2><ol class='nd-list'>{items}</ol></section>"


def _around(article: Article, story: Timeline | None, now: date) -> str:
    """The dated points of the story but for the article itself."""
    points = [point for point in story.points if point.article_id != article.id] if story else []
    items = "".join(
        f"<li><span class='nd-origin'>{outlet(point.outlet)}, {aged(point.published_at, now)}</span>"
        f"<a href='{escape(f'?view=article&id={quote(point.article_id)}')}' data-view='article' class='nd-cited-title'>"
        f"{escape(point.title)}</a><q>{escape(point.quote)}</q></li>"
        for point in points
    )
    shown = picture(story.points) if story and points else ""
    return f"<section><h2>Reported on the same</h2>{shown}<ol class='nd-list'>{items}</ol></section>" if items else ""
