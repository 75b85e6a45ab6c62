"""Settings to parts that work together: the only place where they meet."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from index.chunk import DEFAULT_CHUNKER
from index.errors import BadInputError, SetupError
from index.interfaces import Collection, Embedder, Reembedding, Source
from index.registry import COLLECTIONS, EMBEDDERS, SOURCES, load
from index.types import Article
from rag.answer import GenerativeAnswerer
from rag.conversations import Conversations
from rag.gguf_packages import gguf_file
from rag.interfaces import LLM, Answerer, Reader, Reranker
from rag.kept_answers import KeptAnswers
from rag.pipeline import Pipeline
from rag.prices import PACKAGED_PRICES, load_prices
from rag.rewrite import Rewriter
from rag.sentence_reader import SentenceReader
from rag.settings import RULES, Settings, api_key
from rag.terms import PACKAGED_SYNONYMS, Synonyms
from rag.types import LLMSpec

if TYPE_CHECKING:
    from index.crawl import Crawler
    from index.crawl_log import LastIngest

LLMS = {
    "extractive": "rag.llms.extractive:ExtractiveAnswerer",
}
LLM_KINDS = {
    "llama_cpp": "rag.llms.llama_cpp:LlamaCppLLM",
    "openai": "rag.llms.openai_compatible:OpenAICompatibleLLM",
    "anthropic": "rag.llms.anthropic:AnthropicLLM",
}
"""How language models are asked."""
RERANKERS = {
    "none": "",
    "cross_encoder": "rag.rerankers.cross_encoder:CrossEncoderReranker",
}

READERS = {
    "packaged": "rag.readers.packaged:PackagedReader",
}
"""Beside these every reranker, which reads sentences one by one."""


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


def build_reembedding(settings: Settings, embedder: Embedder) -> Reembedding:
    """The archive, to be embedded anew with this embedder. Raises SetupError when its kind of archive cannot be."""
    collection = load(COLLECTIONS, "collection", settings.collection)
    if not hasattr(collection, "reembedding"):
        raise SetupError(
            f"A collection of the kind {settings.collection!r} cannot be embedded anew.",
            "Run `newsdesk ingest` into a new NEWSDESK_HOME.",
        )
    archive: Reembedding = collection.reembedding(settings.archive_dir, embedder.id, DEFAULT_CHUNKER)
    return archive


@contextmanager
def build_crawler(
    settings: Settings,
    stored: Callable[[str], Article | None] = lambda article_id: None,
    since: date | None = None,
    again: bool = False,
) -> Iterator["Crawler"]:
    """Who fetches what sources name on the web; the parameters are those of the Crawler."""
    # Only who reads from the web needs the libraries for it.
    from index.crawl import Crawler
    from index.crawl_log import CrawlLog

    with closing(CrawlLog(settings.archive_dir / "crawl.sqlite")) as log:
        yield Crawler(log, stored, settings.fetch_delay, settings.fetch_private, since, again)


def last_ingests(settings: Settings) -> dict[str, "LastIngest"]:
    """What came of each source when it was last read, by its name; also of files and addresses given by hand."""
    from index.crawl_log import CrawlLog

    file = settings.archive_dir / "crawl.sqlite"
    if not file.exists():
        return {}
    with closing(CrawlLog(file)) as log:
        return log.ingests()


def build_source(kind: str, location: str, crawler: "Crawler") -> Source:
    """A source by its kind. One on the web is given the crawler, others only the place."""
    maker = load(SOURCES, "kind of source", kind)
    source: Source = maker(location, crawler) if is_on_web(location) else maker([location])
    return source


def is_on_web(location: str) -> bool:
    """Whether a source lies behind a web address, and not in a file or folder."""
    return location.lower().startswith(("http://", "https://"))


def build_reranker(settings: Settings) -> Reranker | None:
    """None when the settings want none."""
    if settings.reranker == "none":
        return None
    reranker: Reranker = load(RERANKERS, "reranker", settings.reranker)(
        model=settings.reranker_model, threads=settings.threads
    )
    return reranker


def build_reader(settings: Settings) -> Reader | None:
    """None when the settings want none."""
    if settings.reader == "none":
        return None
    made = load(READERS | RERANKERS, "reader", settings.reader)(model=settings.reader_model, threads=settings.threads)
    reader: Reader = SentenceReader(made) if settings.reader in RERANKERS else made
    return reader


def build_synonyms(settings: Settings) -> Synonyms:
    """The groups that come with Newsdesk, and those of the operator's own `synonyms.toml`."""
    own = settings.home / "synonyms.toml"
    return Synonyms(PACKAGED_SYNONYMS, *([own] if own.exists() else []))


def build_conversations(settings: Settings) -> Conversations:
    """Those that are kept beside the archive."""
    return Conversations(settings.conversations_file, settings.conversation_hours)


