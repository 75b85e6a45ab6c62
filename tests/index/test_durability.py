"""An ingest that is killed, or runs out of disk, at any moment leaves an archive that opens, serves and completes."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from index.chunk import DEFAULT_CHUNKER
from index.collections.local import LocalCollection
from index.embedders.hashing import HashingEmbedder
from index.ingest import ingest
from index.sources.files import FileSource
from index.types import Filters, IngestReport

KILLS = 50

# Forks a process for every line it is told, so that none has to load the libraries again: "archive file bytes", where
# bytes is how large a file may become, -1: as large as it likes.
NURSERY = """
import os, resource, signal, sys
from pathlib import Path
from index import ingest as steps
from index.chunk import DEFAULT_CHUNKER
from index.collections.local import LocalCollection
from index.embedders.hashing import HashingEmbedder
from index.errors import StorageError
from index.sources.files import FileSource

steps.PUBLISH_EVERY, steps.GATHER = 3, 2
embedder = HashingEmbedder(model=None, cache_dir=Path("unused"), threads=1)
for line in sys.stdin:
    archive, file, largest = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(largest), -1))
        try:
            with LocalCollection(Path(archive), embedder.id, DEFAULT_CHUNKER) as collection:
                steps.ingest(FileSource([file]), collection, embedder, DEFAULT_CHUNKER)
        except StorageError as error:
            os._exit(3)
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@contextmanager
def nursery() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        yield process
        process.kill()


def start(process: "subprocess.Popen[str]", archive: Path, file: Path, largest: int = -1) -> int:
    """Begin an ingest in a process of its own; its id."""
    assert process.stdin and process.stdout
    process.stdin.write(f"{archive}\t{file}\t{largest}\n")
    process.stdin.flush()
    return int(process.stdout.readline())


def outcome(process: "subprocess.Popen[str]") -> int:
    assert process.stdout
    return int(process.stdout.readline())


def write(file: Path, count: int, edition: int) -> None:
    """News of so many chains; of every fifth the newest edition, which corrects the one before."""
    file.write_text(
        "".join(
            json.dumps(
                {
                    "url": f"https://news.example/{n}",
                    "title": f"Chain {n} grows",
                    "text": f"Chain {n} opened stores in town{n} in the spring, it said{n} on Monday.\n\n"
                    + (f"Edition {edition} of this report. " if n % 5 == 0 else "")
                    + f"Its sales{n} rose by {n} per cent.",
                }
            )
            + "\n"
            for n in range(count)
        )
    )


def opened(archive: Path, embedder: HashingEmbedder, read_only: bool) -> LocalCollection:
    return LocalCollection(archive, embedder.id, DEFAULT_CHUNKER, read_only=read_only)


def assert_whole(archive: Path, embedder: HashingEmbedder) -> int:
    """Everything stored is found, by both searches, and nothing else; the number of articles."""
    with opened(archive, embedder, read_only=True) as reader:
        reader.check()
        manifest, ids = reader.manifest(), reader.ids(Filters())
        assert len(ids) == len(set(ids)) == manifest.articles
        dense = reader.search_vectors(np.full(embedder.id.dimension, 0.1, np.float32), 10**6, Filters())
        lexical = reader.search_text(["chain"], 10**6, Filters())
        chunks = {hit.passage.chunk_id for hit in dense}
        assert len(dense) == len(chunks) == manifest.chunks
        assert {hit.passage.chunk_id for hit in lexical} == chunks
        assert {hit.passage.article.id for hit in dense} == set(ids)
        for article_id in ids:
            sentences = reader.sentences(article_id)
            assert sentences is not None and len(sentences.spans) == len(sentences.vectors) > 0
            assert article_id in [article.id for article in reader.story(article_id)]
    return manifest.articles


@pytest.fixture
def embedder(tmp_path: Path) -> HashingEmbedder:
    return HashingEmbedder(model=None, cache_dir=tmp_path, threads=1)


def test_killed_at_fifty_random_points(tmp_path: Path, embedder: HashingEmbedder) -> None:
    archive, file = tmp_path / "archive", tmp_path / "news.jsonl"
    chosen, killed, lasted = random.Random(7), 0, 0.5
    with nursery() as process:
        for edition in range(KILLS):
            write(file, 4 * (edition + 1), edition)
            child, started = start(process, archive, file), time.monotonic()
            time.sleep(chosen.uniform(0, lasted))
            with suppress(ProcessLookupError):  # it was through
                os.kill(child, signal.SIGKILL)
            if outcome(process) == -signal.SIGKILL:
                killed += 1
            else:
                lasted = 0.7 * (time.monotonic() - started)  # strike earlier
            assert_whole(archive, embedder)
    assert killed > KILLS / 2
    with opened(archive, embedder, read_only=False) as collection:
        report = ingest(FileSource([file]), collection, embedder, DEFAULT_CHUNKER)
        assert report.seen == 4 * KILLS and not report.failed
        again = ingest(FileSource([file]), collection, embedder, DEFAULT_CHUNKER)
    assert again == IngestReport(unchanged=4 * KILLS)
    assert assert_whole(archive, embedder) == 4 * KILLS


def test_a_disk_that_is_full_at_some_point(tmp_path: Path, embedder: HashingEmbedder) -> None:
    archive, file = tmp_path / "archive", tmp_path / "news.jsonl"
    write(file, 40, 0)
    failed = 0
    with nursery() as process:
        for largest in range(20_000, 1_000_000, 70_000):
            start(process, archive, file, largest)
            failed += outcome(process) == 3
            assert_whole(archive, embedder)
        assert failed >= 3
        start(process, archive, file)
        assert outcome(process) == 0
    assert assert_whole(archive, embedder) == 40
