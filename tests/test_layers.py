"""Who may import whom. The rules of the tree, read out of the import statements."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {"index": {"index"}, "rag": {"index", "rag"}, "ui": {"index", "rag", "ui"}, "eval": {"index", "rag", "eval"}}
"""Each package and those it may import."""

BOTTOM = {
    *("index.types", "index.errors", "index.interfaces", "rag.errors", "rag.interfaces"),
    *("rag.types", "rag.types.question", "rag.types.draft", "rag.types.answer", "rag.types.llm"),
}
COMPOSERS = {"index.ingest", "rag.pipeline", "rag.build"}
"""Where steps and backends meet; they themselves import none of these."""

BACKENDS = ("index.sources", "index.collections", "index.embedders", "rag.llms", "rag.rerankers", "rag.readers")
"""Folders whose files stand for one another: none imports another one's class."""

STEPS = {
    "index.chunk",
    "index.sentences",
    "rag.rewrite",
    "rag.understand",
    "rag.retrieve",
    "rag.rerank",
    "rag.answer",
    "rag.verify",
    "rag.cite",
}
"""Each callable alone: none imports another."""

HOMES = {
    "anthropic": ("rag.llms.anthropic",),
    "datasketch": ("index.dedup",),
    "faiss": ("index.vectors",),
    "gradio": ("ui.chat",),
    "huggingface_hub": ("index.hub",),
    "mcp": ("ui.mcp",),
    "mcp_types": ("ui.mcp",),
    "onnxruntime": ("index.onnx_session", "index.embedders.onnx_export"),
    "openai": ("rag.openai_chat",),
    "openvino": ("index.embedders.onnx_openvino",),
    "sentence_transformers": ("index.embedders.sentence_transformer", "rag.rerankers.cross_encoder"),
    "slack_bolt": ("ui.slack",),
    "slack_sdk": ("ui.slack",),
    "tiktoken": ("index.chunk",),
    "torch": ("index.embedders", "rag.rerankers.cross_encoder"),
    "trafilatura": ("index.extract.html",),
    "xllamacpp": ("rag.llms.llama_cpp",),
}
"""Heavy libraries and the only places that import each; eval/ may, to compare with them."""


@dataclass(frozen=True)
class Import:
    by: str
    name: str
    line: int


