"""`newsdesk models`."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from ui.cli import cli


def test_every_model_is_named(seeds_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_HOME", str(seeds_home))
    result = CliRunner().invoke(cli, ["models"])
    assert result.exit_code == 0
    assert [line.split()[:2] for line in result.output.splitlines()] == [
        ["embedder", "onnx"],
        ["reranker", "none"],
        ["reader", "packaged"],
        ["llm", "extractive"],
    ]
    assert "all-MiniLM-L6-v2" in result.output and "newsdesk-reader" in result.output


def test_what_cannot_be_used_is_told_with_the_reason(seeds_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_HOME", str(seeds_home))
    monkeypatch.setenv("NEWSDESK_READER_MODEL", "some/model")
    result = CliRunner().invoke(cli, ["models"])
    assert result.exit_code == 0
    assert "reader    packaged              cannot be used: The packaged reader takes no other model" in result.output
