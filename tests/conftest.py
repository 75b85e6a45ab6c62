"""Fixtures shared by all tests."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from fastapi import FastAPI
    from playwright.sync_api import Browser

    from rag.settings import Settings
    from ui.keys import Keys

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the ONNX model is, made once for the whole run."""
    from index.embedders.onnx import OnnxEmbedder

    cache = tmp_path_factory.mktemp("model_cache")
    OnnxEmbedder(model=None, cache_dir=cache, threads=1)
    return cache


@pytest.fixture(scope="session")
def cross_encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder to the letter: the packaged weights under last layers of random numbers, always the same. It
    ranks by nothing in particular."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    from index.weights import packaged_model

    folder, weights = tmp_path_factory.mktemp("models") / "a-cross-encoder", packaged_model().path
    torch.manual_seed(7)
    model = AutoModelForSequenceClassification.from_pretrained(weights, num_labels=1)
    with torch.no_grad():
        model.bert.pooler.dense.weight.normal_(std=0.1)  # else all scores are about the same
        model.classifier.weight.normal_(std=0.2)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(weights).save_pretrained(folder)
    return folder


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


@contextmanager
def serving(settings: "Settings", keys: "Keys | None" = None) -> Iterator[str]:
    """A server on loopback, as `newsdesk serve` runs it; gives its address. `keys`: one of them is asked for."""
    from ui.api import create_app

    # A factory, since Gradio opens event loops that nobody closes when it is set up outside a running one.
    with running(partial(create_app, settings, keys)) as address:
        yield address


@contextmanager
def running(app: Callable[[], "FastAPI"]) -> Iterator[str]:
    """What the factory makes, served on loopback; gives its address."""
    import uvicorn

    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, factory=True, log_level="critical", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            deadline = time.monotonic() + 60
            while not server.started:
                assert thread.is_alive() and time.monotonic() < deadline, "the server did not start"
                time.sleep(0.02)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:  # else the threads of its loop would keep the whole run from ending
            server.should_exit = True
            thread.join(10)


@pytest.fixture(scope="session")
def seeds_server(seeds_home: Path) -> Iterator[str]:
    """The address of a server over the seed articles."""
    from rag.settings import load_settings

    with serving(load_settings(seeds_home)) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """A real Chromium. Where there is none the test is skipped, but in CI it fails."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # a machine may be busy
    chromium = shutil.which("chromium")
    if chromium is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no chromium on the PATH: install it to run this test")
    quiet = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    with sync_playwright() as playwright:
        flags = [*quiet.split(), "--disable-component-update", "--disable-sync"]
        with playwright.chromium.launch(executable_path=chromium, args=flags) as browser:
            yield browser
