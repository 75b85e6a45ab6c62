"""Answers shown again by their id, and feedback on them, over loopback."""

import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from conftest import serving

from rag.settings import load_settings
from ui.cli import cli

KERING = {"question": "Why did Kering drop its suit?"}


@pytest.fixture
def client(home: Path) -> Iterator[httpx.Client]:
    with serving(load_settings(home)) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def test_answer_has_a_permanent_address_until_its_article_is_deleted(client: httpx.Client) -> None:
    given = client.post("/ask", json=KERING | {"conversation_id": "new"}).json()
    again = client.get(f"/answers/{given['answer_id']}").json()
    assert again["response"] == given
    assert (again["id"], again["question"]) == (given["answer_id"], KERING["question"])
    assert again["given_at"] < again["expires_at"]
    ids = {citation["article_id"] for citation in given["citations"]}
    assert CliRunner().invoke(cli, ["delete", "--yes", *ids]).exit_code == 0
    assert client.get(f"/conversations/{given['conversation_id']}").status_code == 404
    shown = client.get(f"/answers/{given['answer_id']}")
    assert shown.json()["response"]["citations"] == []
    for sentence in given["sentences"]:
        assert sentence["text"] not in shown.text


def test_feedback_is_kept_with_the_answer(client: httpx.Client) -> None:
    id = client.post("/ask", json=KERING).json()["answer_id"]
    said = {"answer_id": id, "kind": "wrong_source", "note": "another suit"}
    assert client.post("/feedback", json=said).status_code == 204
    for wrong, named in (({**said, "kind": "nice"}, "kind"), ({**said, "note": "x" * 2_001}, "note")):
        response = client.post("/feedback", json=wrong)
        assert (response.status_code, named in response.json()["detail"]) == (422, True)


def test_unknown_answer_is_404(client: httpx.Client) -> None:
    for response in (
        client.get("/answers/nothing"),
        client.post("/feedback", json={"answer_id": "nothing", "kind": "helpful"}),
    ):
        assert (response.status_code, response.json()["error_code"]) == (404, "unknown_answer")
        assert "'nothing'" in response.json()["detail"]


def test_answer_that_cannot_be_kept_is_given_all_the_same(
    client: httpx.Client, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = load_settings(home).answers_file
    file.write_bytes(b"not a database" * 1000)
    with caplog.at_level(logging.WARNING):
        body = client.post("/ask", json=KERING).json()
    assert (body["abstained"], body["answer_id"]) == (False, None)
    assert str(file) in caplog.text
    response = client.get("/answers/nothing")
    assert (response.status_code, response.json()["error_code"]) == (503, "storage")
