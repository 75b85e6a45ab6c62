"""An answer with its sources to take along: as text, Markdown or HTML."""

import re
from collections.abc import Iterator
from html import escape

from rag.types import Citation
from ui.page.parts import day, is_web, to_quote
from ui.page.shown import Shown

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|<>~&-])|(?<=\d)(\.)")
"""What could mean something in CommonMark (0.31.2, 2.4)."""


def copy_buttons(shown: Shown) -> str:
    """A button for each form, which holds it in `data-copy`; for the address of an answer that is kept, its query."""
    forms = {"text": as_text(shown), "Markdown": as_markdown(shown), "HTML": as_html(shown)}
    buttons = "".join(
        f"<button type='button' class='nd-chip' data-copy='{escape(copy)}'>Copy as {name}</button>"
        for name, copy in forms.items()
    )
    id = shown.answer.answer_id
    link = f"<button type='button' class='nd-chip' data-copy-link='?answer={id}'>Copy link</button>" if id else ""
    return f"<p class='nd-copies'>{link}{buttons}</p>"


def as_text(shown: Shown) -> str:
    """The question, the answer with its numbers, and what stands behind each."""
    answer = shown.answer
    sources = (
        f"[{citation.n}] {_origin(citation)}: “{citation.quote}”{_address(citation)}" for citation in shown.cited
    )
    return "\n".join([answer.question, "", answer.answer, "", *sources, "", _reach(shown)])


def _address(citation: Citation) -> str:
    return f" {citation.url}" if citation.url and is_web(citation.url) else ""


def as_markdown(shown: Shown) -> str:
    """The same, in CommonMark."""
    return "\n".join(
        [
            f"**{_plain(shown.answer.question)}**",
            "",
            _plain(shown.answer.answer),
            "",
            *_markdown_sources(shown),
            "",
            _plain(_reach(shown)),
        ]
    )


def _markdown_sources(shown: Shown) -> Iterator[str]:
    for citation in shown.cited:
        title = _plain(_origin(citation))
        if citation.url and is_web(citation.url):
            title = f"[{title}](<{_safe(to_quote(citation.url, citation.quote))}>)"
        yield f"{citation.n}. {title}: “{_plain(citation.quote)}”"


def _plain(words: str) -> str:
    return _MARKDOWN.sub(r"\\\1\2", " ".join(words.split()))


def _safe(address: str) -> str:
    """Inside <...> of a Markdown link."""
    return address.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")


def as_html(shown: Shown) -> str:
    """The same, for a program that takes formatted text."""
    answer = shown.answer
    items = []
    for citation in shown.cited:
        title = escape(_origin(citation))
        if citation.url and is_web(citation.url):
            title = f'<a href="{escape(to_quote(citation.url, citation.quote))}">{title}</a>'
        items.append(f'<li value="{citation.n}">{title}: <q>{escape(citation.quote)}</q></li>')
    return (
        f"<p><strong>{escape(answer.question)}</strong></p><p>{escape(answer.answer)}</p>"
        f"<ol>{''.join(items)}</ol><p>{escape(_reach(shown))}</p>"
    )


def _origin(citation: Citation) -> str:
    return f"{citation.outlet or 'Unknown outlet'}, {day(citation.published_at)}, {citation.title}"


def _reach(shown: Shown) -> str:
    through = shown.answer.data_through
    return f"The archive reached to {day(through)}." if through else "The archive holds no dated article."
