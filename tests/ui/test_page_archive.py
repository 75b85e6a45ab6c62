"""The archive in the web page, in a real Chromium."""

import json
import re
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from conftest import ingest_into, serving
from playwright.sync_api import Browser, Page, expect

from index.errors import BadInputError
from rag.settings import load_settings
from ui.adding import keep_file
from ui.cli import cli
from ui.keys import Keys

HOSTILE = {
    "url": "https://news.example/marmot",
    "title": "Marmot <b>brand</b> opens {{value}}",
    "outlet": "<i>Daily</i> & Co",
    "byline": "Jane <u>Doe</u>",
    "published_at": "2021-03-02",
    "text": "Marmot opened a store in Lisbon <script>window.evil = 1</script> on Tuesday.\n\nIt sells `tents`.",
}
COPY = HOSTILE | {"url": "https://paper.example/m", "outlet": "Paper", "published_at": "2021-05-03"}


def _no_findings(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["impact"], one["nodes"][0]["html"]) for one in found] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_archive_shows_what_is_in_it_and_finds_articles(browser: Browser, seeds_server: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = context.new_page()
    page.goto(seeds_server)
    page.get_by_role("link", name="Archive").click()
    expect(page).to_have_url(f"{seeds_server}/?view=archive")
    outlets = page.get_by_role("region", name="By outlet").get_by_role("row")
    expect(outlets.filter(has_text="RetailDetail")).to_contain_text("1")
    expect(page.get_by_role("region", name="By month")).to_have_count(0)  # there is one month only
    expect(page.locator("#nd-found")).to_contain_text("3 articles, newest first")
    expect(page.locator("#nd-found li").first).to_contain_text("4 August 2017")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    _no_findings(page)
    page.get_by_label("Search the articles").fill("Tmall shoppers")
    page.keyboard.press("Enter")
    expect(page.locator("#nd-found")).to_contain_text("best first")
    page.get_by_text("Limits", exact=True).click()
    page.get_by_role("checkbox", name="RetailDetail").check()
    page.get_by_role("button", name="Search").click()
    title = page.locator("#nd-found a").first
    expect(page.locator("#nd-found li").first).to_contain_text("RetailDetail")
    title.click()
    expect(page.get_by_role("heading", name="Kering and Alibaba join forces")).to_be_focused()
    _no_findings(page)
    page.go_back()
    expect(page.get_by_role("heading", name="The archive")).to_be_visible()
    page.goto(f"{seeds_server}/?view=article&id=none")
    expect(page.get_by_role("alert")).to_contain_text("There is no article 'none'")
    context.close()


def test_article_is_read_as_text_with_its_copies_and_versions(
    browser: Browser, empty_home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "a.jsonl"
    before = HOSTILE | {"text": HOSTILE["text"] + "\n\nAnd <em>ropes</em>."}
    for articles in ([before], [HOSTILE, COPY]):
        file.write_text("".join(f"{json.dumps(article)}\n" for article in articles), encoding="utf-8")
        ingest_into(empty_home, file)
    page = browser.new_page()
    with serving(load_settings(empty_home)) as address:
        page.goto(f"{address}/?view=archive")
        page.locator("#nd-found a").nth(1).click()
        expect(page.locator(".nd-reading h2")).to_have_text(HOSTILE["title"])
        expect(page.locator(".nd-byline")).to_have_text(f"By {HOSTILE['byline']}")
        expect(page.locator(".nd-facts")).to_contain_text(HOSTILE["outlet"])
        assert "\n\n".join(page.locator(".nd-body p").all_text_contents()) == HOSTILE["text"]
        page.get_by_text("1 earlier version").click()
        expect(page.locator(".nd-versions del")).to_have_text("And <em>ropes</em>.")
        assert page.locator(".nd-reading :is(script, b, u, i, em)").count() == 0
        assert page.evaluate("window.evil") is None
        copy = page.get_by_role("region", name="The same words elsewhere").get_by_role("link")
        copy.click()
        expect(page.locator(".nd-facts")).to_have_text(re.compile("^Paper · 3 May 2021"))
        page.go_back()
        expect(page.locator(".nd-facts")).to_contain_text(HOSTILE["outlet"])
    page.close()


def test_sources_show_how_they_fare(browser: Browser, home: Path) -> None:
    sources = "[gone]\nkind = 'files'\nlocation = '/nowhere'\n"
    (home / "sources.toml").write_text(sources, encoding="utf-8")
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    with serving(load_settings(home)) as address:
        page.goto(f"{address}/?view=archive")
        gone = page.get_by_role("region", name="Sources").get_by_role("listitem").filter(has_text="gone")
        expect(gone).to_contain_text("files, not read yet")
        CliRunner().invoke(cli, ["ingest"])
        page.reload()
        expect(gone).to_contain_text("Cannot be read.")
        gone.get_by_text("What failed").click()
        expect(gone.get_by_text("/nowhere")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        _no_findings(page)
    context.close()


def test_sources_that_cannot_be_read_leave_the_rest(browser: Browser, home: Path) -> None:
    (home / "sources.toml").write_text("[gone", encoding="utf-8")
    page = browser.new_page()
    with serving(load_settings(home)) as address:
        page.goto(f"{address}/?view=archive")
        expect(page.get_by_role("region", name="Sources").get_by_role("alert")).to_contain_text("sources.toml")
        expect(page.locator("#nd-found")).to_contain_text("3 articles, newest first")
        _no_findings(page)
    page.close()


def test_articles_are_added_and_deleted_where_the_key_allows_it(browser: Browser, home: Path, tmp_path: Path) -> None:
    settings = load_settings(home)
    keys = Keys(settings.keys_file)
    reads, administers = keys.create("reads", ["ask", "read"]), keys.create("administers", ["admin", "ask"])
    file = tmp_path / "new.jsonl"
    file.write_text(json.dumps(HOSTILE) + "\n{}\n", encoding="utf-8")
    with serving(settings, keys) as address:
        page = _logged_in(browser, address, reads)
        expect(page.locator("#nd-found")).to_contain_text("3 articles")
        expect(page.get_by_text("Add articles")).to_have_count(0)
        page.locator("#nd-found a").first.click()
        expect(page.locator(".nd-reading")).to_be_visible()
        expect(page.get_by_role("button", name="Delete this article")).to_have_count(0)
        page.context.close()

        page = _logged_in(browser, address, administers)
        page.get_by_text("Add articles").click()
        _no_findings(page)
        page.get_by_label("A file of articles").set_input_files(file)
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator(".nd-added")).to_have_text("2 read: 1 new, 0 updated, 0 unchanged, 1 failed.")
        expect(page.locator(".nd-outcomes li").filter(has_text="failed: ")).to_have_count(1)
        expect(page.locator(".nd-holds")).to_contain_text("4 articles")
        page.get_by_label("Address of an article").fill(f"{address}/private")
        page.get_by_role("button", name="Fetch").click()
        expect(page.locator(".nd-added")).to_contain_text("1 failed")
        page.get_by_label("Search the articles").fill("Marmot")
        page.keyboard.press("Enter")
        page.get_by_role("link", name=HOSTILE["title"]).first.click()
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Delete this article").click()
        expect(page.get_by_text("The article is deleted.")).to_be_visible()
        expect(page.locator(".nd-holds")).to_contain_text("3 articles")
        page.context.close()

        plain = {"Authorization": f"Bearer {administers}", "Content-Type": "text/plain"}
        sent = httpx.post(f"{address}/page/add/file?name=a.txt", headers=plain, content=b"x", timeout=30)
        assert sent.status_code == 415
        no = httpx.delete(f"{address}/page/articles/x", headers={"Authorization": f"Bearer {reads}"}, timeout=30)
        assert no.status_code == 403


def _logged_in(browser: Browser, address: str, key: str) -> Page:
    page = browser.new_context().new_page()
    page.goto(f"{address}/?view=archive")
    page.get_by_label("Your key").fill(key)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The archive")).to_be_visible()
    return page


@pytest.mark.parametrize("name", ["", "..", "a/..", "x" * 300 + ".txt", "a\nb.txt"])
def test_file_must_have_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInputError, match="name"):
        keep_file(name, b"", load_settings(tmp_path))


def test_file_stays_in_its_folder(tmp_path: Path) -> None:
    kept = keep_file("..\\up/../other/a.txt", b"new", load_settings(tmp_path))
    assert kept == tmp_path / "added" / "a.txt"
    assert kept.read_bytes() == b"new"
