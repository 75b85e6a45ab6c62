"""An embedder of another dimension, for tests of archives that are embedded anew."""

import os
from collections.abc import Sequence
from pathlib import Path
from time import sleep  # as it is, whatever a test makes of time.sleep

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

from index.types import EmbedderId, Vectors

DIMENSION = 64


class SmallEmbedder:
    """As the hashing embedder, in 64 dimensions; `texts` are those embedded so far. SMALL_EMBEDDER_PAUSE: seconds for
    each call."""

    def __init__(self, *, model: str | None = None, cache_dir: Path | None = None, threads: int = 0) -> None:
        self.id = EmbedderId(f"small {model or ''}".strip(), "5" * 64, DIMENSION)
        self.texts: list[str] = []
        self._vectorizer = HashingVectorizer(n_features=DIMENSION, norm="l2")

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        sleep(float(os.environ.get("SMALL_EMBEDDER_PAUSE", 0)))
        self.texts += texts
        return np.asarray(self._vectorizer.transform(texts or [""]).toarray()[: len(texts)], np.float32)

    def embed_query(self, text: str) -> Vectors:
        return np.asarray(self._vectorizer.transform([text]).toarray()[0], np.float32)
