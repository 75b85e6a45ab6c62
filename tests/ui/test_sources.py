"""A news site on loopback, day by day, through `newsdesk sources add` and `newsdesk ingest`."""

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.schedule import Schedule
from tests.site import Reply, Site, site
from ui import cli_ingest
from ui.cli import cli

HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/xml"}
TEXT = [
    "The grocer {name} opened {n} shops in the north of the country in the spring, the company said on Monday morning.",
    "Sales rose by four per cent in the first quarter of the year, more than analysts of two banks had expected.",
    "Its chief executive called the result a good start, and said that rents had fallen in most of the towns.",
]


def page(name: str, n: int = 12, head: str = "", title: str | None = None) -> Reply:
    """An article about a grocer, on a page with a menu."""
    title = title or f"{name} opens {n} shops"
    body = "".join(f"<p>{paragraph.format(name=name, n=n)}</p>" for paragraph in TEXT)
    html = (
        f"<!DOCTYPE html><html lang='en'><head><title>{title}</title>{head}</head><body>"
        f"<nav><a href='/'>Home</a> <a href='/food'>Food</a></nav><article><h1>{title}</h1>{body}</article>"
        "</body></html>"
    )
    return Reply(html.encode(), headers=HTML, etag=f'"{n}-{len(html)}"')


def feed(here: Site, *items: tuple[str, str], etag: str | None = None) -> Reply:
    """RSS with an item for each path and date."""
    entries = "".join(
        f"<item><title>Item {path}</title><link>{here.address}{path}</link><guid>{path}</guid>"
        f"<pubDate>{date}</pubDate><author>Ann Peeters</author><category>Food</category></item>"
        for path, date in items
    )
    xml = f"<rss version='2.0'><channel><title>Shop Paper</title><language>en-GB</language>{entries}</channel></rss>"
    return Reply(xml.encode(), headers=XML, etag=etag)


