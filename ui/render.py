"""An answer and its sources as HTML. Everything that comes from an article or a question is escaped."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from html import escape
from itertools import pairwise
from pathlib import PurePath
from urllib.parse import urlsplit

from index.types import Article, Manifest
from rag.types import Answer, Citation, Conflict, Removed, Sentence, TimeRange, Turn
from ui.schemas import AskRequest, TimeFields
from ui.wording import spoken_range

_REASONS = {
    "no_evidence": "The archive does not say",
    "entity_not_found": "Not in the archive",
    "outside_dates": "Nothing within these dates",
    "premise_not_supported": "The archive does not support what the question assumes",
}


INTRO = (
    "<p class='nd-intro'>Each sentence of an answer ends with a number. Press it to read the exact words in their "
    "article. When the archive does not say, you are told so, with the nearest evidence.</p>"
)


def holdings(manifest: Manifest) -> str:
    """How many articles, and up to which day."""
    count = f"{manifest.articles:,} article{'' if manifest.articles == 1 else 's'}"
    reaches = f"reaches to {_day(manifest.data_through)}" if manifest.data_through else "holds no dated article"
    return f"{count} · archive {reaches}"


def masthead(holds: str) -> str:
    """The name of the page and what the archive holds."""
    return (
        "<header class='nd-masthead'><h1>Newsdesk</h1>"
        "<p class='nd-tagline'>Answers from the news archive, each sentence with its proof</p>"
        f"<p class='nd-holds'>{escape(holds)}</p></header>"
    )


def error(sentence: str) -> str:
    """One friendly sentence in place of an answer."""
    return f"<div class='nd-error' role='alert'><p>{escape(sentence)}</p></div>"


def result(answer: Answer, articles: Mapping[str, Article], before: Sequence[Turn] = ()) -> str:
    """The answer, the list of its citations and the panel with their articles; above them what was said `before`.

    `articles` by id, each that is cited. Elements with `data-cite` show the citation of that key in the panel.
    """
    cited = answer.citations or answer.nearest
    return (
        f"<div class='nd-result'><div class='nd-answer'>{_earlier(before)}{_answer(answer)}{_citations(answer, cited)}"
        f"<p class='nd-note'>Answered in {answer.timings_ms.get('total', 0):,.0f} ms</p></div>"
        f"{_panel(cited, articles)}</div>"
    )


def _earlier(turns: Sequence[Turn]) -> str:
    if not turns:
        return ""
    kinds = {"user": "nd-asked", "assistant": "nd-replied"}
    said = "".join(f"<p class='{kinds[turn.role]}'>{escape(turn.content)}</p>" for turn in turns)
    return f"<details class='nd-earlier'><summary>Earlier in this conversation</summary>{said}</details>"


def _answer(answer: Answer) -> str:
    labels = {citation.n: _origin(citation) for citation in answer.citations}
    if answer.abstained:
        heading = _REASONS.get(answer.abstain_reason or "", "No answer")
        body = f"<p>{escape(answer.answer)}</p>"
    else:
        heading = "Answer"
        body = "<p>" + " ".join(_sentence(sentence, labels) for sentence in answer.sentences) + "</p>"
        body += f"<p class='nd-open'>{escape(answer.explanation)}</p>" if answer.explanation else ""
    body += "".join(f"<p class='nd-open'>{escape(note)}</p>" for note in answer.notes)
    body += "".join(_conflict(conflict, answer.citations, labels) for conflict in answer.conflicts)
    body += _removed(answer.removed)
    kind = "nd-abstained" if answer.abstained else "nd-said"
    return (
        f"<section class='{kind}' aria-labelledby='nd-heading'>"
        f"<p class='nd-question'>{escape(answer.question)}</p>"
        f"{_understood(answer)}{_reading(answer)}<h2 id='nd-heading' tabindex='-1'>{heading}</h2>"
        f"<div class='nd-text'>{body}</div></section>"
    )


def _understood(answer: Answer) -> str:
    """What was made of a follow-up question, to be corrected. `data-edit`: the request without it."""
    if not _completed(answer):
        return ""
    request = AskRequest(question=answer.question).model_dump_json(exclude_unset=True)
    return (
        "<p class='nd-understood'><label for='nd-standalone'>Understood as</label>"
        f"<input id='nd-standalone' value='{escape(answer.standalone_question)}'>"
        f"<button type='button' class='nd-chip' data-edit='{escape(request)}'>Ask again</button></p>"
    )


def _completed(answer: Answer) -> bool:
    return answer.standalone_question != " ".join(answer.question.split())


def _removed(removed: Sequence[Removed]) -> str:
    """What was not shown as fact, folded up."""
    if not removed:
        return ""
    count = "1 sentence" if len(removed) == 1 else f"{len(removed)} sentences"
    items = "".join(f"<li><del>{escape(one.text)}</del> {escape(one.reason)}</li>" for one in removed)
    return (
        f"<details class='nd-removed'><summary>{count} of the language model removed as unproven</summary>"
        f"<ul>{items}</ul></details>"
    )


def _reading(answer: Answer) -> str:
    """What was read out of the question of time, each with a button that asks again without it."""
    chips = []
    for time in answer.times:
        said = f"{spoken_range(time)} ({time.text})" if time.text else spoken_range(time)
        others = [other for other in answer.times if other != time]
        chips.append(_chip(said, answer, others, answer.latest))
    if answer.latest:
        chips.append(_chip("the newest reports first", answer, answer.times, False))
    return f"<p class='nd-read'>Read as: {' '.join(chips)}</p>" if chips else ""


def _chip(said: str, answer: Answer, times: Iterable[TimeRange], latest: bool) -> str:
    """`data-again`: the request that asks without it."""
    fields = [TimeFields(text=time.text, start=time.start, end=time.end, relation=time.relation) for time in times]
    in_full = {"standalone_question": answer.standalone_question} if _completed(answer) else {}
    request = AskRequest(question=answer.question, times=fields, latest=latest, **in_full)
    body = request.model_dump_json(exclude_unset=True)
    return (
        f"<button type='button' class='nd-chip' data-again='{escape(body)}' "
        f"aria-label='Ask again without: {escape(said)}'>{escape(said)} <span aria-hidden='true'>×</span></button>"
    )


def _conflict(conflict: Conflict, citations: Sequence[Citation], labels: Mapping[int, str]) -> str:
    """What differs, as a table: which value, who says so, when."""
    cited = {citation.n: citation for citation in citations}
    rows = "".join(
        f"<tr><td>{escape(value)}</td><td>{escape(cited[n].outlet or cited[n].title)}{_refs([n], labels)}</td>"
        f"<td>{_day(cited[n].published_at)}</td></tr>"
        for value, n in zip(conflict.values, conflict.citations, strict=True)
    )
    return (
        "<table class='nd-conflict'><caption>Reports differ</caption><thead><tr><th scope='col'>What</th>"
        f"<th scope='col'>Who says so</th><th scope='col'>When</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _sentence(sentence: Sentence, labels: Mapping[int, str]) -> str:
    doubt = "" if sentence.verdict == "supported" else " <em class='nd-doubt'>(only partly supported)</em>"
    head, blank, last_word = sentence.text.rpartition(" ")  # kept on one line with its numbers
    tail = f"<span class='nd-tail'>{escape(last_word)}{doubt}{_refs(sentence.citations, labels)}</span>"
    return f"<span class='nd-sentence'>{escape(head + blank)}{tail}</span>"


def _refs(numbers: Iterable[int], labels: Mapping[int, str]) -> str:
    return "".join(
        f"<button type='button' class='nd-ref' data-cite='{n}' aria-pressed='false' "
        f"aria-label='Show source {n}: {labels.get(n, '')}'>{n}</button>"
        for n in numbers
    )


def _citations(answer: Answer, cited: Iterable[Citation]) -> str:
    items = "".join(_citation(citation) for citation in cited)
    if not items:
        return ""
    heading = "Nearest evidence" if answer.abstained else "Sources"
    return f"<section class='nd-citations'><h2>{heading}</h2><ol>{items}</ol></section>"


def _citation(citation: Citation) -> str:
    copies = "".join(f"<li>{_link(url, urlsplit(url).netloc)}</li>" for url in citation.also_in if _is_web(url))
    also = f"<ul class='nd-also'><li>Also in</li>{copies}</ul>" if copies else ""
    return (
        f"<li><button type='button' class='nd-citation' data-cite='{citation.n}' aria-pressed='false'>"
        f"<span class='nd-n' aria-hidden='true'>{citation.n}</span><span class='nd-cited'>"
        f"<span class='nd-origin'>{_origin(citation)}</span>"
        f"<span class='nd-cited-title'>{escape(citation.title)}</span>"
        f"<q>{escape(citation.quote)}</q>{_said_times(citation)}{_notice(citation)}</span></button>{also}</li>"
    )


def _notice(citation: Citation) -> str:
    return f"<span class='nd-notice'>{escape(citation.notice)}</span>" if citation.notice else ""


def _said_times(citation: Citation) -> str:
    said = "; ".join(f"“{escape(time.text)}”: {spoken_range(time)}" for time in citation.times)
    return f"<span class='nd-said-on'>{said}</span>" if said else ""


def _panel(cited: Iterable[Citation], articles: Mapping[str, Article]) -> str:
    """One article after the other, all but the first hidden."""
    spans: dict[str, list[Citation]] = {}
    for citation in cited:
        spans.setdefault(citation.article_id, []).append(citation)
    shown = [_article(articles[id], quotes) for id, quotes in spans.items() if id in articles]
    if not shown:
        return ""
    return (
        "<aside class='nd-panel' tabindex='0' aria-label='Source article'>"
        f"<button type='button' class='nd-back'>Back to the answer</button>{''.join(shown)}</aside>"
    )


def _article(article: Article, quotes: list[Citation]) -> str:
    facts = [escape(article.outlet or "Unknown outlet"), _day(article.published_at)]
    if article.section:
        facts.append(escape(article.section))
    byline = f"<p class='nd-byline'>By {escape(article.byline)}</p>" if article.byline else ""
    origin = f"<p class='nd-link'>{_whence(article)}</p>"
    keys = " ".join(str(quote.n) for quote in quotes)
    language = f" lang='{escape(article.language)}'" if article.language else ""
    return (
        f"<article data-cites='{keys}'{language} hidden><p class='nd-facts'>{' · '.join(facts)}</p>"
        f"<h3>{escape(article.title)}</h3>{byline}{origin}"
        f"<div class='nd-body'>{''.join(_paragraphs(article.text, quotes))}</div></article>"
    )


def _paragraphs(text: str, quotes: list[Citation]) -> Iterator[str]:
    """The text, cut at blank lines and at both ends of each quote, so that quotes may overlap or span paragraphs."""
    start = 0
    for gap in [*re.finditer(r"\n\s*\n", text), None]:
        end = gap.start() if gap else len(text)
        ends = {min(max(offset, start), end) for quote in quotes for offset in (quote.start, quote.end)}
        pieces = (_piece(text, a, b, quotes) for a, b in pairwise(sorted({start, end} | ends)))
        yield f"<p>{''.join(pieces)}</p>"
        start = gap.end() if gap else end


def _piece(text: str, start: int, end: int, quotes: list[Citation]) -> str:
    keys = " ".join(str(quote.n) for quote in quotes if quote.start <= start and end <= quote.end)
    words = escape(text[start:end])
    return f"<mark data-cites='{keys}'>{words}</mark>" if keys else words


def _origin(citation: Citation) -> str:
    return f"{escape(citation.outlet or 'Unknown outlet')}, {_day(citation.published_at)}"


def _day(moment: str | None) -> str:
    """ "4 August 2017", with the time of day when it is known."""
    if moment is None:
        return "undated"
    if len(moment) == 10:
        day = date.fromisoformat(moment)
        return f"{day.day} {day:%B %Y}"
    when = datetime.fromisoformat(moment)
    return f"{when.day} {when:%B %Y, %H:%M} UTC"


def _whence(article: Article) -> str:
    """The link to the original, else the name of the file that was read: where it lies is nobody's business."""
    if _is_web(article.url):
        return _link(article.url, "Open the original")
    return escape(f"Read from {PurePath(article.source).name}") if article.source else ""


def _is_web(url: str | None) -> bool:
    """An archive may hold any address, `javascript:` too, and what is none."""
    try:
        return url is not None and urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False


def _link(url: str | None, words: str) -> str:
    return f"<a href='{escape(url or '')}' target='_blank' rel='noopener noreferrer'>{escape(words)}</a>"
