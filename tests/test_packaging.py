"""What an installation without the checkout has: every file that the packages read stands in the wheel."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = ("index", "rag", "ui", "eval")


@pytest.mark.parametrize("package", PACKAGES)
def test_data_files_are_packed(package: str) -> None:
    folder = ROOT / package
    patterns = PROJECT["tool"]["setuptools"]["package-data"].get(package, [])
    packed = {file for pattern in patterns for file in folder.glob(pattern)}
    files = {file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts}
    assert {file for file in files if file.suffix not in (".py", ".md")} <= packed


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {file.parent for package in PACKAGES for file in (ROOT / package).rglob("*.py")}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []
