"""The HTML of an answer, where the page in a browser does not show it."""

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from conftest import ingest_into
from markdown_it import MarkdownIt

from index.types import Tally
from rag.build import build_pipeline
from rag.settings import load_settings
from rag.types import Answer, Citation, Question, Removed, Sentence
from ui.page.answer import result
from ui.page.archive import archive
from ui.page.copies import as_html, as_markdown, as_text
from ui.page.parts import aged, to_quote
from ui.page.shown import Shown, gather
from ui.schemas_requests import AskRequest

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def answer(seeds_home: Path) -> Answer:
    return build_pipeline(load_settings(seeds_home)).ask(Question("Why did Kering drop its suit?"))


def _shown(answer: Answer) -> Shown:
    return Shown(answer, AskRequest(question=answer.question), {}, {}, TODAY)


def _html(answer: Answer) -> str:
    return result(_shown(answer))


def test_an_address_that_is_none_is_not_a_link(empty_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    text = "The Marmot brand opened a store in Lisbon on Tuesday. It sells tents and ropes to climbers."
    file.write_text(json.dumps({"url": "https://[news", "title": "Marmot opens a store", "text": text}))
    ingest_into(empty_home, file)
    pipeline = build_pipeline(load_settings())
    answer = pipeline.ask(Question("Where did the Marmot brand open a store?"))
    shown = gather(answer, AskRequest(question=answer.question), pipeline.collection)
    html = result(shown)
    assert html.count("Marmot opens a store") > html.count("data-copy")
    assert "href" not in html
    assert "[news" not in as_text(shown)


def test_reports_that_differ_are_a_table_of_who_says_what_and_when(empty_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    articles = [
        {
            "title": "Marmot in March",
            "outlet": "A & B",
            "published_at": "2021-03-02",
            "text": "Marmot employs 900 people in Lisbon.",
        },
        {
            "title": "Jobs in Lisbon",
            "outlet": "Ledger",
            "published_at": "2021-03-04",
            "text": "Marmot employs 700 people in Lisbon.",
        },
    ]
    file.write_text("".join(f"{json.dumps(article)}\n" for article in articles))
    ingest_into(empty_home, file)
    answer = build_pipeline(load_settings()).ask(Question("How many people does Marmot employ in Lisbon?"))
    rows = _html(answer).partition("<tbody>")[2].partition("</tbody>")[0]
    assert re.findall(r">([^<]+)<", rows) == [
        *("700", "Ledger", "1", "4 March 2021"),
        *("900", "A &amp; B", "2", "2 March 2021"),
    ]


def test_what_was_removed_can_be_unfolded(answer: Answer) -> None:
    assert "nd-removed" not in _html(answer)
    removed = (Removed("Kering was paid <b>.", "no source says “paid”"),)
    _, _, shown = _html(replace(answer, removed=removed)).partition("<details class='nd-removed'>")
    assert shown.startswith("<summary>1 sentence of the language model removed as unproven</summary>")
    assert "<del>Kering was paid &lt;b&gt;.</del> no source says “paid”</li>" in shown


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (None, "undated"),
        ("2026-11-24T08:00:00Z", "24 November 2026, 08:00 UTC (today)"),
        ("2026-11-22", "22 November 2026 (2 days ago)"),
        ("2020-10-01", "1 October 2020 (6 years ago)"),
        ("2020-12-01", "1 December 2020 (5 years ago)"),
        ("2025-11-24", "24 November 2025 (1 year ago)"),
        ("2025-12-24", "24 December 2025 (11 months ago)"),
        ("2026-12-01", "1 December 2026 (in 1 week)"),
    ],
)
def test_day_is_told_with_its_age(moment: str | None, said: str) -> None:
    assert aged(moment, TODAY) == said


def test_link_leads_to_the_quote() -> None:
    assert to_quote("https://news.example/a", "A so-called, “new” deal") == (
        "https://news.example/a#:~:text=A%20so%2Dcalled%2C%20%E2%80%9Cnew%E2%80%9D%20deal"
    )
    long = " ".join(str(n) for n in range(20))
    assert to_quote("https://news.example/#a", long).endswith("/#a:~:text=0%201%202%203%204,15%2016%2017%2018%2019")


