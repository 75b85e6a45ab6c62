"""Two days of `newsdesk ingest --watch` over a news site on loopback, end to end, with a fast clock.

Its pages are real ones where NEWSDESK_TEST_PAGES names article_extraction_benchmark.tar (scrapinghub's benchmark), else
pages made of the seed articles.
"""

import gzip
import html
import json
import os
import sqlite3
import tarfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from conftest import SEEDS

from index.crawl import Crawler
from index.errors import UnreadableError
from index.extract.page import extract
from index.schedule import Schedule
from index.types import Article, RawPage
from rag.build import build_collection, build_embedder
from rag.settings import load_settings
from tests.site import Page, Reply, Site, site
from ui import cli_ingest
from ui.cli import cli

REAL_PAGES = os.environ.get("NEWSDESK_TEST_PAGES")  # conftest takes the variables of Newsdesk away
MOST_PAGES = 24
CORRECTION = "Correction: An earlier version of this article misstated the number of shops that were closed."
UPDATE = "The company confirmed this in a statement on Tuesday evening, and gave no further reason for it."
HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/xml"}
MONDAY, TUESDAY = "Mon, 02 Mar 2026 08:00:00 GMT", "Tue, 03 Mar 2026 08:00:00 GMT"
START = 1_772_438_400.0  # Monday, 2 March 2026, 08:00 UTC


@dataclass(frozen=True)
class Saved:
    """A page of a publisher: its HTML, and the article that is read out of it."""

    content: str
    article: Article


def read(content: str) -> Article:
    return extract(RawPage("https://saved.example/page", "text/html", content.encode()))


def real_pages(archive: Path) -> Iterator[str]:
    with tarfile.open(archive) as tar:
        for name in sorted(name for name in tar.getnames() if name.endswith(".html.gz")):
            file = tar.extractfile(name)
            assert file is not None
            yield gzip.decompress(file.read()).decode("utf-8", errors="replace")


def pages_of_seeds() -> Iterator[str]:
    """The seed articles, then every third paragraph of each as articles of their own: twelve."""
    seeds = [extract(RawPage(str(file), "text/plain", file.read_bytes())) for file in sorted(SEEDS.glob("*.txt"))]
    parts = [(article, 0, 1) for article in seeds] + [(article, part, 3) for part in range(3) for article in seeds]
    for article, first, step in parts:
        title = html.escape(article.title if step == 1 else f"{article.title}, part {first + 1}")
        paragraphs = article.text.split("\n\n")[first::step]
        body = "".join(f"<p>{html.escape(paragraph, quote=False)}</p>" for paragraph in paragraphs)
        yield (
            f"<!DOCTYPE html><html lang='en'><head><title>{title}</title></head><body>"
            f"<article><h1>{title}</h1>{body}</article></body></html>"
        )


def corrected(page: Saved, words: str) -> str | None:
    """The page with a paragraph more before one in its middle; None where it would not be read as part of the text."""
    for paragraph in page.article.text.split("\n\n")[1:]:
        opening = html.escape(paragraph[:40], quote=False)
        if page.content.count(opening) == 1:
            content = page.content.replace(opening, f"{words}</p><p>{opening}")
            try:
                changed = read(content)
            except UnreadableError:
                continue
            if words in changed.text.split("\n\n"):
                return content
    return None


@pytest.fixture(scope="module")
def saved() -> list[Saved]:
    """Articles, of which the first two can be corrected."""
    first: list[Saved] = []
    others: list[Saved] = []
    for content in real_pages(Path(REAL_PAGES)) if REAL_PAGES else pages_of_seeds():
        try:
            page = Saved(content, read(content))
        except UnreadableError:
            continue
        (first if len(first) < 2 and corrected(page, CORRECTION) else others).append(page)
        if len(first) + len(others) == MOST_PAGES:
            break
    assert len(first) == 2 and len(others) >= 4
    return first + others


