"""The local archive as files: other processes, crashes, damage, folders that refuse."""

import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import pytest
from archives import CHUNKER, EMBEDDER, OTHER_EMBEDDER, numbered, query_vector, store, vectors_of

from eval.processes import Process, own_process
from index.collections.local import LocalCollection
from index.errors import EmbedderMismatchError, LockedError, SetupError, StorageError
from index.types import Article, Filters

ANY = Filters()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive of news"
    with LocalCollection(path, EMBEDDER, CHUNKER) as collection:
        store(collection, *numbered(1, 2, 3))
        collection.publish()
    return path


def writer(path: Path) -> LocalCollection:
    return LocalCollection(path, EMBEDDER, CHUNKER)


def reader(path: Path) -> LocalCollection:
    return LocalCollection(path, EMBEDDER, CHUNKER, read_only=True)


def finds(collection: LocalCollection, *articles: Article) -> bool:
    """Whether each paragraph is the best hit for its own vector."""
    return all(
        [hit.passage.article.id for hit in collection.search_vectors(vector, 1, ANY) if hit.score > 0.9999]
        == [article.id]
        for article in articles
        for vector in vectors_of(article)
    )


@contextmanager
def other_process(code: str, path: Path) -> Iterator[Process]:
    """Runs `code`, which knows `collection`, open for writing, and says what it wants to say with `say`."""
    program = f"""
import sys, time
from pathlib import Path
from tempfile import TemporaryDirectory
from archives import *
from dataclasses import replace
from index.collections.local import LocalCollection
def say(text): print(text, flush=True)
with LocalCollection(Path(sys.argv[1]), EMBEDDER, CHUNKER) as collection:
{code}
"""
    paths = os.pathsep.join([str(Path(__file__).parent.parent), *sys.path])
    command = [sys.executable, "-c", program, str(path)]
    with own_process(command, env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.PIPE) as run:
        yield run


def said(process: Process) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


# Locks


def test_a_second_writer_is_told_who_writes(archive: Path) -> None:
    with other_process("    say('open'); time.sleep(60)", archive) as process:
        assert said(process) == "open"
        with pytest.raises(LockedError, match=f"process {process.pid} on ") as caught:
            writer(archive)
        assert caught.value.retryable
        with reader(archive) as open_reader:
            assert finds(open_reader, *numbered(1, 2, 3))
        process.send_signal(signal.SIGKILL)
        process.wait()
        with writer(archive) as next_writer:  # the lock went with its holder
            store(next_writer, *numbered(4))
    with writer(archive), pytest.raises(LockedError, match=f"process {os.getpid()} on "):
        writer(archive)


# Readers beside a writer


def test_a_reader_opened_before_there_is_an_archive_sees_it_appear(tmp_path: Path) -> None:
    with reader(tmp_path / "later") as early:
        assert early.search_vectors(query_vector(), 5, ANY) == []
        assert early.search_text(["word1"], 5, ANY) == []
        assert early.manifest().articles == 0
        assert not (tmp_path / "later").exists()
        with writer(tmp_path / "later") as collection:
            store(collection, *numbered(1))
            collection.publish()
        assert finds(early, *numbered(1))
        assert len(early.search_text(["word1"], 5, ANY)) == 3


def test_a_reader_sees_each_generation_and_each_correction(archive: Path) -> None:
    with reader(archive) as open_reader, other_process(
        """
    for number in (4, 5):
        store(collection, *numbered(number))
        collection.publish()
        say('published')
    store(collection, replace(numbered(1)[0], text='Corrected.'))
    say('corrected')
    time.sleep(60)
""",
        archive,
    ) as process:  # fmt: skip
        assert said(process) == said(process) == "published"
        assert finds(open_reader, *numbered(2, 3, 4, 5))
        assert said(process) == "corrected"
        assert open_reader.search_text(["word1"], 5, ANY) == []
        texts = {hit.passage.text for hit in open_reader.search_vectors(vectors_of(numbered(1)[0])[0], 12, ANY)}
        assert len(texts) == 12
        assert not any("word1." in text for text in texts)


