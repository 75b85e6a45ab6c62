"""Settings to parts that work together: the only place where they meet."""

from pathlib import Path

from index.chunk import DEFAULT_CHUNKER
from index.interfaces import Collection, Embedder
from index.registry import COLLECTIONS, EMBEDDERS, load
from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.terms import PACKAGED_SYNONYMS, Synonyms

LLMS = {
    "extractive": "rag.llms.extractive:ExtractiveAnswerer",
}


def build_embedder(settings: Settings) -> Embedder:
    embedder: Embedder = load(EMBEDDERS, "embedder", settings.embedder)(
        model=settings.embedder_model, cache_dir=settings.models_dir, threads=settings.threads
    )
    return embedder


def build_collection(
    settings: Settings, embedder: Embedder, read_only: bool = False, folder: Path | None = None
) -> Collection:
    """The archive, or another one in `folder`. `read_only`: for asking; several may be open beside one that writes."""
    collection: Collection = load(COLLECTIONS, "collection", settings.collection)(
        folder or settings.archive_dir, embedder.id, DEFAULT_CHUNKER, read_only=read_only
    )
    return collection


def build_synonyms(settings: Settings) -> Synonyms:
    """The groups that come with Newsdesk, and those of the operator's own `synonyms.toml`."""
    own = settings.home / "synonyms.toml"
    return Synonyms(PACKAGED_SYNONYMS, *([own] if own.exists() else []))


def build_pipeline(settings: Settings, folder: Path | None = None) -> Pipeline:
    """Everything a question needs, over the archive of the settings or another one in `folder`.

    Raises SetupError when a part named in the settings is not there, EmbedderMismatchError or StorageError when the
    archive cannot be used with them.
    """
    embedder = build_embedder(settings)
    return Pipeline(
        collection=build_collection(settings, embedder, read_only=True, folder=folder),
        embedder=embedder,
        answerers={settings.llm: load(LLMS, "llm", settings.llm)(min_confidence=settings.min_confidence)},
        llm=settings.llm,
        synonyms=build_synonyms(settings),
    )
