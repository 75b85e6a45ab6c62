"""Any cross-encoder that sentence-transformers can load: from the hub, or from a local folder."""

from collections.abc import Sequence
from threading import Lock

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from sentence_transformers import CrossEncoder
from transformers.utils.logging import disable_progress_bar

from index.errors import SetupError
from index.hub import find_model, first_line
from index.weights import ModelFolder

EXAMPLE = "cross-encoder/ms-marco-MiniLM-L6-v2"


class CrossEncoderReranker:
    """A transformer that reads question and passage as one text (Nogueira and Cho 2019, arXiv 1901.04085)."""

    def __init__(self, *, model: str | None, threads: int) -> None:
        """`model`: a local folder, or a name on the Hugging Face hub, which is downloaded once to the hub's own cache.
        `threads`: 0 leaves the number to torch.

        Raises SetupError when none is named, or it cannot be had or loaded, or does not give one score for a pair.
        """
        if model is None:
            raise SetupError("No model of the reranker is named.", f"Set reranker_model to a folder or to {EXAMPLE}.")
        disable_progress_bar()  # type: ignore[no-untyped-call]
        if threads:
            torch.set_num_threads(threads)
        folder = find_model(model)
        _check_kind(folder)
        try:
            self._model = CrossEncoder(str(folder.path), device="cpu", local_files_only=True)
        except (OSError, ValueError, RuntimeError, ImportError, KeyError, SafetensorError) as error:
            raise SetupError(
                f"The model {folder.name!r} cannot be loaded: {first_line(error)}",
                "Name a model that sentence-transformers can load.",
            ) from error
        if self._model.num_labels != 1:
            raise SetupError(
                f"The model {folder.name!r} gives a question and a passage {self._model.num_labels} scores, not one.",
                f"Name a model made for ranking, such as {EXAMPLE}.",
            )
        self.name = folder.name
        self._one_at_a_time = Lock()  # the tokenizer cannot be shared by threads

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        pairs = [(question, passage) for passage in passages]
        with self._one_at_a_time:
            found = self._model.predict(pairs, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False)
        return np.asarray(found, np.float32)


def _check_kind(folder: ModelFolder) -> None:
    """The library would load any model, and give it a last layer of random numbers when it has none."""
    saved_as = folder.json("config_sentence_transformers.json").get("model_type")
    architectures = folder.json("config.json").get("architectures") or [""]
    if saved_as != "CrossEncoder" and not architectures[0].endswith("ForSequenceClassification"):
        raise SetupError(
            f"The model {folder.name!r} is no cross-encoder: it was made for something else.",
            f"Name a model made for ranking, such as {EXAMPLE}.",
        )
