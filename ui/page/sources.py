"""The proof of an answer: the list of its citations, and the panel that shows their articles."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from html import escape
from itertools import pairwise
from urllib.parse import urlsplit

from index.types import Article
from rag.types import Citation
from ui.page.parts import aged, day, is_web, link, outlet, to_quote, whence
from ui.page.shown import Shown
from ui.wording import spoken_range


def citations(shown: Shown) -> str:
    """Every citation as a button that shows its words in the panel."""
    items = "".join(_citation(citation, shown) for citation in shown.cited)
    if not items:
        return ""
    heading = "Nearest evidence" if shown.answer.abstained else "Sources"
    return f"<section class='nd-citations' aria-label='{heading}'><h2>{heading}</h2><ol>{items}</ol></section>"


def _citation(citation: Citation, shown: Shown) -> str:
    return (
        f"<li><button type='button' class='nd-citation' data-cite='{citation.n}' aria-pressed='false'>"
        f"<span class='nd-n' aria-hidden='true'>{citation.n}</span><span class='nd-cited'>"
        f"<span class='nd-origin'>{outlet(citation.outlet)}, {aged(citation.published_at, shown.now)}</span>"
        f"<span class='nd-cited-title'>{escape(citation.title)}</span>"
        f"<q>{escape(citation.quote)}</q>{_said_times(citation)}{_notice(citation)}</span></button>"
        f"{_links(citation)}</li>"
    )


def _links(citation: Citation) -> str:
    """To the quote on its page, and to its copies."""
    links = [link(to_quote(url, citation.quote), "Read there") for url in [citation.url] if url and is_web(url)]
    copies = [link(to_quote(url, citation.quote), urlsplit(url).netloc) for url in citation.also_in if is_web(url)]
    if copies:
        links.append(f"Also in {', '.join(copies)}")
    return f"<p class='nd-links'>{' · '.join(links)}</p>" if links else ""


def _notice(citation: Citation) -> str:
    return f"<span class='nd-notice'>{escape(citation.notice)}</span>" if citation.notice else ""


def _said_times(citation: Citation) -> str:
    said = "; ".join(f"“{escape(time.text)}”: {spoken_range(time)}" for time in citation.times)
    return f"<span class='nd-said-on'>{said}</span>" if said else ""


def panel(shown: Shown) -> str:
    """One article after the other, all but the first hidden."""
    quotes: dict[str, list[Citation]] = {}
    for citation in shown.cited:
        quotes.setdefault(citation.article_id, []).append(citation)
    bodies = [_source(shown.articles[id], cited, shown) for id, cited in quotes.items() if id in shown.articles]
    if not bodies:
        return ""
    return (
        "<aside class='nd-panel' tabindex='0' aria-label='Source article'>"
        f"<button type='button' class='nd-back'>Back to the answer</button>{''.join(bodies)}</aside>"
    )


def _source(article: Article, cited: Sequence[Citation], shown: Shown) -> str:
    """The article, and in it the quotes; an answer may be older than its words."""
    quotes = [quote for quote in cited if article.text[quote.start : quote.end] == quote.quote]
    keys = " ".join(str(citation.n) for citation in cited)
    told = dict.fromkeys(citation.notice for citation in cited if citation.notice)
    notices = "".join(f"<p class='nd-notice'>{escape(notice)}</p>" for notice in told)
    dated = aged(article.published_at, shown.now)
    return (
        f"<article data-cites='{keys}'{language(article)} hidden>{head(article, dated)}"
        f"{notices}<div class='nd-body'>{''.join(paragraphs(article.text, quotes))}</div>"
        f"{earlier_versions(article, shown.versions.get(article.id, ()))}</article>"
    )


def language(article: Article) -> str:
    """Its `lang` attribute, so that a screen reader speaks it rightly."""
    return f" lang='{escape(article.language)}'" if article.language else ""


def head(article: Article, dated: str, tag: str = "h3") -> str:
    """Outlet, day, title, byline, and the way to the original. `dated`: its day, in words; `tag`: of the title."""
    facts = [outlet(article.outlet), dated]
    if article.section:
        facts.append(escape(article.section))
    if article.updated_at and article.updated_at != article.published_at:
        facts.append(f"updated {day(article.updated_at)}")
    byline = f"<p class='nd-byline'>By {escape(article.byline)}</p>" if article.byline else ""
    return (
        f"<p class='nd-facts'>{' · '.join(facts)}</p><{tag} tabindex='-1'>{escape(article.title)}</{tag}>{byline}"
        f"<p class='nd-link'>{whence(article)}</p>"
    )


def paragraphs(text: str, quotes: Sequence[Citation]) -> Iterator[str]:
    """The text, cut at blank lines and at both ends of each quote, so that quotes may overlap or span paragraphs."""
    start = 0
    for gap in [*re.finditer(r"\n\s*\n", text), None]:
        end = gap.start() if gap else len(text)
        ends = {min(max(offset, start), end) for quote in quotes for offset in (quote.start, quote.end)}
        pieces = (_piece(text, a, b, quotes) for a, b in pairwise(sorted({start, end} | ends)))
        yield f"<p>{''.join(pieces)}</p>"
        start = gap.end() if gap else end


def _piece(text: str, start: int, end: int, quotes: Iterable[Citation]) -> str:
    keys = " ".join(str(quote.n) for quote in quotes if quote.start <= start and end <= quote.end)
    words = escape(text[start:end])
    return f"<mark data-cites='{keys}'>{words}</mark>" if keys else words


def earlier_versions(article: Article, versions: Sequence[Article]) -> str:
    """What the article said before, folded up: each version with what the next one changed in it."""
    if not versions:
        return ""
    count = "1 earlier version" if len(versions) == 1 else f"{len(versions)} earlier versions"
    changes = "".join(_change(old, new) for old, new in reversed(list(pairwise([*versions, article]))))
    return f"<details class='nd-versions'><summary>{count} of this article</summary>{changes}</details>"


def _change(old: Article, new: Article) -> str:
    """The paragraphs that went and came."""
    before, after = ([version.title, *version.text.split("\n\n")] for version in (old, new))
    lines = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            lines += [f"<li><del>{escape(line)}</del></li>" for line in before[i:j]]
            lines += [f"<li><ins>{escape(line)}</ins></li>" for line in after[k:m]]
    read = day(new.fetched_at) if new.fetched_at else "an unknown time"
    what = f"<ul>{''.join(lines)}</ul>" if lines else "<p>Its words stayed, its date, address or byline changed.</p>"
    return f"<h4>Changed by version {new.version}, read {read}</h4>{what}"
