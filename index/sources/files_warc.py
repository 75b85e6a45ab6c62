"""Archives of the web (WARC, ISO 28500), as crawlers and browsers write them, through warcio."""

import zlib
from collections.abc import Iterator
from typing import IO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from index.errors import UnreadableError
from index.media import PAGE_TYPES, read_content_type
from index.types import RawPage

_DAMAGE = (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error)


def read_warc(file: IO[bytes], location: str, limit: int) -> Iterator[RawPage | UnreadableError]:
    """The pages among the records of an archive, named by their addresses; all else it holds is passed over.

    `limit`: bytes of a page. A damaged archive gives the pages before the damage, then the error.
    """
    found = False
    try:
        for record in ArchiveIterator(file):
            if (page := _read(record, limit)) is not None:
                found = True
                yield page
    except _DAMAGE as error:
        yield UnreadableError(
            location,
            f"the archive is damaged ({' '.join(str(error).split())[:100]})",
            "Fetch it again; the pages before went in.",
        )
        return
    if not found:
        yield UnreadableError(location, "the archive holds no page", "Give one with pages of the web.")


def _read(record: ArcWarcRecord, limit: int) -> RawPage | UnreadableError | None:
    url = record.rec_headers.get_header("WARC-Target-URI")
    if record.rec_type != "response" or not url or record.http_headers is None:
        return None
    kind, charset = read_content_type(record.http_headers.get_header("Content-Type"))
    if record.http_headers.get_statuscode() != "200" or kind not in PAGE_TYPES or url.endswith("/robots.txt"):
        return None
    content = record.content_stream().read(limit + 1)
    if len(content) > limit:
        return UnreadableError(
            url, f"this is too large for a page (the limit is {limit / 1e6:.0f} MB)", "Leave it out."
        )
    if record.raw_stream.limit > 0:  # bytes that its length promised; warcio does not mind
        raise EOFError("it ends in the middle of a record")
    return RawPage(url, PAGE_TYPES[kind], content, charset)
