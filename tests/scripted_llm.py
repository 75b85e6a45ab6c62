"""A language model that says what it is told to; named in the settings as `tests.scripted_llm:ScriptedLLM`."""

from collections.abc import AsyncGenerator, Sequence

from rag.completion import StreamedCompletion
from rag.interfaces import Completion
from rag.types import LLMSpec, Message, Usage


class ScriptedLLM:
    """Answers each prompt with the text of `spec.model`, word by word."""

    def __init__(self, spec: LLMSpec) -> None:
        self.name = spec.name
        self.context_tokens = spec.context_tokens
        self._spec = spec

    def complete(self, messages: Sequence[Message], max_tokens: int) -> Completion:
        return StreamedCompletion(self._spec, max_tokens, self._words)

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def close(self) -> None:
        """Nothing to give back."""

    async def _words(self) -> AsyncGenerator[str | Usage, None]:
        words = self._spec.model.split()
        for number, word in enumerate(words):
            yield word if number == 0 else f" {word}"
        yield Usage(output_tokens=len(words))
