"""From an article's text to its sentences: sentencex (MIT, Wikimedia) and a few repairs for news English.

sentencex keeps a quotation together with its speaker, knows most abbreviations and parts sentences that a page glued
together. The repairs put right what it was seen to get wrong on several hundred news articles.
"""

import re

from sentencex import get_sentence_boundaries

LONG_QUOTATION = 300
"""Characters above which the sentences inside a quotation are told apart."""

# sentencex takes quadratic time on some texts, so a paragraph beyond 20,000 characters is cut: at a line's end, else at
# white space, else anywhere.
_PARAGRAPH = re.compile(r"\S(?:.{0,20000}?(?=\n[^\S\n]*\n|\Z)|.{0,20000}(?=\n)|.{0,20000}(?=\s)|.{0,20000})", re.DOTALL)
_DOUBLE_QUOTES = str.maketrans(dict.fromkeys('"“”„«»', " "))
_CLOSING = re.compile(r"(?:[”’»]|[\"')\]](?=[\"')\]]*(?:\s|\Z)))*")
_MISSED = re.compile(r"(?:[.!?][\"'’”]?\)|(?:…|\.\.\.)[\"'’”)]*)(?=\s+[\"'‘“(]?[A-Z])")
_OPENING = re.compile(r"[“‘„«(\[]+\Z|(?<=\s)[\"']\Z")

_LIST_NUMBER = re.compile(r"\W*(?:\d{1,3}|[A-Za-z])[.)]\Z")
_TITLE = re.compile(r"\b(?:Dr|Gov|Sen|Rep|Gen|Col|Capt|Lt|Sgt|Rev|Hon|Prof|Mr|Mrs|Ms|St|Mt|Ft|vs)\.\Z")
_BEFORE_NUMBER = re.compile(r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Nos?|Ste|Apt|Fig|Vol|Sec|[Cc]a)\.\Z")
_CLOCK = re.compile(r"\d ?[ap]\.m\.\Z")
_AFTER_CLOCK = re.compile(r"[A-Z]{2,4}\b|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|on\b|to\b|in\b|at\b|and\b")
_MAYBE_ABBREVIATION = re.compile(r"(?:\b[A-Z][a-z]{0,4}\.|\.\w{1,2}\.|[!?][\"'”’]?)\Z")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end offsets of every sentence of `text`, in order, without white space at either end.

    A sentence never crosses a blank line; every character that is not white space lies in exactly one sentence.
    """
    spans: list[tuple[int, int]] = []
    for found in _PARAGRAPH.finditer(text):
        paragraph, offset = found.group().rstrip(), found.start()
        start = 0
        for end in [*sorted(_cuts(paragraph)), len(paragraph)]:
            sentence = paragraph[start:end].strip()
            # What follows is judged with the sentence as it stands, so that a join may lead to another join.
            if not sentence or (end < len(paragraph) and _goes_on(sentence, paragraph[end : end + 20].lstrip())):
                continue
            first = offset + paragraph.index(sentence, start)
            spans.append((first, first + len(sentence)))
            start = end
    return spans


def _cuts(paragraph: str) -> set[int]:
    """Offsets at which a new sentence may start."""
    cuts = {match.end() for match in _MISSED.finditer(paragraph)}
    start = 0
    for boundary in get_sentence_boundaries("en", paragraph):
        end = boundary["end_index"]
        cuts.add(end)
        if end - start > LONG_QUOTATION:
            # Blanks for quotation marks keep the offsets; a closing mark stays with the sentence before it.
            bare = paragraph[start:end].translate(_DOUBLE_QUOTES)
            for inner in get_sentence_boundaries("en", bare):
                full_stop = start + len(bare[: inner["end_index"]].rstrip())
                closing = _CLOSING.match(paragraph, full_stop)
                cuts.add(closing.end() if closing else full_stop)
        start = end
    return {_before_opening_mark(paragraph, cut) for cut in cuts}


def _before_opening_mark(paragraph: str, cut: int) -> int:
    """An opening quotation mark or bracket belongs to the sentence that it opens."""
    near = max(0, cut - 20)
    mark = _OPENING.search(paragraph[near:cut].rstrip())
    return near + mark.start() if mark else cut


def _goes_on(sentence: str, following: str) -> bool:
    """Whether what was taken for a sentence is continued by what follows."""
    if following[:1].islower():
        return bool(_CLOCK.search(sentence) or _MAYBE_ABBREVIATION.search(sentence))
    if following[:1].isdigit() and _BEFORE_NUMBER.search(sentence):
        return True
    if _CLOCK.search(sentence) and _AFTER_CLOCK.match(following):
        return True
    return bool(_LIST_NUMBER.fullmatch(sentence) or _TITLE.search(sentence))
