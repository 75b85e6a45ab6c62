"""A cross-encoder for passages as a reader of sentences."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

from rag.interfaces import Reranker
from rag.types import Excerpt, Support


class SentenceReader:
    """Reads every sentence by itself, without its neighbours; of a claim it cannot tell which words are not carried."""

    def __init__(self, reranker: Reranker) -> None:
        self._reranker = reranker
        self.name = reranker.name

    def answers(self, question: str, excerpts: Sequence[Excerpt]) -> list[list[float]]:
        sentences = [sentence for excerpt in excerpts for sentence in excerpt.sentences]
        scores = [float(score) for score in self._reranker.scores(question, sentences)] if sentences else []
        ends = accumulate((len(excerpt.sentences) for excerpt in excerpts), initial=0)
        return [scores[start:end] for start, end in pairwise(ends)]

    def supports(self, claims: Sequence[str], excerpts: Sequence[Excerpt]) -> list[Support]:
        texts = [" ".join(excerpt.sentences) for excerpt in excerpts]
        scores = (self._reranker.scores(claim, [text])[0] for claim, text in zip(claims, texts, strict=True))
        return [Support(float(score), ()) for score in scores]
