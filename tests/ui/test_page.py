"""The web page in a real Chromium, with the real pipeline behind it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ingest_into, serving
from playwright.sync_api import Browser, Page, expect

from rag.build import build_kept_answers, build_pipeline
from rag.settings import load_settings

KERING = "Why did Kering drop its suit?"
LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 8

HOSTILE = {
    "url": "https://news.example/marmot",
    "title": "Marmot <b>brand</b> opens **flagship** {{value}}",
    "outlet": "<i>Daily</i> & Co",
    "published_at": "2021-03-02",
    "text": (
        "The Marmot brand opened a store in Lisbon <script>window.evil = 1</script> on Tuesday, "
        '<img src=x onerror="window.evil = 2"> said ${1 + 1} **managers** of {{value}} and {{#if value}}.\n\n'
        f"<h1>The shop sells `tents` & ropes.</h1> [A link](javascript:alert(1)) {LONG_WORD}"
    ),
}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that must ask nobody but the loopback, and must not fail in its scripts."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    hosts: set[str | None] = set()
    problems: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert hosts == {"127.0.0.1"}
    assert problems == []


def _ask(page: Page, question: str) -> None:
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    expect(page.locator(".nd-result .nd-question")).to_have_text(question)


def _highlighted(page: Page) -> str:
    return "".join(page.locator("mark.nd-on:visible").all_text_contents())


def test_number_highlights_the_quote_that_the_api_gives(page: Page, seeds_server: str) -> None:
    cited = httpx.post(f"{seeds_server}/ask", json={"question": KERING}, timeout=30).json()["citations"]
    page.goto(seeds_server)
    _ask(page, KERING)
    expect(page.locator(".nd-holds")).to_have_text("3 articles · archive reaches to 4 August 2017")
    for citation in reversed(cited):
        number = page.locator(".nd-ref", has_text=str(citation["n"])).first
        number.click()
        assert _highlighted(page) == citation["quote"]
        expect(number).to_have_attribute("aria-pressed", "true")
        expect(page.locator("mark.nd-on:visible").first).to_be_in_viewport()
        expect(page.locator(".nd-panel h3:visible")).to_have_text(citation["title"])
    expect(page.locator(".nd-panel .nd-facts:visible")).to_contain_text("RetailDetail · 4 August 2017")
    expect(page.locator(".nd-citation")).to_have_count(len(cited))


def test_example_button_asks_and_keyboard_opens_a_source(page: Page, seeds_server: str) -> None:
    page.goto(seeds_server)
    example = page.get_by_role("group", name="Examples").get_by_role("button").first
    question = example.text_content()
    assert question
    example.click()
    expect(page.locator(".nd-said .nd-question")).to_have_text(question)
    expect(page.get_by_role("group", name="Examples")).to_be_hidden()
    last = page.locator(".nd-citation").last
    last.focus()
    page.keyboard.press("Enter")
    expect(last).to_have_attribute("aria-pressed", "true")
    assert _highlighted(page) == last.locator("q").text_content()


def test_abstention_says_why_and_shows_the_nearest_evidence(page: Page, seeds_server: str) -> None:
    body = httpx.post(f"{seeds_server}/ask", json={"question": "Who is the CEO of Walmart?"}, timeout=30).json()
    page.goto(seeds_server)
    _ask(page, "Who is the CEO of Walmart?")
    expect(page.locator(".nd-abstained")).to_contain_text(body["answer"])
    expect(page.locator(".nd-ref")).to_have_count(0)
    for citation in body["nearest"]:
        page.locator(".nd-citation").nth(citation["n"] - 1).click()
        assert _highlighted(page) == citation["quote"]


def test_part_that_stays_open_is_said_beside_what_is_answered(page: Page, seeds_server: str) -> None:
    page.goto(seeds_server)
    _ask(page, "Who runs Tapestry and who runs Walmart?")
    said = page.locator(".nd-said")
    expect(said).to_contain_text("Jide Zeitlin")
    expect(said).to_contain_text("The archive does not say: “who runs Walmart?”.")


def test_date_that_was_read_can_be_taken_back(page: Page, seeds_server: str) -> None:
    page.goto(seeds_server)
    _ask(page, "What is the latest on why Kering did <b>sue</b> Alibaba since 2016?")
    expect(page.locator(".nd-read")).to_contain_text("from 1 Jan 2016 on (since 2016)")
    chip = page.get_by_role("button", name="Ask again without: from 1 Jan 2016 on (since 2016)")
    chip.focus()
    page.keyboard.press("Enter")
    expect(chip).to_have_count(0)
    expect(page.locator(".nd-question")).to_contain_text("did <b>sue</b> Alibaba since 2016?")
    expect(page.locator("#nd-heading")).to_be_focused()
    page.get_by_role("button", name="Ask again without: the newest reports first").click()
    expect(page.locator(".nd-read")).to_have_count(0)
    expect(page.locator(".nd-answer")).to_be_visible()


def test_outlet_that_is_to_tell_can_be_taken_back(page: Page, seeds_server: str) -> None:
    page.goto(seeds_server)
    _ask(page, "Why did Kering drop its suit, according to RetailDetail?")
    expect(page.locator(".nd-said")).to_contain_text("taskforce")
    chip = page.get_by_role("button", name="Ask again without: only what RetailDetail tells")
    with page.expect_request("**/page/ask") as asked:
        chip.click()
    assert asked.value.post_data_json["told_by"] == []
    expect(chip).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (360, "light")])
def test_reports_that_differ_are_a_table_whose_numbers_open_them(
    browser: Browser, empty_home: Path, tmp_path: Path, width: int, scheme: str
) -> None:
    file, told = tmp_path / "a.jsonl", [("A & <b>B</b>", "2021-03-02", "900"), ("Ledger", "2021-03-04", "700")]
    articles = [
        {
            "title": f"Marmot in {day}",
            "outlet": outlet,
            "published_at": day,
            "text": f"Marmot employs {n} people in Graz.",
        }
        for outlet, day, n in told
    ]
    file.write_text("".join(f"{json.dumps(article)}\n" for article in articles))
    ingest_into(empty_home, file)
    context = browser.new_context(viewport={"width": width, "height": 740}, color_scheme=scheme)
    page = context.new_page()
    with serving(load_settings(empty_home)) as address:
        page.goto(address)
        _ask(page, "How many people does Marmot employ in Graz?")
        table = page.get_by_role("table", name="Reports differ")
        expect(table.get_by_role("columnheader")).to_have_text(["What", "Who says so", "When"])
        rows = table.get_by_role("row")
        expect(rows.nth(1).get_by_role("cell")).to_have_text(["700", re.compile(r"^Ledger\s*1$"), "4 March 2021"])
        expect(rows.nth(2).get_by_role("cell")).to_have_text(["900", re.compile(r"^A & <b>B</b>\s*2$"), "2 March 2021"])
        for row, (outlet, _, figure) in ((1, told[1]), (2, told[0])):
            rows.nth(row).get_by_role("button").click()
            expect(page.locator(".nd-panel .nd-facts:visible")).to_contain_text(outlet)
            assert figure in _highlighted(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    context.close()


def test_follow_up_goes_on_until_a_new_conversation_begins(page: Page, seeds_server: str) -> None:
    page.goto(seeds_server)
    fresh = page.get_by_role("button", name="New conversation")
    expect(fresh).to_be_hidden()
    _ask(page, "Who runs Tapestry?")
    expect(page.get_by_label("Understood as")).to_have_count(0)
    _ask(page, "what share of its revenue comes from <i>China</i>?")
    expect(page.get_by_label("Understood as")).to_have_value(re.compile(r"<i>China</i>.*Tapestry"))
    expect(page.locator(".nd-text")).to_contain_text("less than 20 percent")
    page.get_by_text("Earlier in this conversation").click()
    expect(page.locator(".nd-asked > span")).to_have_text(["Who runs Tapestry?"])
    fresh.click()
    expect(page.get_by_label("Your question")).to_have_value("")
    expect(page.locator(".nd-intro")).to_be_visible()
    expect(fresh).to_be_hidden()
    _ask(page, "what did he say about China?")
    expect(page.get_by_label("Understood as")).to_have_count(0)
    expect(page.locator(".nd-earlier")).to_have_count(0)


def test_question_that_was_understood_can_be_corrected(page: Page, seeds_server: str) -> None:
    page.goto(seeds_server)
    _ask(page, "Who runs Tapestry?")
    _ask(page, "why?")
    understood = page.get_by_label("Understood as")
    understood.fill(KERING)
    understood.press("Enter")
    expect(page.locator(".nd-text")).to_contain_text("taskforce")
    expect(page.locator(".nd-question")).to_have_text("why?")
    expect(understood).to_have_value(KERING)
    expect(page.locator(".nd-asked > span")).to_have_text(["Who runs Tapestry?"])
    understood.fill("Who runs Tapestry since 2019?")
    page.get_by_role("button", name="Ask again", exact=True).click()
    page.get_by_role("button", name="Ask again without: from 1 Jan 2019 on (since 2019)").click()
    expect(page.locator(".nd-read")).to_have_count(0)
    expect(understood).to_have_value("Who runs Tapestry since 2019?")
    understood.fill(" ")
    understood.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("empty")


@pytest.mark.parametrize("question", ["", "x" * 20_000])
def test_bad_question_gets_one_sentence(page: Page, seeds_server: str, question: str) -> None:
    expected = httpx.post(f"{seeds_server}/ask", json={"question": question}, timeout=30).json()["detail"]
    page.goto(seeds_server)
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text(expected)


def test_empty_archive_says_what_to_do(page: Page, empty_home: Path) -> None:
    with serving(load_settings(empty_home)) as address:
        page.goto(address)
        expect(page.locator(".nd-holds")).to_have_text("The archive is not ready")
        page.get_by_label("Your question").fill(KERING)
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("newsdesk ingest")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone(browser: Browser, seeds_server: str, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = context.new_page()
    page.goto(seeds_server)
    for question in (KERING, "Who is the CEO of Walmart?"):
        _ask(page, question)
        assert page.evaluate("document.documentElement.scrollWidth") == 360
    _ask(page, KERING)
    page.locator(".nd-ref").last.click()
    expect(page.locator("mark.nd-on:visible").first).to_be_in_viewport()
    page.get_by_role("button", name="Back to the answer").click()
    expect(page.locator(".nd-ref").last).to_be_in_viewport()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).every((c) => c < 60)")
    assert dark == (scheme == "dark")
    context.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_title_stays_in_sight_with_a_quote_that_fits_on_the_screen(page: Page, seeds_server: str, width: int) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(seeds_server)
    _ask(page, KERING)
    last_line = "[...document.querySelectorAll('mark.nd-on')].at(-1).getBoundingClientRect().bottom"
    panel = "document.querySelector('.nd-panel')"
    above = f"-{panel}.scrollTop" if width == 1280 else f"{panel}.getBoundingClientRect().top"
    page.set_viewport_size({"width": width, "height": round(page.evaluate(f"{last_line} - ({above})")) + 120})
    page.locator(".nd-ref").first.click()
    expect(page.locator(".nd-panel h3:visible")).to_be_in_viewport(ratio=1)
    expect(page.locator("mark.nd-on:visible").last).to_be_in_viewport(ratio=1)


def test_article_is_shown_as_text_whatever_is_in_it(page: Page, empty_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "hostile.jsonl"
    file.write_text(json.dumps(HOSTILE), encoding="utf-8")
    ingest_into(empty_home, file)
    page.set_viewport_size({"width": 360, "height": 740})
    with serving(load_settings(empty_home)) as address:
        page.goto(address)
        _ask(page, "Where did the Marmot brand open a store?")
        cited = page.locator(".nd-citation").first
        expect(cited).to_contain_text(HOSTILE["outlet"])
        expect(page.locator(".nd-panel h3")).to_have_text(HOSTILE["title"])
        shown = "\n\n".join(page.locator(".nd-body p").all_text_contents())
        assert shown == HOSTILE["text"]
        assert page.evaluate("window.evil") is None
        assert page.locator(".nd-body :is(script, img, h1, a, b)").count() == 0
        assert page.get_by_role("link", name="Open the original").get_attribute("href") == HOSTILE["url"]
        there = page.get_by_role("link", name="Read there").first.get_attribute("href")
        assert there is not None and there.startswith(f"{HOSTILE['url']}#:~:text=The%20Marmot%20brand%20opened%20a,")
        assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_for_those_who_see_or_move_otherwise(browser: Browser, seeds_server: str, scheme: str) -> None:
    """By axe-core, with everything unfolded that can be."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(seeds_server)
    expect(page.get_by_role("group", name="Examples").get_by_role("button").first).to_be_visible()
    _no_findings(page)
    _ask(page, "Who runs Tapestry since 2019?")
    _ask(page, "what did he say about China?")
    page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
    _no_findings(page)
    _ask(page, "Who is the CEO of Walmart?")
    _no_findings(page)
    context.close()


