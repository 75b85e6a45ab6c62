"""docs/operating.md and deploy/ name only what there is."""

import re
import shlex
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from index.crawl_log import LastIngest
from index.types import ChunkerId, EmbedderId, Manifest
from rag.settings import Settings
from tests.commands import COMMANDS
from ui.metrics import exposition

ROOT = Path(__file__).parent.parent
FILES = [ROOT / "docs" / "operating.md", *sorted((ROOT / "deploy").iterdir())]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_settings_and_commands_exist(file: Path) -> None:
    text = file.read_text()
    settings = {name.lower() for name in re.findall(r"NEWSDESK_([A-Z_]+)", text)}
    assert settings <= set(Settings.model_fields)
    for line in re.findall(r"(?:bin/|`)newsdesk ((?:serve|ingest|keys|backup)[^`\n.]*)", text):
        words = shlex.split(line)
        name = next(name for name in (" ".join(words[:2]), words[0]) if name in COMMANDS)
        options = {option for parameter in COMMANDS[name].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options


def test_container_serves_with_options_that_exist() -> None:
    [command] = re.findall(r"^CMD \[(.*)\]$", (ROOT / "deploy" / "Containerfile").read_text(), re.MULTILINE)
    assert shlex.split(command.replace(",", " ")) == ["serve", "--host", "0.0.0.0"]


def test_every_figure_is_described(tmp_path: Path) -> None:
    built = EmbedderId("m", "0" * 64, 4), ChunkerId("c", 100, 0)
    manifest = Manifest(*built, 1, 1, 0, "2020-01-01", "2020-01-02T00:00:00+00:00")
    families = text_string_to_metric_families(
        exposition(manifest, tmp_path, {"paper": LastIngest(0.0, 1, 0, 0, 0, 0, ())}).decode()
    )
    found = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in families
        if family.name.startswith("newsdesk_")
    }
    rows = re.findall(r"^\| `(newsdesk_\w+)`", FILES[0].read_text(), re.MULTILINE)
    assert found == set(rows) and len(rows) == len(found)
