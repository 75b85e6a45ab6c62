"""OpenAI and whatever speaks its protocol: Azure, Ollama, vLLM, llama-server, LM Studio, OpenRouter, Mistral ..."""

from collections.abc import Sequence

from index.chunk import count_tokens
from index.errors import SetupError
from rag.interfaces import Completion
from rag.openai_chat import OpenAIChat
from rag.types import LLMSpec, Message

OPENAI = "https://api.openai.com/v1"


class OpenAICompatibleLLM:
    """A model behind chat completions; at OpenAI when the spec has no `base_url`."""

    def __init__(self, spec: LLMSpec) -> None:
        """Raises SetupError when OpenAI would be asked without a key."""
        if spec.base_url is None and spec.api_key is None:
            raise SetupError(
                f"The language model {spec.name!r} is OpenAI's and has no key.",
                "Name the variable that holds it with api_key_env, or another server with base_url.",
            )
        self.name = spec.name
        self.context_tokens = spec.context_tokens
        # Never None: the client would take the key of OpenAI from the environment and send it to any address.
        self._chat = OpenAIChat(spec, spec.base_url or OPENAI, spec.api_key or "none")

    def complete(self, messages: Sequence[Message], max_tokens: int) -> Completion:
        return self._chat.complete(messages, max_tokens)

    def count_tokens(self, text: str) -> int:
        return count_tokens(text)

    def close(self) -> None:
        self._chat.close()