def _no_findings(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["impact"], one["nodes"][0]["html"]) for one in found] == []


def test_everything_is_reached_by_keyboard_in_the_order_it_is_seen(page: Page, seeds_server: str) -> None:
    page.goto(seeds_server)
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type(KERING)
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("(in 2017)")
    page.keyboard.press("Enter")
    expect(page.locator(".nd-result .nd-question")).to_have_text(f"{KERING}\n(in 2017)")
    seen = []
    for _ in range(7):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert seen[:4] == ["Ask", "Filters and settings", "Your questions", "New conversation"]
    assert seen[4:] == ["Edit", "1 Jan 2017 to 31 Dec 2017 (2017) ×", "1"]
    page.keyboard.press("Enter")
    assert _highlighted(page)


def test_question_can_be_stopped_and_asked_otherwise(page: Page, seeds_server: str) -> None:
    page.goto(seeds_server)
    _ask(page, "Who runs Tapestry?")
    page.route("**/page/ask", lambda route: None)  # never answers
    box = page.get_by_label("Your question")
    box.fill("what did he say about China?")
    box.press("Enter")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", name="Stopped")).to_be_visible()
    expect(box).to_have_value("what did he say about China?")
    page.unroute("**/page/ask")
    box.press("Enter")
    expect(page.get_by_label("Understood as")).to_have_value(re.compile("Tapestry"))
    page.locator(".nd-asked-now").get_by_role("button", name="Edit").click()
    expect(box).to_be_focused()
    _ask(page, "and what share of its revenue comes from China?")
    expect(page.locator(".nd-asked > span")).to_have_text(["Who runs Tapestry?"])
    page.get_by_text("Earlier in this conversation").click()
    page.locator(".nd-asked").get_by_role("button", name="Edit").click()
    expect(box).to_have_value("Who runs Tapestry?")
    _ask(page, KERING)
    expect(page.locator(".nd-earlier")).to_have_count(0)


