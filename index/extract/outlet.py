"""Whose page it is: the outlet's name, as the page gives it away in its margins."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from index.extract.blocks import Block
from index.extract.body import Body
from index.extract.vocabulary import CLOSING_LINE, CONTROL_LINE

SEPARATOR = re.compile(r"\s[|–—»›>/·•-]\s|\s*[|»›>•·]\s*")
COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)", re.IGNORECASE)
_RIGHTS = re.compile(
    r"[\s,.|–—-]*(?:all rights|alle rechte|tous droits|todos los|todos os|tutti i|powered|designed|developed|privacy|"
    r"terms|a division|an? \w+ company|registered|part of|and its|or its|is a).*$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LEGAL_FORM = re.compile(
    r"(?:,?\s(?:inc|llc|ltd|limited|plc|corp(?:oration)?|company|co|gmbh|ag|b\.?v|n\.?v|s\.?a\.?s?|s\.?p\.?a|s\.?r\.?l|"
    r"pty|pvt|private)\b\.?)+\s*$",
    re.IGNORECASE,
)
_PROPER = r"(?:[^\W_a-zà-ÿ][\w.&’'-]*)(?: (?:[^\W_a-zà-ÿ][\w.&’'-]*|of|the|and|&)){0,3}"
_INVITATION = re.compile(
    r"\b(?i:about|follow|contact|subscribe to|advertise (?:with|on|in)|more from|welcome to|sign up for|log in to|join|"
    rf"download|visit|support) (?i:the )?(?P<to>{_PROPER})(?=$|[.,|]|\s(?i:on|at|newsletters?|app|today|now)\b)"
    rf"|(?P<of>{_PROPER}) "
    r"(?i:newsletters?|apps?|home ?page|staff|logo|print edition|on (?:facebook|twitter|instagram))\b"
)
_DOMAIN = re.compile(r"(?:@|www\.|https?://)(?:[\w-]+\.)*?([\w-]+)\.(?:com?\.)?[a-z]{2,6}\b", re.IGNORECASE)


def find_outlet(blocks: Sequence[Block], body: Body, lines: Counter[str], title_at: int | None) -> str | None:
    """The site's name: what its copyright line, page title, first line, invitations and addresses agree on.

    A copyright line alone is enough, unless it names a company in its legal form: the owner is often not the outlet.
    """
    votes: dict[str, float] = defaultdict(float)
    spelt: dict[str, str] = {}

    def vote(name: str, weight: float) -> None:
        name = _LEGAL_FORM.sub("", name).strip(" .,|–—-:®™()'’")
        known = not re.search(r"[^\W\d_]{2}", name) or CONTROL_LINE.fullmatch(name) or CLOSING_LINE.fullmatch(name)
        if not known and len(name) <= 40 and len(name.split()) <= 5:
            votes[name.casefold()] += weight
            spelt.setdefault(name.casefold(), name)

    outside = [block for index, block in enumerate(blocks) if not body.start <= index < body.end and block.words <= 40]
    holders = []
    invited: Counter[str] = Counter()
    for block in outside:
        copyright_line = COPYRIGHT.search(block.text)
        if copyright_line and _YEAR.search(block.text):
            holders.append(_copyright_holder(block.text[copyright_line.end() :]))
        for match in _INVITATION.finditer(block.text):
            invited[match["to"] or match["of"]] += 1
    # The last copyright line is the page's own; earlier ones are of agencies and photographers.
    for name in holders[-1:]:
        vote(name, 2.0 if _LEGAL_FORM.search(name) else 3.0)
    for name in set(holders[:-1]):
        vote(name, 1.0)
    for name, count in invited.items():
        vote(name, min(count, 2))
    if title_at is not None:
        parts = SEPARATOR.split(blocks[0].text)
        if len(parts) > 1 and parts[0].casefold() == blocks[title_at].text.casefold():
            vote(parts[-1], 3.0)
        elif len(parts) > 1 and title_at == 0:
            # "Shop opens | Example News", or a headline with a dash in it: not enough alone.
            vote(parts[-1], 2.0)
    if blocks[0].words <= 4 and title_at != 0:
        vote(blocks[0].text, 1.0)
    addresses = {label.casefold() for block in outside for label in _DOMAIN.findall(block.text)}
    for name in votes:
        votes[name] += min(lines[name], 2) * 0.5
        votes[name] += 2.0 if re.sub(r"[\W_]", "", name) in addresses else 0.0
    name, score = max(votes.items(), key=lambda item: item[1], default=("", 0.0))
    return spelt[name] if score >= 3.0 else None


def without_outlet(title: str, outlet: str | None) -> str:
    """ "Shop opens | Example News" -> "Shop opens", when "Example News" is the outlet."""
    parts = SEPARATOR.split(title)
    if outlet and len(parts) > 1 and parts[-1].casefold() == outlet.casefold():
        return title[: title.rindex(parts[-1])].rstrip(" |–—»›>/·•-")
    return title


def _copyright_holder(text: str) -> str:
    """ "2014 - 2025 | Example News. All rights reserved." -> "Example News" """
    text = re.sub(r"^(?:[\s©|,:–—-]|copyright|\(c\)|(?:19|20)\d\d|present|by )*", "", text, flags=re.IGNORECASE)
    return re.split(r"[|;(]|\.\s|\.?,\s(?!inc|ltd|llc)|\s[–—-]\s|\s*(?:19|20)\d\d", _RIGHTS.sub("", text), flags=re.I)[
        0
    ]
