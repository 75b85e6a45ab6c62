"""A model that the user names: a folder, or a name on the Hugging Face hub."""

from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError

from index.errors import SetupError
from index.weights import ModelFolder, model_folder, weights_sha256

NOT_FOR_TORCH = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.tflite", "*.mlmodel"]
TIMEOUT_S = 5.0


def find_model(model: str) -> ModelFolder:
    """The local folder, or that of the hub's own cache, into which a model is downloaded once.

    Libraries are to load it from the folder: with the name some try for over a minute when there is no network. Raises
    SetupError when the model cannot be had or the folder holds no weights.
    """
    if Path(model).is_dir():
        return model_folder(Path(model))
    try:
        path = Path(_snapshot(model))
    except (OSError, ValueError, HfHubHTTPError) as error:
        raise SetupError(
            f"The model {model!r} is not a folder, not in the hub's cache and not to be had from the hub: "
            f"{first_line(error)}",
            "Check the name and the network, or name a local folder that holds the model.",
        ) from error
    return ModelFolder(model, path, weights_sha256(path))


def _snapshot(model: str) -> str:
    """Folder of the model in the hub's cache. The network is asked only for what is not there yet."""
    try:
        return snapshot_download(model, local_files_only=True, ignore_patterns=NOT_FOR_TORCH)
    except OSError:
        return snapshot_download(model, etag_timeout=TIMEOUT_S, ignore_patterns=NOT_FOR_TORCH)


def first_line(error: Exception) -> str:
    """What went wrong, without the advice to programmers that libraries add."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
