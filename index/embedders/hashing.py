"""Word counts hashed into a vector, without a model: for tests and for measuring scale, not for searching well."""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.errors import SetupError
from index.types import EmbedderId, Vectors

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import HashingVectorizer

DIMENSION = 384


class HashingEmbedder:
    """Signed feature hashing of lower-case words (Weinberger et al. 2009). A text without words gives zeros."""

    def __init__(self, *, model: str | None, cache_dir: Path, threads: int) -> None:
        if model is not None:
            raise SetupError(f"The hashing embedder has no models, but {model!r} was named.", "Leave the model unset.")
        settings = f"HashingVectorizer n_features={DIMENSION} norm=l2 alternate_sign"
        self.id = EmbedderId("hashing", hashlib.sha256(settings.encode()).hexdigest(), DIMENSION)

    @cached_property
    def _vectorizer(self) -> "HashingVectorizer":
        # More than a second, which an ingest that finds nothing new need not wait.
        from sklearn.feature_extraction.text import HashingVectorizer

        return HashingVectorizer(n_features=DIMENSION, norm="l2", alternate_sign=True)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, DIMENSION), dtype=np.float32)
        return np.asarray(self._vectorizer.transform(texts).toarray(), dtype=np.float32)

    def embed_query(self, text: str) -> Vectors:
        return np.asarray(self.embed_passages([text])[0], dtype=np.float32)
