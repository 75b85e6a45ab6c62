"""A single web address: one page that is one article."""

from collections.abc import Iterator

from index.crawl import Crawler
from index.crawl_log import Entry
from index.types import Found, Hints


class WebSource:
    """The page at `url`; its server is asked each time whether it has changed."""

    def __init__(self, url: str, crawler: Crawler) -> None:
        self._url = url
        self._crawler = crawler

    def count(self) -> int:
        return 1

    def pages(self) -> Iterator[Found]:
        yield self._crawler.page(Entry(self._url, None, Hints()))
