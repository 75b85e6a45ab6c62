"""`newsdesk doctor`: what has to be in order, checked one by one, and what one asks for who is to help."""

import platform
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

import numpy as np
from packaging.requirements import Requirement

from index.errors import NewsdeskError, SetupError, StorageError
from index.interfaces import Embedder
from index.types import EmbedderId, Filters, UnfinishedReembed
from index.weights import PINNED_SHA256
from rag.build import (
    build_collection,
    build_embedder,
    build_pipeline,
    build_reader,
    build_reranker,
    require_llm,
)
from rag.settings import RULES, Settings, load_settings
from rag.types import Excerpt

KEY_PACKAGES = (
    "faiss-cpu",
    "fastapi",
    "gradio",
    "numpy",
    "onnxruntime",
    "sentence-transformers",
    "tiktoken",
    "tokenizers",
    "torch",
    "trafilatura",
)
"""Those whose versions explain most of what can differ between two installations."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `detail` is what was found, or what is wrong and the remedy."""

    name: str
    ok: bool
    detail: str


def checks() -> Iterator[Check]:
    """Every check, one by one; those left out that need what is not in order."""
    yield _try("python", _python)
    yield _try("packages", _packages)
    try:
        settings = load_settings()
    except NewsdeskError as error:
        yield Check("settings", False, str(error))
        return
    yield _try("data folder", lambda: _folder(settings))
    try:
        embedder = build_embedder(settings)
    except NewsdeskError as error:
        yield Check("embedder", False, str(error))
        return
    yield _try("embedder", lambda: _embedder(embedder))
    yield _try("reranker", lambda: _reranker(settings))
    yield _try("reader", lambda: _reader(settings))
    yield _try("archive", lambda: _archive(settings, embedder))
    yield _try("llm", lambda: _llm(settings))
    yield _try("rewrite", lambda: _rewrite(settings))


def repair() -> str:
    """Mend the archive, without embedding again; what it holds now. Raises NewsdeskError when it cannot be mended."""
    settings = load_settings()
    with closing(build_collection(settings, build_embedder(settings))) as collection:
        before = collection.manifest().articles
        collection.repair()
        after = collection.manifest().articles
    lost = f" {before - after:,} could not be mended and were left out: ingest them again." if after < before else ""
    return f"The full text, the stories and the vector index of {after:,} articles were made anew.{lost}"


def _try(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except NewsdeskError as error:
        return Check(name, False, str(error))


def _python() -> str:
    return f"{platform.python_version()} at {sys.executable}, {platform.platform()}, SQLite {sqlite3.sqlite_version}"


def _packages() -> str:
    wanted = [Requirement(line) for line in requires("newsdesk") or ()]
    wanted = [need for need in wanted if need.marker is None or need.marker.evaluate({"extra": ""})]
    wrong = list(_unmet(wanted))
    if wrong:
        raise SetupError(f"{', '.join(wrong)}.", "Install Newsdesk again, with `pip install -c constraints.txt .`.")
    shown = ", ".join(f"{name} {version(name)}" for name in ("newsdesk", *KEY_PACKAGES))
    return f"{len(wanted)} as needed: {shown}"


def _unmet(wanted: list[Requirement]) -> Iterator[str]:
    for need in wanted:
        try:
            found = version(need.name)
        except PackageNotFoundError:
            yield f"{need} is not installed"
        else:
            if not need.specifier.contains(found, prereleases=True):
                yield f"{need} is needed but {found} is installed"


def _folder(settings: Settings) -> str:
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.home):
            pass
    except OSError as error:
        raise StorageError(
            f"{settings.home} cannot be written: {error.strerror}.",
            "Set NEWSDESK_HOME to a folder of yours, or change its permissions.",
        ) from error
    size = sum(file.stat().st_size for file in settings.home.rglob("*") if file.is_file())
    free = shutil.disk_usage(settings.home).free
    return f"{settings.home.absolute()} can be written, holds {_megabytes(size)}, {_megabytes(free)} are free"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def _embedder(embedder: Embedder) -> str:
    vector = embedder.embed_query("a test of the embedder")
    if vector.shape != (embedder.id.dimension,) or not np.isclose(np.linalg.norm(vector), 1, atol=1e-3):
        raise SetupError(
            f"The embedder {embedder.id.model} gives vectors that are not as they should be.",
            "Remove the folder models under NEWSDESK_HOME; it is made again.",
        )
    pinned = ", as pinned" if embedder.id.weights_sha256 in PINNED_SHA256.values() else ""
    return f"{_described(embedder.id)}{pinned}"


