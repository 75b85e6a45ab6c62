"""What a backend of rag/ must offer."""

from collections.abc import Generator, Sequence
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from index.interfaces import Collection
from index.types import Hit, Vectors
from rag.types import Draft, Excerpt, Message, StandaloneQuestion, Support, Usage


class Reranker(Protocol):
    """Reads question and passage together. Made as `Class(model=..., threads=...)`."""

    @property
    def name(self) -> str: ...

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """(len(passages),) in [0, 1]: how likely each passage answers, in the order of `passages`; higher is better."""
        ...


class Answerer(Protocol):
    """From the hits of a question to a draft. Made as `Class(min_confidence=..., reader=...)`: the confidence in [0, 1]
    below which it abstains, and who reads sentences for it, None for nobody."""

    @property
    def name(self) -> str: ...

    def drafts(
        self, question: StandaloneQuestion, part_vectors: Vectors, hits: Sequence[Hit], collection: Collection
    ) -> Generator[Draft]:
        """Claims with their quotes, or an abstention with its reason: the last draft, which is whole. Before it any
        number of them with something `pending`, each with the claims of the one before; closing stops the writing.

        `part_vectors`: one row for each of `question.parts`, L2-normalised.
        """
        ...


class Completion(Protocol):
    """The text of a language model, piece by piece as it comes; best used as `with llm.complete(...) as completion:`.

    A piece may be "": nothing has come for a while, but whoever takes pieces may stop. Taking a piece raises LLMError
    when none can come any more.
    """

    @property
    def usage(self) -> Usage | None:
        """What it took; None before the text has ended by itself."""
        ...

    def __iter__(self) -> Self: ...

    def __next__(self) -> str: ...

    def close(self) -> None:
        """Stop the generation, in whatever state it is; from any thread. The text ends with what has been taken."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class LLM(Protocol):
    """A language model, safe for several threads. Made as `Class(spec)`, see LLMSpec; SetupError if it cannot work."""

    @property
    def name(self) -> str: ...

    @property
    def context_tokens(self) -> int | None:
        """Tokens of prompt and answer together; None when it is not known."""
        ...

    def complete(self, messages: Sequence[Message], max_tokens: int) -> Completion:
        """Start a completion of at most `max_tokens` tokens. Put first in `messages` what stays the same from one to
        the next: its prefix is not read twice."""
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens of the text; of the model's own where they are at hand, else an estimate by tiktoken."""
        ...

    def close(self) -> None:
        """Give back memory and connections."""
        ...


class Reader(Protocol):
    """A model that reads a question or a claim together with excerpts. Made as `Class(model=..., threads=...)`."""

    @property
    def name(self) -> str:
        """Its name and what tells its weights apart from others."""
        ...

    def answers(self, question: str, excerpts: Sequence[Excerpt]) -> list[list[float]]:
        """For each sentence of each excerpt the chance in [0, 1] that it answers the question."""
        ...

    def supports(self, claims: Sequence[str], excerpts: Sequence[Excerpt]) -> list[Support]:
        """How well each claim is carried by the excerpt of the same place."""
        ...
