"""How many requests a caller may make, and who counts as one."""

from pathlib import Path

import httpx
import pytest
from conftest import serving

from rag.settings import Settings
from ui.keys import Keys
from ui.rates import Rates

KERING = {"question": "Why did Kering drop its suit?"}


class Clock:
    """Goes when it is told to."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_minute_holds_so_many_requests_and_no_more(tmp_path: Path) -> None:
    clock = Clock()
    workers = [Rates(tmp_path / "rates.sqlite", 6, clock) for _ in range(2)]
    assert [workers[n % 2].wait("a") for n in range(6)] == [0.0] * 6
    assert workers[0].wait("a") == workers[1].wait("a") == pytest.approx(10)  # to be refused costs nothing
    assert workers[1].wait("b") == 0.0
    clock.now += 10
    assert workers[1].wait("a") == 0.0
    assert workers[0].wait("a") == pytest.approx(10)
    clock.now += 3600
    assert [workers[n % 2].wait("a") for n in range(6)] == [0.0] * 6
    assert workers[0].wait("a") > 0


def test_limit_can_be_none(tmp_path: Path) -> None:
    rates = Rates(tmp_path / "rates.sqlite", 0)
    assert not any(rates.wait("a") for _ in range(1000))
    assert not (tmp_path / "rates.sqlite").exists()


def test_file_that_cannot_be_used_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "rates.sqlite").write_bytes(b"not a database" * 1000)
    assert Rates(tmp_path / "rates.sqlite", 1).wait("a") == 0.0
    assert "rates.sqlite" in caplog.text


def test_key_that_asks_too_often_is_told_when_to_come_back(home: Path) -> None:
    keys = Keys(home / "keys.sqlite")
    eager, calm = ({"Authorization": f"Bearer {keys.create(name, ['ask'])}"} for name in ("eager", "calm"))
    settings = Settings(home=home, requests_per_minute=2, cors_origins=["https://desk.example"])
    with serving(settings, keys) as address, httpx.Client(base_url=address, timeout=30) as client:
        for _ in range(2):
            assert client.post("/ask", json=KERING, headers=eager).status_code == 200
        for path in ("/ask", "/gradio_api/run/predict"):
            refused = client.post(path, json=KERING, headers=eager | {"Origin": "https://desk.example"})
            assert (refused.status_code, refused.json()["error_code"]) == (429, "too_many_requests")
            assert 0 < int(refused.headers["Retry-After"]) <= 30
        assert refused.headers["Access-Control-Allow-Origin"] == "https://desk.example"
        assert client.get("/config", headers=eager).status_code == 200  # what a browser loads does not count
        assert client.post("/ask", json=KERING, headers=calm).status_code == 200

        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        preflight = client.options("/ask", headers={"Origin": "https://desk.example", **asked})
        assert preflight.headers["Access-Control-Allow-Origin"] == "https://desk.example"
        assert "authorization" in preflight.headers["Access-Control-Allow-Headers"].lower()
        for origin in ("https://evil.example", "null"):
            assert (
                "Access-Control-Allow-Origin" not in client.options("/ask", headers={"Origin": origin, **asked}).headers
            )


def test_each_line_of_a_batch_counts(home: Path) -> None:
    keys = Keys(home / "keys.sqlite")
    asking = {"Authorization": f"Bearer {keys.create('asks', ['ask'])}"}
    settings = Settings(home=home, requests_per_minute=4)
    with serving(settings, keys) as address, httpx.Client(base_url=address, timeout=30, headers=asking) as client:
        assert len(client.post("/ask/batch", content="{}\n" * 4).text.splitlines()) == 4
        assert client.get("/conversations/x").status_code == 429


@pytest.mark.parametrize("path", ["/search?q=suit", "/config", "/", "/gradio_api/info"])
def test_no_other_site_may_read_anything(seeds_server: str, path: str) -> None:
    hosts = {"localhost:8000": 200, "[::1]": 200, "evil.example": 403, "127.0.0.1.example": 403}
    for host, status in hosts.items():
        response = httpx.get(seeds_server + path, headers={"Origin": "https://evil.example", "Host": host})
        assert response.status_code == status
        assert "Access-Control-Allow-Origin" not in response.headers
