"""Exact vector search in memory, and its files. Derived from the catalog: losing a file loses nothing."""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.types import Vectors

POINTER = "current.json"


class UnusableError(Exception):
    """The generation on disk is missing or damaged; the message ends the sentence "The vector index ..."."""


@dataclass(frozen=True, slots=True)
class Generation:
    """What the pointer file says about the index in use. `state`: of the catalog, when the index was built."""

    number: int
    state: str
    count: int
    sha256: str
    built_at: str


class VectorIndex:
    """Inner product over every vector: exact, and with normalised vectors the cosine."""

    def __init__(self, index: faiss.Index, state: str | None, built_at: str | None) -> None:
        self._index = index
        self.state = state
        self.built_at = built_at

    @classmethod
    def build(
        cls, dimension: int, batches: Iterable[tuple[NDArray[np.int64], Vectors]], state: str | None, count: int
    ) -> "VectorIndex":
        """From chunk ids and their vectors, of which about `count` are to come."""
        flat = faiss.IndexFlatIP(dimension)
        # Room for all of them is made once, and kept: growing bit by bit takes twice the memory at its worst.
        flat.codes.resize(count * flat.code_size)
        flat.codes.resize(0)
        index = faiss.IndexIDMap(flat)
        for ids, vectors in batches:
            index.add_with_ids(vectors, ids)
        return cls(index, state, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if state else None)

    def search(self, query: Vectors, k: int, among: NDArray[np.int64] | None) -> list[tuple[int, float]]:
        """(chunk id, cosine) of at most k chunks, best first; only of chunks `among` these ids, unless None."""
        k = min(k, self._index.ntotal if among is None else len(among))
        if k <= 0:
            return []
        allowed = None if among is None else faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))  # type: ignore[call-arg]
        # One query is not divided among threads: a team would only wait for its slowest member. Holds for this thread.
        faiss.omp_set_num_threads(1)
        scores, ids = self._index.search(query.reshape(1, -1), k, params=allowed)
        # -1 fills the rows when fewer were found; rounding may put a cosine a hair outside [-1, 1]
        return [(int(i), float(s)) for i, s in zip(ids[0], scores[0].clip(-1, 1), strict=True) if i != -1]

    def is_of(self, state: str | None) -> bool:
        """Whether it was built for a catalog in this state, or for what the same catalog held before it."""
        return self.state is not None and state is not None and self.state.split(":")[0] == state.split(":")[0]

    def write(self, file: Path) -> None:
        """In the format of FAISS, not flushed to the disk."""
        faiss.write_index(self._index, str(file))

    @property
    def count(self) -> int:
        """Vectors held."""
        return int(self._index.ntotal)


class Generations:
    """The index files of one archive: `gen-<n>.faiss`, and a pointer to the one in use.

    A new one is written beside, flushed to disk and renamed before the pointer moves, so that at every moment the
    pointer names a whole file.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def pointer(self) -> bytes | None:
        """Changes when and only when another generation is in use; None before the first."""
        try:
            return (self._folder / POINTER).read_bytes()
        except OSError:
            return None

    def load(self, dimension: int) -> VectorIndex:
        """The generation in use. Raises UnusableError."""
        pointer = self.pointer()
        try:
            return self._read(pointer, dimension)
        except UnusableError:
            if self.pointer() == pointer:
                raise
            return self.load(dimension)  # a writer published and removed this one while we were reading

    def publish(self, index: VectorIndex) -> None:
        """Put `index` in use. Raises OSError."""
        self.use(self.write(index))

    def write(self, index: VectorIndex) -> Generation:
        """Write `index` to its file, where nobody looks for it before it is in use. Raises OSError."""
        assert index.state and index.built_at, "an index of nothing is never published"
        self._folder.mkdir(exist_ok=True)
        try:
            number = _parse(self.pointer()).number + 1
        except UnusableError:
            number = 1 + max((int(file.stem[4:]) for file in self._folder.glob("gen-*.faiss")), default=0)
        unfinished = self._folder / "unfinished.faiss"
        index.write(unfinished)
        _flush(unfinished)
        generation = Generation(number, index.state, index.count, _sha256(unfinished), index.built_at)
        unfinished.replace(self._file(number))
        return generation

    def use(self, generation: Generation) -> None:
        """Put a written generation in use; of the older ones keep the last, which a reader may be opening. Raises
        OSError."""
        unfinished = self._folder / "unfinished.json"
        unfinished.write_text(json.dumps(asdict(generation)))
        _flush(unfinished)
        unfinished.replace(self._folder / POINTER)
        _flush(self._folder)
        for file in self._folder.glob("gen-*.faiss"):
            if file not in (self._file(generation.number), self._file(generation.number - 1)):
                file.unlink()

    def _read(self, pointer: bytes | None, dimension: int) -> VectorIndex:
        generation = _parse(pointer)
        file = self._file(generation.number)
        try:
            if _sha256(file) != generation.sha256:
                raise UnusableError(f"is damaged ({file} is not what was written)")
            index = faiss.read_index(str(file))
        except FileNotFoundError as error:
            raise UnusableError(f"is missing ({file})") from error
        except (OSError, RuntimeError) as error:
            raise UnusableError(f"cannot be read ({file}: {error})") from error
        if (index.ntotal, index.d) != (generation.count, dimension):
            raise UnusableError(f"does not fit ({file}: {index.ntotal} vectors of dimension {index.d})")
        return VectorIndex(index, generation.state, generation.built_at)

    def _file(self, number: int) -> Path:
        return self._folder / f"gen-{number}.faiss"


def _parse(pointer: bytes | None) -> Generation:
    if pointer is None:
        raise UnusableError("is missing")
    try:
        return Generation(**json.loads(pointer))
    except (ValueError, TypeError) as error:
        raise UnusableError(f"is damaged ({POINTER}: {error})") from error


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _flush(path: Path) -> None:
    """Wait until the file, or the names in the folder, are on the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows has no such call for folders
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)  # Windows flushes what may be written
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