def feed(here: Site, items: dict[str, str], etag: str) -> Reply:
    entries = "".join(
        f"<item><title>Item</title><link>{place if ':' in place else here.address + place}</link>"
        f"<pubDate>{date}</pubDate></item>"
        for place, date in items.items()
    )
    xml = f"<rss version='2.0'><channel><title>Paper</title>{entries}</channel></rss>"
    return Reply(xml.encode(), headers=XML, etag=etag)


def sitemap(here: Site, *paths: str) -> Reply:
    urls = "".join(f"<url><loc>{here.address}{path}</loc><lastmod>2026-03-02</lastmod></url>" for path in paths)
    return Reply(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode(), headers=XML)


def reply(content: str) -> Reply:
    return Reply(content.encode(), headers=HTML, etag=f'"{hash(content)}"')


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b"<html><article><p>It ends here")


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    while True:  # until who asked has had enough
        handler.wfile.write(bytes(100_000))


HOSTILE: dict[str, Page] = {
    "/loop": Reply(status=302, headers={"Location": "/loop"}),
    "/disk": Reply(status=302, headers={"Location": "file:///etc/passwd"}),
    "/image": Reply(b"GIF89a", headers={"Content-Type": "image/gif"}),
    "/bomb": Reply(gzip.compress(bytes(30_000_000)), headers={**HTML, "Content-Encoding": "gzip"}),
    "/large": endless,
    "/noise": Reply(bytes(range(256)) * 400, headers=HTML),
    "/empty": Reply(headers=HTML),
    "/cut": cut_off,
    "/missing": Reply(status=404),
    "/menu": Reply(b"<html><body><a href='/'>Home</a> <a href='/news'>News</a></body></html>", headers=HTML),
}


