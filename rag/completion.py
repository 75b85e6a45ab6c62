"""The text of a language model while it comes: bound in time and length, asked for again, stopped from any thread.

Backends write one asynchronous generator. It runs on an event loop in a thread of its own, since only there can a
request be stopped at any point: before the first byte, between two, or while waiting to try again.
"""

import asyncio
import logging
import random
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import replace
from functools import lru_cache
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Self, TypeVar

from rag.errors import LLMBrokenError, LLMUnavailableError
from rag.types import LLMSpec, Usage

T = TypeVar("T")

Attempt = Callable[[], AsyncGenerator[str | Usage, None]]
"""Asks once: yields text, "" as a sign of life, and Usage at the end. Raises LLMError."""

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
"""Seconds before the second attempt, doubled for each further one; a server that asks for more is not waited for."""

TURN_SECONDS = 0.25
"""After so long without text there is a piece without."""

MOST_CHARACTERS = 30
"""A token has four characters on average, and hardly ever more than this: a model past it has no end."""

log = logging.getLogger("newsdesk")


class _SilenceError(TimeoutError):
    """Not tried again: a server that is silent is busy, and has the request already."""


class StreamedCompletion:
    """A `Completion` fed by a generator that runs on the event loop."""

    def __init__(self, spec: LLMSpec, max_tokens: int, attempt: Attempt) -> None:
        self._usage: Usage | None = None
        self._arrived: SimpleQueue[str | Usage | Exception | None] = SimpleQueue()
        self._ended = False
        self._task = asyncio.run_coroutine_threadsafe(
            _produce(spec, max_tokens * MOST_CHARACTERS, attempt, self._arrived), _loop()
        )

    @property
    def usage(self) -> Usage | None:
        return self._usage

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        if self._ended:
            raise StopIteration
        try:
            item = self._arrived.get(timeout=TURN_SECONDS)
        except Empty:
            return ""
        if isinstance(item, str):
            return item
        self._ended = True
        if isinstance(item, Exception):
            raise item
        self._usage = item
        raise StopIteration

    def close(self) -> None:
        self._ended = True
        self._task.cancel()
        self._arrived.put(None)  # for another thread that waits for the next piece

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def wait_for(work: Coroutine[None, None, T]) -> T:
    """What the coroutine gives, run on the event loop of the completions."""
    return asyncio.run_coroutine_threadsafe(work, _loop()).result()


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="newsdesk-llm", daemon=True).start()
    return loop


async def _produce(
    spec: LLMSpec, most: int, attempt: Attempt, arrived: SimpleQueue[str | Usage | Exception | None]
) -> None:
    """Put the pieces, then the usage or the error that ended them."""
    try:
        async with asyncio.timeout(spec.timeout):
            usage = await _try_again(spec, most, attempt, arrived.put)
        arrived.put(usage)
    except _SilenceError:
        reason = f"gave no sign of life for {spec.silence:g} seconds"
        arrived.put(LLMUnavailableError(spec.name, reason, "Look after its server, or raise silence in its settings."))
    except TimeoutError:
        reason = f"took longer than {spec.timeout:g} seconds"
        arrived.put(LLMUnavailableError(spec.name, reason, "Take a faster model, or raise timeout in its settings."))
    except Exception as error:  # handed to whoever reads the text, who is on another thread
        arrived.put(error)


async def _try_again(spec: LLMSpec, most: int, attempt: Attempt, put: Callable[[str], None]) -> Usage:
    """The attempts one after the other, as long as no text has come and waiting may help."""
    length = 0

    def take(text: str) -> None:
        nonlocal length
        length += len(text)
        if length > most:
            raise LLMBrokenError(spec.name, "does not come to an end", "Take another model, or a newer server.")
        put(text)

    for attempts_left in range(spec.retries, -1, -1):
        try:
            return await _once(spec, attempt, take)
        except LLMUnavailableError as error:
            backoff = FIRST_WAIT * 2 ** (spec.retries - attempts_left) * random.uniform(1, 1.25)
            wait = backoff if error.retry_after is None else error.retry_after
            if length or not attempts_left or wait > LONGEST_WAIT:
                raise
            log.info("%s Trying again in %.1f s.", error.message, wait)
            await asyncio.sleep(wait)
    raise AssertionError("the last attempt returns or raises")


async def _once(spec: LLMSpec, attempt: Attempt, take: Callable[[str], None]) -> Usage:
    any_text = False
    usage = None
    async with aclosing(attempt()) as pieces:
        while usage is None:
            try:
                async with asyncio.timeout(spec.silence):
                    piece = await anext(pieces, Usage())
            except TimeoutError:
                raise _SilenceError from None
            if isinstance(piece, Usage):
                usage = piece
            elif piece:
                any_text = True
                take(piece)
    if not any_text:
        remedy = "Allow it more tokens: all of them went into thinking." if usage.cut_off else "Take another model."
        raise LLMBrokenError(spec.name, "said nothing", remedy)
    return replace(usage, cost_usd=spec.price.cost_usd(usage)) if spec.price else usage
