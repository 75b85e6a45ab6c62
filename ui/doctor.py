"""`newsdesk doctor`: what has to be in order, checked one by one."""

import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

import numpy as np
from packaging.requirements import Requirement

from index.errors import NewsdeskError, SetupError, StorageError
from index.types import Filters
from rag.build import build_collection, build_embedder
from rag.settings import Settings, load_settings


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
    embedder = _try("embedder", lambda: _embedder(settings))
    yield embedder
    if embedder.ok:
        yield _try("archive", lambda: _archive(settings))


def _try(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except NewsdeskError as error:
        return Check(name, False, str(error))


def _python() -> str:
    return f"{platform.python_version()} at {sys.executable}"


def _packages() -> str:
    wanted = [Requirement(line) for line in requires("newsdesk") or ()]
    wanted = [need for need in wanted if need.marker is None or need.marker.evaluate({"extra": ""})]
    wrong = list(_unmet(wanted))
    if wrong:
        raise SetupError(f"{', '.join(wrong)}.", "Install Newsdesk again, with `pip install -c constraints.txt .`.")
    return f"{len(wanted)} installed, newsdesk {version('newsdesk')}"


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
    return f"{settings.home} can be written"


def _embedder(settings: Settings) -> str:
    embedder = build_embedder(settings)
    vector = embedder.embed_query("a test of the embedder")
    if vector.shape != (embedder.id.dimension,) or not np.isclose(np.linalg.norm(vector), 1, atol=1e-3):
        raise SetupError(
            f"The embedder {embedder.id.model} gives vectors that are not as they should be.",
            "Remove the folder models under NEWSDESK_HOME; it is made again.",
        )
    return f"{embedder.id.model}, weights {embedder.id.weights_sha256[:12]}, dimension {embedder.id.dimension}"


def _archive(settings: Settings) -> str:
    embedder = build_embedder(settings)
    collection = build_collection(settings, embedder, read_only=True)
    manifest = collection.manifest()
    if not manifest.articles:
        return "empty; bring articles in with `newsdesk ingest PATH...`"
    found = collection.search_vectors(embedder.embed_query("a test of the index"), manifest.chunks + 1, Filters())
    if len(found) != manifest.chunks:
        raise StorageError(
            f"The vector index finds {len(found):,} of {manifest.chunks:,} chunks.",
            f"Remove {settings.archive_dir / 'vectors'}; it is rebuilt from the catalog, nothing is lost.",
        )
    through = f", dated up to {manifest.data_through}" if manifest.data_through else ""
    return f"{manifest.articles:,} articles, {manifest.chunks:,} chunks, all of them in the vector index{through}"