def test_article_that_was_changed_shows_what_it_said_before(empty_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "marmot.jsonl"
    article = {"url": "https://news.example/a", "title": "Marmot"}
    for people in ("<i>900</i>", "700"):
        file.write_text(json.dumps(article | {"text": f"Marmot employs {people} people in Lisbon.\n\nIt sells tents."}))
        ingest_into(empty_home, file)
    pipeline = build_pipeline(load_settings())
    answer = pipeline.ask(Question("How many people does Marmot employ in Lisbon?"))
    html = result(gather(answer, AskRequest(question=answer.question), pipeline.collection))
    _, _, versions = html.partition("<details class='nd-versions'>")
    assert "1 earlier version of this article" in versions
    assert re.findall("<(del|ins)>(.*?)</(?:del|ins)>", versions) == [
        ("del", "Marmot employs &lt;i&gt;900&lt;/i&gt; people in Lisbon."),
        ("ins", "Marmot employs 700 people in Lisbon."),
    ]


def test_answer_that_was_kept_marks_only_words_that_are_still_there(seeds_home: Path) -> None:
    pipeline = build_pipeline(load_settings(seeds_home))
    answer = pipeline.ask(Question("Why did Kering drop its suit?"))
    shown = gather(answer, AskRequest(question=answer.question), pipeline.collection, "2026-11-20")
    assert "<mark" in result(shown)
    assert "answered on 20 November 2026" in result(shown)
    moved = {id: replace(article, text=f"New words. {article.text}") for id, article in shown.articles.items()}
    assert "<mark" not in result(replace(shown, articles=moved))


def test_sentence_says_how_well_it_is_carried(answer: Answer) -> None:
    assert "aria-label='Carried by its sources'" in _html(answer)
    doubted = replace(answer, sentences=(Sentence("So <it> is.", (1,), "partly"),))
    assert "(only partly carried by its sources)" in _html(doubted)
    assert "So &lt;it&gt; <" in _html(doubted)


def test_copies_say_the_same_in_three_forms(answer: Answer) -> None:
    hostile = "**A** <script>x</script> [b](c) & 1. d"
    cited = Citation(1, "id", hostile, "O_u_t", "https://news.example/a>b", "2017-08-04", hostile, 0, len(hostile))
    shown = _shown(replace(answer, question="What?", answer=f"{hostile} [1]", citations=(cited,)))
    assert f"[1] O_u_t, 4 August 2017, {hostile}: “{hostile}” https://news.example/a>b" in as_text(shown)
    rendered = MarkdownIt("commonmark", {"html": True}).render(as_markdown(shown))
    for html in (as_html(shown), rendered):
        assert "<script>" not in html and html.count("<a href=") == 1
        assert unescape(re.sub("<.*?>", "", html)).count(hostile) == 3


def test_sources_of_several_days_are_a_timeline(answer: Answer) -> None:
    [first, *_] = answer.citations
    assert "nd-timeline" not in _html(replace(answer, citations=(first, replace(first, n=2))))
    later = replace(first, n=2, published_at="2020-08-03T10:00:00Z", outlet="A & <b>")
    between = replace(first, n=3, published_at="2019-02-02")
    undated = replace(first, n=4, published_at=None)
    shown = _html(replace(answer, citations=(later, first, undated, between)))
    _, _, shown = shown.partition("<section class='nd-timeline'")
    assert "aria-label='3 reports from 4 August 2017 to 3 August 2020'" in shown
    assert [float(x) for x in re.findall("cx='(.*?)'", shown)] == pytest.approx([12, 300, 588], abs=1)
    assert re.findall("<time datetime='(.*?)'.*?data-cite='(.*?)'", shown) == [
        ("2017-08-04", "1"),
        ("2019-02-02", "3"),
        ("2020-08-03", "2"),
    ]
    assert "A &amp; &lt;b&gt;" in shown


def test_months_are_a_picture_with_a_column_each(seeds_home: Path) -> None:
    manifest = build_pipeline(load_settings(seeds_home)).collection.manifest()
    tallies = [Tally("Ledger", "en", "2021-03", 2), Tally("Ledger", "en", "2021-05", 1)]
    html = archive(manifest, tallies, "", may_add=False)
    assert "Articles a month from March 2021 to May 2021, at most 2" in html
    assert "March 2021: 2" in html and "May 2021: 1" in html
