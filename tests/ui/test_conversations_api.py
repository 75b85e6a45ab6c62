"""Conversations that the server keeps, over loopback."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from conftest import serving

from rag.settings import load_settings


@pytest.fixture
def client(home: Path) -> Iterator[httpx.Client]:
    with serving(load_settings(home)) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def test_follow_up_is_completed_from_what_the_server_keeps(client: httpx.Client) -> None:
    first = client.post("/ask", json={"question": "Who runs Tapestry?", "conversation_id": "new"}).json()
    id = first["conversation_id"]
    second = client.post(
        "/ask", json={"question": "what share of its revenue comes from China?", "conversation_id": id}
    ).json()
    assert second["conversation_id"] == id
    assert "Tapestry" in second["standalone_question"]
    assert "less than 20 percent" in second["answer"]
    kept = client.get(f"/conversations/{id}").json()
    assert [(turn["role"], turn["content"]) for turn in kept["turns"]] == [
        ("user", "Who runs Tapestry?"),
        ("assistant", first["answer"]),
        ("user", "what share of its revenue comes from China?"),
        ("assistant", second["answer"]),
    ]
    assert kept["created_at"] < kept["expires_at"]


def test_question_that_was_understood_can_be_corrected(client: httpx.Client) -> None:
    id = client.post("/ask", json={"question": "Who runs Tapestry?", "conversation_id": "new"}).json()[
        "conversation_id"
    ]
    asked = {"question": "why?", "conversation_id": id, "standalone_question": "Why did Kering drop its suit?"}
    body = client.post("/ask", json=asked).json()
    assert body["standalone_question"] == asked["standalone_question"]
    assert "taskforce" in body["answer"]
    assert client.get(f"/conversations/{id}").json()["turns"][2]["content"] == asked["standalone_question"]


def test_deleted_conversation_is_gone(client: httpx.Client) -> None:
    id = client.post("/ask", json={"question": "Who runs Tapestry?", "conversation_id": "new"}).json()[
        "conversation_id"
    ]
    assert client.delete(f"/conversations/{id}").status_code == 204
    for response in (
        client.get(f"/conversations/{id}"),
        client.delete(f"/conversations/{id}"),
        client.post("/ask", json={"question": "why?", "conversation_id": id}),
    ):
        assert response.status_code == 404
        assert response.json()["error_code"] == "unknown_conversation"
        assert id in response.json()["detail"]


def test_question_alone_keeps_nothing(client: httpx.Client, home: Path) -> None:
    assert client.post("/ask", json={"question": "Who runs Tapestry?"}).json()["conversation_id"] is None
    assert not load_settings(home).conversations_file.exists()


def test_damaged_file_is_named_and_hinders_no_other_question(client: httpx.Client, home: Path) -> None:
    file = load_settings(home).conversations_file
    file.write_bytes(b"not a database" * 1000)
    response = client.post("/ask", json={"question": "Who runs Tapestry?", "conversation_id": "new"})
    assert (response.status_code, response.json()["error_code"]) == (503, "storage")
    assert str(file) in response.json()["detail"]
    assert client.post("/ask", json={"question": "Who runs Tapestry?"}).status_code == 200