def test_answer_comes_word_by_word_as_text(page: Page, seeds_server: str) -> None:
    page.goto(seeds_server)
    events = [("search", {"standalone_question": "x", "hits": []}), ("delta", {"text": "<b>Kering</b> "})]
    events += [("pending", {"text": "was p"}), ("pending", {"text": "was <i>paid</i>"})]
    body = "".join(f"event: {name}\r\ndata: {json.dumps(data)}\r\n\r\n" for name, data in events)
    page.route("**/page/ask", lambda route: route.fulfill(body=body, content_type="text/event-stream"))
    page.get_by_label("Your question").fill(KERING)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".nd-coming .nd-text p")).to_have_text("<b>Kering</b> ")  # not what was never confirmed
    expect(page.get_by_role("heading", name="The server broke off")).to_be_visible()


def test_answer_has_an_address_and_its_question_is_kept_in_this_browser(page: Page, seeds_server: str) -> None:
    page.goto(seeds_server)
    _ask(page, KERING)
    expect(page).to_have_url(re.compile(r"\?answer=\w+"))
    _ask(page, "Who runs Tapestry?")
    page.go_back()
    expect(page.locator(".nd-result .nd-question")).to_have_text(KERING)
    expect(page.locator(".nd-note")).to_contain_text("when this was answered on")
    page.reload()
    expect(page.locator(".nd-result .nd-question")).to_have_text(KERING)
    assert _highlighted(page)
    _ask(page, "and who runs Tapestry?")
    expect(page.locator(".nd-asked > span")).to_have_text([KERING])
    page.get_by_text("Your questions").click()
    kept = page.locator("#nd-kept a")
    expect(kept).to_have_text(["and who runs Tapestry?", "Who runs Tapestry?", KERING])
    kept.nth(1).click()
    expect(page.locator(".nd-text")).to_contain_text("Jide Zeitlin")
    page.get_by_role("button", name="Forget them").click()
    expect(page.locator("#nd-kept")).to_be_hidden()
    page.goto(f"{seeds_server}/?answer=never-given")
    expect(page.get_by_role("alert")).to_contain_text("never given")


