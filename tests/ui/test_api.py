"""The HTTP API over loopback, with the real pipeline behind it."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import SEEDS, ingest_into, serving

from rag.interfaces import Reader
from rag.settings import Settings, load_settings

KERING = {"question": "Why did Kering drop its suit?"}


class FailingAnswerer:
    """An answerer with a bug in it."""

    name = "failing"

    def __init__(self, *, min_confidence: float, reader: Reader | None) -> None:
        pass

    def drafts(self, *_: Any) -> None:
        raise RuntimeError("secret internals")


@pytest.fixture(scope="module")
def client(seeds_server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=seeds_server, timeout=30) as client:
        yield client


def _error(response: httpx.Response, status: int, code: str) -> str:
    """Check the shape that every error has; returns its detail."""
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) == {"error_code", "detail", "request_id"}
    assert body["error_code"] == code
    assert body["request_id"] == response.headers["X-Request-ID"]
    assert "Traceback" not in response.text
    return body["detail"]


def test_answer_cites_the_exact_words_of_stored_articles(client: httpx.Client) -> None:
    response = client.post("/ask", json=KERING)
    assert response.status_code == 200
    body = response.json()
    assert not body["abstained"]
    assert "taskforce" in body["answer"]
    assert body["data_through"] == "2017-08-04"
    assert body["timings_ms"]["total"] > 0
    numbers = {citation["n"] for citation in body["citations"]}
    assert body["sentences"]
    for sentence in body["sentences"]:
        assert sentence["citations"]
        assert set(sentence["citations"]) <= numbers
    for citation in body["citations"]:
        article = client.get(f"/articles/{citation['article_id']}").json()
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert (article["title"], article["outlet"]) == (citation["title"], citation["outlet"])


def test_what_the_archive_does_not_say_is_an_abstention_with_status_200(client: httpx.Client) -> None:
    response = client.post("/ask", json={"question": "Who is the CEO of Walmart?"})
    assert response.status_code == 200
    body = response.json()
    assert body["abstained"]
    assert body["abstain_reason"]
    assert body["sentences"] == body["citations"] == []


def test_filters_restrict_the_search(client: httpx.Client) -> None:
    body = client.post("/ask", json={**KERING, "filters": {"date_to": "2016-01-01"}}).json()
    assert body["abstained"]
    body = client.post("/ask", json={**KERING, "as_of": "2017-08-04"}).json()
    assert not body["abstained"]
    assert body["as_of"] == "2017-08-04"


def test_dates_read_from_a_question_can_be_sent_back_otherwise(client: httpx.Client) -> None:
    asked = {"question": "What is the latest on Kering, since May 2016 and in 2014?"}
    body = client.post("/ask", json=asked).json()
    assert body["latest"] is True
    assert body["times"] == [
        {"text": "since May 2016", "start": "2016-05-01", "end": "2016-05-31", "relation": "since"},
        {"text": "2014", "start": "2014-01-01", "end": "2014-12-31", "relation": "in"},
    ]
    body = client.post("/ask", json={**asked, "times": body["times"][:1], "latest": False}).json()
    assert (len(body["times"]), body["latest"]) == (1, False)
    assert client.post("/ask", json={**asked, "times": []}).json()["times"] == []


def test_outlet_that_is_to_tell_is_shown_and_can_be_taken_back(client: httpx.Client) -> None:
    asked = {"question": "Why did Kering drop its suit, according to RetailDetail?"}
    body = client.post("/ask", json=asked).json()
    assert [one["outlet"] for one in body["told_by"]] == ["RetailDetail"]
    assert {one["outlet"] for one in body["citations"]} == {"RetailDetail"}
    assert client.post("/ask", json=asked | {"told_by": body["told_by"]}).json()["told_by"] == body["told_by"]
    assert client.post("/ask", json=asked | {"told_by": []}).json()["told_by"] == []


def test_request_id_comes_back(client: httpx.Client) -> None:
    response = client.post("/ask", json=KERING, headers={"X-Request-ID": "desk-7.a"})
    assert response.headers["X-Request-ID"] == response.json()["request_id"] == "desk-7.a"


def test_request_id_that_could_break_a_log_is_replaced(client: httpx.Client) -> None:
    response = client.post("/ask", json=KERING, headers={"X-Request-ID": "a b\t<x>"})
    assert response.headers["X-Request-ID"] == response.json()["request_id"]
    assert response.json()["request_id"].isalnum()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "'question' is missing"),
        ({"question": ""}, "empty"),
        ({"question": "   \n"}, "empty"),
        ({"question": "why " * 5000}, "20,000|19,999"),
        ({"question": None}, "'question'"),
        ({"question": 7}, "'question'"),
        ({**KERING, "qestion": "x"}, "'qestion' is not known"),
        ({**KERING, "filters": {"outlet": ["x"]}}, r"'filters\.outlet' is not known"),
        ({**KERING, "filters": {"date_from": "last spring"}}, r"'filters\.date_from'.*YYYY-MM-DD"),
        ({**KERING, "filters": {"date_from": "2018-01-01", "date_to": "2017-01-01"}}, "2018-01-01"),
        ({**KERING, "as_of": 0}, r"'as_of'.*YYYY-MM-DD"),
        ({**KERING, "as_of": "2018-02-31"}, "'as_of'"),
        ({**KERING, "times": {"start": "2018-01-01"}}, r"'times'"),
        ({**KERING, "times": [{"start": "2018-01-01"}]}, r"'times\.0\.end' is missing"),
        ({**KERING, "times": [{"start": "2018", "end": "2018-02-01"}]}, r"'times\.0\.start'.*YYYY-MM-DD"),
        ({**KERING, "times": [{"start": "2018-02-01", "end": "2018-01-01"}]}, "start after it ends: 2018-02-01"),
        ({**KERING, "times": [{"start": "2018-01-01", "end": "2018-01-01", "relation": "near"}]}, "relation"),
        ({**KERING, "times": [{"start": "2018-01-01", "end": "2018-01-01"}] * 21}, "21 dates"),
        ({**KERING, "latest": "maybe"}, "'latest'"),
        ({**KERING, "top_k": 0}, "'top_k'"),
        ({**KERING, "top_k": 51}, "'top_k'"),
        ({**KERING, "history": [{"role": "system", "content": "x"}]}, r"'history\.0\.role'"),
        ({**KERING, "llm": "no-such-llm"}, "no-such-llm"),
        ({**KERING, "standalone_question": " "}, "empty"),
        ({**KERING, "standalone_question": "x" * 2_001}, "2,001"),
        ({**KERING, "history": [{"role": "user", "content": "x"}], "conversation_id": "new"}, "either a history or"),
        ({**KERING, "conversation_id": 7}, "'conversation_id'"),
        ({**KERING, "history": "Who runs it?"}, "'history'"),
        ({**KERING, "history": [{"role": "user"}]}, r"'history\.0\.content' is missing"),
        ({**KERING, "stream": "perhaps"}, "'stream'"),
    ],
)
def test_bad_field_is_named(client: httpx.Client, fields: dict[str, Any], named: str) -> None:
    detail = _error(client.post("/ask", json=fields), 422, "bad_input")
    assert re.search(named, detail), detail


@pytest.mark.parametrize(
    "history",
    [
        [{"role": "assistant", "content": "Kering did."}] * 500,
        [{"role": "user", "content": "Who sued Alibaba over fake goods? " * 6_000}],
        [
            {"role": "user", "content": "Who sued \x00\x1b[31m\u202e\u0085 Alibaba?\r\n\u2028"},
            {"role": "assistant", "content": ""},
        ],
        [{"role": "user", "content": "\x00"}],
        [{"role": "user", "content": "(((" * 600}],
    ],
    ids=["one role", "huge", "control characters", "no word", "brackets"],
)
def test_strange_history_gets_an_answer(client: httpx.Client, history: list[dict[str, str]]) -> None:
    response = client.post("/ask", json={"question": "why did it drop its suit?", "history": history})
    assert response.status_code == 200
    assert len(response.json()["standalone_question"]) < 5_000


@pytest.mark.parametrize(
    "body", [b"{", b"", b'{"question":', b'{"question": "\xff"}', b"[" * 100_000], ids=["{", "", "cut", "latin", "deep"]
)
def test_body_that_is_not_json(client: httpx.Client, body: bytes) -> None:
    response = client.post("/ask", content=body, headers={"Content-Type": "application/json"})
    if body:
        assert "JSON" in _error(response, 400, "invalid_json")
    else:
        assert "JSON" in _error(response, 422, "bad_input")


def test_json_that_is_not_an_object(client: httpx.Client) -> None:
    assert "object" in _error(client.post("/ask", json=["x"]), 422, "bad_input")


def test_half_a_character_is_refused(client: httpx.Client) -> None:
    response = client.post("/ask", content=rb'{"question": "\ud800?"}', headers={"Content-Type": "application/json"})
    assert "'question'" in _error(response, 422, "bad_input")


def test_body_not_marked_as_json(client: httpx.Client) -> None:
    response = client.post("/ask", content=json.dumps(KERING), headers={"Content-Type": "text/plain"})
    assert "application/json" in _error(response, 415, "not_json")


def test_body_too_large(client: httpx.Client) -> None:
    for size in (300_000, 8_000_000):  # the larger is still being sent when it is refused
        assert "256 KB" in _error(client.post("/ask", json={"question": "x" * size}), 413, "too_large")


def test_body_of_unknown_length_is_refused_before_all_of_it_is_read(client: httpx.Client) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 500_000_000:
            sent += 65_536
            yield b"x" * 65_536

    with suppress(httpx.TransportError):  # the server may hang up while we are still sending
        _error(client.post("/ask", content=endless()), 413, "too_large")
    assert sent < 50_000_000


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("POST", "/nothing", 404, "not_found"),
        ("GET", "/docs", 404, "not_found"),
        ("POST", "/gradio_api/upload", 404, "not_found"),
        ("GET", "/articles/nothing", 404, "not_found"),
        ("GET", "/ask", 405, "method_not_allowed"),
        ("DELETE", "/articles/nothing", 405, "method_not_allowed"),
        ("POST", "/healthz", 405, "method_not_allowed"),
    ],
)
def test_wrong_address(client: httpx.Client, method: str, path: str, status: int, code: str) -> None:
    response = client.request(method, path)
    assert path in _error(response, status, code) or "'nothing'" in response.text
    assert ("Allow" in response.headers) == (status == 405)


def test_healthy_and_ready(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    body = client.get("/readyz").json()
    assert (body["status"], body["articles"], body["data_through"]) == ("ready", 3, "2017-08-04")


def test_openapi_has_examples_for_every_error(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert {"/ask", "/articles/{id}", "/answers/{id}", "/conversations/{id}", "/healthz"} <= set(document["paths"])
    assert set(document["paths"]["/ask"]["post"]["responses"]["200"]["content"]) == {
        "application/json",
        "text/event-stream",
    }
    assert document["components"]["schemas"]["AskRequest"]["examples"]
    assert document["components"]["schemas"]["AskResponse"]["examples"]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                assert status in ("200", "204") or response["content"]["application/json"]["example"], (path, status)


def test_bug_in_the_server_shows_no_internals(home: Path) -> None:
    settings = Settings(home=home, llm=f"{__name__}:{FailingAnswerer.__name__}")
    with serving(settings) as address:
        response = httpx.post(f"{address}/ask", json=KERING, headers={"X-Request-ID": "find-me"})
    _error(response, 500, "internal")
    assert response.json()["request_id"] == "find-me"
    assert "secret" not in response.text


def test_server_over_an_empty_archive_answers_after_an_ingest(empty_home: Path) -> None:
    with serving(load_settings(empty_home)) as address, httpx.Client(base_url=address, timeout=30) as client:
        assert client.get("/healthz").status_code == 200
        for response in (client.get("/readyz"), client.post("/ask", json=KERING), client.get("/articles/x")):
            assert "newsdesk ingest" in _error(response, 503, "not_ready")
            assert int(response.headers["Retry-After"]) > 0
        ingest_into(empty_home, SEEDS)
        deadline = time.monotonic() + 20
        while client.get("/readyz").status_code != 200:
            assert time.monotonic() < deadline, "the server does not notice what was ingested"
            time.sleep(0.1)
        assert not client.post("/ask", json=KERING).json()["abstained"]


def test_running_server_answers_from_what_is_ingested_later(home: Path, tmp_path: Path) -> None:
    question = {"question": "Where did the Marmot brand open a store?"}
    file = tmp_path / "later.jsonl"
    text = "The Marmot brand opened a store in Lisbon on Tuesday. It sells tents and ropes to climbers."
    file.write_text(json.dumps({"url": "https://news.example/1", "title": "Marmot opens a store", "text": text}))
    with serving(load_settings(home)) as address, httpx.Client(base_url=address, timeout=30) as client:
        assert client.post("/ask", json=question).json()["abstained"]
        ingest_into(home, file)
        body = client.post("/ask", json=question).json()
        assert [citation["url"] for citation in body["citations"]] == ["https://news.example/1"]
        assert client.get("/readyz").json()["articles"] == 4


def test_archive_of_another_embedder_is_explained(home: Path) -> None:
    with serving(Settings(home=home, embedder="hashing")) as address:
        assert httpx.get(f"{address}/healthz").status_code == 200
        _error(httpx.get(f"{address}/readyz"), 503, "not_ready")
        detail = _error(httpx.post(f"{address}/ask", json=KERING), 500, "embedder_mismatch")
    assert "hashing" in detail


def test_damaged_archive_is_explained(home: Path) -> None:
    catalog = home / "archive" / "catalog.sqlite"
    assert catalog.exists()
    shutil.rmtree(catalog.parent)
    catalog.parent.mkdir()
    catalog.write_bytes(b"not a database" * 1000)
    with serving(load_settings(home)) as address:
        assert httpx.get(f"{address}/healthz").status_code == 200
        detail = _error(httpx.post(f"{address}/ask", json=KERING), 503, "storage")
    assert str(catalog) in detail


def test_schemas_load_no_server() -> None:
    code = "import sys, ui.schemas; print({'fastapi', 'gradio', 'torch'} & set(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"
