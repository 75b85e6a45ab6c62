"""Manners on the web: robots.txt, the pace of a host, hosts that ask for a pause; with a clock that jumps."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.crawl import RECHECK_SECONDS, Crawler
from index.crawl_log import CrawlLog, Entry
from index.errors import FetchError
from index.types import Article, Hints, Outcome, RawPage, Skipped, Unchanged
from tests.site import Reply, Site, site

TEXT = {"Content-Type": "text/plain"}


class Clock:
    """Time goes on only while somebody waits."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def here() -> Iterator[Site]:
    with site() as here:
        here.pages |= {f"/{name}": Reply(name.encode(), etag=f'"{name}"') for name in "abcdefg"}
        yield here


@pytest.fixture
def crawler(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Crawler]]:
    logs = []

    def make(stored: Article | None = None, delay: float = 2.0, **options: bool) -> Crawler:
        logs.append(CrawlLog(tmp_path / "crawl.sqlite"))
        return Crawler(logs[-1], lambda _: stored, delay, True, clock=clock, sleep=clock.sleep, **options)

    yield make
    for log in logs:
        log.close()


def entry(here: Site, path: str, mark: str | None = "1") -> Entry:
    return Entry(here.address + path, mark, Hints())


def test_a_host_is_asked_at_its_pace(here: Site, clock: Clock, crawler: Callable[..., Crawler]) -> None:
    asking = crawler(delay=2.0)
    for path in "abc":
        assert isinstance(asking.page(entry(here, f"/{path}")), RawPage)
    assert clock.waits == [2.0, 2.0, 2.0]
    assert here.paths() == ["/robots.txt", "/a", "/b", "/c"]


def test_robots_txt_says_what_may_be_read_and_how_fast(
    here: Site, clock: Clock, crawler: Callable[..., Crawler]
) -> None:
    rules = b"User-agent: Newsdesk\nDisallow: /b\nCrawl-delay: 7\n\nUser-agent: *\nDisallow: /\n"
    here.pages["/robots.txt"] = Reply(rules, headers=TEXT)
    asking = crawler()
    assert isinstance(asking.page(entry(here, "/a")), RawPage)
    refused = asking.page(entry(here, "/b"))
    assert isinstance(refused, Skipped) and "robots.txt" in refused.reason
    here.pages["/c"] = Reply(status=302, headers={"Location": "/b"})
    assert isinstance(asking.page(entry(here, "/c")), Skipped)
    assert clock.waits == [2.0, 7.0]
    assert here.paths() == ["/robots.txt", "/a", "/c"]
    clock.now += 90_000
    asking.page(entry(here, "/a"))
    assert here.paths() == ["/robots.txt", "/a"]


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False), (503, False)])
def test_a_robots_txt_that_cannot_be_had(
    here: Site, crawler: Callable[..., Crawler], status: int, allowed: bool
) -> None:
    here.pages["/robots.txt"] = Reply(status=status)
    page = crawler().page(entry(here, "/a"))
    assert isinstance(page, RawPage) == allowed
    if not allowed:
        assert isinstance(page, FetchError) and page.retryable and "robots.txt cannot be had" in page.reason


def test_a_short_wait_is_waited_and_a_long_one_left_for_later(
    here: Site, clock: Clock, crawler: Callable[..., Crawler]
) -> None:
    here.pages["/a"] = Reply(status=429, headers={"Retry-After": "30"})

    def sleep(seconds: float) -> None:
        clock.now += seconds
        here.pages["/a"] = Reply(b"a")

    clock.sleep = sleep  # type: ignore[method-assign]
    asking = crawler(delay=0.0)
    assert isinstance(asking.page(entry(here, "/a")), RawPage)
    here.pages["/b"] = Reply(status=503, headers={"Retry-After": "3600"})
    for path in ("/b", "/c"):
        page = asking.page(entry(here, path))
        assert isinstance(page, FetchError) and page.retryable
    assert here.paths() == ["/robots.txt", "/a", "/a", "/b"]
    clock.now += 3601
    assert isinstance(asking.page(entry(here, "/c")), RawPage)


def test_a_host_that_fails_again_and_again_is_left_alone(
    here: Site, clock: Clock, crawler: Callable[..., Crawler]
) -> None:
    asking = crawler(delay=0.0)
    for path in "abcdefg":
        here.pages[f"/{path}"] = Reply(status=500)
        page = asking.page(entry(here, f"/{path}"))
    assert isinstance(page, FetchError) and "left alone until" in page.reason
    assert here.paths() == ["/robots.txt", "/a", "/b", "/c"]


def test_a_page_counts_as_known_once_its_article_is_stored_and_as_long_as_it_is(
    here: Site, clock: Clock, crawler: Callable[..., Crawler]
) -> None:
    article = Article("id", "Title", "Text.", url=f"{here.address}/a")
    first = crawler()
    assert isinstance(first.page(entry(here, "/a")), RawPage)  # and then the lights go out
    second = crawler(article)
    assert isinstance(second.page(entry(here, "/a")), RawPage)
    second.told(Outcome(f"{here.address}/a", "new", article))
    here.paths()
    assert second.page(entry(here, "/a")) == Unchanged(f"{here.address}/a")
    assert here.paths() == []
    assert second.page(entry(here, "/a", mark="2")) == Unchanged(f"{here.address}/a")
    clock.now += RECHECK_SECONDS + 1
    assert second.page(entry(here, "/a", mark="2")) == Unchanged(f"{here.address}/a")
    assert [headers.get("If-None-Match") for path, headers in here.asked if path == "/a"] == ['"a"', '"a"']
    for stored in (None, Article("id", "Title", "Other text.")):
        assert isinstance(crawler(stored).page(entry(here, "/a", mark="2")), RawPage)


def test_what_failed_for_good_is_left_out_until_it_changes_or_is_asked_for(
    here: Site, crawler: Callable[..., Crawler]
) -> None:
    asking = crawler()
    assert isinstance(asking.page(entry(here, "/missing")), FetchError)
    left_out = asking.page(entry(here, "/missing"))
    assert isinstance(left_out, Skipped) and "no such page" in left_out.reason
    assert isinstance(asking.page(entry(here, "/missing", mark="2")), FetchError)
    assert isinstance(crawler(again=True).page(entry(here, "/missing", mark="2")), FetchError)
