"""The reader that comes with Newsdesk: a small cross-encoder on onnxruntime. Beside it is its card, READER.md."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import SetupError
from index.onnx_session import OnnxSession
from index.weights import file_sha256, packaged_model
from rag.reading import QUESTION, Encoded, PieceEncoder
from rag.types import Excerpt, Support

FILE = Path(__file__).parent / "reader.onnx"
SHA256 = "4595add4cab5854f8ea342729f1df6e29a47752cb83cf645d91cc14c0be29dd5"

ANSWERS, SUPPORTS, CARRIED = 0, 1, 2
"""The logits of a word piece: of a sentence that it answers, of a claim that it is supported (each the mean over the
pieces of the sentence or claim), and of a piece of a claim that the excerpt carries it."""


class PackagedReader:
    """Reads with the word pieces of all-MiniLM-L6-v2."""

    name = f"newsdesk-reader, weights {SHA256[:12]}"

    def __init__(self, *, model: str | None, threads: int) -> None:
        """`threads`: 0 leaves the number to onnxruntime.

        Raises SetupError when a model is named, or the packaged one is missing or altered.
        """
        if model is not None:
            raise SetupError(
                f"The packaged reader takes no other model, and {model!r} was named.", "Use the reader cross_encoder."
            )
        if not FILE.is_file() or file_sha256(FILE) != SHA256:
            raise SetupError(f"{FILE} is missing or damaged.", "Install Newsdesk again.")
        self._session = OnnxSession(FILE, threads)
        self._encoder = PieceEncoder(str(packaged_model().path / "tokenizer.json"))

    def answers(self, question: str, excerpts: Sequence[Excerpt]) -> list[list[float]]:
        encoded = [self._encoder.encode(question, excerpt) for excerpt in excerpts]
        return [
            [_chance(logits[np.equal(one.owners, place), ANSWERS]) for place in range(len(excerpt.sentences))]
            for excerpt, one, logits in zip(excerpts, encoded, self._run(encoded), strict=True)
        ]

    def supports(self, claims: Sequence[str], excerpts: Sequence[Excerpt]) -> list[Support]:
        encoded = [self._encoder.encode(claim, excerpt) for claim, excerpt in zip(claims, excerpts, strict=True)]
        found = []
        for one, logits in zip(encoded, self._run(encoded), strict=True):
            own = logits[np.equal(one.owners, QUESTION)]
            uncarried = [span for span, logit in zip(one.question, own[:, CARRIED], strict=True) if logit < 0]
            found.append(Support(_chance(own[:, SUPPORTS]), tuple(_joined(uncarried))))
        return found

    def _run(self, encoded: Sequence[Encoded]) -> Iterator[NDArray[np.float32]]:
        """For each excerpt (pieces, 3)."""
        if not encoded:
            return
        shape = len(encoded), max(len(one.ids) for one in encoded)
        ids, mask, types = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        for row, one in enumerate(encoded):
            ids[row, : len(one.ids)] = one.ids
            mask[row, : len(one.ids)] = 1
            types[row, : len(one.ids)] = one.types
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        for one, logits in zip(encoded, self._session.run(inputs), strict=True):
            yield logits[: len(one.ids)]


def _chance(logits: NDArray[np.float32]) -> float:
    """Of the mean logit; 0 when there was nothing to read."""
    return float(1 / (1 + np.exp(-logits.mean()))) if logits.size else 0.0


def _joined(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans with at most a blank between them as one."""
    start, end = None, -1
    for first, last in spans:
        if start is not None and first > end + 1:
            yield start, end
            start = None
        start, end = first if start is None else start, last
    if start is not None:
        yield start, end