def build_kept_answers(settings: Settings) -> KeptAnswers:
    """Those that are kept beside the archive."""
    return KeptAnswers(settings.answers_file, settings.answer_days)


def llm_class(kind: str) -> Callable[[LLMSpec], LLM]:
    """What makes language models of this kind. Raises SetupError when there is none, or its package is missing."""
    made: Callable[[LLMSpec], LLM] = load(LLM_KINDS, "kind of language model", kind)
    return made


def llm_spec(settings: Settings, name: str) -> LLMSpec:
    """All about the language model of the table `[llms.NAME]`, with its key from the environment and its price.

    Raises BadInputError for a name that the settings do not have, SetupError when the key is not there.
    """
    if name not in settings.llms:
        choices = ", ".join(sorted(settings.llms)) or "there is none yet"
        raise BadInputError(
            f"The settings have no language model {name!r}.",
            f"Write a table [llms.{name}] in {settings.home / 'newsdesk.toml'}, or choose one of: {choices}.",
        )
    chosen = settings.llms[name]
    own_prices = settings.home / "prices.toml"
    prices = load_prices(PACKAGED_PRICES, *([own_prices] if own_prices.exists() else []))
    return LLMSpec(
        name=name,
        models_dir=settings.models_dir,
        api_key=api_key(chosen.api_key_env) if chosen.api_key_env else None,
        price=prices.get(chosen.model),
        **chosen.model_dump(exclude={"kind", "on_request"}),
    )


def build_llm(settings: Settings, name: str) -> LLM:
    """The language model of the table `[llms.NAME]`, which has not been asked anything yet; close it after use.

    Raises BadInputError and SetupError as `llm_spec` and `llm_class` do, SetupError when the model cannot be loaded.
    """
    spec = llm_spec(settings, name)
    return llm_class(settings.llms[name].kind)(spec)


def require_llm(settings: Settings, name: str) -> None:
    """Raises the error that `build_llm` would, as far as it shows without loading a model or asking its server."""
    spec, kind = llm_spec(settings, name), settings.llms[name].kind
    if kind == "llama_cpp":  # making one would load the file
        llm_class(kind)
        gguf_file(spec.model, spec.models_dir)
    else:
        llm_class(kind)(spec).close()


def build_pipeline(settings: Settings, folder: Path | None = None) -> Pipeline:
    """Everything a question needs, over the archive of the settings or another one in `folder`.

    Raises SetupError when a part named in the settings is not there, EmbedderMismatchError or StorageError when the
    archive cannot be used with them.
    """
    embedder, reader = build_embedder(settings), build_reader(settings)
    opened = _once(partial(build_llm, settings))
    return Pipeline(
        collection=build_collection(settings, embedder, read_only=True, folder=folder),
        embedder=embedder,
        answerers=_answerers(settings, reader, opened),
        llm=settings.llm,
        rewriter=_rewriter(settings, opened),
        synonyms=build_synonyms(settings),
        reranker=build_reranker(settings),
        conversations=build_conversations(settings),
        reader=reader,
    )


def _once(build: Callable[[str], LLM]) -> Callable[[str], LLM]:
    """The same model for each of its roles, also when several threads want it first."""
    lock, built = threading.Lock(), dict[str, LLM]()

    def opened(name: str) -> LLM:
        with lock:
            if name not in built:
                built[name] = build(name)
            return built[name]

    return opened


def _rewriter(settings: Settings, opened: Callable[[str], LLM]) -> Rewriter | None:
    if settings.rewrite == RULES:
        return None
    llm_spec(settings, settings.rewrite)  # fails now rather than when somebody asks
    return Rewriter(settings.rewrite, partial(opened, settings.rewrite))


def _answerers(settings: Settings, reader: Reader | None, opened: Callable[[str], LLM]) -> dict[str, Answerer]:
    """Who may be asked to write, by name: who writes by default, the extractive answerer, and the language models that
    the settings offer. A language model is opened when it is first asked.

    Raises SetupError when the default is not there, or there is no reader to check what it writes.
    """
    if taken := LLMS.keys() & settings.llms:
        raise SetupError(f"No language model can be named {taken.pop()!r}.", "Give its table [llms.NAME] another name.")
    made: dict[str, Answerer] = {}
    for name in {"extractive", settings.llm} - settings.llms.keys():
        made[name] = load(LLMS | dict.fromkeys(settings.llms, ""), "llm", name)(
            min_confidence=settings.min_confidence, reader=reader
        )
    offered = [name for name, chosen in settings.llms.items() if chosen.on_request or name == settings.llm]
    if reader is not None:
        made |= {name: GenerativeAnswerer(name, partial(opened, name), made["extractive"]) for name in offered}
    elif settings.llm in settings.llms:
        raise SetupError(
            f"The language model {settings.llm!r} cannot write answers: the settings want no reader to check them.",
            "Change the setting reader, or set llm to extractive.",
        )
    return made
