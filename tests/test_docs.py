"""README.md, CONTRIBUTING.md and docs/ name only what there is, all of it, and their examples work."""

import json
import os
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from index.sources.files import KINDS, PACKED
from rag.settings import LLMSettings, Settings
from tests.commands import EVERY
from tests.reference import DOCS, PAGES, anchor

ROOT = DOCS.parent
FILES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
API = DOCS / "api.md"
ADDRESS = "http://127.0.0.1:8000"
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
OTHER_VARIABLES = {"DEBUG", "TEST_PAGES", "URL", "KEY"}
"""Of Newsdesk, but no settings: for tracebacks, for a test, and two of the bot in docs/slack.md."""

every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


def blocks(file: Path, kind: str) -> list[str]:
    return [text for found, text in FENCED.findall(file.read_text("utf-8")) if found == kind]


def shell(file: Path) -> Iterator[str]:
    """Every line that is to be typed, those that go on joined."""
    text = file.read_text("utf-8")
    indented = "\n".join(re.findall(r"^    (?! )(.*)$", FENCED.sub("", text), re.MULTILINE))
    for block in [*blocks(file, ""), indented]:
        yield from re.sub(r"\\\n\s*", "", block).splitlines()


@pytest.mark.parametrize("name", PAGES)
def test_reference_is_what_the_program_says(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "Run `make docs`."


@every_file
def test_every_command_can_be_typed(file: Path) -> None:
    inline = re.findall(r"`((?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?newsdesk [^`]+)`", FENCED.sub("", file.read_text("utf-8")))
    for line in [*shell(file), *inline]:
        typed = re.fullmatch(r"(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?newsdesk (.*)", line.strip())
        if not typed:
            continue
        words = shlex.split(typed[1].replace("[OPTIONS]", ""), comments=True)
        name = next((name for count in (2, 1) if (name := " ".join(words[:count])) in EVERY), None)
        assert name, line
        rest = words[len(name.split()) :]
        if isinstance(EVERY[name], click.Group):
            assert rest in ([], ["COMMAND", "[ARGS]..."]), line
        else:
            value = ["1"] if rest and rest[-1].startswith("--") else []  # an option that is only spoken of
            EVERY[name].make_parser(click.Context(EVERY[name])).parse_args([*rest, *value])


@every_file
def test_every_link_leads_somewhere(file: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCED.sub("", file.read_text("utf-8"))):
        path, _, heading = target.partition("#")
        if "://" in path:
            continue
        there = (file.parent / path).resolve() if path else file
        assert there.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.*)$", FENCED.sub("", there.read_text("utf-8")), re.MULTILINE)
            assert heading in map(anchor, headings), target


@every_file
def test_every_name_is_known(file: Path) -> None:
    text = file.read_text("utf-8")
    variables = set(re.findall(r"\bNEWSDESK_([A-Z_]*[A-Z])\b", text))
    assert {name for name in variables if name.lower() not in Settings.model_fields} <= OTHER_VARIABLES
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert all(re.search(rf"^{goal}:", makefile, re.MULTILINE) for goal in re.findall(r"`make (\w+)", text))
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert set(re.findall(r"'\.\[([\w-]+)\]'", text)) <= set(extras)
    for module in re.findall(r"python -m ((?:eval|tests)[\w.]*)", text):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


@every_file
def test_every_block_of_data_or_code_can_be_read(file: Path) -> None:
    for block in blocks(file, "json"):
        json.loads(block)
    for block in blocks(file, "toml"):
        tables = tomllib.loads(block)
        assert set(tables) <= {*Settings.model_fields, "names", "words"}
        for table in tables.get("llms", {}).values():
            LLMSettings.model_validate(table)
    for block in blocks(file, "python"):
        compile(block, file.name, "exec")


@pytest.mark.parametrize("code", blocks(API, "python"))
def test_example_in_python_works(code: str, seeds_server: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(code.replace(ADDRESS, seeds_server), {})
    assert capsys.readouterr().out.strip()


@pytest.mark.skipif(shutil.which("curl") is None and "CI" not in os.environ, reason="no curl on the PATH")
@pytest.mark.parametrize("typed", re.findall(r"```\n((?:curl|printf).*?)```", API.read_text("utf-8"), re.DOTALL))
def test_example_in_the_shell_works(typed: str, seeds_server: str) -> None:
    asked = f'curl() {{ command curl --fail-with-body --max-time 60 "$@"; }}\nset -e\n{typed}'
    said = subprocess.run(["bash", "-c", asked.replace(ADDRESS, seeds_server)], capture_output=True, text=True)
    assert said.returncode == 0, said.stdout
    assert "df9ab0657ff9" in said.stdout or "sources" in typed


def test_every_kind_of_file_is_named() -> None:
    text = (DOCS / "using.md").read_text("utf-8")
    assert [name for name in (*KINDS, *PACKED) if f"`{name}`" not in text] == []


def test_every_place_of_the_tree_exists() -> None:
    block = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("```\nindex/")[1].split("```")[0]
    folder = Path("index")
    for line in block.splitlines()[1:]:
        if not line.startswith(" "):
            folder = Path(line.split()[0])
            assert (ROOT / folder).is_dir(), line
        else:
            assert (ROOT / folder / line.split()[0]).exists(), line


def test_readme_has_what_others_rely_on() -> None:
    """The command that CI runs, the one that pins versions, and every page of docs/."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert "make test" in text and "exec make test" in (ROOT / ".ci" / "run").read_text("utf-8")
    assert "-m pip install --constraint constraints.txt ." in text and (ROOT / "constraints.txt").exists()
    assert [file.name for file in DOCS.glob("*.md") if f"(docs/{file.name})" not in text] == []
