"""The text of a language model, read once into claims and the ids of the passages that each names."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index.sentences import sentence_spans
from rag.prompts import REFUSAL
from rag.words import is_stop_word, words

_IDS = r"\d+(?:\s*(?:[,;&]|and)\s*\d+)*"
_NAMED = rf"(?:passages?|ids?)\s*[:=]?\s*{_IDS}"
_MARKER = re.compile(rf"\s*(?:[\[【]\s*(?:{_NAMED}|{_IDS})\s*[\]】]|\(\s*{_NAMED}\s*\))", re.IGNORECASE)
_OPEN = re.compile(r"\s*[\[【(][^\]】)]{0,40}\Z")
"""What may become a marker."""

_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_ITEM = re.compile(r"^\s*(?:[-*•#>]+|\d{1,2}[.)])\s+", re.MULTILINE)
_EMPHASIS = re.compile(r"\*\*|__|`")
_BREAK = re.compile(r"\s*\n\s*")
_END = re.compile(r"[.!?…][\"'”’)\]]*\Z")


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """One sentence as written, without its markers; `ids`: those offered that it names, in order, once each."""

    text: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadText:
    """The sentences of a text in order, once each; `pending`: what is written behind them. `refused`: it says that the
    passages do not answer."""

    sentences: tuple[ReadSentence, ...]
    pending: str
    refused: bool


def read_text(text: str, offered: Collection[str], cut_off: bool) -> ReadText:
    """A marker belongs to the sentence before it, inside or behind its full stop; ids that were not `offered` are
    dropped. `cut_off`: the text was not written to its end; the sentence that it breaks off in is left out."""
    said = _sentences(tidy(text), offered)
    if cut_off and said and not _END.search(said[-1].text):
        return _read(said[:-1], said[-1].text)
    return _read(said, "")


def read_begun(text: str, offered: Collection[str]) -> ReadText:
    """A text that is still being written, of which every sentence counts that another one follows. Read again with more
    text, it has the same sentences and more."""
    said = _sentences(_OPEN.sub("", tidy(text)), offered)
    return _read(said[:-1], said[-1].text if said else "")


def _read(said: Sequence[ReadSentence], pending: str) -> ReadText:
    found: dict[str, ReadSentence] = {}
    for sentence in said:
        if _says_something(sentence.text) and not _is_refusal(sentence.text):
            found.setdefault(sentence.text, sentence)
    return ReadText(tuple(found.values()), pending, refused=bool(said) and _is_refusal(said[0].text))


def _sentences(tidy: str, offered: Collection[str]) -> list[ReadSentence]:
    plain, markers = _without_markers(tidy)
    said = []
    for start, end in sentence_spans(plain):
        named = (id for place, ids in markers if start < place <= end for id in ids if id in offered)
        said.append(ReadSentence(plain[start:end], tuple(dict.fromkeys(named))))
    return said


def tidy(text: str) -> str:
    """Without the marks of Markdown and what a model thinks aloud; every line a paragraph."""
    return _BREAK.sub("\n\n", _EMPHASIS.sub("", _ITEM.sub("", _THOUGHT.sub("", text)))).strip()


def _without_markers(text: str) -> tuple[str, list[tuple[int, list[str]]]]:
    """The text, and each marker as the place in it behind the last word before, with its ids."""
    plain, markers, end = "", [], 0
    for match in _MARKER.finditer(text):
        plain += text[end : match.start()]
        markers.append((len(plain.rstrip()), [str(int(id)) for id in re.findall(r"\d+", match.group())]))
        end = match.end()
    return plain + text[end:], markers


def _is_refusal(sentence: str) -> bool:
    return _bare(sentence) == _bare(REFUSAL)


def _bare(text: str) -> str:
    return " ".join(word.text.lower() for word in words(text))


def _says_something(sentence: str) -> bool:
    return any(not is_stop_word(word.text) for word in words(sentence))
