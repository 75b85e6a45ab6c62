"""`newsdesk serve --workers`: several processes, one archive, one set of figures."""

import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil

from eval.processes import own_process
from tests.slow_answerer import SECONDS
from ui.keys import Keys

ROOT = Path(__file__).parent.parent.parent
QUESTION = {"question": "Who hid the purple walrus?"}


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_workers_share_the_archive_and_finish_what_they_began(home: Path, tmp_path: Path) -> None:
    token = Keys(home / "keys.sqlite").create("desk", ["ask", "read"])
    env = os.environ | {
        "PYTHONPATH": str(ROOT),
        "NEWSDESK_LOG": "json",
        "NEWSDESK_LLM": "tests.slow_answerer:SlowAnswerer",
        "NEWSDESK_THREADS": "1",
    }
    command = [sys.executable, "-c", "from ui.cli import cli; cli()", "serve", "--port", "0", "--workers", "2"]
    log = tmp_path / "log"
    with log.open("w") as stderr, own_process(command, stderr=stderr, env=env) as run:
        _until(lambda: log.read_text().count("\n") > 0)
        address = json.loads(log.read_text().splitlines()[0])["message"].split()[0]
        client = httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60)

        def workers() -> set[int]:
            children = [c for c in psutil.Process(run.pid).children() if c.status() != psutil.STATUS_ZOMBIE]
            return {child.pid for child in children if "spawn_main" in str(child.cmdline())}

        _until(lambda: _is_alive(client) and len(workers()) == 2)
        first = workers()
        asked = [threading.Thread(target=client.post, args=("/ask",), kwargs={"json": QUESTION}) for _ in range(6)]
        for thread in asked:
            thread.start()
        for thread in asked:
            thread.join()
        for _ in range(4):  # whichever worker is asked, it tells the same
            with httpx.Client(base_url=address, headers=client.headers) as other:
                figures = other.get("/metrics").text
            assert re.search(r'newsdesk_answers_total\{llm="slow",outcome="no_evidence"\} 6.0', figures)
            assert "newsdesk_questions_running 0.0" in figures

        os.kill(next(iter(first)), signal.SIGKILL)
        _until(lambda: len(workers()) == 2 and workers() != first)
        _until(lambda: "another takes its place" in log.read_text())

        with client.stream("POST", "/ask", json={**QUESTION, "stream": True}) as response:
            lines = response.iter_lines()
            assert next(lines) == "event: search"
            run.send_signal(signal.SIGTERM)
            rest = list(lines)
        assert "event: final" in rest
        assert run.wait(60) == 0
        client.close()
    assert all(not psutil.pid_exists(pid) for pid in first)

    said = log.read_text()
    assert token not in said and "walrus" not in said
    written = [json.loads(line) for line in said.splitlines()]
    one = next(line for line in written if line["message"] == "answer")
    assert one["timings_ms"]["total"] >= SECONDS * 1000
    of_it = next(line for line in written if line.get("request_id") == one["request_id"] and line is not one)
    assert (of_it["path"], of_it["status"], of_it["key"]) == ("/ask", 200, "desk")


def _is_alive(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").status_code == 200
    except httpx.TransportError:
        return False