def newsdesk(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def stored(home: Path) -> dict[str, tuple[str, int]]:
    """Id and version of every article, by its address."""
    with closing(sqlite3.connect(home / "archive" / "catalog.sqlite")) as db:
        return {
            url: (article_id, version)
            for url, article_id, version in db.execute("SELECT url, id, version FROM articles")
        }


@dataclass
class Clock:
    """Time that passes only while somebody sleeps; `events` happen when their hour has come."""

    events: dict[int, Callable[[], object]]
    until: int
    now: float = START

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        """Between two pages."""
        self.now += seconds

    def sleep(self, seconds: float) -> None:
        """Between two rounds."""
        self.now += max(seconds, 60.0)
        hour = (self.now - START) / 3600
        for due in [due for due in self.events if due <= hour]:
            self.events.pop(due)()
        if hour >= self.until:
            raise KeyboardInterrupt


def test_two_days_of_a_news_site(saved: list[Saved], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    for name, value in (("HOME", home), ("EMBEDDER", "hashing"), ("FETCH_PRIVATE", 1)):
        monkeypatch.setenv(f"NEWSDESK_{name}", str(value))
    with ExitStack() as stack:
        paper, wire = stack.enter_context(site()), stack.enter_context(site(host="127.0.0.2"))
        paths = [f"/{n}.html" for n in range(len(saved))]
        wrong, updated, deleted, gone, *steady, late = paths
        paper.pages |= {path: reply(page.content) for path, page in zip(paths, saved, strict=True)}
        paper.pages |= {
            "/robots.txt": Reply(b"User-agent: *\nDisallow: /private\n", headers={"Content-Type": "text/plain"}),
            "/private": reply(saved[-1].content),
            "/feed": feed(paper, dict.fromkeys([wrong, updated, deleted, gone, "/private"], MONDAY), "1"),
            "/sitemap.xml": sitemap(paper, *steady),
        }
        wire.pages |= HOSTILE | {"/copy": reply(saved[0].content)}
        wire.pages["/feed"] = feed(
            wire, dict.fromkeys(["/copy", *HOSTILE, "http://[", "ftp://x.example/y"], MONDAY), "1"
        )

        def removal() -> None:
            assert newsdesk("delete", "--url", paper.address + deleted, "--yes").exit_code == 0

        def tuesday() -> None:
            for path, page, words in ((wrong, saved[0], CORRECTION), (updated, saved[1], UPDATE)):
                paper.pages[path] = reply(corrected(page, words) or "")
            paper.pages[gone] = Reply(status=410)
            items = dict.fromkeys([late, wrong, updated, gone], TUESDAY) | {deleted: MONDAY}
            paper.pages["/feed"] = feed(paper, items, "2")

        def night() -> None:
            paper.pages["/sitemap.xml"] = Reply(status=503, headers={"Retry-After": "3600"})
            wire.pages["/feed"] = Reply(b"<html>We will be back soon", headers=HTML)

        def morning() -> None:
            paper.pages["/sitemap.xml"] = sitemap(paper, *steady)

        clock = Clock({6: removal, 24: tuesday, 30: night, 38: morning}, until=48)
        monkeypatch.setattr("index.crawl.Crawler", partial(Crawler, clock=clock, sleep=clock.pause))
        monkeypatch.setattr(cli_ingest, "Schedule", partial(Schedule, clock=clock, chance=lambda: 0.5))
        monkeypatch.setattr(cli_ingest.time, "sleep", clock.sleep)
        for place in (f"{paper.address}/feed", f"{paper.address}/sitemap.xml", f"{wire.address}/feed"):
            assert newsdesk("sources", "add", place).exit_code == 0
        assert newsdesk("sources", "check").exit_code == 0
        paper.paths(), wire.paths()

        watched = newsdesk("ingest", "--watch", "--every", "120", "--json-lines")
        assert watched.exit_code == 130, watched.output
        assert "Traceback" not in watched.output
        lines = [json.loads(line) for line in watched.stdout.splitlines()]

        # Each article once, as it was last; what was deleted did not come back, though its page is still there.
        found = stored(home)
        copy = f"{wire.address}/copy"
        versions = {paper.address + path: 1 + (path in (wrong, updated)) for path in paths if path != deleted}
        assert {url: version for url, (_, version) in found.items()} == versions | {copy: 1}
        # An article is fetched once, again when its feed says so, and else once a day at most.
        asked = Counter(path for path in paper.paths() if path.endswith(".html"))
        assert set(asked) == set(paths) and max(asked.values()) <= 3
        # Hostile pages are named with a reason, at most once a day where there is no hope.
        reasons = {line["location"]: line["reason"] for line in lines if line.get("state") in ("failed", "skipped")}
        failed = Counter(line["location"] for line in lines if line.get("state") == "failed")
        for path in HOSTILE:
            assert reasons[wire.address + path]
            assert path == "/cut" or failed[wire.address + path] <= 3
        assert "taken away for good" in reasons[paper.address + gone]
        assert "robots.txt" in reasons[f"{paper.address}/private"]
        assert "was deleted" in reasons[paper.address + deleted]

        # What the archive says of them.
        wrong_id, gone_id = found[paper.address + wrong][0], found[paper.address + gone][0]
        with closing(build_collection(load_settings(), build_embedder(load_settings()), read_only=True)) as archive:
            assert {article.id for article in archive.story(found[copy][0])} == {wrong_id, found[copy][0]}
        history = newsdesk("article", "history", wrong_id).stdout
        assert f"+{CORRECTION}" in history and "Version 2" in history
        answer = json.loads(newsdesk("ask", CORRECTION, "--json").stdout)
        shown = answer["citations"] or answer["nearest"]
        assert CORRECTION in [citation["notice"] for citation in shown if citation["article_id"] == wrong_id]
        assert newsdesk("delete", gone_id, "--yes").exit_code == 0
        assert newsdesk("doctor").exit_code == 0
        again = newsdesk("ingest")
        assert " 0 new, 0 updated" in again.stdout.splitlines()[-2], again.stdout
