"""An environment for each peer, since their requirements must not meet in one.

It sees the packages of the running environment behind its own, so that torch, transformers and FAISS are the same for
all and not stored again.
"""

import site
import subprocess
import sys
import venv
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import platformdirs

from eval.peers.types import Spec
from index.errors import SetupError

SHARED = ("faiss-cpu", "numpy", "safetensors", "sentence-transformers", "tokenizers", "torch", "transformers")
"""What speed and vectors hang on: the same version everywhere."""

READY = "installed.txt"


def default_folder() -> Path:
    return Path(platformdirs.user_cache_dir("newsdesk", appauthor=False)) / "peers"


def interpreter(name: str, spec: Spec, folder: Path) -> str:
    """The Python that runs the peer. Raises SetupError when its environment has to be made first."""
    if not spec.requirements:
        return sys.executable
    home = _home(spec, folder)
    ready = home / READY
    if not ready.exists() or ready.read_text() != _wanted(spec):
        raise SetupError(
            f"The peer {name!r} is not set up.", f"Install it with: python -m eval.peers setup --peer {name}"
        )
    return str(_python(home))


def set_up(name: str, spec: Spec, folder: Path) -> None:
    """Make the environment of a peer anew. Raises SetupError when its packages cannot be installed."""
    home = _home(spec, folder)
    venv.EnvBuilder(clear=True, with_pip=True, symlinks=True).create(home)
    [packages] = home.glob("lib/python*/site-packages")
    seen = "; ".join(f"site.addsitedir({path!r})" for path in site.getsitepackages())
    (packages / "newsdesk.pth").write_text(f"import site; {seen}\n")
    pins = home / "shared.txt"
    pins.write_text("".join(f"{package}=={version(package)}\n" for package in SHARED))
    command = [_python(home), "-m", "pip", "install", "--quiet", "--constraint", pins, *spec.requirements]
    if subprocess.run(command, check=False).returncode:
        raise SetupError(f"The packages of the peer {name!r} cannot be installed.", "pip says above what is wrong.")
    (home / READY).write_text(_wanted(spec))


def _home(spec: Spec, folder: Path) -> Path:
    """Peers with the same requirements share an environment, named after the first of them."""
    return folder / spec.requirements[0].partition("==")[0]


def _python(home: Path) -> Path:
    return home / "bin" / "python"


def _wanted(spec: Spec) -> str:
    """Changes when the environment has to be made anew."""
    try:
        shared = [f"{package}=={version(package)}" for package in SHARED]
    except PackageNotFoundError as error:
        raise SetupError(f"{error.name} is not installed.", "Install Newsdesk again.") from error
    return "\n".join([sys.version, *site.getsitepackages(), *shared, *spec.requirements])