def imports(source: str, module: str) -> Iterator[Import]:
    """Every import statement, also those inside functions; of `from a.b import c`, `a.b.c` as `c` may be a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (Import(module, alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:  # relative: seen from the folder of the module
                base = ".".join([*module.split(".")[: -node.level], *([node.module] if node.module else [])])
            yield from (Import(module, f"{base}.{alias.name}", node.lineno) for alias in node.names)


def modules(root: Path) -> dict[str, str]:
    """Dotted names of our modules with their source."""
    files = (file for package in PACKAGES for file in sorted((root / package).rglob("*.py")))
    names = {".".join(file.relative_to(root).with_suffix("").parts): file.read_text() for file in files}
    return {name.removesuffix(".__init__"): source for name, source in names.items()}


def ours(imported: Import, known: dict[str, str]) -> str | None:
    """The module of ours that is meant, if it is one."""
    name = imported.name
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name or None


def violations(known: dict[str, str]) -> list[str]:
    """Every broken rule, as `module:line imports name: rule`."""
    found = []
    for module, source in known.items():
        package = module.partition(".")[0]
        for imported in imports(source, module):
            top = imported.name.partition(".")[0]
            rule = None
            if top in HOMES and package != "eval" and not module.startswith(HOMES[top]):
                rule = f"only {' and '.join(HOMES[top])} imports {top}"
            elif top == "tests" or (top in PACKAGES and top not in PACKAGES[package]):
                rule = f"{package} may import only {', '.join(sorted(PACKAGES[package]))}"
            elif target := ours(imported, known):
                rule = inside(module, target)
            if rule:
                found.append(f"{module}:{imported.line} imports {imported.name}: {rule}")
    return found


def inside(module: str, target: str) -> str | None:
    """The rule that one module of ours breaks by importing another."""
    if module in BOTTOM and target not in BOTTOM and "." in target:
        return "types, errors and interfaces import nothing above them"
    if target == "rag.settings" and module.startswith("rag.") and module != "rag.build":
        return "only build knows the settings"
    if target == "index.registry" and not module.startswith(("rag.build", "eval")):
        return "only build knows the registries"
    if target in COMPOSERS and module.startswith(("index.", "rag.")) and module not in COMPOSERS:
        return "ingest, pipeline and build import the steps, never the reverse"
    if {module, target} <= STEPS and module != target:
        return "a step does not import another step"
    for folder in BACKENDS:
        if target.startswith(f"{folder}.") and module.startswith(("index.", "rag.")):
            family = target.removeprefix(f"{folder}.").partition("_")[0]
            mine = module.removeprefix(f"{folder}.").partition("_")[0]
            if not module.startswith(f"{folder}.") or family != mine:
                return f"a backend of {folder} is loaded by name, never imported"
    return None


def test_the_tree_keeps_the_rules() -> None:
    known = modules(ROOT)
    assert {"index.ingest", "rag.pipeline", "ui.cli", "index.sources.files"} <= set(known)
    assert violations(known) == []


@pytest.mark.parametrize(
    ("module", "source", "said"),
    [
        ("index.chunk", "from rag.types import Answer", "index may import only index"),
        ("index.chunk", "import ui.cli", "index may import only index"),
        ("rag.cite", "def f():\n    from ui import cli", "rag may import only index, rag"),
        ("ui.cli", "import eval.run", "ui may import only index, rag, ui"),
        ("eval.run", "from ui.cli import cli", "eval may import only eval, index, rag"),
        ("ui.cli", "from tests.conftest import home", "ui may import only"),
        ("index.types", "from index.chunk import chunk_article", "import nothing above them"),
        ("index.types", "from .chunk import chunk_article", "import nothing above them"),
        ("index.chunk", "from index.ingest import ingest", "never the reverse"),
        ("rag.cite", "from rag import pipeline", "never the reverse"),
        ("rag.cite", "from rag.settings import Settings", "only build knows the settings"),
        ("ui.cli", "from index.registry import load", "only build knows the registries"),
        ("index.chunk", "from index.embedders.onnx import OnnxEmbedder", "loaded by name"),
        ("index.embedders.hashing", "from index.embedders.onnx import OnnxEmbedder", "loaded by name"),
        ("index.chunk", "from index.sentences import sentence_spans", "a step does not import another step"),
        ("index.ingest", "import tiktoken.core", "only index.chunk imports tiktoken"),
        ("ui.cli", "def f():\n    from gradio import Blocks", "only ui.chat imports gradio"),
    ],
)
def test_a_broken_rule_is_found(module: str, source: str, said: str) -> None:
    names = (
        *("index.chunk", "index.ingest", "index.registry", "index.embedders.onnx", "index.sentences"),
        *("rag.pipeline", "rag.settings"),
    )
    known = dict.fromkeys((*names, "index", "rag", "ui", "index.types", "rag.types", "ui.cli"), "")
    assert violations(known) == []
    [violation] = violations(known | {module: source})
    assert said in violation


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("index.ingest", "from index.chunk import chunk_article"),
        ("rag.build", "from rag.settings import Settings\nfrom index.registry import load"),
        ("ui.cli", "from rag.settings import load_settings\nfrom index.sources.files import FileSource"),
        ("index.embedders.onnx", "from index.embedders.onnx_export import export"),
        ("eval.run", "from rag.pipeline import Pipeline\nimport sentence_transformers"),
        ("index.chunk", "import tiktoken"),
        ("index.chunk", "import indexing, sys, json"),
    ],
)
def test_what_is_allowed_is_not_found(module: str, source: str) -> None:
    known = dict.fromkeys(("index.chunk", "index.registry", "rag.settings", "index.sources.files"), "")
    known |= {"index.embedders.onnx_export": ""}
    assert violations(known | {module: source}) == []


def test_no_module_imports_itself_in_a_circle() -> None:
    known = modules(ROOT)
    graph = {
        name: {target for imported in imports(source, name) if (target := ours(imported, known)) and target != name}
        for name, source in known.items()
    }
    assert set(TopologicalSorter(graph).static_order()) == set(known)
    with pytest.raises(CycleError):
        list(TopologicalSorter(graph | {"index.errors": {"ui.cli"}}).static_order())


def test_every_module_says_what_it_is() -> None:
    silent = [name for name, source in modules(ROOT).items() if not ast.get_docstring(ast.parse(source))]
    assert silent == []
