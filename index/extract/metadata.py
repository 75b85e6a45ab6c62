"""Title, date, byline, section and outlet, from where pages show them: around the title and around the body."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from index.extract.blocks import Block, Kind
from index.extract.body import Body
from index.extract.dates import find_date, without_dates
from index.extract.vocabulary import ANY_FUNCTION_WORD, CLOSING_LINE, CONTROL_LINE

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
_CLOCK = re.compile(
    r"\b\d{1,2}[:.]\d\d\s?(?:[ap]\.?m\b|[A-Z]{2,4}\b|uur\b|Uhr\b)|\b\d+ (?:min(?:ute)?|hour|day)s? ago\b", re.I
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
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LEGAL_FORM = re.compile(
    r"(?:,?\s(?:inc|llc|ltd|limited|plc|corp(?:oration)?|company|co|gmbh|ag|b\.?v|n\.?v|s\.?a\.?s?|s\.?p\.?a|s\.?r\.?l|"
    r"pty|pvt|private|holdings?|group|publishing|communications?)\b\.?)+\s*$",
    re.IGNORECASE,
)
_PROPER = r"(?:[^\W_a-zà-ÿ][\w.&’'-]*)(?: (?:[^\W_a-zà-ÿ][\w.&’'-]*|of|the|and|&)){0,3}"
_INVITATION = re.compile(
    r"\b(?i:about|follow|contact|subscribe to|advertise (?:with|on|in)|more from|welcome to|sign up for|log in to|join|"
    rf"download|visit|support) (?i:the )?(?P<to>{_PROPER})(?=$|[.,|]|\s(?i:on|at|newsletters?|app|today|now)\b)"
    rf"|(?P<of>{_PROPER}) (?i:newsletters?|apps?|home ?page|staff|logo|print edition|on (?:facebook|twitter|instagram))\b"
)
_DOMAIN = re.compile(r"(?:@|www\.|https?://)(?:[\w-]+\.)*?([\w-]+)\.(?:com?\.)?[a-z]{2,6}\b", re.IGNORECASE)


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
    title_at = _title_at(blocks, body)
    first, last = body.paragraphs[0], body.paragraphs[-1]
    top = title_at if title_at is not None else first
    head = list(range(top + 1, first)) if top < first else list(range(first + 1, min(first + 3, len(blocks))))
    above = list(range(top - 1, max(top - 4, -1), -1))
    further = [i for i in range(top - 4, max(top - 12, -1), -1) if _LABEL.search(blocks[i].text)]
    tail = list(_tail(blocks, last))
    published, updated, dated_at = _dates(blocks, [*head, *above, *further, *tail], first)
    title = blocks[title_at].text if title_at is not None else _first_sentence(blocks[first].text)
    outlet = _outlet(blocks, body, lines, title_at)
    return Metadata(
        title=without_outlet(title, outlet),
        title_at=title_at,
        outlet=outlet,
        byline=_byline(blocks, lines, [*head, *range(top - 1, max(top - 12, -1), -1), first], tail, dated_at),
        section=_section(blocks, lines, top, head, tail, dated_at),
        published_at=published,
        updated_at=updated,
    )


def _title_at(blocks: Sequence[Block], body: Body) -> int | None:
    """The likeliest headline: above the body, of a headline's length, with a date or byline below it, sharing the
    body's words, said again elsewhere on the page."""
    first = body.paragraphs[0]
    said = set(_CONTENT_WORD.findall(" ".join(blocks[i].text for i in body.paragraphs).casefold()))
    around = chain(blocks[max(first - 2 * _TITLE_REACH, 0) : first], blocks[body.end : body.end + 2 * _TITLE_REACH])
    mentions = "\n".join(block.text.casefold() for block in around if block.words <= 2 * _MAX_TITLE_WORDS)
    best, best_score = None, 0.5
    credited = False
    for index in chain(range(first, max(first - _TITLE_REACH, 1), -1), range(min(1, first), -1, -1)):
        block = blocks[index]
        if _is_credit(block):
            credited, credit_at = True, index
        elif _may_be_title(block) and (index < first or _is_question(block)):
            words = set(_CONTENT_WORD.findall(block.text.casefold()))
            score = 4.0 * len(words & said) / max(len(words), 4)
            score += 1.0 if 4 <= block.words <= 20 else 0.0
            score += 1.0 if credited and credit_at - index <= 4 else 0.0
            score += 0.5 * min(mentions.count(block.text.casefold()) - 1, 2) if block.words >= 4 else 0.0
            score += 0.5 if index == 0 else 0.0
            score -= 0.05 * (first - index)
            score -= 1.0 if block.bullet else 0.0
            score -= 1.0 if block.text.endswith((".", "”", '"')) else 0.0
            if score > best_score:
                best, best_score = index, score
    return best


def _may_be_title(block: Block) -> bool:
    if block.kind in (Kind.FURNITURE, Kind.CLOSING) or not 2 <= block.words <= _MAX_TITLE_WORDS:
        return False
    return not block.text.endswith((":", ",")) and (block.kind is not Kind.PROSE or not block.text.endswith("."))


def _is_question(block: Block) -> bool:
    return block.text.endswith("?")


