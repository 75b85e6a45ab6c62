import gzip
import lzma
from pathlib import Path

import pytest

from index.errors import UnreadableError
from index.sources import files
from index.sources.files import FileSource
from index.types import RawPage

LINE = b'{"title": "T", "text": "Words."}\n'


def read(*paths: Path) -> tuple[list[RawPage], list[UnreadableError]]:
    found = list(FileSource(paths).pages())
    return [f for f in found if isinstance(f, RawPage)], [f for f in found if isinstance(f, UnreadableError)]


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_the_ending_tells_what_a_page_is(tmp_path: Path) -> None:
    for name in ("a.txt", "b.TEXT", "c.html", "d.HTM", "e.xhtml"):
        write(tmp_path / name, b"Some words.")
    pages, errors = read(tmp_path)
    assert [(Path(page.location).name, page.media_type) for page in pages] == [
        ("a.txt", "text/plain"),
        ("b.TEXT", "text/plain"),
        ("c.html", "text/html"),
        ("d.HTM", "text/html"),
        ("e.xhtml", "text/html"),
    ]
    assert not errors


def test_a_folder_is_read_by_name_with_its_subfolders_but_not_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "sub/z.txt", "another/y.txt", ".hidden.txt", ".git/x.txt"):
        write(tmp_path / name, b"Some words.")
    pages, errors = read(tmp_path)
    assert [Path(page.location).relative_to(tmp_path).as_posix() for page in pages] == [
        "a.txt",
        "b.txt",
        "another/y.txt",
        "sub/z.txt",
    ]
    assert not errors


def test_locations_do_not_depend_on_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.txt", b"Some words.")
    monkeypatch.chdir(tmp_path)
    pages, _ = read(Path("a.txt"))
    assert pages[0].location == str(tmp_path / "a.txt")


@pytest.mark.parametrize(
    ("name", "pack"),
    [("a.jsonl", bytes), ("a.ndjson", bytes), ("a.jsonl.gz", gzip.compress), ("a.jsonl.xz", lzma.compress)],
)
def test_json_lines_are_one_page_a_line(tmp_path: Path, name: str, pack: object) -> None:
    assert callable(pack)
    path = write(tmp_path / name, pack(LINE + b"\n" + LINE.strip()))
    pages, errors = read(path)
    assert [page.location for page in pages] == [f"{path}:1", f"{path}:3"]
    assert [page.content.strip() for page in pages] == [LINE.strip()] * 2
    assert {page.media_type for page in pages} == {"application/json"}
    assert not errors
    assert FileSource([path]).count() == 3


