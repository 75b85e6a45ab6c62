"""Spans of requests and of the steps of answers, as a collector gets them from a server of its own."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from subprocess import PIPE

import httpx
import pytest

from eval.processes import own_process

pytest.importorskip("opentelemetry.sdk")

SECRET = "walrus"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@dataclass
class Collector:
    """`bodies`: what came, as it came."""

    address: str = ""
    bodies: list[bytes] = field(default_factory=list)


@contextmanager
def _collector() -> Iterator[Collector]:
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            collector.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()


def _traced(home: Path, **more: str) -> bytes:
    """What the collector has got when a server that answered a question and a search has ended."""
    command = [sys.executable, "-c", "from ui.cli import cli; cli()", "serve", "--port", "0"]
    with _collector() as collector:
        env = os.environ | {
            "NEWSDESK_HOME": str(home),
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address,
            "OTEL_EXPORTER_OTLP_COMPRESSION": "none",
            **more,
        }
        with own_process(command, env=env, stderr=PIPE) as run:
            assert run.stderr is not None
            address = run.stderr.readline().split()[1]
            deadline = time.monotonic() + 120
            while not _answers(address):
                assert run.poll() is None and time.monotonic() < deadline
                time.sleep(0.1)
            headers = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
            asked = {"question": f"Who hid the {SECRET}?"}
            httpx.post(f"{address}/ask", json=asked, headers=headers, timeout=60).raise_for_status()
            httpx.get(f"{address}/search", params={"q": SECRET}, timeout=60).raise_for_status()
            run.terminate()
            run.wait(60)
        return b"".join(collector.bodies)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def test_collector_gets_requests_and_their_steps_without_what_was_asked(seeds_home: Path) -> None:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    sent = _traced(seeds_home)
    assert SECRET.encode() not in sent
    request = ExportTraceServiceRequest.FromString(sent)  # parts of a message joined are the whole of it
    services = {
        a.value.string_value for r in request.resource_spans for a in r.resource.attributes if a.key == "service.name"
    }
    assert services == {"newsdesk"}
    spans = [span for r in request.resource_spans for scope in r.scope_spans for span in scope.spans]
    [asked] = [span for span in spans if span.name == "POST /ask"]
    assert asked.trace_id.hex() == TRACE  # of whoever called
    steps = [span for span in spans if span.parent_span_id == asked.span_id]
    assert [span.name for span in steps][:4] == ["recall", "understand", "embed", "retrieve"]
    assert all(before.end_time_unix_nano == after.start_time_unix_nano for before, after in pairwise(steps))
    assert asked.start_time_unix_nano <= steps[-1].end_time_unix_nano <= asked.end_time_unix_nano
    told = {a.key: a.value.string_value for a in asked.attributes}
    assert (
        told["newsdesk.llm"] == "extractive" and told["newsdesk.outcome"] != "answered" and told["newsdesk.request_id"]
    )
    assert any(span.name == "GET /search" for span in spans)


def test_what_was_asked_is_in_traces_where_it_may(seeds_home: Path) -> None:
    sent = _traced(seeds_home, NEWSDESK_LOG_QUESTIONS="true")
    assert f"Who hid the {SECRET}?".encode() in sent and f"q={SECRET}".encode() in sent


def test_missing_library_is_said(seeds_home: Path) -> None:
    code = "import sys; sys.modules['opentelemetry.sdk'] = None; from ui.cli import cli; cli()"
    env = os.environ | {"NEWSDESK_HOME": str(seeds_home), "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    with own_process([sys.executable, "-c", code, "serve", "--port", "0"], env=env, stderr=PIPE) as run:
        _, said = run.communicate(timeout=120)
    assert run.returncode == 3
    assert "pip install 'newsdesk[otel]'" in said and "Traceback" not in said