def _is_credit(block: Block) -> bool:
    """Whether a line is a byline or a date: what stands right below a headline."""
    if block.words > 25 or block.kind is Kind.PROSE:
        return False
    return bool(_BY.match(block.text) or _CLOCK.search(block.text) or find_date(block.text))


def _first_sentence(text: str) -> str:
    sentence = re.match(r".{1,150}?[.!?…](?=\s|$)", text)
    return sentence[0] if sentence else text[:150]


def without_outlet(title: str, outlet: str | None) -> str:
    """ "Shop opens | Example News" -> "Shop opens", when "Example News" is the outlet."""
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
        if block.words > 30 or _COPYRIGHT.search(block.text) or (block.bullet and index < zone[0]):
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
    """A name after "by", a name beside the date that is no menu entry, or a signature below the last paragraph."""
    for index in [*head, *tail]:
        match = _BY.search(without_dates(blocks[index].text)) if blocks[index].words <= 25 else None
        if match and (name := _cut_name(match["name"])):
            return name
    for index in [] if dated_at is None else [dated_at, dated_at - 1, dated_at + 1]:
        if index in head or index in tail:
            name = _SEPARATOR.split(without_dates(blocks[index].text))[0].strip(" ,")
            if _IS_NAME.fullmatch(name) and lines[name.casefold()] <= 1 and not _LABEL.search(name):
                return name
    if len(tail) == 1 and _IS_NAME.fullmatch(blocks[tail[0]].text):
        return blocks[tail[0]].text
    return None


def _cut_name(text: str) -> str | None:
    label = _LABEL.search(text)
    words: list[str] = []
    for word in text[: label.start() if label else None].split():
        particle = re.fullmatch(_PARTICLE, word.casefold())
        if not particle and (not word[0].isupper() or word.casefold() in ANY_FUNCTION_WORD):
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
    if trail := _breadcrumb(blocks, lines, top):
        return trail[-1]
    if top > 0 and blocks[top - 1].kind in (Kind.SHORT, Kind.ITEM):
        above = blocks[top - 1].text
        return above if blocks[top - 1].words <= 3 and lines[above.casefold()] > 1 else None
    return None


def _breadcrumb(blocks: Sequence[Block], lines: Counter[str], top: int) -> list[str]:
    """The names after "Home" in "Home > News > Food", or on lines of their own that lead down to the title."""
    for index in range(top - 1, max(top - 12, -1), -1):
        names = [part for part in _SEPARATOR.split(blocks[index].text) if part]
        if not names or not _HOME.fullmatch(names[0]):
            continue
        if len(names) == 1 and top - index <= 4:
            names = [block.text for block in blocks[index:top] if lines[block.text.casefold()] > 1]
        title = blocks[top].text.casefold()
        return [name for name in names[1:] if len(name.split()) <= 4 and name.casefold() != title]
    return []


def _outlet(blocks: Sequence[Block], body: Body, lines: Counter[str], title_at: int | None) -> str | None:
    """The site's name: what its copyright line, page title, first line, invitations and addresses agree on.

    A copyright line alone is enough, unless it names a company in its legal form: the owner is often not the outlet.
    """
    votes: Counter[str] = Counter()
    spelt: dict[str, str] = {}

    def vote(name: str, weight: float) -> None:
        name = _LEGAL_FORM.sub("", name).strip(" .,|–—-:®™()")
        known = not re.search(r"[^\W\d_]{2}", name) or CONTROL_LINE.fullmatch(name) or CLOSING_LINE.fullmatch(name)
        if not known and len(name) <= 40 and len(name.split()) <= 5:
            votes[name.casefold()] += weight
            spelt.setdefault(name.casefold(), name)

    outside = [block for index, block in enumerate(blocks) if not body.start <= index < body.end and block.words <= 40]
    invited: Counter[str] = Counter()
    for block in outside:
        copyright_line = _COPYRIGHT.search(block.text)
        if copyright_line and _YEAR.search(block.text):
            name = _copyright_holder(block.text[copyright_line.end() :])
            vote(name, 2.0 if _LEGAL_FORM.search(name) else 3.0)
        for match in _INVITATION.finditer(block.text):
            invited[match["to"] or match["of"]] += 1
    for name, count in invited.items():
        vote(name, min(count, 2))
    if title_at is not None:
        parts = _SEPARATOR.split(blocks[0].text)
        if len(parts) > 1 and parts[0].casefold() in blocks[title_at].text.casefold():
            vote(parts[-1], 3.0)
    if blocks[0].words <= 4 and title_at != 0:
        vote(blocks[0].text, 1.0)
    addresses = {label.casefold() for block in outside for label in _DOMAIN.findall(block.text)}
    for name in votes:
        votes[name] += min(lines[name], 2) * 0.5
        votes[name] += 2.0 if re.sub(r"[\W_]", "", name) in addresses else 0.0
    name, score = max(votes.items(), key=lambda item: item[1], default=("", 0.0))
    return spelt[name] if score >= 3.0 else None


def _copyright_holder(text: str) -> str:
    """ "2014 - 2025 | Example News. All rights reserved." -> "Example News" """
    text = re.sub(r"^(?:[\s©|,:–—-]|copyright|\(c\)|(?:19|20)\d\d|present|by )*", "", text, flags=re.IGNORECASE)
    return re.split(r"[|.;]\s|\s[|–—-]\s|\s*(?:19|20)\d\d", _RIGHTS.sub("", text))[0]
