"""What servers and archives of the web call the pages that we can read."""

from email.message import Message

from index.types import MediaType

PAGE_TYPES: dict[str, MediaType] = {
    "": "text/html",
    "text/html": "text/html",
    "application/xhtml+xml": "text/html",
    "text/plain": "text/plain",
    "text/markdown": "text/markdown",
    "application/pdf": "application/pdf",
}
"""What a page says that it is, "" where it does not, and how it is read."""


def read_content_type(value: str | None) -> tuple[str, str | None]:
    """Media type in lower case, "" where none is given, and charset of a Content-Type (RFC 9110, section 8.3)."""
    header = Message()
    header["content-type"] = value or ""
    return header.get_content_type() if value else "", header.get_content_charset()
