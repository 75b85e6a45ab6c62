"""Title, date, byline, section and outlet, from where pages show them: around the title and around the body."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from index.extract.blocks import Block, Kind
from index.extract.body import Body
from index.extract.dates import find_date

_TITLE_REACH = 25
_MAX_TITLE_WORDS = 30
_SEPARATOR = re.compile(r"\s[|–—»›>/·•-]\s|\s*[|»›>•·]\s*")
_CONTENT_WORD = re.compile(r"\w{4,}")

_LABEL = re.compile(
    r"\b(?:(?P<updated>(?:last )?(?:updated|modified|edited|revised)|aktualisiert|mis à jour|bijgewerkt|(?:laatste )?update|"
    r"actualizad[oa]|aggiornato|atualizad[oa]|opdateret|uppdaterad)"
    r"|(?P<published>(?:first |originally )?(?:published|posted|released)|created|publié|veröffentlicht|erschienen|gepubliceerd|"
    r"geplaatst|publicad[oa]|pubblicato|publiceret|publicerad|date|datum|fecha|data))\b",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)", re.IGNORECASE)
_DATELINE = re.compile(r"^[A-Z][\w .,/'’()-]{0,60}?[-–—:]")

_PARTICLE = r"(?:van|von|de|der|den|del|della|di|da|dos|la|le|el|al|bin|ter|ten|und|and|&|y|et|en|e|of|the)"
_NAME = rf"[^\W\d_a-zà-ÿ][\w.'’-]*(?:,? (?:{_PARTICLE}(?: {_PARTICLE})?|[^\W\d_a-zà-ÿ][\w.'’-]*)){{0,7}}"
_BY = re.compile(
    r"(?:^|[|•·,]\s?)(?i:(?:written|posted|published|reported|words|story|text|article|created|submitted|contributed)\s)?"
    r"(?i:by|authors?|writer|reporter|autor(?:in)?|auteur|autore|redacteur|von|par|door|por|(?:escrito|escrit) por|"
    r"scritto da|a cura di)"
    rf"\s?:?\s(?P<name>{_NAME})"
)
_IS_NAME = re.compile(
    r"[^\W\d_a-zà-ÿ][\w'’-]+(?: (?:[^\W\d_a-zà-ÿ][\w'’-]*\.?|van|von|de|der|den|del|di|da|la|le)){1,3}"
)
_IMAGE_WORD = re.compile(r"^(?:icon|logo|thumb(?:nail)?|image|img)\s?(?=[^\W\d_])", re.IGNORECASE)
_SECTION_LABEL = re.compile(
    r"(?:posted in|filed under|categor(?:y|ies)|section|rubri(?:k|que|ek)|sección|sezione|categorie|kategorie)\s?:?\s+(?P<name>\S.{1,40})",
    re.IGNORECASE,
)
_HOME = re.compile(r"home(?:page)?|start(?:seite)?|accueil|inicio|início", re.IGNORECASE)
_RIGHTS = re.compile(
    r"[\s,.|–—-]*(?:all rights|alle rechte|tous droits|todos los|todos os|tutti i|powered|designed|developed|privacy|terms|a division|"
    r"an? \w+ company|registered|part of|and its|or its|is a).*$",
    re.IGNORECASE,
)
_FOLLOW = re.compile(
    r"(?:follow|about|contact|subscribe to|welcome to)\s+(?P<name>(?!us\b|me\b|the\b|our\b)\S.{1,40})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about its article; None where it does not say. `title_at`: index of the title's block."""

    title: str
    title_at: int | None
    outlet: str | None
    byline: str | None
    section: str | None
    published_at: str | None
    updated_at: str | None


