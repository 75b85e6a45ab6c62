"""Articles that are brought in while the server runs."""

from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path, PurePath
from queue import SimpleQueue
from threading import Thread

from index.chunk import DEFAULT_CHUNKER
from index.errors import BadInputError
from index.ingest import ingest
from index.sources.files import FileSource
from index.types import IngestReport, Outcome
from rag.build import build_collection, build_crawler, build_embedder, build_source, is_on_web
from rag.settings import Settings

MOST_NAME = 200
"""Characters of the name of a file."""


def keep_file(name: str, content: bytes, settings: Settings) -> Path:
    """Where the file lies from now on: the archive knows its articles by their place, so that the same file sent again
    is a new version. Raises BadInputError for a name that is none."""
    plain = PurePath(name.replace("\\", "/")).name
    if not plain.strip(". ") or len(plain) > MOST_NAME or not plain.isprintable():
        raise BadInputError(
            f"A file cannot have the name {name[:MOST_NAME]!r}.", "Give it a plain name with its ending."
        )
    folder = settings.home / "added"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / plain
    file.write_bytes(content)
    return file


def adding(place: str | Path, settings: Settings) -> Generator[Outcome | IngestReport]:
    """What became of each page of a file or of an address on the web, as soon as it is so, and the report last.

    It goes on when nobody takes the outcomes any more. Raises BadInputError for what is no address, LockedError while
    somebody else writes, and whatever else stops an ingest.
    """
    if isinstance(place, str) and not is_on_web(place):
        raise BadInputError(f"{place!r} is no address on the web.", "Give one that begins with https://.")
    told: SimpleQueue[Outcome | IngestReport | Exception] = SimpleQueue()
    Thread(target=_told, args=(place, settings, told), daemon=True).start()
    while True:
        event = told.get()
        if isinstance(event, Exception):
            raise event
        yield event
        if isinstance(event, IngestReport):
            return


def _told(place: str | Path, settings: Settings, told: "SimpleQueue[Outcome | IngestReport | Exception]") -> None:
    try:
        told.put(_ingest(place, settings, told.put))
    except Exception as error:  # for the thread that waits
        told.put(error)


def _ingest(place: str | Path, settings: Settings, tell: Callable[[Outcome], object]) -> IngestReport:
    embedder = build_embedder(settings)
    with (
        closing(build_collection(settings, embedder)) as collection,
        build_crawler(settings, collection.get) as crawler,
    ):
        source = build_source("web", place, crawler) if isinstance(place, str) else FileSource([place])

        def told(outcome: Outcome) -> None:
            crawler.told(outcome)
            tell(outcome)

        report = ingest(source, collection, embedder, DEFAULT_CHUNKER, told)
        crawler.finished(place if isinstance(place, str) else "files", report)
        return report
