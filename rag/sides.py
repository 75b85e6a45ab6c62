"""Questions that compare two things or two times, taken apart into their sides. English only."""

import re

from rag.words import is_comparative, words

LONGEST = 300
"""Characters of a question that is read for sides; the patterns take too long for many more."""

_YEAR = r"(?:19|20)\d\d"
_NAME = r"[A-Z][\w&.'’-]*(?: [A-Z][\w&.'’-]*)*(?: \([^)]*\))?"
_BETWEEN_TIMES = re.compile(
    r"how (?:much |far )?(?:did|has|have) (?P<what>.+?) "
    r"(?:chang|mov|develop|evolv|shift|grow|grew|ris|fall|drop|declin|increas)\w* "
    rf"(?:between|from) (?P<one>[^?]*?{_YEAR}[^?]*?) (?:and|to) (?P<other>[^?]*?{_YEAR}[^?]*)",
    re.IGNORECASE,
)
_NUMBER_OF = re.compile(r"(?:the )?number of", re.IGNORECASE)
_BEFORE_AND_AFTER = re.compile(r"(?P<what>.+?) before and after (?P<event>.+)", re.IGNORECASE)
_BETWEEN_THINGS = re.compile(
    r"(?:how (?:do|does|did) (?P<one>.+?) and (?P<other>.+?) (?:differ|compare)|"
    r"(?:what (?:is|are|was|were) the differences? between|compare) (?P<first>.+?) (?:and|with|to) (?P<second>.+?)"
    r"(?= (?:in|on|by|for|over|when|with respect|regarding)\b|\?|$))(?P<rest>.*)",
    re.IGNORECASE,
)
_CHOICE = re.compile(
    rf"(?P<before>\S+ (?:.*? )?)(?P<one>{_NAME}),? or (?P<other>{_NAME})(?P<behind>.*)|"
    r"(?P<asked>.+), (?P<first>[^,]+?) or (?P<second>[^,]+)"
)
_MORE = re.compile(r"(?:\b(?:who|which(?: \w+)?) \w+ )?\b(?:more|fewer)(?= (?:\w+ )?\w+s\b)", re.IGNORECASE)


def sides(question: str) -> list[str]:
    """What to ask of each side: "How did sales change between 2017 and 2019?" -> "sales in 2017", "sales in 2019".

    The question alone when it compares nothing.
    """
    if len(question) > LONGEST:
        return [question]
    text = question.rstrip("? ")
    return _between_times(text) or _before_and_after(text) or _between_things(text) or _choice(text) or [question]


def _between_times(text: str) -> list[str]:
    match = _BETWEEN_TIMES.fullmatch(text)
    what = _NUMBER_OF.sub("how many", match["what"]) if match else ""
    return [f"{what} in {when}" for when in (match["one"], match["other"])] if match else []


def _before_and_after(text: str) -> list[str]:
    match = _BEFORE_AND_AFTER.fullmatch(text)
    return [f"{match['what']} {when} {match['event']}" for when in ("before", "after")] if match else []


def _between_things(text: str) -> list[str]:
    match = _BETWEEN_THINGS.fullmatch(text)
    things = (match["one"] or match["first"], match["other"] or match["second"]) if match else ()
    return [f"{thing}{match['rest']}" for thing in things] if match else []


def _choice(text: str) -> list[str]:
    """Of "Who has more shops, Apple or Nike" it makes "how many shops, Apple", of "Is Apple or Nike larger" "Is Apple
    larger"."""
    match = _CHOICE.fullmatch(text)
    if not match or not any(is_comparative(word.text) for word in words(text)):
        return []
    if match["asked"]:
        return [f"{_MORE.sub('how many', match['asked'])}, {thing}" for thing in (match["first"], match["second"])]
    before, behind = (_MORE.sub("how many", match[name]) for name in ("before", "behind"))
    return [f"{before}{thing}{behind}" for thing in (match["one"], match["other"])]
