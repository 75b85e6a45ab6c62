"""The README names what there is, so that it cannot go stale unseen."""

from pathlib import Path

import click
import pytest

from index.registry import COLLECTIONS, EMBEDDERS
from index.sources.files import KINDS, PACKED
from rag.build import LLMS, RERANKERS
from rag.settings import PREFIX, Settings
from tests.commands import COMMANDS
from ui.cli import EXIT_CODES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("name", [name for name in Settings.model_fields if name != "home"])
def test_every_setting_is_named_with_its_default(name: str) -> None:
    field = Settings.model_fields[name]
    default = f"`{field.default}`" if field.default is not None else ""
    assert f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |".replace("|  |", "| |") in README


@pytest.mark.parametrize(("name", "command"), COMMANDS.items(), ids=COMMANDS)
def test_every_command_and_option_is_named(name: str, command: click.Command) -> None:
    assert f"`newsdesk {name}" in README
    for option in command.params:
        if isinstance(option, click.Option):
            assert f"`{option.opts[0]}`" in README


def test_every_exit_code_is_named() -> None:
    codes = [line.split()[0] for line in EXIT_CODES.splitlines() if line.startswith("  ")]
    assert codes == ["0", "1", "2", "3", "130"]
    for code in codes:
        assert f"\n| {code} | " in README


def test_every_kind_of_file_and_backend_is_named() -> None:
    for name in (*KINDS, *PACKED):
        assert f"`{name}`" in README
    for name in (*COLLECTIONS, *EMBEDDERS, *LLMS, *RERANKERS):
        assert name in README


def test_every_place_of_the_tree_exists() -> None:
    block = README.split("```\nindex/")[1].split("```")[0]
    folder = Path("index")
    for line in block.splitlines()[1:]:
        if not line.startswith(" "):
            folder = Path(line.split()[0])
            assert (ROOT / folder).is_dir(), line
        else:
            assert (ROOT / folder / line.split()[0]).exists(), line
