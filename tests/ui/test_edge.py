"""What happens to a request whatever it asks for."""

import json
import logging
import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

import ui.edge
from rag.settings import Settings
from rag.types import Question
from ui.serving import Serving

WALRUS = "Who hid the purple walrus?"


def test_body_that_does_not_arrive_is_not_waited_for(seeds_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui.edge, "BODY_SECONDS", 0.2)
    where = urlsplit(seeds_server)
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        connection.sendall(
            b"POST /ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
        )
        said = b""
        while more := connection.recv(65_536):  # until the server hangs up
            said += more
    head, _, body = said.partition(b"\r\n\r\n")
    assert b" 408 " in head.splitlines()[0]
    assert json.loads(body)["error_code"] == "too_slow"
    assert httpx.get(f"{seeds_server}/healthz").status_code == 200


@pytest.mark.parametrize("allowed", [False, True])
def test_question_is_logged_only_if_allowed(home: Path, caplog: pytest.LogCaptureFixture, allowed: bool) -> None:
    serving = Serving(Settings(home=home, log_questions=allowed))
    with caplog.at_level(logging.INFO):
        serving.ask(Question(WALRUS), "desk-1")
    [fields] = [record.fields for record in caplog.records if (record.name, record.msg) == ("ui.watch", "answer")]
    assert (fields["request_id"], fields["abstain_reason"] is None) == ("desk-1", False)
    assert (WALRUS in str(fields)) == allowed
    serving.pipeline().collection.close()
