"""The figures of a server, read as Prometheus reads them."""

import time
from pathlib import Path

import httpx
from click.testing import CliRunner
from conftest import SEEDS, serving
from prometheus_client.parser import text_string_to_metric_families

from rag.settings import load_settings
from ui.cli import cli

Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def _figures(address: str) -> Figures:
    response = httpx.get(f"{address}/metrics")
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    families = text_string_to_metric_families(response.text)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def _sum(figures: Figures, name: str, **labels: str) -> float:
    return sum(value for (found, said), value in figures.items() if found == name and labels.items() <= set(said))


def test_what_came_of_each_source(empty_home: Path, tmp_path: Path) -> None:
    for place in (SEEDS, tmp_path / "missing.txt", "ftp://x.example/page", "https://127.0.0.1:1/page"):
        CliRunner().invoke(cli, ["ingest", str(place)])
    CliRunner().invoke(cli, ["ingest", str(SEEDS), str(tmp_path / "missing.txt")])
    with serving(load_settings(empty_home)) as address:
        figures = _figures(address)
    pages = {dict(labels)["state"]: v for (name, labels), v in figures.items() if name == "newsdesk_source_pages"}
    assert pages == {"new": 0, "updated": 0, "unchanged": 3, "skipped": 0, "failed": 1}
    assert _sum(figures, "newsdesk_source_duplicates") == 0
    names = {dict(labels)["source"] for name, labels in figures if name.startswith("newsdesk_source_")}
    assert names == {"files"}  # not each address that somebody ever gave
    assert time.time() - 600 < _sum(figures, "newsdesk_source_read_timestamp_seconds", source="files") <= time.time()


def test_what_is_asked_is_counted(seeds_server: str) -> None:
    before = _figures(seeds_server)
    for question in ("Why did Kering drop its suit?", "Who is the CEO of Walmart?"):
        body = httpx.post(f"{seeds_server}/ask", json={"question": question}, timeout=30).json()
    httpx.post(f"{seeds_server}/ask", json={"question": ""})
    for path in ("/nothing", "/articles/a", "/articles/b"):
        httpx.get(seeds_server + path)
    after = _figures(seeds_server)

    def risen(name: str, **labels: str) -> float:
        return _sum(after, name, **labels) - _sum(before, name, **labels)

    assert risen("newsdesk_answers_total", llm="extractive", outcome="answered") == 1
    assert risen("newsdesk_answers_total", outcome=body["abstain_reason"]) == 1
    assert risen("newsdesk_sentences_total", verdict="supported") > 0
    for step in ("retrieve", "total"):
        assert risen("newsdesk_step_seconds_count", step=step) == 2
    assert 0 < risen("newsdesk_step_seconds_sum", step="retrieve") < risen("newsdesk_step_seconds_sum", step="total")
    assert risen("newsdesk_requests_total", route="/ask", method="POST", status="200") == 2
    assert risen("newsdesk_questions_failed_total", error_code="bad_input") == 1
    assert risen("newsdesk_requests_total", route="/articles/{id}", status="404") == 2  # ids make no series
    assert risen("newsdesk_requests_total", route="other", status="404") == 1
    assert _sum(after, "newsdesk_questions_running") == 0
    assert _sum(after, "newsdesk_archive_articles") == 3
    assert _sum(after, "newsdesk_archive_data_through_timestamp_seconds") == 1_501_804_800
    assert _sum(after, "newsdesk_archive_bytes") > 10_000
