"""Anthropic's Messages API, by the official client. https://docs.anthropic.com/en/api/messages-streaming"""

from collections.abc import AsyncGenerator, Sequence
from typing import Any
from urllib.parse import urlsplit

from index.chunk import count_tokens
from index.errors import SetupError
from rag.completion import StreamedCompletion, wait_for
from rag.interfaces import Completion
from rag.refusals import broken_off, garbage, refusal, require_event_stream, unreachable, withheld
from rag.types import LLMSpec, Message, Usage

try:
    import anthropic
    import httpx2
except ModuleNotFoundError as error:
    raise SetupError(
        "The package anthropic is not installed.", "Install it: pip install 'newsdesk[anthropic]'."
    ) from error

ANTHROPIC = "https://api.anthropic.com"
CONNECT_SECONDS = 10.0


class AnthropicLLM:
    """A Claude model. Temperature and seed are not sent: its newer models refuse them."""

    def __init__(self, spec: LLMSpec) -> None:
        """Raises SetupError without a key."""
        if spec.api_key is None:
            raise SetupError(
                f"The language model {spec.name!r} has no key.", "Name the variable that holds it with api_key_env."
            )
        base_url = spec.base_url or ANTHROPIC
        self.name = spec.name
        self.context_tokens = spec.context_tokens
        self._spec = spec
        self._host = urlsplit(base_url).netloc.rpartition("@")[2]
        self._client = anthropic.AsyncAnthropic(
            base_url=base_url,
            api_key=spec.api_key,
            max_retries=0,  # StreamedCompletion does it, within the time limit of the whole
            timeout=anthropic.Timeout(None, connect=CONNECT_SECONDS),
        )

    def complete(self, messages: Sequence[Message], max_tokens: int) -> Completion:
        return StreamedCompletion(self._spec, max_tokens, lambda: self._attempt(messages, max_tokens))

    def count_tokens(self, text: str) -> int:
        return count_tokens(text)

    def close(self) -> None:
        wait_for(self._client.close())

    async def _attempt(self, messages: Sequence[Message], max_tokens: int) -> AsyncGenerator[str | Usage, None]:
        read, cached, written, stop = 0, 0, 0, None
        async with await self._open(messages, max_tokens) as stream:
            require_event_stream(self._spec, stream.response.headers)
            try:
                async for event in stream:
                    text = ""
                    if event.type == "message_start":
                        told = event.message.usage
                        cached = told.cache_read_input_tokens or 0
                        read = told.input_tokens + cached + (told.cache_creation_input_tokens or 0)
                    elif event.type == "content_block_delta" and event.delta.type == "text_delta":
                        text = event.delta.text
                    elif event.type == "message_delta":
                        stop = event.delta.stop_reason or stop
                        written = event.usage.output_tokens
                    yield "".join(text)  # fails here, and not later, on what is no text
            except anthropic.APIStatusError as error:  # an error that the server tells in the middle of the stream
                raise broken_off(self._spec, error.body) from None
            except httpx2.HTTPError as error:
                raise broken_off(self._spec) from error
            except (ValueError, TypeError, AttributeError) as error:
                raise garbage(self._spec) from error
        if stop is None:
            raise broken_off(self._spec)
        if stop == "refusal":
            raise withheld(self._spec)
        yield Usage(read, written, cached, cut_off=stop in ("max_tokens", "model_context_window_exceeded"))

    async def _open(self, messages: Sequence[Message], max_tokens: int) -> Any:
        system = "\n\n".join(message.content for message in messages if message.role == "system")
        turns: list[Any] = [
            {"role": message.role, "content": message.content} for message in messages if message.role != "system"
        ]
        try:
            return await self._client.messages.create(
                model=self._spec.model,
                system=system or anthropic.omit,
                messages=turns,
                max_tokens=max_tokens,
                stream=True,
            )
        except anthropic.APIStatusError as error:
            # `from None`: the original may quote the key
            raise refusal(self._spec, error.status_code, error.response.headers, error.body) from None
        except anthropic.APIConnectionError as error:
            raise unreachable(self._spec, self._host, error.__cause__) from error
