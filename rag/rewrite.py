"""A follow-up question made complete by a language model, within what was said before."""

import logging
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.errors import LLMError
from rag.follow_up import recent
from rag.interfaces import LLM
from rag.markers import tidy
from rag.prompts import rewrite_messages
from rag.types import Pending, Turn, Usage
from rag.words import all_forms, in_dictionary, is_stop_word, words

REWRITE_TOKENS = 100

LONGEST = 400
"""Characters of a question; a model that writes more does not ask."""

log = logging.getLogger("newsdesk")


@dataclass(frozen=True, slots=True)
class Rewritten:
    """`text`: the question in full; None: there is none, and `note` tells a reader why. `usage`: as of a draft."""

    text: str | None = None
    note: str = ""
    usage: Mapping[str, float] = field(default_factory=dict)


class Rewriter:
    """Asks a language model, which is opened when it is first asked."""

    def __init__(self, name: str, open_llm: Callable[[], LLM]) -> None:
        self._name = name
        self._open = open_llm

    def rewrite(self, text: str, history: Sequence[Turn]) -> Generator[Pending, None, Rewritten]:
        """What a follow-up asks in full, or nothing when the model fails, does not ask, or names what was not named.

        Gives turns to whoever may stop it. Raises SetupError when the model cannot be opened.
        """
        turns = recent(history)
        written, usage = "", Usage()
        try:
            with self._open().complete(rewrite_messages(text, turns), REWRITE_TOKENS) as completion:
                for piece in completion:
                    written += piece
                    yield Pending("")
                usage = completion.usage or usage
        except LLMError as error:
            log.warning("%s The question is completed by rules.", error)
            return Rewritten(note=self._note("did not answer"))
        asked = tidy(written).partition("\n")[0].strip("\"“”' ")
        if not asked.endswith("?") or len(asked) > LONGEST:
            return Rewritten(note=self._note("asked no question"), usage=usage.told)
        if _names_more(asked, [text, *(turn.content for turn in turns)]):
            return Rewritten(note=self._note("named what was not spoken of"), usage=usage.told)
        return Rewritten(asked, usage=usage.told)

    def _note(self, what: str) -> str:
        return f"The language model “{self._name}” was to complete the question and {what}, so rules completed it."


def _names_more(asked: str, said: Sequence[str]) -> bool:
    """Whether it has a name or a number that was not said."""
    held = all_forms(word for text in said for word in words(text))
    for word in words(asked):
        named = word.capitalised and not is_stop_word(word.text) and not (word.start == 0 and in_dictionary(word.text))
        if (named or any(map(str.isdigit, word.text))) and not word.forms & held:
            return True
    return False