def read_metadata(blocks: Sequence[Block], body: Body) -> Metadata:
    """Title, outlet, byline, section and dates of the article whose body is `body`."""
    lines = Counter(block.text.casefold() for block in blocks)
    title_at = _title_at(blocks, body, lines)
    first, last = body.paragraphs[0], body.paragraphs[-1]
    top = title_at if title_at is not None else first
    head = list(range(top + 1, first)) if top < first else list(range(first + 1, min(first + 3, len(blocks))))
    above = list(range(top - 1, max(top - 4, -1), -1))
    tail = list(_tail(blocks, last))
    published, updated, dated_at = _dates(blocks, [*head, *above, *tail], first)
    title = blocks[title_at].text if title_at is not None else _first_sentence(blocks[first].text)
    outlet = _outlet(blocks, lines, title_at)
    return Metadata(
        title=_without_outlet(title, outlet),
        title_at=title_at,
        outlet=outlet,
        byline=_byline(blocks, lines, [*head, *range(top - 1, max(top - 12, -1), -1), first], tail, dated_at),
        section=_section(blocks, lines, top, head, tail, dated_at),
        published_at=published,
        updated_at=updated,
    )


def _title_at(blocks: Sequence[Block], body: Body, lines: Counter[str]) -> int | None:
    """The likeliest headline above the body: near it, of a headline's length, sharing its words, said more than once."""
    first = body.paragraphs[0]
    said = set(_CONTENT_WORD.findall(" ".join(blocks[i].text for i in body.paragraphs).casefold()))
    best, best_score = None, 0.5
    for index in chain(range(min(2, first)), range(max(first - _TITLE_REACH, 0), first + 1)):
        block = blocks[index]
        if block.kind in (Kind.FURNITURE, Kind.CLOSING) or not 2 <= block.words <= _MAX_TITLE_WORDS:
            continue
        if (index == first or block.kind is Kind.PROSE) and (block.text.endswith(".") or len(body.paragraphs) == 1):
            continue
        if find_date(block.text) or _BY.match(block.text) or block.text.endswith((":", ",")):
            continue
        words = set(_CONTENT_WORD.findall(block.text.casefold()))
        score = 4.0 * len(words & said) / max(len(words), 2)
        score += 1.0 if 4 <= block.words <= 20 else -1.0
        score += 0.5 if lines[block.text.casefold()] > 1 else 0.0
        score += 0.5 if index == 0 else 0.0
        score -= 0.1 * (first - index)
        score -= 1.0 if block.bullet else 0.0
        score -= 1.5 if block.text.endswith(".") else 0.0
        if score > best_score:
            best, best_score = index, score
    return best


def _first_sentence(text: str) -> str:
    sentence = re.match(r".{1,150}?[.!?…](?=\s|$)", text)
    return sentence[0] if sentence else text[:150]


def _without_outlet(title: str, outlet: str | None) -> str:
    parts = _SEPARATOR.split(title)
    if outlet and len(parts) > 1 and parts[-1].casefold() == outlet.casefold():
        return title[: title.rindex(parts[-1])].rstrip(" |–—»›>/·•-")
    return title


def _tail(blocks: Sequence[Block], last: int) -> Iterator[int]:
    """The few lines right below the body, up to whatever opens something else."""
    for index in range(last + 1, min(last + 5, len(blocks))):
        if blocks[index].kind is Kind.CLOSING:
            return
        yield index


def _dates(blocks: Sequence[Block], zone: Sequence[int], first: int) -> tuple[str | None, str | None, int | None]:
    """Published and updated dates as labelled, else the nearest one without a label, and the block of the first."""
    published = updated = bare = None
    where: dict[str, int] = {}
    for index in zone:
        block = blocks[index]
        if block.words > 30 or _COPYRIGHT.search(block.text) or (index < zone[0] and block.bullet):
            continue
        for label, text in _labelled(block.text):
            date = find_date(text)
            if date is None:
                continue
            where.setdefault(date, index)
            if label == "published":
                published = published or date
            elif label == "updated":
                updated = updated or date
            else:
                bare = bare or date
    dateline = _DATELINE.match(blocks[first].text)
    date = published or bare or (find_date(dateline[0]) if dateline else None)
    if date and updated and updated < date[: len(updated)]:
        updated = None
    return date, updated, where.get(date or "")


def _labelled(text: str) -> Iterator[tuple[str, str]]:
    """The pieces of a line with the label before each: "Posted 3 May 2021 | Updated 4 May 2021"."""
    label, at = "", 0
    for match in _LABEL.finditer(text):
        yield label, text[at : match.start()]
        label, at = match.lastgroup or "", match.end()
    yield label, text[at:]


