"""Killed at any moment, or out of disk, an ingest leaves an archive that opens, serves and completes; so does a
reembed."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from small_embedder import SmallEmbedder

from eval.processes import Process, own_process
from index.chunk import DEFAULT_CHUNKER
from index.collections.local import LocalCollection
from index.embedders.hashing import HashingEmbedder
from index.ingest import ingest
from index.sources.files import FileSource
from index.types import Filters, IngestReport

KILLS = 50

# Forks a process for every line it is told, so that none has to load the libraries again. A line is JSON: `archive` and
# `file`; `reembed`: not an ingest; `largest`: bytes that a file may grow to; `inside` and `nth`: the place at which the
# process kills itself, the nth time that it gets there.
NURSERY = """
import json, os, resource, signal, sqlite3, sys
from pathlib import Path
from small_embedder import SmallEmbedder
from index import database, embedding, ingest as steps, vectors
from index.chunk import DEFAULT_CHUNKER
from index.collections.local import LocalCollection
from index.collections.local_reembedding import LocalReembedding
from index.embedders.hashing import HashingEmbedder
from index.errors import StorageError
from index.reembed import reembed
from index.sources.files import FileSource

steps.PUBLISH_EVERY, steps.GATHER = 3, 2
hashing, small = HashingEmbedder(model=None, cache_dir=Path("unused"), threads=1), SmallEmbedder()
left = 0

def die():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def dying(function):
    def before(*arguments, **named):
        die()
        return function(*arguments, **named)
    return before

def connecting(uri):
    db = connect(uri)
    db.set_trace_callback(lambda statement: statement == "COMMIT" and die())
    return db

connect = database._connect

def work(archive, file, again, largest, inside, nth):
    global left
    left = nth
    if inside == "embedding":
        embedder = small if again else hashing
        embedder.embed_passages = dying(embedder.embed_passages)
    elif inside == "generation":
        vectors._flush = dying(vectors._flush)
    elif inside == "commit":
        database._connect = connecting
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, -1))
    if again:
        opened = LocalReembedding(archive, small.id, DEFAULT_CHUNKER)
        reembed(opened, small, lambda done, of: None, lambda: None)
        opened.close()
    else:
        with LocalCollection(archive, hashing.id, DEFAULT_CHUNKER) as collection:
            steps.ingest(FileSource([file]), collection, hashing, DEFAULT_CHUNKER)

for line in sys.stdin:
    wish = json.loads(line)
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            work(Path(wish["archive"]), wish["file"], wish["reembed"], wish["largest"], wish["inside"], wish["nth"])
        except StorageError as error:
            os._exit(3)
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
        os._exit(0)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""

Embedder = HashingEmbedder | SmallEmbedder


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    with own_process(
        [sys.executable, "-c", NURSERY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as run:
        yield run


def start(
    process: Process,
    archive: Path,
    file: Path,
    reembed: bool = False,
    largest: int = -1,
    inside: str = "",
    nth: int = 0,
) -> int:
    """Begin an ingest, or to embed anew, in a process of its own; its id."""
    assert process.stdin and process.stdout
    wish = {"archive": str(archive), "file": str(file), "reembed": reembed, "largest": largest}
    process.stdin.write(json.dumps({**wish, "inside": inside, "nth": nth}) + "\n")
    process.stdin.flush()
    return int(process.stdout.readline())


def outcome(process: Process) -> int:
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


def opened(archive: Path, embedder: Embedder, read_only: bool) -> LocalCollection:
    return LocalCollection(archive, embedder.id, DEFAULT_CHUNKER, read_only=read_only)


def assert_whole(archive: Path, embedder: Embedder) -> int:
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


def test_killed_at_fifty_random_points(process: Process, tmp_path: Path, embedder: HashingEmbedder) -> None:
    archive, file = tmp_path / "archive", tmp_path / "news.jsonl"
    chosen, killed, lasted = random.Random(7), 0, 0.5
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


def built_with(archive: Path, *embedders: Embedder) -> Embedder:
    """The one of these whose vectors the archive has now."""
    with closing(sqlite3.connect(archive / "catalog.sqlite")) as db:
        stored = json.loads(db.execute("SELECT value FROM meta WHERE key = 'embedder'").fetchone()[0])
    [found] = [embedder for embedder in embedders if asdict(embedder.id) == stored]
    return found


def test_embedding_anew_is_killed_at_random_points(process: Process, tmp_path: Path, embedder: HashingEmbedder) -> None:
    archive, file, small = tmp_path / "archive", tmp_path / "news.jsonl", SmallEmbedder()
    chosen, killed, lasted = random.Random(8), 0, 0.1
    write(file, 200, 0)
    start(process, archive, file)
    assert outcome(process) == 0
    while built_with(archive, embedder, small) is embedder:
        child = start(process, archive, file, reembed=True)
        time.sleep(chosen.uniform(0, lasted))
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        killed += outcome(process) == -signal.SIGKILL
        assert assert_whole(archive, built_with(archive, embedder, small)) == 200
        lasted *= 1.2
    assert killed
    start(process, archive, file, reembed=True)
    assert outcome(process) == 0
    assert assert_whole(archive, small) == 200


@pytest.mark.parametrize("inside", ["embedding", "generation", "commit"])
@pytest.mark.parametrize("reembed", [False, True], ids=["ingest", "reembed"])
def test_killed_inside(process: Process, tmp_path: Path, embedder: HashingEmbedder, inside: str, reembed: bool) -> None:
    archive, file, small = tmp_path / "archive", tmp_path / "news.jsonl", SmallEmbedder()
    write(file, 40, 0)
    killed = 0
    start(process, archive, file)
    assert outcome(process) == 0
    for nth in range(1, 4):
        if not reembed:
            write(file, 40 + 10 * nth, nth)
        start(process, archive, file, reembed, inside=inside, nth=nth)
        killed += outcome(process) == -signal.SIGKILL
        assert_whole(archive, built_with(archive, embedder, small))
    assert killed >= 2
    start(process, archive, file, reembed)
    assert outcome(process) == 0
    assert assert_whole(archive, small if reembed else embedder) == (40 if reembed else 70)


@pytest.mark.parametrize("reembed", [False, True], ids=["ingest", "reembed"])
def test_a_disk_that_is_full_at_some_point(
    process: Process, tmp_path: Path, embedder: HashingEmbedder, reembed: bool
) -> None:
    archive, file, small = tmp_path / "archive", tmp_path / "news.jsonl", SmallEmbedder()
    write(file, 40, 0)
    failed = 0
    if reembed:
        start(process, archive, file)
        assert outcome(process) == 0
    for largest in range(20_000, 1_000_000, 70_000):
        start(process, archive, file, reembed, largest)
        ended = outcome(process)
        assert ended in (0, 3)
        failed += ended == 3
        assert_whole(archive, built_with(archive, embedder, small) if reembed else embedder)
    assert failed >= 2
    start(process, archive, file, reembed)
    assert outcome(process) == 0
    assert assert_whole(archive, small if reembed else embedder) == 40