def test_lines_are_streamed(tmp_path: Path) -> None:
    """The first line is there though the file is damaged after it: nothing waits for the end."""
    whole = gzip.compress(LINE * 20_000)
    path = write(tmp_path / "a.jsonl.gz", whole[: len(whole) // 2])
    assert isinstance(next(FileSource([path]).pages()), RawPage)


@pytest.mark.parametrize(("name", "pack"), [("a.jsonl.gz", gzip.compress), ("a.jsonl.xz", lzma.compress)])
@pytest.mark.parametrize("damage", ["cut", "altered", "not packed"])
def test_a_damaged_packed_file_gives_the_lines_before_and_one_error(
    tmp_path: Path, name: str, pack: object, damage: str
) -> None:
    assert callable(pack)
    lines = b"".join(b'{"title": "%d", "text": "%x"}\n' % (n, hash(str(n)) % 2**60) for n in range(10_000))
    packed = bytearray(pack(lines))
    half = len(packed) // 2
    if damage == "cut":
        packed = packed[:half]
    elif damage == "altered":
        packed[half : half + 40] = bytes(40)
    else:
        packed = bytearray(LINE)
    path = write(tmp_path / name, bytes(packed))
    pages, errors = read(path, write(tmp_path / "good.txt", b"Some words."))
    assert (len(pages) > 1) == (damage != "not packed")
    assert pages[-1].location.endswith("good.txt")
    assert len(errors) == 1
    assert errors[0].location == str(path)
    assert "damaged" in errors[0].message
    assert FileSource([path]).count() >= 1


def bad_files(folder: Path) -> dict[Path, str]:
    """Every kind of file that cannot be read, and what has to be said about it."""
    loop = folder / "loop.txt"
    loop.symlink_to(loop)
    unreadable = folder / "mem.txt"
    unreadable.symlink_to("/proc/self/mem")  # opens, and fails when read, for root too
    return {
        folder / "missing.txt": "no such file",
        write(folder / "empty.jsonl", b"\n\n"): "empty",
        write(folder / "report.docx", b"PK"): "not known",
        loop: "cannot be read (too many levels",
        folder / ("long" * 100 + ".txt"): "cannot be read (file name too long",
        write(folder / "file.txt", b"Some words.") / "below.txt": "no such file",
        unreadable: "cannot be read",
    }


def test_what_cannot_be_read_is_named_with_a_remedy_and_the_rest_goes_on(tmp_path: Path) -> None:
    bad = bad_files(tmp_path)
    good = write(tmp_path / "good.txt", b"Some words.")
    pages, errors = read(*bad, good)
    assert [page.location for page in pages] == [str(good)]
    assert [error.location for error in errors] == [str(path) for path in bad]
    for error, said in zip(errors, bad.values(), strict=True):
        assert said in error.message
        assert error.remedy.endswith(".")


def test_a_page_past_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.html"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    pages, errors = read(path)
    assert not pages
    assert "too large" in errors[0].message
    assert "50 MB" in errors[0].message


def test_a_line_past_the_limit_is_skipped_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_PAGE_BYTES", 1000)
    path = write(tmp_path / "a.jsonl", LINE + b"x" * 5000 + b"\n" + LINE + b"x" * 1001)
    pages, errors = read(path)
    assert [page.location for page in pages] == [f"{path}:1", f"{path}:3"]
    assert [error.location for error in errors] == [f"{path}:2", f"{path}:4"]


def test_other_files_of_a_folder_are_left_out_and_named(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", b"Some words.")
    picture = write(tmp_path / "sub" / "a.png", b"...")
    source = FileSource([tmp_path])
    assert [page.location for page in source.pages() if isinstance(page, RawPage)] == [str(tmp_path / "a.txt")]
    assert source.skipped() == (picture,)
    assert source.count() == 1


def test_a_folder_without_pages_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "a.png", b"...")
    pages, errors = read(tmp_path)
    assert not pages
    assert "holds no file" in errors[0].message


@pytest.mark.parametrize(("packed", "pack"), [(".gz", gzip.compress), (".xz", lzma.compress)])
def test_pages_may_be_packed(tmp_path: Path, packed: str, pack: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert callable(pack)
    monkeypatch.setattr(files, "MAX_PAGE_BYTES", 1000)
    write(tmp_path / f"a.HTML{packed}", pack(b"Some words."))
    bomb = write(tmp_path / f"b.md{packed}", pack(bytes(5_000_000)))
    broken = write(tmp_path / f"c.txt{packed}", b"Some words.")
    pages, errors = read(tmp_path)
    assert [(page.media_type, page.content) for page in pages] == [("text/html", b"Some words.")]
    assert [error.location for error in errors] == [str(bomb), str(broken)]
    assert "too large" in errors[0].reason and "damaged" in errors[1].reason


def warc(*records: tuple[str, str, str, bytes], packed: bool = True) -> bytes:
    """An archive of responses: address, status, media type, body."""
    archive = b""
    for url, status, kind, body in records:
        response = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + body
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2021-03-03T10:00:00Z\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(response)}\r\n\r\n"
        )
        record = head.encode() + response + b"\r\n\r\n"
        archive += gzip.compress(record) if packed else record
    return archive


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_the_pages_of_a_web_archive(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_PAGE_BYTES", 1000)
    archive = warc(
        ("https://paper.example/a", "200 OK", "text/html; charset=latin-1", b"Some words."),
        ("https://paper.example/b", "404 Not Found", "text/html", b"Not here."),
        ("https://paper.example/c.png", "200 OK", "image/png", b"..."),
        ("https://paper.example/d", "200 OK", "text/html", bytes(2000)),
        ("https://paper.example/e", "200 OK", "application/pdf", b"%PDF"),
        packed=name.endswith("gz"),
    )
    path = write(tmp_path / name, archive)
    pages, errors = read(path)
    assert [(page.location, page.media_type, page.charset) for page in pages] == [
        ("https://paper.example/a", "text/html", "latin-1"),
        ("https://paper.example/e", "application/pdf", None),
    ]
    assert [error.location for error in errors] == ["https://paper.example/d"]
    assert FileSource([path]).count() is None


def test_a_web_archive_that_is_none_or_is_cut(tmp_path: Path) -> None:
    whole = warc(
        *((f"https://paper.example/{n}", "200 OK", "text/html", b"Words." * 99) for n in range(5)), packed=False
    )
    cut = write(tmp_path / "cut.warc", whole[:-300])
    for path in (cut, write(tmp_path / "none.warc", b"words" * 99), write(tmp_path / "empty.warc", b"")):
        pages, errors = read(path)
        assert [error.location for error in errors] == [str(path)]
        assert (len(pages) > 3) == (path == cut)
