"""Fixtures shared by all tests."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the ONNX model is made once for the whole run."""
    return tmp_path_factory.mktemp("model_cache")


@pytest.fixture(autouse=True, scope="session")
def _no_settings_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test meets the archive or the settings of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("NEWSDESK_")]:
            patch.delenv(name)
        patch.setenv("NEWSDESK_HOME", str(tmp_path_factory.mktemp("no_home")))
        yield


@pytest.fixture(scope="session")
def seeds_home(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Path:
    """A NEWSDESK_HOME with the seed articles in it, made with the real embedder. Only to be read."""
    home = _home(tmp_path_factory.mktemp("seeds") / "home", model_cache)
    ingest_into(home, SEEDS)
    return home


@pytest.fixture
def empty_home(tmp_path: Path, model_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new NEWSDESK_HOME, set in the environment, with an empty archive."""
    home = _home(tmp_path / "home", model_cache)
    monkeypatch.setenv("NEWSDESK_HOME", str(home))
    return home


@pytest.fixture
def home(seeds_home: Path, empty_home: Path) -> Path:
    """A NEWSDESK_HOME of the test's own, set in the environment, with the seed articles in it."""
    shutil.copytree(seeds_home / "archive", empty_home / "archive")
    return empty_home


def _home(path: Path, model_cache: Path) -> Path:
    path.mkdir()
    (path / "models").symlink_to(model_cache, target_is_directory=True)
    return path


def ingest_into(home: Path, *paths: Path) -> None:
    """Bring files into the archive of `home`; every one of them must go in."""
    from index.chunk import DEFAULT_CHUNKER
    from index.ingest import ingest
    from index.sources.files import FileSource
    from rag.build import build_collection, build_embedder
    from rag.settings import load_settings

    settings = load_settings(home)
    embedder = build_embedder(settings)
    with closing(build_collection(settings, embedder)) as collection:
        report = ingest(FileSource(paths), collection, embedder, DEFAULT_CHUNKER)
    assert not report.failed
