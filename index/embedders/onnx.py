"""A BERT sentence embedder on onnxruntime: same vectors as sentence-transformers, without torch at question time.

The ONNX file is made from the model's own weights at the first use and kept in the cache folder, under a name that
holds the sha256 of the weights it was made from and of its own bytes.
"""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from index.errors import SetupError, StorageError
from index.onnx_session import OnnxSession
from index.types import EmbedderId, Vectors
from index.weights import ModelFolder, file_sha256, model_folder, packaged_model

EXPORT_VERSION = 1
"""Raise it when `onnx_export` changes what it writes: cached files of another version are not used."""

BATCH_TOKENS = 1536
"""Word pieces in one batch, padding included. Small batches of equal length are fastest on a CPU."""

Model = Callable[[NDArray[np.int64], NDArray[np.int64]], Vectors]
"""Word pieces and mask, both (batch, length), to vectors."""

log = logging.getLogger("newsdesk")


class OnnxEmbedder:
    """all-MiniLM-L6-v2 as installed with Newsdesk, or a local folder with a BERT model that pools by the mean."""

    def __init__(self, *, model: str | None, cache_dir: Path, threads: int) -> None:
        """`model`: None for the packaged one, or a local folder. `threads`: 0 leaves the number to onnxruntime.

        Raises SetupError when the weights are missing, altered or of another kind, StorageError when the ONNX file
        cannot be kept in `cache_dir`.
        """
        folder = packaged_model() if model is None else _bert_folder(model)
        self._model = self._load(_onnx_file(folder, cache_dir), threads)
        self._tokenizer = Tokenizer.from_file(str(folder.path / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(folder.json("sentence_bert_config.json").get("max_seq_length", 512))
        self.id = EmbedderId(folder.name, folder.weights_sha256, folder.json("config.json")["hidden_size"])

    def _load(self, file: Path, threads: int) -> Model:
        """The graph on its runtime; may be called from several threads."""
        session = OnnxSession(file, threads)
        return lambda ids, mask: session.run({"input_ids": ids, "attention_mask": mask})

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(list(texts))
        vectors = np.empty((len(texts), self.id.dimension), dtype=np.float32)
        for batch in _batches([len(encoding) for encoding in encodings]):
            vectors[batch] = self._run([encodings[i] for i in batch])
        return vectors

    def embed_query(self, text: str) -> Vectors:
        return np.asarray(self._run([self._tokenizer.encode(text)])[0])

    def _run(self, encodings: Sequence[Encoding]) -> Vectors:
        shape = len(encodings), max(len(encoding) for encoding in encodings)
        ids, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding)] = encoding.ids
            mask[row, : len(encoding)] = 1
        return self._model(ids, mask)


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Indices of texts grouped by similar length, at most BATCH_TOKENS a group with its padding."""
    batches: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if batches and (len(batches[-1]) + 1) * lengths[batches[-1][0]] <= BATCH_TOKENS:
            batches[-1].append(i)
        else:
            batches.append([i])
    return batches


def _bert_folder(model: str) -> ModelFolder:
    remedy = "Use the embedder sentence_transformer for it."
    if not Path(model).is_dir():
        raise SetupError(f"The onnx embedder needs a local folder, and {model!r} is none.", remedy)
    folder = model_folder(Path(model))
    kinds = [str(module["type"]).rpartition(".")[2] for module in folder.json("modules.json")]
    by_mean = [name for name, on in folder.json("1_Pooling/config.json").items() if on is True or on == "mean"]
    if (
        folder.json("config.json").get("model_type") != "bert"
        or kinds != ["Transformer", "Pooling", "Normalize"]
        or not {"pooling_mode_mean_tokens", "pooling_mode"}.intersection(by_mean)
    ):
        raise SetupError(
            f"The onnx embedder takes BERT models pooled by the mean, and {model!r} is another kind.", remedy
        )
    return folder


def _onnx_file(folder: ModelFolder, cache_dir: Path) -> Path:
    """The ONNX file of these weights, from the cache or made now. A damaged one is made again."""
    stem = f"onnx-{folder.weights_sha256[:16]}-v{EXPORT_VERSION}"
    try:
        found = _intact(cache_dir, stem)
        if found:
            return found
        cache_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(cache_dir / f"{stem}.lock"):
            # Another process may have made it while this one waited.
            return _intact(cache_dir, stem) or _make(folder, cache_dir, stem)
    except OSError as error:
        raise StorageError(
            f"The ONNX model cannot be kept in {cache_dir}: {error.strerror or error}.",
            "Set NEWSDESK_HOME to a folder that can be written, on a disk with 200 MB free.",
        ) from error


def _make(folder: ModelFolder, cache_dir: Path, stem: str) -> Path:
    from index.embedders.onnx_export import export

    log.info("Turning the weights of %s into the file that answers fast: once, about ten seconds.", folder.name)
    partial = cache_dir / f"{stem}.partial"
    try:
        export(folder.path, partial)
    except (RuntimeError, ImportError) as error:
        raise SetupError(
            f"The model in {folder.path} cannot be turned into ONNX: {error}.",
            "Use the embedder sentence_transformer, or install the versions that Newsdesk was tested with.",
        ) from error
    return partial.replace(cache_dir / f"{stem}-{file_sha256(partial)[:16]}.onnx")


def _intact(cache_dir: Path, stem: str) -> Path | None:
    for path in cache_dir.glob(f"{stem}-*.onnx"):
        if path.stem == f"{stem}-{file_sha256(path)[:16]}":
            return path
        path.unlink(missing_ok=True)
    return None
