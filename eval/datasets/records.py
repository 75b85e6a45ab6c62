"""Records of published data sets: JSON lines, packed or not, and articles made out of them."""

import json
import lzma
from collections.abc import Iterator, Mapping, Sequence
from errno import ENOENT
from pathlib import Path
from typing import Any

from index.types import RawPage


def read_lines(file: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines; `.xz` is unpacked."""
    with lzma.open(file, "rt", encoding="utf-8") if file.suffix == ".xz" else file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def existing(file: Path) -> Path:
    """`file` itself. Raises FileNotFoundError when it is not there."""
    if not file.exists():
        raise FileNotFoundError(ENOENT, "there is no such file", str(file))
    return file


class RecordSource:
    """A Source of articles that a loader made: objects with the fields of an ingested line of JSON."""

    def __init__(self, name: str, records: Sequence[Mapping[str, Any]]) -> None:
        self._name = name
        self._records = records

    def count(self) -> int:
        return len(self._records)

    def pages(self) -> Iterator[RawPage]:
        for number, record in enumerate(self._records, 1):
            yield RawPage(f"{self._name}:{number}", "application/json", json.dumps(record).encode())
