"""Word counts hashed into a vector, without a model: for tests and for measuring scale, not for searching well."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

from index.errors import SetupError
from index.types import EmbedderId, Vectors

DIMENSION = 384


class HashingEmbedder:
    """Signed feature hashing of lower-case words (Weinberger et al. 2009). A text without words gives zeros."""

    def __init__(self, *, model: str | None, cache_dir: Path, threads: int) -> None:
        if model is not None:
            raise SetupError(f"The hashing embedder has no models, but {model!r} was named.", "Leave the model unset.")
        settings = f"HashingVectorizer n_features={DIMENSION} norm=l2 alternate_sign"
        self.id = EmbedderId("hashing", hashlib.sha256(settings.encode()).hexdigest(), DIMENSION)
        self._vectorizer = HashingVectorizer(n_features=DIMENSION, norm="l2", alternate_sign=True)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, DIMENSION), dtype=np.float32)
        return np.asarray(self._vectorizer.transform(texts).toarray(), dtype=np.float32)

    def embed_query(self, text: str) -> Vectors:
        return np.asarray(self.embed_passages([text])[0], dtype=np.float32)
