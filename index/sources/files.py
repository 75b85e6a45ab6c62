"""Files and folders a person names: saved pages of several kinds, articles as JSON lines, archives of the web."""

import gzip
import lzma
import os
import stat
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, cast

from index.errors import UnreadableError
from index.types import MediaType, RawPage

PAGES: dict[str, MediaType] = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".pdf": "application/pdf",
}
LINES = (".jsonl", ".ndjson")
ARCHIVES = (".warc",)
PACKED = (".gz", ".xz")
KINDS = (*PAGES, *LINES, *ARCHIVES)

MAX_PAGE_BYTES = 20_000_000
_DAMAGE = (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error)


class FileSource:
    """The pages in files and folders, in the order given; folders by name, subfolders included, hidden ones not.

    Files of PAGES are one page each, those of LINES one page a line, those of ARCHIVES one for each page of the web
    that they hold; the latter two are streamed. Any of them may be packed.
    """

    def __init__(self, paths: Sequence[str | Path]) -> None:
        self._paths = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - resolve() would follow links

    def count(self) -> int | None:
        """Pages and lines there are. JSON lines are read once for it, packed ones unpacked."""
        files = [(path, _kind(path)) for path in self._files()]
        if any(kind in ARCHIVES for _, kind in files):
            return None
        return sum(_count_lines(path) if kind in LINES else 1 for path, kind in files)

    def skipped(self) -> tuple[Path, ...]:
        """Files of the folders whose ending says that they are not pages; `pages` leaves them out."""
        folders = [path for path in self._paths if _is_folder(path)]
        return tuple(file for folder in folders for file in _walk(folder) if _kind(file) is None)

    def pages(self) -> Iterator[RawPage | UnreadableError]:
        for path in self._paths:
            if _is_folder(path):
                yield from _read_folder(path)
            else:
                yield from _read_file(path)

    def _files(self) -> Iterator[Path]:
        for path in self._paths:
            if _is_folder(path):
                yield from (file for file in _walk(path) if _kind(file))
            else:
                yield path


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that is too long, a folder above that is closed: said when it is to be read
        return False


def _kind(path: Path) -> str | None:
    """The ending that tells what a file is, below that of a packer."""
    name = path.name.lower()
    name = next((name.removesuffix(packed) for packed in PACKED if name.endswith(packed)), name)
    return next((kind for kind in KINDS if name.endswith(kind)), None)


def _walk(folder: Path, closed: list[OSError] | None = None) -> Iterator[Path]:
    """Files below, in order, hidden ones not; why a subfolder cannot be listed goes to `closed`."""
    for root, folders, files in os.walk(folder, onerror=None if closed is None else closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(root, name) for name in sorted(files) if not name.startswith("."))


def _read_folder(folder: Path) -> Iterator[RawPage | UnreadableError]:
    closed: list[OSError] = []
    files = [file for file in _walk(folder, closed) if _kind(file)]
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
        elif (kind := _kind(path)) is None:
            yield UnreadableError(
                str(path),
                "this kind of file is not known",
                f"Save the page as text or HTML; names may end in {_choices()}.",
            )
        elif kind in LINES:
            yield from _read_lines(path)
        elif kind in ARCHIVES:
            # warcio is needed for these only.
            from index.sources.files_warc import read_warc

            # It unpacks .gz itself, record by record.
            with _open(path) if path.suffix.lower() == ".xz" else path.open("rb") as file:
                yield from read_warc(file, str(path), MAX_PAGE_BYTES)
        else:
            yield _read_page(path, PAGES[kind])
    except (FileNotFoundError, NotADirectoryError):
        yield UnreadableError(str(path), "there is no such file or folder", "Check the spelling of the path.")
    except OSError as error:
        yield _unreadable(path, error)


def _read_page(path: Path, media_type: MediaType) -> RawPage | UnreadableError:
    size = path.stat().st_size
    if size > MAX_PAGE_BYTES:
        return _too_large(str(path), f"{size / 1e6:.0f} MB")
    try:
        with _open(path) as file:
            content = file.read(MAX_PAGE_BYTES + 1)
    except _DAMAGE as error:
        return UnreadableError(
            str(path), f"the file is damaged ({str(error).rstrip('.')})", "Fetch or pack it again, or leave it out."
        )
    if len(content) > MAX_PAGE_BYTES:
        return _too_large(str(path), "unpacked")
    return RawPage(str(path), media_type, content)


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
    return f"{', '.join(KINDS)}, also packed as {' or '.join(PACKED)}"
