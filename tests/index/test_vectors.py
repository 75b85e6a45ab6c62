"""Generations of the FAISS index, and search in it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from archives import query_vector, unit_vectors

from index.vectors import Generations, UnusableError, VectorIndex

DIMENSION = 16


def index_of(count: int, state: str = "archive:1") -> VectorIndex:
    """Ids 10, 20, 30 ..."""
    return VectorIndex.build(DIMENSION, [(np.arange(1, count + 1) * 10, unit_vectors(count, "rows"))], state, 0)


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "vectors")


@pytest.mark.parametrize("among", [None, [10, 30, 50], [999, 70], []])
@pytest.mark.parametrize("k", [0, 2, 500])
def test_search_is_exact(k: int, among: list[int] | None) -> None:
    scores = unit_vectors(100, "rows") @ query_vector()
    expected = sorted(((10 * (n + 1), score) for n, score in enumerate(scores)), key=lambda pair: -pair[1])
    expected = [pair for pair in expected if among is None or pair[0] in among][:k]
    allowed = None if among is None else np.array(among, np.int64)
    found = index_of(100).search(query_vector(), k, allowed)
    assert [chunk_id for chunk_id, _ in found] == [chunk_id for chunk_id, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-6)


def test_what_is_published_is_loaded(generations: Generations, tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="is missing"):
        generations.load(DIMENSION)
    pointers = {generations.pointer()}
    for count in range(1, 5):
        generations.publish(index_of(count, f"archive:{count}"))
        loaded = generations.load(DIMENSION)
        assert (loaded.count, loaded.state) == (count, f"archive:{count}")
        assert loaded.search(query_vector(), 9, None) == index_of(count).search(query_vector(), 9, None)
        pointers.add(generations.pointer())
    assert len(pointers) == 5
    names = sorted(file.name for file in (tmp_path / "vectors").iterdir())
    assert names == ["current.json", "gen-3.faiss", "gen-4.faiss"]


def test_damage_is_noticed(generations: Generations, tmp_path: Path) -> None:
    generations.publish(index_of(50))
    file = tmp_path / "vectors" / "gen-1.faiss"
    whole = file.read_bytes()
    for damaged in (b"", whole[:-100], whole[:200] + bytes([whole[200] ^ 1]) + whole[201:]):
        file.write_bytes(damaged)
        with pytest.raises(UnusableError, match=r"damaged.*gen-1\.faiss"):
            generations.load(DIMENSION)
    file.unlink()
    with pytest.raises(UnusableError, match=r"missing.*gen-1\.faiss"):
        generations.load(DIMENSION)
    file.write_bytes(whole)
    assert generations.load(DIMENSION).count == 50
    with pytest.raises(UnusableError, match="dimension 16"):
        generations.load(DIMENSION + 1)


@pytest.mark.parametrize("pointer", ["", "{}", "[]", "null", '{"number": 1'])
def test_a_damaged_pointer_is_noticed_and_replaced(generations: Generations, tmp_path: Path, pointer: str) -> None:
    generations.publish(index_of(5))
    (tmp_path / "vectors" / "current.json").write_text(pointer)
    with pytest.raises(UnusableError, match=r"current\.json"):
        generations.load(DIMENSION)
    generations.publish(index_of(6))
    assert generations.load(DIMENSION).count == 6
    assert json.loads((tmp_path / "vectors" / "current.json").read_text())["number"] == 2


KILLED_WHILE_PUBLISHING = """
import os, signal, sys
from pathlib import Path
from index.vectors import Generations
from test_vectors import index_of

event, nth = sys.argv[2], int(sys.argv[3])
def die(name, arguments, seen=[0]):
    if name == event and str(sys.argv[1]) in str(arguments[0]):
        seen[0] += 1
        if seen[0] == nth:
            os.kill(os.getpid(), signal.SIGKILL)
generations, index = Generations(Path(sys.argv[1])), index_of(9, "new")
sys.addaudithook(die)
generations.publish(index)
"""


# The steps of a publication as Python's audit events: files are opened to flush and to hash them, then renamed, and
# what is old is removed.
@pytest.mark.parametrize(
    ("event", "nth", "state"),
    [
        ("open", 1, "old"),
        ("open", 2, "old"),
        ("os.rename", 1, "old"),
        ("open", 4, "old"),
        ("os.rename", 2, "old"),
        ("os.remove", 1, "new"),
    ],
)
def test_a_crash_while_publishing_leaves_a_whole_generation(
    generations: Generations, tmp_path: Path, event: str, nth: int, state: str
) -> None:
    for _ in range(3):
        generations.publish(index_of(5, "old"))
    command = [sys.executable, "-c", KILLED_WHILE_PUBLISHING, str(tmp_path / "vectors"), event, str(nth)]
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": paths}, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    loaded = generations.load(DIMENSION)
    assert (loaded.state, loaded.count) == ((state, 5) if state == "old" else (state, 9))
    generations.publish(index_of(12, "next"))
    assert generations.load(DIMENSION).count == 12
