"""Files and folders a person names: saved text pages, HTML pages, and articles as JSON lines."""

import gzip
import lzma
import os
import stat
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Literal, cast

from index.errors import UnreadableError
from index.types import RawPage

PAGES: dict[str, Literal["text/plain", "text/html"]] = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
}
LINES = (".jsonl", ".ndjson")
ENDINGS = (*PAGES, *LINES, *(f"{line}{packed}" for line in LINES for packed in (".gz", ".xz")))

MAX_PAGE_BYTES = 20_000_000
_DAMAGE = (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error)


class FileSource:
    """The pages in files and folders, in the order given; folders by name, subfolders included, hidden ones not.

    Text and HTML files are one page each; `.jsonl` and `.ndjson` files (also `.gz`, `.xz`) one page a line, streamed.
    """

    def __init__(self, paths: Sequence[str | Path]) -> None:
        self._paths = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - resolve() would follow links

    def count(self) -> int:
        """Pages and lines there are. JSON lines are read once for it, packed ones unpacked."""
        return sum(_count_lines(path) if _holds_lines(path) else 1 for path in self._files())

    def skipped(self) -> tuple[Path, ...]:
        """Files of the folders whose ending says that they are not pages; `pages` leaves them out."""
        folders = [path for path in self._paths if _is_folder(path)]
        return tuple(file for folder in folders for file in _walk(folder) if _ending(file) is None)

    def pages(self) -> Iterator[RawPage | UnreadableError]:
        for path in self._paths:
            if _is_folder(path):
                yield from _read_folder(path)
            else:
                yield from _read_file(path)

    def _files(self) -> Iterator[Path]:
        for path in self._paths:
            if _is_folder(path):
                yield from (file for file in _walk(path) if _ending(file))
            else:
                yield path


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that is too long, a folder above that is closed: said when it is to be read
        return False


def _ending(path: Path) -> str | None:
    name = path.name.lower()
    return next((ending for ending in ENDINGS if name.endswith(ending)), None)


def _holds_lines(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").removesuffix(".xz").endswith(LINES)


def _walk(folder: Path, closed: list[OSError] | None = None) -> Iterator[Path]:
    """Files below, in order, hidden ones not; why a subfolder cannot be listed goes to `closed`."""
    for root, folders, files in os.walk(folder, onerror=None if closed is None else closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(root, name) for name in sorted(files) if not name.startswith("."))


def _read_folder(folder: Path) -> Iterator[RawPage | UnreadableError]:
    closed: list[OSError] = []
    files = [file for file in _walk(folder, closed) if _ending(file)]
    yield from (_unreadable(Path(error.filename), error) for error in closed)
    if not files and not closed:
        yield UnreadableError(
            str(folder), "the folder holds no file that can be an article", f"Give files that end in {_choices()}."
        )
    for file in files:
        yield from _read_file(file)


def _read_file(path: Path) -> Iterator[RawPage | UnreadableError]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            yield UnreadableError(
                str(path), "this is neither a file nor a folder", "Give the path of a file or folder."
            )
        elif (ending := _ending(path)) is None:
            yield UnreadableError(
                str(path),
                "this kind of file is not known",
                f"Save the page as text or HTML; names may end in {_choices()}.",
            )
        elif _holds_lines(path):
            yield from _read_lines(path)
        else:
            yield _read_page(path, PAGES[ending])
    except (FileNotFoundError, NotADirectoryError):
        yield UnreadableError(str(path), "there is no such file or folder", "Check the spelling of the path.")
    except OSError as error:
        yield _unreadable(path, error)


def _read_page(path: Path, media_type: Literal["text/plain", "text/html"]) -> RawPage | UnreadableError:
    size = path.stat().st_size
    if size > MAX_PAGE_BYTES:
        return _too_large(str(path), f"{size / 1e6:.0f} MB")
    return RawPage(str(path), media_type, path.read_bytes())


def _read_lines(path: Path) -> Iterator[RawPage | UnreadableError]:
    number, found = 0, False
    try:
        with _open(path) as file:
            while line := file.readline(MAX_PAGE_BYTES + 1):
                number += 1
                if len(line) > MAX_PAGE_BYTES:
                    found = True
                    yield _too_large(f"{path}:{number}", f"more than {MAX_PAGE_BYTES // 1_000_000} MB in one line")
                    while line and not line.endswith(b"\n"):
                        line = file.readline(MAX_PAGE_BYTES)
                elif line.strip():
                    found = True
                    yield RawPage(f"{path}:{number}", "application/json", line)
    except _DAMAGE as error:
        yield UnreadableError(
            str(path),
            f"the file is damaged after line {number} ({str(error).rstrip('.')})",
            "Fetch or pack it again; the lines before went in.",
        )
        return
    if not found:
        yield UnreadableError(str(path), "the file is empty", "Save it again, or leave it out.")


def _open(path: Path) -> IO[bytes]:
    match path.suffix.lower():
        case ".gz":
            return cast(IO[bytes], gzip.open(path))
        case ".xz":
            return lzma.open(path)
    return path.open("rb")


def _count_lines(path: Path) -> int:
    lines, block = 0, b""
    try:
        with _open(path) as file:
            while more := file.read(1 << 20):
                block = more
                lines += block.count(b"\n")
    except (OSError, *_DAMAGE):
        return lines + 1  # what is wrong is one of the things `pages` yields
    return lines + (bool(block) and not block.endswith(b"\n"))


def _too_large(location: str, size: str) -> UnreadableError:
    return UnreadableError(
        location,
        f"this is too large for a page ({size}; the limit is {MAX_PAGE_BYTES // 1_000_000} MB)",
        "Give the page itself, or many articles as JSON lines.",
    )


def _unreadable(path: Path, error: OSError) -> UnreadableError:
    reason = (error.strerror or str(error)).lower()
    return UnreadableError(str(path), f"this cannot be read ({reason})", "Check its permissions and the disk.")


def _choices() -> str:
    return ", ".join(ENDINGS)
