"""The chat completions of OpenAI, which most servers of language models speak, by the official client.

https://platform.openai.com/docs/api-reference/chat
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlsplit

from index.errors import SetupError
from rag.completion import StreamedCompletion, wait_for
from rag.refusals import broken_off, garbage, refusal, require_event_stream, unreachable, withheld
from rag.types import LLMSpec, Message, Usage

try:
    import openai
    from openai.types import CompletionUsage
    from openai.types.chat import ChatCompletionChunk
except ModuleNotFoundError as error:
    raise SetupError("The package openai is not installed.", "Install it: pip install 'newsdesk[openai]'.") from error

CONNECT_SECONDS = 10.0

OPTIONAL = ("temperature", "seed", "stream_options", "return_progress")
"""What some servers and models do not take; they name it in their refusal, and it is left out from then on."""


class OpenAIChat:
    """Asks one model at one address."""

    def __init__(self, spec: LLMSpec, base_url: str, api_key: str, *, local: bool = False) -> None:
        """`local`: llama.cpp on this machine, never reached through a proxy, that can tell how far it has read."""
        self._spec = spec
        self._host = urlsplit(base_url).netloc.rpartition("@")[2]
        self._length_field = "max_tokens"
        self._fields: dict[str, Any] = {
            "temperature": spec.temperature,
            "stream_options": {"include_usage": True},
        }
        if spec.seed is not None:
            self._fields["seed"] = spec.seed
        if local:
            self._fields["return_progress"] = True
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=api_key,
            max_retries=0,  # StreamedCompletion does it, within the time limit of the whole
            timeout=openai.Timeout(None, connect=CONNECT_SECONDS),
            http_client=openai.DefaultAsyncHttpxClient(trust_env=False) if local else None,
        )

    def complete(self, messages: Sequence[Message], max_tokens: int) -> StreamedCompletion:
        sent = [asdict(message) for message in messages]
        return StreamedCompletion(self._spec, max_tokens, lambda: self._attempt(sent, max_tokens))

    def close(self) -> None:
        wait_for(self._client.close())

    async def _attempt(self, messages: list[Any], max_tokens: int) -> AsyncGenerator[str | Usage, None]:
        finish, usage = None, Usage()
        async with await self._open(messages, max_tokens) as stream:
            require_event_stream(self._spec, stream.response.headers)
            try:
                async for chunk in stream:
                    usage = _usage(chunk.usage) if chunk.usage else usage
                    text = ""
                    for choice in chunk.choices[:1]:
                        finish = choice.finish_reason or finish
                        text = choice.delta.content or ""
                    yield "".join(text)  # fails here, and not later, on what is no text
            except openai.APIConnectionError as error:
                raise broken_off(self._spec) from error
            except openai.APIError as error:  # an error that the server tells in the middle of the stream
                raise broken_off(self._spec, error.body) from None
            except (ValueError, TypeError, AttributeError) as error:
                raise garbage(self._spec) from error
        if finish is None:
            raise broken_off(self._spec)
        if finish == "content_filter":
            raise withheld(self._spec)
        yield replace(usage, cut_off=finish == "length")

    async def _open(self, messages: list[Any], max_tokens: int) -> openai.AsyncStream[ChatCompletionChunk]:
        while True:
            fields = {**self._fields, self._length_field: max_tokens}
            try:
                return await self._client.chat.completions.create(
                    model=self._spec.model, messages=messages, stream=True, extra_body=fields
                )
            except openai.APIStatusError as error:
                if error.status_code not in (400, 422) or not self._left_out(str(error.body), fields):
                    # `from None`: the original may quote the key
                    raise refusal(self._spec, error.status_code, error.response.headers, error.body) from None
            except openai.APIConnectionError as error:
                raise unreachable(self._spec, self._host, error.__cause__) from error

    def _left_out(self, refused: str, fields: Mapping[str, Any]) -> bool:
        """Whether what was sent had something that the refusal names and that need not be sent, or not by that name."""
        named = [field for field in OPTIONAL if field in fields and field in refused]
        for field in named:
            self._fields.pop(field, None)
        if "max_completion_tokens" in refused and "max_tokens" in fields:
            self._length_field = "max_completion_tokens"
            return True
        return bool(named)


def _usage(told: CompletionUsage) -> Usage:
    details = told.prompt_tokens_details
    return Usage(int(told.prompt_tokens), int(told.completion_tokens), int((details and details.cached_tokens) or 0))
