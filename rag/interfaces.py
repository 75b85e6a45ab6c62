"""What a backend of rag/ must offer."""

from collections.abc import Sequence
from typing import Protocol

from index.interfaces import Collection
from index.types import Hit, Vectors
from rag.types import Draft, StandaloneQuestion


class Answerer(Protocol):
    """From the hits of a question to a draft. Made as `Class(min_confidence=...)`: the confidence in [0, 1] below which
    it abstains."""

    @property
    def name(self) -> str: ...

    def draft(
        self, question: StandaloneQuestion, part_vectors: Vectors, hits: Sequence[Hit], collection: Collection
    ) -> Draft:
        """Claims with their quotes, or an abstention with its reason.

        `part_vectors`: one row for each of `question.parts`, L2-normalised.
        """
        ...
