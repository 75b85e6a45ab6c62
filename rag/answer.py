"""A language model writes; its text is read into claims, which nobody has checked yet."""

import logging
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import replace

from index.interfaces import Collection
from index.types import Hit, Passage, Vectors
from rag.errors import LLMError
from rag.interfaces import LLM, Answerer
from rag.languages import is_foreign, language_name, language_to_write
from rag.markers import ReadText, read_begun, read_text
from rag.prompts import REFUSAL, fenced_passage, messages
from rag.types import Claim, Draft, Message, Quote, StandaloneQuestion, Usage

ANSWER_TOKENS = 300
"""Room for an answer: five sentences take a third of it."""

FRAME_TOKENS = 64
"""Room for what a server writes around the messages, and for a tokenizer that is only estimated."""

LEAST_CONTEXT = 4096
"""Tokens that any model of today takes, where it is not known how many."""

log = logging.getLogger("newsdesk")


class GenerativeAnswerer:
    """Lets a language model write where `quoting`, who answers in the articles' own words, finds that the archive may
    answer. `open_llm` is first called when the model is first asked."""

    def __init__(self, name: str, open_llm: Callable[[], LLM], quoting: Answerer) -> None:
        self.name = name
        self._open = open_llm
        self._quoting = quoting

    def drafts(
        self, question: StandaloneQuestion, part_vectors: Vectors, hits: Sequence[Hit], collection: Collection
    ) -> Generator[Draft]:
        """The model's claims with the passages that they name, and the quoting draft to stand in for them.

        The quoting draft itself when the archive cannot know, or the model fails before its first sentence is whole;
        SetupError when it cannot be opened.
        """
        *_, quoted = self._quoting.drafts(question, part_vectors, hits, collection)
        languages = [hit.passage.article.language for hit in hits]
        known_not_to_say = not quoted.claims and quoted.abstain_reason != "no_evidence"
        if not hits or (known_not_to_say and not is_foreign(question.text, languages)):
            yield quoted
            return
        llm = self._open()
        offered = in_budget(llm, question, [hit.passage for hit in hits])
        if not offered:
            yield self._instead(quoted, "has no room for a passage")
            return
        written = replace(quoted, claims=(), explanation="", instead=quoted, pending="")
        fenced = [fenced_passage(id, passage) for id, passage in offered.items()]
        text = ""
        try:
            asked = _asked(question, [passage.article.language for passage in offered.values()], fenced)
            with llm.complete(asked, ANSWER_TOKENS) as completion:
                for piece in completion:
                    if piece:
                        text += piece
                        begun = read_begun(text, offered)
                        claims = () if begun.refused else _claims(begun, offered)
                        written = replace(written, claims=claims, pending=begun.pending)
                    yield written
                usage = completion.usage or Usage()
        except LLMError as error:
            log.warning("%s What is missing is told without it.", error)
            yield self._broken_off(written) if written.claims else self._instead(quoted, "did not answer")
            return
        read = read_text(text, offered, usage.cut_off)
        if read.refused:
            yield _refusal(quoted, usage)
        elif read.sentences:
            yield replace(written, claims=_claims(read, offered), pending=None, usage=usage.told)
        else:
            yield replace(self._instead(quoted, "said nothing"), usage=usage.told)

    def _instead(self, quoted: Draft, what: str) -> Draft:
        note = f"The language model “{self.name}” {what}, so this is told without it."
        return replace(quoted, notes=(*quoted.notes, note))

    def _broken_off(self, written: Draft) -> Draft:
        note = f"The language model “{self.name}” broke off, so there may be more to tell."
        return replace(written, notes=(*written.notes, note), pending=None)


def in_budget(llm: LLM, question: StandaloneQuestion, passages: Iterable[Passage]) -> dict[str, Passage]:
    """The passages that the model is shown, by the id it knows them by: whole ones, the first that fit."""
    frame = _asked(question, (), ())
    room = (llm.context_tokens or LEAST_CONTEXT) - ANSWER_TOKENS - FRAME_TOKENS
    room -= sum(llm.count_tokens(message.content) for message in frame)
    offered: dict[str, Passage] = {}
    for passage in passages:
        id = str(len(offered) + 1)
        room -= llm.count_tokens(fenced_passage(id, passage))
        if room < 0:
            break
        offered[id] = passage
    return offered


def _asked(question: StandaloneQuestion, languages: Sequence[str | None], fenced: Sequence[str]) -> tuple[Message, ...]:
    """What the model is sent. `languages`: of the passages, in the order of `fenced`."""
    code = language_to_write(question.text, languages)
    language = language_name(code) if code else "the language of the question"
    return messages(question.text, question.as_of, language, fenced)


def _claims(read: ReadText, offered: dict[str, Passage]) -> tuple[Claim, ...]:
    def quote(passage: Passage) -> Quote:
        return Quote(passage.article.id, passage.start, passage.end)

    return tuple(Claim(one.text, tuple(quote(offered[id]) for id in one.ids)) for one in read.sentences)


def _refusal(quoted: Draft, usage: Usage) -> Draft:
    """The model's word that the archive does not say; what would have been quoted is the nearest evidence."""
    nearest = quoted.nearest or tuple(quote for claim in quoted.claims for quote in claim.quotes)
    return Draft((), "no_evidence", REFUSAL, nearest, quoted.confidence, usage=usage.told)
