"""The HTML of an answer, where the page in a browser does not show it."""

import json
import re
from dataclasses import replace
from pathlib import Path

from conftest import ingest_into

from rag.build import build_pipeline
from rag.settings import load_settings
from rag.types import Question, Removed
from ui import render


def test_an_address_that_is_none_is_not_a_link(empty_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    text = "The Marmot brand opened a store in Lisbon on Tuesday. It sells tents and ropes to climbers."
    file.write_text(json.dumps({"url": "https://[news", "title": "Marmot opens a store", "text": text}))
    ingest_into(empty_home, file)
    pipeline = build_pipeline(load_settings())
    answer = pipeline.ask(Question("Where did the Marmot brand open a store?"))
    [cited] = {citation.article_id for citation in answer.citations}
    article = pipeline.collection.get(cited)
    assert article is not None
    shown = render.result(answer, {article.id: article})
    assert "Marmot opens a store" in shown
    assert "href" not in shown


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
    rows = render.result(answer, {}).partition("<tbody>")[2].partition("</tbody>")[0]
    assert re.findall(r">([^<]+)<", rows) == [
        *("700", "Ledger", "1", "4 March 2021"),
        *("900", "A &amp; B", "2", "2 March 2021"),
    ]


def test_what_was_removed_can_be_unfolded(seeds_home: Path) -> None:
    answer = build_pipeline(load_settings(seeds_home)).ask(Question("Why did Kering drop its suit?"))
    assert "nd-removed" not in render.result(answer, {})
    removed = (Removed("Kering was paid <b>.", "no source says “paid”"),)
    _, _, shown = render.result(replace(answer, removed=removed), {}).partition("<details class='nd-removed'>")
    assert shown.startswith("<summary>1 sentence of the language model removed as unproven</summary>")
    assert "<del>Kering was paid &lt;b&gt;.</del> no source says “paid”</li>" in shown