def test_eight_threads_search_while_another_process_writes(archive: Path) -> None:
    """Every hit is whole: a passage of the version it names, with the score of exactly those words."""
    rounds = 12
    stop = Event()

    def search(number: int) -> int:
        searches = 0
        while not stop.is_set() or searches == 0:
            query = query_vector(f"{number} {searches}")
            hits = open_reader.search_vectors(query, 10, ANY) + open_reader.search_text(["paragraph"], 10, ANY)
            assert len(hits) >= 15  # of 18, when a correction is not yet published
            for hit in hits:
                article, text = hit.passage.article, hit.passage.text
                words = article.text.split("\n\n")
                assert text in words
                assert article.title in (f"Title {article.id[1:]}", f"Version {article.version}")
                if hit.retriever == "dense":
                    expected = vectors_of(article)[words.index(text)] @ query
                    assert hit.score == pytest.approx(float(expected), abs=1e-5)
            assert open_reader.manifest().articles >= 3
            searches += 1
        return searches

    with reader(archive) as open_reader, other_process(
        f"""
    for n in range({rounds}):
        a, b = numbered(1, 10 + n)
        store(collection, replace(a, title=f'Version {{n + 2}}', text=a.text.replace('word', f'v{{n}}word')), b)
        collection.publish()
        time.sleep(.05)
    say('done')
""",
        archive,
    ) as process, ThreadPoolExecutor(8) as threads:  # fmt: skip
        try:
            working = [threads.submit(search, number) for number in range(8)]
            assert said(process) == "done"
        finally:
            stop.set()
        assert all(future.result() > 1 for future in working)
        assert finds(open_reader, *numbered(*range(10, 10 + rounds)))
        first = open_reader.get("a1")
        assert first is not None
        assert first.version == rounds + 1


def test_a_deletion_reaches_an_open_reader_and_leaves_no_trace(archive: Path) -> None:
    secret, other = numbered(4, 5)
    secret = replace(secret, text="The unrepeatablename lives in Springfield.", title="Unrepeatablename")
    with writer(archive) as collection:
        store(collection, secret, other)
        store(collection, replace(secret, text="Unrepeatablename moved."))
        collection.publish()
        with reader(archive) as open_reader:
            assert finds(open_reader, other)
            assert open_reader.search_text(["unrepeatablename"], 1, ANY)
            assert collection.delete([secret.id]) == 1
            assert open_reader.search_text(["unrepeatablename"], 1, ANY) == []
            assert {hit.passage.article.id for hit in open_reader.search_vectors(query_vector(), 99, ANY)} == {
                *("a1", "a2", "a3", "a5")
            }
            assert open_reader.get(secret.id) is None
            assert collection.old_versions(secret.id) == []
            for file in archive.glob("catalog.sqlite*"):
                assert b"unrepeatablename" not in file.read_bytes().lower()
            collection.publish()
            assert finds(open_reader, other)


def test_a_backup_made_while_another_process_writes_is_whole(archive: Path, tmp_path: Path) -> None:
    with other_process(
        "    for n in range(10, 500): store(collection, *numbered(n)); say(n)", archive
    ) as process, reader(archive) as open_reader:  # fmt: skip
        while said(process) != "20":
            pass
        open_reader.backup(tmp_path / "backup")
        assert process.poll() is None
    with writer(tmp_path / "other") as restored, reader(tmp_path / "other") as beside:
        restored.restore(tmp_path / "backup")
        count = restored.manifest().articles
        assert 3 + 10 < count < 3 + 490
        stored = numbered(1, 2, 3, *range(10, 10 + count - 3))
        assert finds(restored, *stored) and finds(beside, *stored)


def test_a_backup_of_another_embedder_is_refused(archive: Path, tmp_path: Path) -> None:
    with reader(archive) as collection:
        collection.backup(tmp_path / "backup")
    with LocalCollection(tmp_path / "other", OTHER_EMBEDDER, CHUNKER) as other:
        with pytest.raises(EmbedderMismatchError) as refused:
            other.restore(tmp_path / "backup")
        assert f"{tmp_path / 'backup'} was built with the embedder random" in refused.value.message
        assert "Set NEWSDESK_HOME to a new folder" in refused.value.remedy
        assert other.manifest().articles == 0


