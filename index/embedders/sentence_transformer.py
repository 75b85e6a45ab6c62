"""Any model that sentence-transformers can load: from the hub, from a local folder, or the packaged one."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers.utils.logging import disable_progress_bar

from index.errors import SetupError
from index.hub import find_model, first_line
from index.types import EmbedderId, Vectors
from index.weights import packaged_model


class SentenceTransformerEmbedder:
    """The reference for every other embedder of the same weights. Uses the prompts that the model defines for queries
    and for passages."""

    def __init__(self, *, model: str | None, cache_dir: Path, threads: int) -> None:
        """`model`: None for the packaged one, a local folder, or a name on the Hugging Face hub, which is downloaded
        once to the hub's own cache. `threads`: 0 leaves the number to torch.

        Raises SetupError when the model cannot be had or loaded.
        """
        disable_progress_bar()  # type: ignore[no-untyped-call]
        if threads:
            torch.set_num_threads(threads)
        folder = packaged_model() if model is None else find_model(model)
        try:
            self._model = SentenceTransformer(str(folder.path), device="cpu", local_files_only=True)
        except (OSError, ValueError, ImportError, KeyError) as error:
            raise SetupError(
                f"The model {folder.name!r} cannot be loaded: {first_line(error)}",
                "Name a model that sentence-transformers can load.",
            ) from error
        dimension = self._model.get_embedding_dimension()
        assert dimension is not None
        self.id = EmbedderId(folder.name, folder.weights_sha256, dimension)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.id.dimension), dtype=np.float32)
        vectors = self._model.encode_document(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)

    def embed_query(self, text: str) -> Vectors:
        vector = self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vector, dtype=np.float32)
