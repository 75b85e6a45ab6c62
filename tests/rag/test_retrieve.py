"""Hits over a small archive: fusion on paper, time, copies, limits."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.chunk import DEFAULT_CHUNKER
from index.collections.local import LocalCollection
from index.embedders.hashing import HashingEmbedder
from index.sentences import sentence_spans
from index.types import Article, Chunk, Filters, Hit, Sentences
from rag.llms.extractive import ExtractiveAnswerer
from rag.pipeline import Pipeline
from rag.retrieve import LEXICAL, retrieve
from rag.terms import Synonyms
from rag.timeliness import TIME
from rag.types import Question
from rag.understand import understand


class Archive:
    """A collection with the hashing embedder, filled by hand."""

    def __init__(self, folder: Path) -> None:
        self.embedder = HashingEmbedder(model=None, cache_dir=folder, threads=1)
        self.collection = LocalCollection(folder / "archive", self.embedder.id, DEFAULT_CHUNKER)

    def put(self, article_id: str, *texts: str, published_at: str | None = None) -> None:
        """One article; each of its texts is a paragraph and a chunk."""
        text = "\n\n".join(texts)
        starts = [text.index(part) for part in texts]
        chunks = [Chunk(article_id, s, s + len(t), t) for s, t in zip(starts, texts, strict=True)]
        spans = sentence_spans(text)
        sentences = Sentences(np.array(spans, np.int32), self.embedder.embed_passages([text[s:e] for s, e in spans]))
        article = Article(article_id, "News", text, url=f"https://example.com/{article_id}", published_at=published_at)
        self.collection.put(article, chunks, self.embedder.embed_passages(texts), sentences)

    def hits(self, question: str, k: int = 8, as_of: date | None = None) -> list[Hit]:
        self.collection.publish()
        standalone = understand(Question(question, as_of=as_of), self.collection, Synonyms(), date(2020, 1, 1))
        return retrieve(standalone, self.embedder.embed_query(standalone.text), self.collection, k)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    filled = Archive(tmp_path)
    with filled.collection:
        yield filled


def test_score_is_cosine_plus_share_of_the_best_bm25(archive: Archive) -> None:
    archive.put("a", "Kering dropped its suit.")
    archive.put("b", "Kering opened a shop in Lille.")
    question = "Did Kering drop its suit?"
    hits = archive.hits(question)
    found = archive.collection.search_text(["Kering", "drop", "suit"], 9, Filters())
    lexical = {h.passage.article.id: h.score for h in found}
    vector = archive.embedder.embed_query(question)
    for hit in hits:
        cosine = float(archive.embedder.embed_passages([hit.passage.text])[0] @ vector)
        expected = cosine + LEXICAL * lexical[hit.passage.article.id] / max(lexical.values())
        assert hit.score == pytest.approx(expected, abs=1e-5)
    assert [(h.passage.article.id, h.rank, h.retriever) for h in hits] == [("a", 1, "fused"), ("b", 2, "fused")]


REPORT = """Kering dropped its suit against Alibaba on Friday. The French group had sued in New York in 2015, because it
felt that the marketplace did too little against sellers of fakes. Both will now look for them together, the two
companies said, and share what they know with the police."""


def test_a_reprint_is_one_hit_that_names_its_copies(archive: Archive) -> None:
    archive.put("a", REPORT)
    archive.put("b", f"PARIS – {REPORT.upper()}")
    archive.put("c", "Kering opened a shop.")
    hits = archive.hits("Did Kering drop its suit against Alibaba?")
    assert [(h.passage.article.id in "ab", h.rank) for h in hits] == [(True, 1), (False, 2)]
    [copy] = hits[0].copies
    assert {hits[0].passage.article.id, copy.id} == {"a", "b"} and not hits[1].copies


def test_a_reprint_cut_in_other_places_is_no_further_hit(archive: Archive) -> None:
    first, second, third = (f"{sentence}." for sentence in REPORT.removesuffix(".").split(". "))
    archive.put("a", f"{first} {second}", third)
    archive.put("b", f"{second} {third}")
    hits = archive.hits("Did Kering drop its suit against Alibaba, and what do they share with the police?")
    assert len(hits) == 2 and sum(len(hit.copies) for hit in hits) == 1


@pytest.mark.parametrize(
    "other", [REPORT.replace("2015", "2014"), f"{REPORT} {'So both of them hope to sell more. ' * 3}"]
)
def test_what_has_a_number_or_much_else_of_its_own_is_no_copy(archive: Archive, other: str) -> None:
    archive.put("a", REPORT)
    archive.put("b", other)
    hits = archive.hits("Did Kering drop its suit against Alibaba?")
    assert {hit.passage.article.id for hit in hits} == {"a", "b"} and not any(hit.copies for hit in hits)


def test_a_citation_names_the_copies_that_hold_the_same_words(archive: Archive) -> None:
    archive.put("a", REPORT)
    archive.put("b", REPORT.replace("did too little", "did very little"))
    archive.put("c", REPORT.replace("The French group", "The group from France").replace("\n", " "))
    archive.collection.publish()
    answerer = ExtractiveAnswerer(min_confidence=0.0, reader=None)
    pipeline = Pipeline(archive.collection, archive.embedder, {answerer.name: answerer}, answerer.name, Synonyms())
    for question, number in (("When did Kering drop its suit?", 2), ("What did the marketplace do?", 0)):
        [citation] = pipeline.ask(Question(question)).citations
        urls = {f"https://example.com/{article_id}" for article_id in "abc"} - {citation.url}
        assert len(citation.also_in) == number and set(citation.also_in) <= urls


def test_an_article_gives_three_passages_at_most(archive: Archive) -> None:
    archive.put("long", *(f"Kering opened shop number {n}." for n in range(6)))
    archive.put("short", "A shop.")
    found = [h.passage.article.id for h in archive.hits("Which shop did Kering open?")]
    assert found == ["long", "long", "long", "short"]


def test_a_story_gives_three_passages_at_most(archive: Archive) -> None:
    shops = [f"Kering opened shop number {n} in the town of Lille-{n}." for n in range(12)]
    archive.put("one", *shops)
    archive.put("two", *shops[6:], *shops[:6])
    archive.put("short", "A shop.")
    hits = archive.hits("Which shop did Kering open?")
    assert [hit.passage.article.id == "short" for hit in hits] == [False, False, False, True]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How many shops did Kering open in 2017?", "2017"),
        ("How many shops did Kering open in early 2019?", "2019"),
        ("What is the latest number of shops Kering opened?", "2019"),
        ("How many shops did Kering open before June 2018?", "2017"),
    ],
)
def test_reports_of_the_time_asked_about_come_first(question: str, first: str, archive: Archive) -> None:
    archive.put("2017", "Kering opened ten shops.", published_at="2017-05-02")
    archive.put("2019", "Kering opened nine shops.", published_at="2019-02-01T10:00:00Z")
    archive.put("none", "Kering opened two shops.")
    hits = archive.hits(question)
    assert hits[0].passage.article.id == first
    assert hits[0].score - hits[1].score > TIME / 4


def test_last_year_counts_from_the_day_of_the_question(archive: Archive) -> None:
    archive.put("2017", "Kering opened ten shops.", published_at="2017-05-02")
    archive.put("2018", "Kering opened nine shops.", published_at="2018-05-02")
    for as_of, first in ((date(2019, 3, 1), "2018"), (date(2018, 12, 1), "2017")):
        assert archive.hits("How many shops did Kering open last year?", as_of=as_of)[0].passage.article.id == first


def test_without_a_date_in_it_a_question_asked_on_a_day_prefers_the_reports_of_that_day(archive: Archive) -> None:
    archive.put("2017", "Kering opened ten shops.", published_at="2017-05-02")
    archive.put("2018", "Kering opened nine shops.", published_at="2018-05-02")
    for as_of, first in ((date(2018, 5, 9), "2018"), (date(2017, 5, 9), "2017")):
        assert archive.hits("How many shops did Kering open?", as_of=as_of)[0].passage.article.id == first


def test_a_citation_names_the_copies_that_no_search_found(archive: Archive) -> None:
    below = " ".join(f"Shop {n} of the group opened in the spring of {1900 + n}." for n in range(60))
    for article_id in "ab":
        archive.put(article_id, f"{REPORT} {below}")
    archive.collection.publish()
    answerer = ExtractiveAnswerer(min_confidence=0.0, reader=None)
    pipeline = Pipeline(archive.collection, archive.embedder, {answerer.name: answerer}, answerer.name, Synonyms())
    [citation] = pipeline.ask(Question("When did Kering drop its suit?", top_k=1)).citations
    [copy] = citation.also_in
    assert {citation.url, copy} == {"https://example.com/a", "https://example.com/b"}