def test_killed_between_delete_and_publish(archive: Path) -> None:
    with other_process("    collection.delete(['a2']); say('deleted'); time.sleep(60)", archive) as process:
        assert said(process) == "deleted"
        process.send_signal(signal.SIGKILL)
    with reader(archive) as open_reader:
        assert finds(open_reader, *numbered(1, 3))
        assert len(open_reader.search_vectors(query_vector(), 99, ANY)) == 6


def test_an_open_reader_leaves_an_archive_that_was_removed(archive: Path) -> None:
    """ "To start over, remove the folder": what was in it must not be answered from any more."""
    with reader(archive) as open_reader:
        assert finds(open_reader, *numbered(1, 2, 3))
        shutil.rmtree(archive)
        assert open_reader.manifest().articles == 0
        assert open_reader.get("a1") is None
        assert open_reader.search_text(["word1"], 5, ANY) == []
        assert open_reader.search_vectors(query_vector(), 5, ANY) == []
        with writer(archive) as collection:
            store(collection, *numbered(7))
            collection.publish()
        assert finds(open_reader, *numbered(7))
        assert [hit.passage.article.id for hit in open_reader.search_vectors(query_vector(), 9, ANY)] == ["a7"] * 3


def test_any_path_will_do(archive: Path) -> None:
    for path in (Path(f"/{archive}"), archive.with_name("50% off? #1")):  # POSIX keeps two slashes at the start apart
        with writer(path) as collection:
            store(collection, *numbered(4))
            collection.publish()
        with reader(path) as collection:
            assert finds(collection, *numbered(4))


# Crashes and damage


def test_killed_between_put_and_publish(archive: Path, caplog: pytest.LogCaptureFixture) -> None:
    with other_process("    store(collection, *numbered(4)); say('stored'); time.sleep(60)", archive) as process:
        assert said(process) == "stored"
        process.send_signal(signal.SIGKILL)
    with reader(archive) as open_reader:
        assert finds(open_reader, *numbered(1, 2, 3, 4))
    assert "does not hold what was ingested last; it was rebuilt" in caplog.text
    caplog.clear()
    with reader(archive):
        pass
    assert caplog.text == ""


def test_killed_at_any_time_while_writing(archive: Path) -> None:
    code = """
    for n in range(1000):
        store(collection, *numbered(100 + n))
        collection.publish()
        say(n)
"""
    for last in (0, 3, 8):
        with other_process(code, archive) as process:
            while said(process) != str(last):
                pass
            process.send_signal(signal.SIGKILL)
        with writer(archive) as collection:
            stored = [number for number in range(100, 1100) if collection.get(f"a{number}")]
            assert len(stored) > last
            assert finds(collection, *numbered(1, 2, 3, *stored))
            assert collection.manifest().chunks == 3 * (3 + len(stored))


@pytest.mark.parametrize("damage", ["garbage", "cut", "gone", "no pointer", "bad pointer", "no folder"])
@pytest.mark.parametrize("opened_by", [reader, writer])
def test_a_damaged_index_is_rebuilt_and_that_is_said(
    archive: Path, damage: str, opened_by: type[LocalCollection], caplog: pytest.LogCaptureFixture
) -> None:
    vectors = archive / "vectors"
    index, pointer = vectors / "gen-1.faiss", vectors / "current.json"
    if damage == "garbage":
        index.write_bytes(b"garbage")
    elif damage == "cut":
        index.write_bytes(index.read_bytes()[:-1])
    elif damage == "gone":
        index.unlink()
    elif damage == "no pointer":
        pointer.unlink()
    elif damage == "bad pointer":
        pointer.write_text("{")
    else:
        vectors.rename(archive / "elsewhere")
    with opened_by(archive) as collection:
        assert finds(collection, *numbered(1, 2, 3))
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("newsdesk", logging.WARNING)
    assert "it was rebuilt, nothing is lost" in record.getMessage()
    caplog.clear()
    with opened_by(archive) as collection:
        assert finds(collection, *numbered(1, 2, 3))
    assert not caplog.records


def test_an_index_of_another_catalog_is_not_used(archive: Path, tmp_path: Path) -> None:
    with writer(tmp_path / "other") as other:
        store(other, *numbered(7, 8, 9))
        other.publish()
    for name in ("current.json", "gen-1.faiss"):
        (archive / "vectors" / name).write_bytes((tmp_path / "other" / "vectors" / name).read_bytes())
    with reader(archive) as collection:
        assert finds(collection, *numbered(1, 2, 3))


