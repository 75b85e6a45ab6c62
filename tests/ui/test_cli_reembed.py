"""`newsdesk reembed`, and what goes on meanwhile."""

import json
import os
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path
from unittest.mock import Mock

import httpx
import pytest
from click.testing import CliRunner, Result
from conftest import SEEDS, serving

from rag.settings import load_settings
from tests.small_embedder import SmallEmbedder
from ui import cli_ingest
from ui.cli import cli

SMALL = "tests.small_embedder:SmallEmbedder"
QUESTION = "Why did Kering drop its suit?"


def newsdesk(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def test_another_embedder_and_back(home: Path) -> None:
    (home / "newsdesk.toml").write_text("# ours\ntop_k = 5\n\n[llms.x]\nkind = 'openai'\nmodel = 'y'\n")
    done = newsdesk("reembed", "--embedder", SMALL)
    assert (done.exit_code, done.stdout) == (
        0,
        "The archive is built with small, dimension 64, weights 555555555555.\n",
    )
    written = (home / "newsdesk.toml").read_text()
    assert written.startswith("# ours\ntop_k = 5\n")
    assert tomllib.loads(written)["embedder"] == SMALL
    assert newsdesk("ask", QUESTION).exit_code == 0
    assert "small, dimension 64" in newsdesk("doctor").stdout
    assert "already" in newsdesk("reembed").stdout
    assert "already" in newsdesk("reembed", "--embedder", SMALL).stdout
    back = newsdesk("reembed", "--embedder", "onnx")
    assert back.exit_code == 0 and "all-MiniLM-L6-v2, dimension 384" in back.stdout
    assert not json.loads(newsdesk("ask", QUESTION, "--json").stdout)["abstained"]


def test_doctor_tells_of_one_that_was_stopped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "has not ended" not in newsdesk("doctor").stdout
    with monkeypatch.context() as stopped:
        stopped.setattr("index.reembed.embed", Mock(side_effect=KeyboardInterrupt))
        assert newsdesk("reembed", "--embedder", SMALL).exit_code == 130
    told = newsdesk("doctor")
    assert told.exit_code == 0
    assert "`newsdesk reembed` with small, dimension 64, weights 555555555555 has not ended, 3 articles" in told.stdout
    newsdesk("reembed")
    assert "has not ended" not in newsdesk("doctor").stdout


def test_by_the_settings_of_the_environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_EMBEDDER", SMALL)
    refused = newsdesk("ask", QUESTION)
    assert refused.exit_code == 3 and "run `newsdesk reembed`" in refused.stderr
    refused = newsdesk("reembed", "--embedder", "hashing")
    assert refused.exit_code == 3 and "NEWSDESK_EMBEDDER of the environment" in refused.stderr
    assert newsdesk("reembed").exit_code == 0
    assert not (home / "newsdesk.toml").exists()
    assert newsdesk("ask", QUESTION).exit_code == 0


def test_a_model_that_cannot_be_had_changes_nothing(home: Path) -> None:
    assert newsdesk("reembed", "--model", home / "nowhere").exit_code == 3
    assert newsdesk("reembed", "--embedder", "nobody").exit_code == 3
    assert not (home / "newsdesk.toml").exists()
    assert newsdesk("ask", QUESTION).exit_code == 0


def test_a_running_server_switches_without_dropping_a_question(home: Path) -> None:
    statuses: list[int] = []
    ended = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=address, timeout=60) as client:
            while not ended.is_set():
                answer = client.post("/ask", json={"question": QUESTION})
                lines = client.post("/ask", json={"question": QUESTION, "stream": True}).text.splitlines()
                statuses.extend([answer.status_code, 200 if "event: final" in lines else 500])

    environment = {**os.environ, "SMALL_EMBEDDER_PAUSE": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [str(Path(sys.executable).with_name("newsdesk")), "reembed", "--embedder", SMALL]
    with serving(load_settings(home)) as address:
        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        before = len(statuses)
        deadline = time.monotonic() + 60
        while len(statuses) < before + 8 and time.monotonic() < deadline:
            time.sleep(0.05)
        ended.set()
        for thread in threads:
            thread.join(60)
        assert (done.returncode, done.stdout) == (
            0,
            "The archive is built with small, dimension 64, weights 555555555555.\n",
        )
        assert len(statuses) >= before + 8 and set(statuses) == {200}
        assert httpx.get(f"{address}/readyz", timeout=60).status_code == 200


def test_a_watching_ingest_goes_on_with_the_new_embedder(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.jsonl").write_text(json.dumps({"title": "Acme grows", "text": "Acme opened twelve shops in May."}))
    rounds = 0

    def sleep(seconds: float) -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 2:
            raise KeyboardInterrupt
        assert newsdesk("reembed", "--embedder", SMALL).exit_code == 0
        (folder / "b.jsonl").write_text(json.dumps({"title": "Bolt grows", "text": "Bolt opened nine shops in May."}))
        monkeypatch.setattr(cli_ingest.Schedule, "due", lambda self: ["files"])

    monkeypatch.setattr(cli_ingest.time, "sleep", sleep)
    watched = newsdesk("ingest", "--watch", folder)
    assert watched.exit_code == 130, watched.stderr
    settings = load_settings(home)
    from rag.build import build_collection

    with build_collection(settings, SmallEmbedder(), read_only=True) as archive:  # type: ignore[attr-defined]
        assert archive.manifest().articles == len(list(SEEDS.glob("*.txt"))) + 2
        assert archive.manifest().embedder.dimension == 64
