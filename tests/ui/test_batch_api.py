"""`POST /ask/batch` over loopback."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.settings import load_settings
from ui import batch
from ui.serving import Serving

LINES = [
    '{"id": "why", "question": "Why did Kering drop its suit?"}',
    "",
    '{"id": 7, "question": ""}',
    "{not json",
    '{"id": "odd", "question": "Who runs Tapestry?", "topk": 3}',
    '["x"]',
    '{"question": "Who is the CEO of Walmart?"}',
    '{"question": "Who runs Tapestry?", "conversation_id": "nothing"}',
    '{"question": "caf\\ud800"}',
]


def _batch(address: str, content: str | bytes) -> list[dict[str, Any]]:
    response = httpx.post(f"{address}/ask/batch", content=content, timeout=60)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/x-ndjson")
    return [json.loads(line) for line in response.text.splitlines()]


def test_each_line_has_its_answer_and_no_error_loses_the_others(seeds_server: str) -> None:
    told = _batch(seeds_server, "\n".join(LINES))
    assert [(answer["line"], answer["id"], answer["status"]) for answer in told] == [
        (1, "why", 200),
        (3, 7, 422),
        (4, None, 400),
        (5, "odd", 422),
        (6, None, 422),
        (7, None, 200),
        (8, None, 404),
        (9, None, 400),
    ]
    assert "taskforce" in told[0]["response"]["answer"]
    assert told[5]["response"]["abstained"]
    assert "'topk' is not known" in told[3]["error"]["detail"]
    assert all((answer["response"] is None) == (answer["status"] != 200) for answer in told)
    assert len({answer["error"]["request_id"] for answer in told if answer["error"]}) == 6


def test_order_is_kept(seeds_server: str) -> None:
    lines = [json.dumps({"id": n, "question": f"Who is number {n}?"}) for n in range(3 * batch.AT_ONCE)]
    assert [answer["id"] for answer in _batch(seeds_server, "\r\n".join(lines))] == list(range(len(lines)))


def test_lines_past_the_limit_wait_until_they_may_be_asked(seeds_home: Path) -> None:
    settings = load_settings(seeds_home)
    waits = iter([0.0, 0.01, 0.02, 0.0])
    lines = [(number, b"{}") for number in range(1, 4)]
    told = [json.loads(line) for line in batch.answers(lines, Serving(settings), settings, partial(next, waits))]
    assert [(answer["line"], answer["status"]) for answer in told] == [(1, 422), (2, 422), (3, 422)]
    assert list(waits) == []


@pytest.mark.parametrize("content", [b"", b"\n \n", b"{}\n" * (batch.MOST_LINES + 1)])
def test_batch_that_cannot_be_used(seeds_server: str, content: bytes) -> None:
    response = httpx.post(f"{seeds_server}/ask/batch", content=content)
    assert (response.status_code, response.json()["error_code"]) == (422, "bad_input")