def _reranker(settings: Settings) -> str:
    reranker = build_reranker(settings)
    if reranker is None:
        return "none"
    scores = reranker.scores("a test of the reranker", ["a passage", "another passage"])
    if scores.shape != (2,) or not ((scores >= 0) & (scores <= 1)).all():
        raise SetupError(
            f"The reranker {reranker.name} does not give each passage a score from 0 to 1.", "Configure another one."
        )
    return f"{settings.reranker}, {reranker.name}"


def _reader(settings: Settings) -> str:
    reader = build_reader(settings)
    if reader is None:
        return "none"
    [chances] = reader.answers("a test of the reader", [Excerpt("a title", None, ("a sentence", "another"))])
    if len(chances) != 2 or not all(0 <= chance <= 1 for chance in chances):
        raise SetupError(
            f"The reader {reader.name} does not give each sentence a chance from 0 to 1.", "Configure another one."
        )
    return f"{settings.reader}, {reader.name}"


def _described(embedder: EmbedderId) -> str:
    return f"{embedder.model}, dimension {embedder.dimension}, weights {embedder.weights_sha256[:12]}"


def _llm(settings: Settings) -> str:
    """Whoever writes answers, as far as it shows without asking a language model."""
    if settings.llm in settings.llms:
        return f"{settings.llm} writes answers: {_language_model(settings, settings.llm)}"
    # it knows whether there is one of this name; who rewrites is looked at by itself
    with closing(build_pipeline(settings.model_copy(update={"rewrite": RULES})).collection):
        return f"{settings.llm} writes answers"


def _rewrite(settings: Settings) -> str:
    """Whoever makes follow-up questions complete, as far as it shows without asking a language model."""
    if settings.rewrite == RULES:
        return "rules complete follow-up questions"
    return f"{settings.rewrite} completes follow-up questions: {_language_model(settings, settings.rewrite)}"


def _language_model(settings: Settings, name: str) -> str:
    require_llm(settings, name)
    chosen = settings.llms[name]
    return f"{chosen.model} ({chosen.kind}); `newsdesk llm check {name}` asks it"


def _archive(settings: Settings, embedder: Embedder) -> str:
    with closing(build_collection(settings, embedder, read_only=True)) as collection:
        collection.check()
        manifest = collection.manifest()
        if not manifest.articles:
            return "empty; bring articles in with `newsdesk ingest PATH...`"
        unfinished = collection.unfinished_reembed()
        found = collection.search_vectors(embedder.embed_query("a test of the index"), manifest.chunks + 1, Filters())
    if len(found) != manifest.chunks:
        raise StorageError(
            f"The vector index finds {len(found):,} of {manifest.chunks:,} chunks.",
            "Run `newsdesk doctor --repair`.",
        )
    through = f", dated up to {manifest.data_through}" if manifest.data_through else ""
    return (
        f"{manifest.articles:,} articles, {manifest.chunks:,} chunks, all of them in the vector index of "
        f"{manifest.built_at}{through}; built with {_described(manifest.embedder)}{_begun(unfinished)}"
    )


def _begun(unfinished: UnfinishedReembed | None) -> str:
    if unfinished is None:
        return ""
    return (
        f"; a `newsdesk reembed` with {_described(unfinished.embedder)} has not ended, {unfinished.waiting:,} articles "
        "wait: started again with that embedder it goes on, with the one in use it drops what was done"
    )