def sitemap(here: Site, *pages: tuple[str, str], tag: str = "url") -> Reply:
    """A sitemap, or with `tag` "sitemap" an index of them, with a date of change for each path."""
    urls = "".join(f"<{tag}><loc>{here.address}{path}</loc><lastmod>{date}</lastmod></{tag}>" for path, date in pages)
    root = "urlset" if tag == "url" else "sitemapindex"
    xml = f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</{root}>'
    return Reply(xml.encode(), headers=XML)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site, and an archive of its own that may fetch from it."""
    for name, value in (("HOME", tmp_path / "home"), ("EMBEDDER", "hashing"), ("FETCH_PRIVATE", 1), ("FETCH_DELAY", 0)):
        monkeypatch.setenv(f"NEWSDESK_{name}", str(value))
    with site() as here:
        yield here


def newsdesk(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def lines(*arguments: object) -> dict[str, dict[str, object]]:
    """What became of each page, by its path."""
    said = [json.loads(line) for line in newsdesk("ingest", "--json-lines", *arguments).stdout.splitlines()]
    return {"/" + str(line["location"]).split("/", 3)[-1]: line for line in said if "location" in line}


def articles(tmp_path: Path) -> dict[str, tuple[str, ...]]:
    query = "SELECT url, title, byline, section, outlet, published_at, version FROM articles"
    with closing(sqlite3.connect(tmp_path / "home" / "archive" / "catalog.sqlite")) as db:
        return {"/" + row[0].split("/", 3)[-1]: row[1:] for row in db.execute(query)}


def test_a_feed_day_by_day(here: Site, tmp_path: Path) -> None:
    monday, tuesday = "Mon, 02 Mar 2026 08:00:00 GMT", "Tue, 03 Mar 2026 09:30:00 +0100"
    here.pages |= {
        "/a": page("Acme"),
        "/b": page("Bolt"),
        "/feed": feed(here, ("/a", monday), ("/b", monday), etag="1"),
    }
    added = newsdesk("sources", "add", f"{here.address}/feed", "--name", "paper")
    assert added.stdout == "Added paper, a source of kind feed. `newsdesk ingest` reads it from now on.\n"
    assert newsdesk("sources", "list").stdout == f"paper  feed      {here.address}/feed\n"
    checked = newsdesk("sources", "check")
    assert (checked.exit_code, checked.stdout) == (
        0,
        f'ok       paper: "Acme opens 12 shops" (2026-03-02) {here.address}/a\n',
    )
    here.paths()

    first = newsdesk("ingest")
    assert first.exit_code == 0
    assert first.stdout.splitlines()[0] == "2 read: 2 new (1 duplicate), 0 updated, 0 unchanged, 0 failed."
    assert here.paths() == ["/robots.txt", "/feed", "/a", "/b"]
    what_the_feed_knows = ("Ann Peeters", "Food", "Shop Paper", "2026-03-02T08:00:00Z")
    assert articles(tmp_path)["/a"] == ("Acme opens 12 shops", *what_the_feed_knows, 1)

    again = newsdesk("ingest")
    assert again.stdout.splitlines()[0] == "2 read: 0 new, 0 updated, 2 unchanged, 0 failed."
    assert here.paths() == ["/robots.txt", "/feed"]

    # A day later: one article new, one corrected, one taken away, one that cannot be had for now.
    here.pages |= {
        "/b": page("Bolt", 11),
        "/c": page("Crux"),
        "/gone": Reply(status=410),
        "/busy": Reply(status=500),
        "/feed": feed(here, *((path, tuesday) for path in ("/c", "/busy", "/b", "/gone")), ("/a", monday), etag="2"),
    }
    second = lines()
    assert {path: line["state"] for path, line in second.items()} == {
        **{"/a": "unchanged", "/b": "updated", "/c": "new", "/gone": "failed", "/busy": "failed"}
    }
    assert "taken away for good" in str(second["/gone"]["reason"])
    assert here.paths() == ["/robots.txt", "/feed", "/c", "/busy", "/b", "/gone"]
    assert articles(tmp_path)["/b"][-1] == 2
    assert articles(tmp_path)["/c"][4] == "2026-03-03T08:30:00Z"

    # The feed has not changed, but what failed for the time being is tried again; what failed for good is not.
    here.pages["/busy"] = page("Dune")
    third = lines()
    assert {path: line["state"] for path, line in third.items()} == {
        **{"/a": "unchanged", "/b": "unchanged", "/c": "unchanged", "/gone": "skipped", "/busy": "new"}
    }
    assert here.paths() == ["/robots.txt", "/feed", "/busy"]


def test_sitemaps_and_what_they_lead_to(here: Site, tmp_path: Path) -> None:
    news = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/'
        f'sitemap-news/0.9"><url><loc>{here.address}/n?a=1&b=2</loc><n:news><n:publication><n:name>Shop Paper</n:name>'
        "<n:language>en</n:language></n:publication><n:publication_date>2026-03-04</n:publication_date>"
        "<n:title>From the map</n:title></n:news></url></urlset>"
    )
    dated = "<meta name='date' content='2026-03-02'>"
    here.pages |= {
        "/sitemap.xml": sitemap(here, ("/old.xml.gz", "2026-03-01"), ("/news.xml", "2026-03-04"), tag="sitemap"),
        "/old.xml.gz": Reply(gzip.compress(sitemap(here, ("/a", "2026-03-01"), ("/b", "2026-03-02")).body)),
        "/news.xml": Reply(news.encode(), headers=XML),
        **{"/a": page("Acme"), "/b": page("Bolt", head=dated), "/n?a=1&b=2": page("Nile")},
    }
    assert "kind sitemap" in newsdesk("sources", "add", f"{here.address}/sitemap.xml").stdout
    assert newsdesk("ingest", "--dry-run").stdout.startswith("3 read: 3 new")
    here.paths()
    assert newsdesk("ingest", "--since", "2026-03-02", "--limit", "1").stdout.startswith("1 read: 1 new")
    assert newsdesk("ingest", "--since", "2026-03-02").stdout.startswith(
        "3 read: 1 new (1 duplicate), 0 updated, 1 unchanged"
    )
    assert "/a" not in here.paths()
    assert articles(tmp_path)["/n?a=1&b=2"][3:5] == ("Shop Paper", "2026-03-04")
    assert newsdesk("ingest").stdout.startswith("3 read: 1 new (1 duplicate), 0 updated, 2 unchanged")
    assert newsdesk("ingest").stdout.startswith("3 read: 0 new, 0 updated, 3 unchanged")
    here.pages["/old.xml.gz"] = Reply(sitemap(here, ("/a", "2026-03-05"), ("/b", "2026-03-02")).body)
    here.pages["/a"] = page("Acme", 13)
    assert {path: line["state"] for path, line in lines().items()} == {
        **{"/n?a=1&b=2": "unchanged", "/a": "updated", "/b": "unchanged"}
    }


def test_a_single_page_is_asked_for_again_each_time(here: Site, tmp_path: Path) -> None:
    here.pages["/a"] = page("Acme")
    assert newsdesk("ingest", f"{here.address}/a").stdout.startswith("1 read: 1 new")
    assert newsdesk("ingest", f"{here.address}/a").stdout.startswith("1 read: 0 new, 0 updated, 1 unchanged")
    assert here.asked[-1][1]["If-None-Match"]
    # What the archive lost is fetched though its page has not changed; what was deleted stays out unless asked for.
    assert newsdesk("delete", "--url", f"{here.address}/a", "--yes").exit_code == 0
    skipped = newsdesk("ingest", f"{here.address}/a")
    assert skipped.stdout.startswith("1 read: 0 new, 0 updated, 0 unchanged, 0 failed, 1 skipped.")
    assert skipped.stderr == (
        f"Skipped (it was deleted; `newsdesk ingest --undelete` brings it back): {here.address}/a.\n"
    )
    assert newsdesk("ingest", "--undelete", f"{here.address}/a").stdout.startswith("1 read: 1 new")


def test_hostile_answers_are_named_and_the_rest_goes_on(here: Site, tmp_path: Path) -> None:
    bomb = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + b"".join(
        b"<!ENTITY %c '%s'>" % (c, b"&%c;" % (c - 1) * 10) for c in b"bcdefghij"
    )
    bad = {
        "/loop": Reply(status=302, headers={"Location": "/loop"}),
        "/file": Reply(status=302, headers={"Location": "file:///etc/passwd"}),
        "/image": Reply(b"GIF89a", headers={"Content-Type": "image/gif"}),
        "/bomb": Reply(gzip.compress(bytes(30_000_000)), headers={**HTML, "Content-Encoding": "gzip"}),
        "/empty": Reply(b"", headers=HTML),
        "/menu": Reply(b"<html><a href='/'>Home</a></html>", headers=HTML),
        "/secret": page("Secret"),
    }
    date = "Mon, 02 Mar 2026 08:00:00 GMT"
    links = [*bad, "/latin", "http://[", "//"]
    here.pages |= bad | {
        "/robots.txt": Reply(b"User-agent: *\nDisallow: /secret\n", headers={"Content-Type": "text/plain"}),
        "/latin": Reply(
            page("Müller").body.decode().encode("latin-1"), headers={"Content-Type": "text/html;charset=latin-1"}
        ),
        "/feed": feed(here, *((path, date) for path in links)),
        "/none": Reply(bomb + b"]><x>&j;</x>", headers=XML),
        "/rss": Reply(b"<rss><channel></channel></rss>", headers=XML),
        "/html": Reply(b"<html><head><link rel=alternate type=application/rss+xml href=/feed></head>words</html>"),
        "/sitemap": Reply(bomb + f"]><urlset><url><loc>{here.address}/&j;</loc></url></urlset>".encode()),
    }
    assert f"names these: {here.address}/feed" in newsdesk("sources", "add", f"{here.address}/html").stderr
    for name, kind, path in (("a", "feed", "/none"), ("b", "sitemap", "/rss"), ("c", "sitemap", "/sitemap")):
        assert newsdesk("sources", "add", here.address + path, "--name", name, "--kind", kind).exit_code == 0
    assert newsdesk("sources", "add", f"{here.address}/feed", "--name", "d").exit_code == 0
    result = newsdesk("ingest")
    assert result.exit_code == 1
    assert "d: " in result.stdout and " 1 new, 0 updated, 0 unchanged, 8 failed, 1 skipped." in result.stdout
    said = {"/loop": "circle", "/file": "only http and https", "/image": "image/gif", "/bomb": "too large"}
    said |= {"/empty": "empty", "/menu": "no article", "/none": "no feed", "/rss": "no sitemap"}
    for path, words in said.items():
        assert any(f"{here.address}{path}: " in line and words in line for line in result.stderr.splitlines()), path
    assert "Traceback" not in result.stderr
    assert "/secret" not in here.paths()
    assert articles(tmp_path)["/latin"][0] == "Müller opens 12 shops"


def test_the_file_of_sources_keeps_what_people_write(here: Site, tmp_path: Path) -> None:
    file = tmp_path / "home" / "sources.toml"
    file.parent.mkdir()
    file.write_text("# mine\n[pages]  # saved\nkind = 'files'\nlocation = '/nowhere'\n")
    assert newsdesk("sources", "add", tmp_path).exit_code == 0
    assert newsdesk("sources", "add", tmp_path).exit_code == 2
    assert newsdesk("sources", "list").stdout.splitlines()[1].endswith(str(tmp_path))
    assert newsdesk("sources", "remove", "nobody").exit_code == 2
    assert newsdesk("sources", "remove", tmp_path.name).exit_code == 0
    assert file.read_text() == "# mine\n[pages]  # saved\nkind = 'files'\nlocation = '/nowhere'\n"
    checked = newsdesk("sources", "check")
    assert (checked.exit_code, "PROBLEM  pages: /nowhere: there is no such file" in checked.stdout) == (1, True)
    for broken in ("[pages]\nkind = 1", "no TOML", "[pages]\nkind = 'x'\nlocation = 'y'\nmore = 1"):
        file.write_text(broken)
        assert newsdesk("ingest").exit_code == 3
    file.write_text("[pages]\nkind = 'carrier pigeon'\nlocation = '/nowhere'\n")
    assert "Choose one of: files, feed, sitemap, web" in newsdesk("ingest").stderr
    file.unlink()
    assert "no source is known" in newsdesk("ingest").stderr


def test_two_days_of_watching(here: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed and a sitemap of one site, read every six hours: news, a correction, a page taken away, a bad night."""
    now, hours = 0.0, 0
    monday, tuesday = "Mon, 02 Mar 2026 08:00:00 GMT", "Tue, 03 Mar 2026 08:00:00 GMT"
    here.pages |= {
        **{"/a": page("Acme"), "/b": page("Bolt"), "/feed": feed(here, ("/a", monday), ("/b", monday), etag="1")},
        "/sitemap": sitemap(here, ("/a", "2026-03-02"), ("/b", "2026-03-02"), ("/c", "2026-03-02")),
        "/c": page("Crux"),
    }
    for name in ("feed", "sitemap"):
        assert newsdesk("sources", "add", f"{here.address}/{name}", "--name", name).exit_code == 0
    fetched: dict[int, list[str]] = {}
    here.paths()

    def sleep(seconds: float) -> None:
        nonlocal now, hours
        fetched[hours] = [path for path in here.paths() if path != "/robots.txt"]
        now += max(seconds, 0.1)
        hours = round(now / 3600)
        if hours >= 12:
            here.pages["/b"] = page("Bolt", 13, title="Correction: Bolt opens 13 shops")
            here.pages["/d"] = page("Dune")
            here.pages["/a"] = Reply(status=410)
            here.pages["/feed"] = feed(here, *((path, tuesday) for path in ("/d", "/b", "/a")), etag="2")
            here.pages["/sitemap"] = Reply(status=500) if 20 < hours < 40 else sitemap(here, ("/c", "2026-03-02"))
        if hours >= 48:
            raise KeyboardInterrupt

    monkeypatch.setattr(cli_ingest, "Schedule", partial(Schedule, clock=lambda: now, chance=lambda: 0.5))
    monkeypatch.setattr(cli_ingest.time, "sleep", sleep)
    result = newsdesk("ingest", "--watch", "--every", "360")
    assert result.exit_code == 130
    assert fetched[0] == ["/feed", "/a", "/b", "/sitemap", "/a", "/b", "/c"]
    assert fetched[6] == ["/feed", "/sitemap"]
    assert fetched[12] == ["/feed", "/d", "/b", "/a", "/sitemap"]
    assert [hour for hour, paths in fetched.items() if "/sitemap" in paths] == [0, 6, 12, 18, 24, 36]
    assert "its server failed (500)" in result.stderr
    [gone] = [line for line in result.stderr.splitlines() if "taken away for good" in line]
    assert newsdesk(*gone.split("`")[1].split()[1:], "--yes").exit_code == 0
    assert "Traceback" not in result.stderr
    found = articles(tmp_path)
    assert {path: row[-1] for path, row in found.items()} == {"/b": 2, "/c": 1, "/d": 1}
    assert found["/b"][0] == "Correction: Bolt opens 13 shops"
