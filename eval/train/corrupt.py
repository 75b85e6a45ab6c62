"""False claims made from true ones by rule: one number, name, date, relation or negation changed."""

import random
import re
from collections.abc import Callable, Sequence

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][\w&’'-]+(?: (?:of |the )?[A-Z][\w&’'-]+)*")
_PAIRS = """more/less rose/fell rise/fall up/down before/after increase/decrease increased/decreased higher/lower
gained/lost highest/lowest first/last most/least over/under above/below opened/closed open/close bought/sold
buy/sell all/some always/sometimes will/may must/can million/billion thousand/million stronger/weaker larger/smaller
biggest/smallest earlier/later accepted/rejected won/lost hired/fired started/ended profit/loss women/men
January/March February/May April/July June/September August/November October/December Monday/Thursday Tuesday/Friday
Wednesday/Sunday"""
_OPPOSITES = {a: b for pair in _PAIRS.split() for a, b in (pair.split("/"), pair.split("/")[::-1])}
_WORD = re.compile(r"[A-Za-z]+")
_AUXILIARY = re.compile(r"\b(?:is|was|are|were|will|would|could|has|have|had|can|does|did|do)\b(?! not)")


def corrupt(text: str, others: str, chance: random.Random) -> str | None:
    """`text` with one thing in it changed so that it is no longer true; None when no rule applies.

    `others`: text of the same article, whose names take the place of those in `text`.
    """
    rules: list[Callable[[str, str, random.Random], str | None]] = [_number, _name, _name, _swap, _opposite, _negation]
    chance.shuffle(rules)
    for rule in rules:
        changed = rule(text, others, chance)
        if changed is not None and changed != text:
            return changed
    return None


def _replace(text: str, match: re.Match[str], by: str) -> str:
    return text[: match.start()] + by + text[match.end() :]


def _pick(found: Sequence[re.Match[str]], chance: random.Random) -> re.Match[str] | None:
    return chance.choice(found) if found else None


def _number(text: str, others: str, chance: random.Random) -> str | None:
    match = _pick(list(_NUMBER.finditer(text)), chance)
    if match is None:
        return None
    digits = [n for n, character in enumerate(match.group()) if character.isdigit()]
    place = chance.choice(digits)
    old = match.group()[place]
    new = chance.choice([d for d in "123456789" if d != old])
    return _replace(text, match, match.group()[:place] + new + match.group()[place + 1 :])


def _name(text: str, others: str, chance: random.Random) -> str | None:
    match = _pick(list(_NAME.finditer(text)), chance)
    if match is None:
        return None
    size = len(match.group().split())
    choices = sorted({m.group() for m in _NAME.finditer(others) if len(m.group().split()) == size} - {match.group()})
    choices = [name for name in choices if name not in text]
    return _replace(text, match, chance.choice(choices)) if choices else None


def _swap(text: str, others: str, chance: random.Random) -> str | None:
    names = list(_NAME.finditer(text))
    if len(names) < 2 or names[0].group() == names[-1].group():
        return None
    first, last = names[0], names[-1]
    between = text[first.end() : last.start()]
    return text[: first.start()] + last.group() + between + first.group() + text[last.end() :]


def _opposite(text: str, others: str, chance: random.Random) -> str | None:
    match = _pick([m for m in _WORD.finditer(text) if m.group() in _OPPOSITES], chance)
    return _replace(text, match, _OPPOSITES[match.group()]) if match else None


def _negation(text: str, others: str, chance: random.Random) -> str | None:
    if " not " in text:
        return text.replace(" not ", " ", 1)
    match = _pick(list(_AUXILIARY.finditer(text)), chance)
    return _replace(text, match, f"{match.group()} not") if match else None