def test_damage_met_while_another_process_writes_is_mended_in_memory(archive: Path) -> None:
    with other_process("    say('open'); time.sleep(60)", archive) as process:
        assert said(process) == "open"
        (archive / "vectors" / "gen-1.faiss").write_bytes(b"garbage")
        with reader(archive) as collection:
            assert finds(collection, *numbered(1, 2, 3))
        assert (archive / "vectors" / "gen-1.faiss").read_bytes() == b"garbage"


# What an archive was built with


def test_another_embedder_is_refused_by_name(archive: Path) -> None:
    for other in (OTHER_EMBEDDER, replace(EMBEDDER, weights_sha256="1" * 64), replace(EMBEDDER, dimension=8)):
        for read_only in (True, False):
            with pytest.raises(EmbedderMismatchError) as caught:
                LocalCollection(archive, other, CHUNKER, read_only)
            for embedder in (EMBEDDER, other):
                assert f"{embedder.model} (weights {embedder.weights_sha256[:12]}" in caught.value.message
            assert "newsdesk reembed" in caught.value.remedy
    with writer(archive) as collection:  # nothing was changed, no lock is left
        assert finds(collection, *numbered(1, 2, 3))


def test_an_empty_archive_takes_the_embedder_it_is_opened_with(tmp_path: Path) -> None:
    writer(tmp_path).close()
    other_chunker = replace(CHUNKER, max_tokens=100)
    with LocalCollection(tmp_path, OTHER_EMBEDDER, other_chunker) as collection:
        store(collection, *numbered(1))
        manifest = collection.manifest()
    assert (manifest.embedder, manifest.chunker) == (OTHER_EMBEDDER, other_chunker)
    with pytest.raises(EmbedderMismatchError):
        reader(tmp_path)


def test_other_chunker_settings_may_read_but_not_write(archive: Path) -> None:
    other = replace(CHUNKER, max_tokens=100)
    with LocalCollection(archive, EMBEDDER, other, read_only=True) as collection:
        assert collection.manifest().chunker == CHUNKER
    with pytest.raises(SetupError, match="max_tokens=100"):
        LocalCollection(archive, EMBEDDER, other)


# Folders that refuse


@pytest.mark.parametrize("below", ["", "deeper", "deeper/still"])
def test_a_file_in_place_of_the_folder(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("here")
    for read_only in (True, False):
        with pytest.raises(StorageError, match="file") as caught:
            LocalCollection(tmp_path / "file" / below, EMBEDDER, CHUNKER, read_only)
        assert "NEWSDESK_HOME" in caught.value.remedy


def test_a_full_disk(archive: Path) -> None:
    (archive / "writer.txt").symlink_to("/dev/full")
    with pytest.raises(StorageError, match="No space left on device"):
        writer(archive)
    with writer(archive) as collection:  # no lock is left
        assert finds(collection, *numbered(1, 2, 3))


@contextmanager
def no_longer_root() -> Iterator[None]:
    """Root may write anywhere: be somebody else for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.mark.parametrize("damaged", [False, True])
def test_a_folder_that_may_only_be_read(archive: Path, damaged: bool, caplog: pytest.LogCaptureFixture) -> None:
    with TemporaryDirectory() as folder:  # pytest's own is closed to others
        Path(folder).chmod(0o755)
        copy = shutil.copytree(archive, Path(folder) / "archive")
        if damaged:
            (copy / "vectors" / "gen-1.faiss").write_bytes(b"garbage")
        for path in (copy, copy / "vectors"):
            path.chmod(0o555)
        with no_longer_root():
            with reader(copy) as collection:
                assert finds(collection, *numbered(1, 2, 3))
                assert len(collection.search_text(["word1"], 5, ANY)) == 3
            for place in (copy, copy / "new"):
                with pytest.raises(StorageError, match="cannot be used: Permission denied") as caught:
                    writer(place)
                assert "NEWSDESK_HOME" in caught.value.remedy
        for path in (copy, copy / "vectors"):
            path.chmod(0o755)
    assert ("rebuilt in memory" in caplog.text) == damaged