def _byline(
    blocks: Sequence[Block], lines: Counter[str], head: Sequence[int], tail: Sequence[int], dated_at: int | None
) -> str | None:
    for index in [*head, *tail]:
        match = _BY.search(blocks[index].text) if blocks[index].words <= 25 else None
        if match and (name := _cut_name(match["name"])):
            return name
    beside = [] if dated_at is None else [dated_at, dated_at - 1, dated_at + 1]
    for index in beside:
        if index in head or index in tail:
            name = _SEPARATOR.split(blocks[index].text)[0].strip(" ,")
            if _IS_NAME.fullmatch(name) and lines[name.casefold()] <= 1 and not find_date(name):
                return name
    # A signature: a name alone right below the last paragraph.
    if tail and _IS_NAME.fullmatch(blocks[tail[0]].text) and len(tail) == 1:
        return blocks[tail[0]].text
    return None


def _cut_name(text: str) -> str | None:
    words = []
    for word in text.split():
        if not word[0].isupper() and not re.fullmatch(_PARTICLE, word):
            break
        words.append(word)
    while words and re.fullmatch(_PARTICLE, words[-1]):
        words.pop()
    return " ".join(words).strip(" ,") or None


def _section(
    blocks: Sequence[Block],
    lines: Counter[str],
    top: int,
    head: Sequence[int],
    tail: Sequence[int],
    dated_at: int | None,
) -> str | None:
    """The site's section: a name beside the date that is also in the menu, a breadcrumb, a label, a menu name above."""
    if dated_at is not None:
        for part in re.split(r"\d|\s[|•·–-]\s", blocks[dated_at].text):
            name = _IMAGE_WORD.sub("", part).strip(" ,|•·–-")
            if len(name) > 2 and lines[name.casefold()]:
                return name
    for index in [*head, *tail]:
        match = _SECTION_LABEL.match(blocks[index].text)
        if match:
            return re.split(r"[,|•·]", match["name"])[0].strip()
    trail = []
    for index in range(max(top - 12, 0), top):
        parts = [part for part in _SEPARATOR.split(blocks[index].text) if part]
        if _HOME.fullmatch(parts[0] if parts else ""):
            trail = parts[1:]
        elif trail is not None and index and _HOME.fullmatch(blocks[index - 1].text):
            trail = parts[:1]
    names = [name for name in trail if len(name.split()) <= 4 and name.casefold() != blocks[top].text.casefold()]
    if names:
        return names[-1]
    above = blocks[top - 1].text if top > 0 else ""
    return above if 0 < len(above.split()) <= 3 and lines[above.casefold()] > 1 else None


def _outlet(blocks: Sequence[Block], lines: Counter[str], title_at: int | None) -> str | None:
    """The site's name, as its copyright line, its page title, its first line or its invitations say it."""
    votes: Counter[str] = Counter()
    spelt: dict[str, str] = {}

    def vote(name: str, weight: int) -> None:
        name = _RIGHTS.sub("", name).strip(" .,|–—-:®™")
        if 2 <= len(name) <= 40 and len(name.split()) <= 5 and not find_date(name):
            votes[name.casefold()] += weight
            spelt.setdefault(name.casefold(), name)

    for block in blocks:
        if block.words <= 40 and (match := _COPYRIGHT.search(block.text)):
            after = re.sub(
                r"^[\s©|,:-]*(?:copyright|\(c\)|©|[\d\s–-]{4,})*[\s|,:©–-]*(?:by )?",
                "",
                block.text[match.end() :],
                flags=re.I,
            )
            vote(re.split(r"[|.]\s|\s[|–—]\s|,\s(?!Inc|Ltd|LLC)", after)[0], 4)
        elif block.words <= 6 and (match := _FOLLOW.fullmatch(block.text)):
            vote(match["name"], 1)
    if title_at is not None:
        parts = _SEPARATOR.split(blocks[0].text)
        if len(parts) > 1 and parts[0].casefold() in blocks[title_at].text.casefold():
            vote(parts[-1], 4)
    if blocks[0].words <= 4 and title_at != 0:
        vote(blocks[0].text, 2 if lines[blocks[0].text.casefold()] > 1 else 1)
    for name in votes:
        votes[name] += min(lines[name], 2)
    name, score = max(votes.items(), key=lambda item: item[1], default=("", 0))
    return spelt[name] if score >= 3 else None