def test_limits_and_settings_go_along_and_can_be_taken_back(page: Page, seeds_server: str) -> None:
    page.goto(seeds_server)
    page.get_by_text("Filters and settings").click()
    page.get_by_label("Passages to answer from").fill("5")
    page.get_by_role("checkbox", name="RetailDetail").check()
    page.get_by_label("Asked as of").fill("2017-08-03")
    expect(page.get_by_text("Filters and settings (2)")).to_be_visible()
    with page.expect_request("**/page/ask") as asked:
        _ask(page, KERING)
    sent = asked.value.post_data_json
    assert (sent["top_k"], sent["llm"], sent["as_of"]) == (5, "extractive", "2017-08-03")
    assert sent["filters"]["outlets"] == ["RetailDetail"]
    expect(page.locator(".nd-abstained")).to_be_visible()
    with page.expect_request("**/page/ask") as asked:
        page.get_by_role("button", name="Ask again without: asked as of 3 August 2017").click()
    assert asked.value.post_data_json["filters"]["outlets"] == ["RetailDetail"]
    expect(page.locator(".nd-said")).to_contain_text("taskforce")
    page.get_by_role("button", name="Ask again without: RetailDetail").click()
    expect(page.locator(".nd-read")).to_have_count(0)
    page.reload()
    page.get_by_text("Filters and settings").click()
    expect(page.get_by_label("Passages to answer from")).to_have_value("5")
    expect(page.get_by_role("checkbox", name="RetailDetail")).not_to_be_checked()


def test_reader_takes_the_answer_along_and_says_what_it_is_worth(page: Page, home: Path) -> None:
    with serving(load_settings(home)) as address:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
        page.goto(address)
        _ask(page, KERING)
        for button, said in (("Copy as text", "[1] RetailDetail, 4 August 2017"), ("Copy link", page.url)):
            page.get_by_role("button", name=button).click()
            page.wait_for_function("async said => (await navigator.clipboard.readText()).includes(said)", arg=said)
        page.get_by_text("Say what this answer is worth").click()
        page.get_by_label("A source is wrong").check()
        page.get_by_label("Note").fill("It is about <b>another</b> suit.")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("Thank you.")).to_be_visible()
    settings = load_settings(home)
    [(kept, [feedback])] = build_kept_answers(settings).with_feedback(build_pipeline(settings).collection)
    assert kept.answer.question == KERING
    assert (feedback.kind, feedback.note) == ("wrong_source", "It is about <b>another</b> suit.")
