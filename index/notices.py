"""What an article says about its own mistakes: a correction, a clarification, a retraction. In English."""

import re

LONGEST = 400
"""Characters of a notice that are shown."""

_HEADLINE = re.compile(
    r"(?:correct(?:ed|ion)|retract(?:ed|ion)|withdrawn|clarification)\s*(?::|-|–|—|\()", re.IGNORECASE
)
_OPENING = re.compile(
    r"\W*(?:correction|clarification|retraction|erratum|corrections and clarifications)s?\b[^.:]{0,40}(?::|-|–|—)\s",
    re.IGNORECASE,
)
_REPORT = r"(?:article|story|report|piece|post|page|headline)"
_SAID = re.compile(
    rf"\b(?:(?:an|the) (?:earlier|previous|original|initial) version of this {_REPORT}"
    rf"|this {_REPORT} (?:has been|was|is) (?:corrected|amended|retracted|withdrawn)"
    rf"|this {_REPORT} (?:previously|originally|initially|incorrectly|erroneously|mistakenly)"
    r"(?! (?:appeared|published|ran|was published))"
    rf"|(?:we have|has been) (?:retracted|withdrawn) this {_REPORT})\b",
    re.IGNORECASE,
)


def find_notice(title: str, text: str) -> str | None:
    """The paragraph of `text` that corrects or retracts, or the title that says so; None where nothing does.

    An article *about* a correction speaks of others: only "this article" and a paragraph that opens with the
    word count.
    """
    for paragraph in text.split("\n\n"):
        if _OPENING.match(paragraph) or _SAID.search(paragraph):
            notice = " ".join(paragraph.split())
            return notice if len(notice) <= LONGEST else notice[: LONGEST - 1] + "…"
    return title if _HEADLINE.match(title) else None
