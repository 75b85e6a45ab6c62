"""An answer as a message of Slack: blocks within its limits, every word of an article as text and never as markup.

https://docs.slack.dev/reference/block-kit/blocks and https://docs.slack.dev/messaging/formatting-message-text
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit

from rag.kept_answers import FeedbackKind
from rag.types import Answer, Citation
from ui.wording import spoken_day, spoken_range

TEXT_CHARACTERS = 3_000
"""Of one text object, as Slack counts it: behind the escaping."""

FALLBACK_CHARACTERS = 4_000
"""Of the text beside the blocks, which notifications and screen readers take."""

MOST_SECTIONS = 15
MOST_SOURCES = 20
MOST_COPIES = 3
"""A message has at most 50 blocks."""

QUOTE_CHARACTERS = 900
LABEL_CHARACTERS = 300
ADDRESS_CHARACTERS = 1_000
"""Of a quote, of a title or an outlet, and of a link: together they fit into one text object."""

FEEDBACK = "newsdesk_feedback_"
"""Before the kind of feedback: what the button is called when it is pressed."""

_BUTTONS: dict[FeedbackKind, str] = {
    "helpful": "Helpful",
    "wrong_answer": "Wrong answer",
    "wrong_source": "Wrong source",
    "should_have_answered": "Should have answered",
}
SORRY = "Sorry, I cannot answer this."

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """What is posted: the blocks, and the same in plain words where no blocks are shown; both escaped."""

    text: str
    blocks: tuple[Block, ...]


def answer_message(answer: Answer, notes: Sequence[str] = ()) -> SlackMessage:
    """An answer with its sources, or an abstention with the nearest evidence. `notes`: more for the reader to know."""
    text = escaped(f"{SORRY} {answer.answer}" if answer.abstained else answer.answer)
    blocks = [_section(piece) for piece in _pieces(text)[:MOST_SECTIONS]]
    sources = _by_article(answer.nearest if answer.abstained else answer.citations)
    if answer.abstained and sources:
        blocks.append(_section("The nearest that I found:"))
    blocks += [_context(_source(cited, answer)) for cited in sources[:MOST_SOURCES]]
    more = [f"{len(sources) - MOST_SOURCES} more articles are not shown."] if len(sources) > MOST_SOURCES else []
    if footer := _joined([*more, *_footer(answer), *map(escaped, notes)], " "):
        blocks.append(_context(footer))
    if answer.answer_id:
        blocks.append(_feedback(answer.answer_id, answer.abstained))
    return SlackMessage(_cut(text, FALLBACK_CHARACTERS), tuple(blocks))


def plain_message(text: str) -> SlackMessage:
    """A few words that are no answer: what went wrong, how to ask."""
    safe = _cut(escaped(text), TEXT_CHARACTERS)
    return SlackMessage(safe, (_section(safe),))


def escaped(text: str) -> str:
    """Text in which Slack finds no link, no mention and no entity."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _source(cited: Sequence[Citation], answer: Answer) -> str:
    """The citations of one article: their numbers, outlet, day and title as a link; and the quotes, where the answer
    does not show their words already."""
    first = cited[0]
    day = spoken_day(date.fromisoformat(first.published_at[:10])) if first.published_at else "undated"
    head = (_label(first.outlet or ""), day, _link(first.url, first.title))
    lines = ["".join(f"[{citation.n}] " for citation in cited) + " · ".join(part for part in head if part)]
    for citation in cited:
        number = f"[{citation.n}] " if len(cited) > 1 else ""
        if citation.quote not in answer.answer:
            lines.append(f"{number}“{_cut(escaped(citation.quote), QUOTE_CHARACTERS)}”")
        lines += [escaped(f"{number}“{time.text}”: {spoken_range(time)}") for time in citation.times]
    if first.notice:
        lines.append(f"Notice: {_cut(escaped(first.notice), QUOTE_CHARACTERS)}")
    lines += [f"also: {_link(url, urlsplit(url).netloc)}" for url in first.also_in[:MOST_COPIES]]
    return _joined(lines, "\n")


def _by_article(citations: Sequence[Citation]) -> list[list[Citation]]:
    articles: dict[str, list[Citation]] = {}
    for citation in citations:
        articles.setdefault(citation.article_id, []).append(citation)
    return list(articles.values())


def _footer(answer: Answer) -> Iterator[str]:
    if answer.standalone_question != " ".join(answer.question.split()):
        yield escaped(f"Understood as: {answer.standalone_question}")
    yield from map(escaped, answer.notes)
    for removed in answer.removed:
        yield escaped(f"Removed: “{removed.text}”: {removed.reason}.")
    if answer.data_through:
        yield f"The archive reaches to {spoken_day(date.fromisoformat(answer.data_through))}."


def _link(url: str | None, title: str) -> str:
    """`<url|title>` for an address of the web, else the title alone."""
    address = quote(url or "", safe=":/?#[]@!$&'()*+,;=%~").replace("&", "&amp;")
    if not address.startswith(("http://", "https://")) or len(address) > ADDRESS_CHARACTERS:
        return _label(title)
    return f"<{address}|{_label(title)}>"


def _label(words: str) -> str:
    """A title or a name on one line."""
    return _cut(escaped(" ".join(words.split())), LABEL_CHARACTERS)


def _joined(parts: Sequence[str], separator: str) -> str:
    """Escaped parts in one text object; a part that does not fit any more is left out whole, with the markup in it."""
    text = ""
    for part in parts:
        grown = f"{text}{separator}{part}" if text else part
        text = grown if len(grown) <= TEXT_CHARACTERS else text
    return text


def _pieces(text: str) -> list[str]:
    """Escaped text in pieces that fit into one text object, cut between words where there are any."""
    pieces = []
    while text:
        piece = _fitting(text, TEXT_CHARACTERS)
        pieces.append(piece)
        text = text[len(piece) :].lstrip()
    return pieces


def _cut(text: str, length: int) -> str:
    """Escaped text, cut where it is longer."""
    return text if len(text) <= length else f"{_fitting(text, length - 1)}…"


def _fitting(text: str, length: int) -> str:
    """The beginning of an escaped text: whole words and whole entities."""
    if len(text) <= length:
        return text
    end = max(text.rfind(" ", 1, length + 1), text.rfind("\n", 1, length + 1))
    if end <= 0:
        entity = text.rfind("&", length - 4, length)
        end = entity if entity > 0 and ";" not in text[entity:length] else length
    return text[:end]


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _feedback(answer_id: str, abstained: bool) -> Block:
    """Buttons that say what the answer is worth."""
    fitting: tuple[FeedbackKind, ...] = ("helpful", "wrong_answer", "wrong_source")
    if abstained:
        fitting = ("helpful", "should_have_answered")
    buttons = [
        {
            "type": "button",
            "action_id": FEEDBACK + kind,
            "value": answer_id,
            "text": {"type": "plain_text", "text": _BUTTONS[kind]},
        }
        for kind in fitting
    ]
    return {"type": "actions", "elements": buttons}


def _mrkdwn(text: str) -> Block:
    # verbatim: Slack is not to make links and mentions of its own out of words
    return {"type": "mrkdwn", "text": text, "verbatim": True}
