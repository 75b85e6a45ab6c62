"""What tells whether a page gives the article that it gave before."""

import json
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from index.types import RawPage

LIBRARIES = (
    "charset-normalizer",
    "courlan",
    "dateparser",
    "ftfy",
    "htmldate",
    "lxml",
    "markdown-it-py",
    "py3langid",
    "pypdf",
    "PyYAML",
    "trafilatura",
)
"""Those that pages are read with."""


def page_digest(page: RawPage) -> bytes:
    """sha256 of all that decides what article a page gives: its bytes, what its source says of it, the place it is read
    from, and the code that reads it. A line of JSON lines gives the same in any place."""
    place = None if page.media_type == "application/json" else page.location
    said = json.dumps([place, page.media_type, page.charset, *asdict(page.hints).values()])
    return sha256(_code() + sha256(said.encode()).digest() + page.content).digest()


@cache
def _code() -> bytes:
    """The digest of the code and of the versions of its libraries: with another one, every page is read again."""
    folder = Path(__file__).parent
    files = (*sorted(folder.glob("*.py")), folder.parent / "canonical.py", folder.parent / "types.py")
    parts = [sha256(file.read_bytes()).digest() for file in files]
    return sha256(b"".join(parts) + " ".join(map(version, LIBRARIES)).encode()).digest()
