"""Who wrote the article and when it was published, as the lines around title and body say."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from index.extract.blocks import Block, Kind
from index.extract.dates import CLOCK, DATE_LABEL, find_date, shows_date, without_dates
from index.extract.outlet import COPYRIGHT, SEPARATOR
from index.extract.vocabulary import ANY_FUNCTION_WORD, PAPER_NAME

_DATELINE = re.compile(r"^[A-Z][\w .,/'’()-]{0,60}?[-–—:]")
_MAX_CREDIT_WORDS = 25
_CREDIT_FUNCTION_WORDS = 3  # "By Jane Doe on 3 March 2021 in Fashion"

_PARTICLE = r"(?:van|von|de|der|den|del|della|di|da|dos|la|le|el|al|bin|ter|ten|und|and|&|y|et|en|e|of|the)"
_NAME = rf"[^\W\d_a-zà-ÿ][\w.'’-]*(?:,? (?:{_PARTICLE}(?: {_PARTICLE})?|[^\W\d_a-zà-ÿ][\w.'’-]*)){{0,7}}"
_BY = re.compile(
    r"(?:^|[|•·,]\s?)"
    r"(?i:(?:written|posted|published|reported|words|story|text|article|created|submitted|contributed)\s)?"
    r"(?i:by|authors?|writer|reporter|autor(?:in)?|auteur|autore|redacteur|von|par|door|por|(?:escrito|escrit) por|"
    r"scritto da|a cura di)"
    rf"\s?:?\s(?P<name>{_NAME})"
)
_IS_NAME = re.compile(
    r"[^\W\d_a-zà-ÿ][\w'’-]+(?: (?:[^\W\d_a-zà-ÿ][\w'’-]*\.?|van|von|de|der|den|del|di|da|la|le)){1,3}"
)


def is_credit(block: Block) -> bool:
    """Whether a line is a byline or a date: what stands right below a headline."""
    if block.words > _MAX_CREDIT_WORDS or block.kind is Kind.PROSE:
        return False
    return bool(_BY.match(block.text) or CLOCK.search(block.text) or find_date(block.text))


def is_labelled(block: Block) -> bool:
    """Whether a line says "published", "updated" or the like."""
    return DATE_LABEL.search(block.text) is not None


def find_dates(blocks: Sequence[Block], zone: Sequence[int], first: int) -> tuple[str | None, str | None, int | None]:
    """Published and updated dates as labelled, else the nearest one without a label, and the block of the first."""
    published = updated = bare = None
    unclear = False
    where: dict[str, int] = {}
    for index in zone:
        block = blocks[index]
        if block.words > _MAX_CREDIT_WORDS or COPYRIGHT.search(block.text):
            continue
        above = blocks[index - 1].text if index > 0 else ""
        line = f"{above} {block.text}" if DATE_LABEL.fullmatch(above.strip(" :")) else block.text
        for label, text in _labelled(line):
            date = find_date(text)
            if date is None:
                unclear = unclear or (label == "published" and shows_date(text))
                continue
            where.setdefault(date, index)
            if label == "published":
                published = published or date
            elif label == "updated":
                updated = updated or date
            elif not _tells_news(block):
                bare = bare or date
    dateline = _DATELINE.match(blocks[first].text)
    if dateline and DATE_LABEL.search(dateline[0]):
        dateline = None  # "Correction 9 May 2021: ..."
    # A page that says when it was published, in a way that can be read in two, is not dated by something else on it.
    date = published or (None if unclear else bare or (find_date(dateline[0]) if dateline else None))
    if date and updated and updated < date[: len(updated)]:
        updated = None
    return date, updated, where.get(date or "")


def find_byline(
    blocks: Sequence[Block], lines: Counter[str], head: Sequence[int], tail: Sequence[int], dated_at: int | None
) -> str | None:
    """A name after "by", a name beside the date that is no menu entry, or a signature below the last paragraph."""
    prose = " ".join(block.text for block in blocks if block.kind is Kind.PROSE)
    for index in [*head, *tail]:
        if blocks[index].kind is Kind.PROSE or blocks[index].words > _MAX_CREDIT_WORDS:
            continue
        match = _BY.search(without_dates(blocks[index].text))
        if match and (name := _cut_name(match["name"])):
            return name
    for index in [] if dated_at is None else [dated_at, dated_at - 1, dated_at + 1]:
        if index in head or index in tail:
            name = SEPARATOR.split(without_dates(blocks[index].text))[0].strip(" ,")
            if _is_person(name, prose) and lines[name.casefold()] <= 1:
                return name
    if len(tail) == 1 and _is_person(blocks[tail[0]].text, prose):
        return blocks[tail[0]].text
    return None


def _is_person(name: str, prose: str) -> bool:
    """Whether a line without "by" can only be a person's name: outlets too are written "Grocery Observer", of words
    that name papers, or that the page uses as common nouns."""
    if not _IS_NAME.fullmatch(name) or DATE_LABEL.search(name) or PAPER_NAME.search(name):
        return False
    return not re.search(
        rf"(?<!\w)(?:{'|'.join(re.escape(w.lower()) for w in name.split() if w[0].isupper())})(?!\w)", prose
    )


def _tells_news(block: Block) -> bool:
    """Whether a line is a sentence, a lead or a caption: a date in it is that of an event."""
    small = sum(word in ANY_FUNCTION_WORD for word in block.text.casefold().split())
    return block.kind is Kind.PROSE or block.sentence or small > _CREDIT_FUNCTION_WORDS


def _labelled(text: str) -> Iterator[tuple[str, str]]:
    """The pieces of a line with the label before each: "Posted 3 May 2021 | Updated 4 May 2021"."""
    label, at = "", 0
    for match in DATE_LABEL.finditer(text):
        yield label, text[at : match.start()]
        label, at = match.lastgroup or "", match.end()
    yield label, text[at:]


def _cut_name(text: str) -> str | None:
    label = DATE_LABEL.search(text)
    words: list[str] = []
    for word in text[: label.start() if label else None].split():
        particle = re.fullmatch(_PARTICLE, word.casefold())
        if not particle and (not word[0].isupper() or word.casefold() in ANY_FUNCTION_WORD):
            break
        words.append(word)
    while words and re.fullmatch(_PARTICLE, words[-1]):
        words.pop()
    return " ".join(words).strip(" ,") or None
