"""The example questions of the page over loopback."""

import time
from pathlib import Path

import httpx
from conftest import serving

from rag.settings import load_settings


def test_examples_are_made_once_and_nobody_waits_for_them(home: Path) -> None:
    with serving(load_settings(home)) as address, httpx.Client(base_url=address, timeout=60) as client:
        assert client.get("/page/examples").json() is None
        deadline = time.monotonic() + 120
        while (made := client.get("/page/examples").json()) is None:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert made and not any(client.post("/ask", json={"question": one}).json()["abstained"] for one in made)
    with serving(load_settings(home)) as address:
        assert httpx.get(f"{address}/page/examples", timeout=60).json() == made
