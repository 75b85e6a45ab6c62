"""What a page's digest depends on."""

import ast
from dataclasses import replace
from importlib.metadata import packages_distributions
from pathlib import Path

import index.extract
from index.extract.digest import LIBRARIES, page_digest
from index.types import Hints, RawPage

PAGE = RawPage("https://x.example/1", "text/html", b"<p>Text", "utf-8", Hints(title="A title"))


def test_everything_that_decides_what_a_page_gives_counts() -> None:
    changed = [
        replace(PAGE, location="https://x.example/2"),
        replace(PAGE, media_type="text/plain"),
        replace(PAGE, content=b"<p>Text."),
        replace(PAGE, charset=None),
        replace(PAGE, hints=Hints(outlet="A title")),
    ]
    assert page_digest(PAGE) == page_digest(replace(PAGE))
    assert len({page_digest(page) for page in (PAGE, *changed)}) == 6


def test_a_line_of_json_is_the_same_anywhere() -> None:
    line = RawPage("a.jsonl:1", "application/json", b"{}")
    assert page_digest(line) == page_digest(replace(line, location="b.jsonl:2"))


def test_the_libraries_that_pages_are_read_with_are_named() -> None:
    [folder] = index.extract.__path__
    trees = [ast.parse(file.read_text()) for file in Path(folder).glob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    packages = packages_distributions()
    needed = {package for name in names for package in packages.get(name.partition(".")[0], ())} - {"newsdesk"}
    assert needed and needed <= set(LIBRARIES)
