"""From files to a searchable archive, with the hashing embedder: what is stored does not depend on the model."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index import ingest as steps
from index.chunk import DEFAULT_CHUNKER, passage_text
from index.collections.local import LocalCollection
from index.embedders.hashing import HashingEmbedder
from index.errors import StorageError, UnreadableError
from index.ingest import DELETED, ingest
from index.sources.files import FileSource
from index.types import Article, Filters, IngestReport, Outcome, RawPage

TEXT = (
    "The chain opened {n} stores in the spring. Sales rose by four per cent in the first quarter of the year, the "
    "company said on Monday. Analysts had expected less.\n\nIts chief executive called the result a good start."
)


@pytest.fixture
def embedder(tmp_path: Path) -> HashingEmbedder:
    return HashingEmbedder(model=None, cache_dir=tmp_path, threads=1)


@pytest.fixture
def collection(tmp_path: Path, embedder: HashingEmbedder) -> Iterator[LocalCollection]:
    with LocalCollection(tmp_path / "archive", embedder.id, DEFAULT_CHUNKER) as collection:
        yield collection


def lines(path: Path, *records: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def record(n: int, **changes: object) -> dict[str, object]:
    return {"url": f"https://news.example/{n}", "title": f"Chain {n} grows", "text": TEXT.format(n=n)} | changes


def run(collection: LocalCollection, embedder: HashingEmbedder, *paths: Path) -> IngestReport:
    return ingest(FileSource(paths), collection, embedder, DEFAULT_CHUNKER)


def test_articles_can_be_found_with_their_offsets_and_sentences(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder
) -> None:
    report = run(collection, embedder, lines(tmp_path / "a.jsonl", *(record(n) for n in range(40))))
    assert report == IngestReport(new=40)
    assert report.seen == collection.manifest().articles == 40

    [found] = collection.search_text(["39"], 5, Filters())
    article = found.passage.article
    assert article.title == "Chain 39 grows"
    assert article.fetched_at is not None and article.fetched_at.endswith("Z")
    [nearest, *_] = collection.search_vectors(
        embedder.embed_query(passage_text(article, found.passage.start, found.passage.end)), 3, Filters()
    )
    assert nearest.passage.article.id == article.id
    assert nearest.score == pytest.approx(1, abs=1e-5)

    sentences = collection.sentences(article.id)
    assert sentences is not None
    texts = [article.text[start:end] for start, end in sentences.spans]
    assert texts[0] == "The chain opened 39 stores in the spring."
    np.testing.assert_allclose(sentences.vectors, embedder.embed_passages(texts), atol=1e-3)


def test_a_second_run_embeds_nothing(tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder) -> None:
    path = lines(tmp_path / "a.jsonl", *(record(n) for n in range(5)))
    run(collection, embedder, path)
    built_at = collection.manifest().built_at
    first = collection.get(collection.search_text(["chain"], 1, Filters())[0].passage.article.id)

    class Refuses(HashingEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
            raise AssertionError("nothing is new")

    refuses = Refuses(model=None, cache_dir=tmp_path, threads=1)
    assert ingest(FileSource([path]), collection, refuses, DEFAULT_CHUNKER) == IngestReport(unchanged=5)
    assert collection.manifest().built_at == built_at
    assert first is not None and collection.get(first.id) == first


def page(path: Path, n: int, day: str | None = "2017-08-04") -> Path:
    """An HTML page without an address of its own."""
    head = f'<meta property="article:published_time" content="{day}">' if day else ""
    title = f"Chain {n} grows"
    body = f"<article><h1>{title}</h1><p>{TEXT.format(n=n)}</p></article>"
    path.write_text(f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>")
    return path


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Places of the pages that were taken apart, in their order."""
    places: list[str] = []

    def extract(page: RawPage) -> Article:
        places.append(page.location)
        return real(page)

    real = steps.extract
    monkeypatch.setattr(steps, "extract", extract)
    return places


def test_a_page_that_is_known_is_not_read_again(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder, read: list[str]
) -> None:
    path = lines(tmp_path / "a.jsonl", *(record(n) for n in range(5)), record(5, text=" "))
    dated, undated = page(tmp_path / "dated.html", 7), page(tmp_path / "undated.html", 8, day=None)
    first = run(collection, embedder, path, dated, undated)
    assert (first.new, len(first.failed), len(read)) == (7, 1, 8)
    heard: list[Outcome] = []
    read.clear()
    again = ingest(FileSource([path, dated, undated]), collection, embedder, DEFAULT_CHUNKER, heard.append)
    assert again == IngestReport(unchanged=7, failed=again.failed)
    assert read == [f"{path}:6", str(undated)]  # a day that is no date yet may be one tomorrow
    assert all(outcome.article == collection.get(outcome.article.id) for outcome in heard[:5] if outcome.article)

    # a line of JSON is known wherever it stands; a page in another place may be another article
    read.clear()
    moved, copy = lines(tmp_path / "b.jsonl", record(9), *(record(n) for n in range(5))), page(tmp_path / "c.html", 7)
    assert run(collection, embedder, moved, copy) == IngestReport(new=1, unchanged=6)
    assert read == [f"{moved}:1", str(copy)]
    assert ingest(FileSource([moved]), collection, embedder, DEFAULT_CHUNKER, dry_run=True) == IngestReport(unchanged=6)
    assert len(read) == 2


def test_a_changed_file_is_seen_whatever_its_size_and_time_say(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder
) -> None:
    path = page(tmp_path / "page.html", 7)
    run(collection, embedder, path)
    status = path.stat()
    page(path, 8)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert run(collection, embedder, path) == IngestReport(updated=1)


def test_pages_are_read_again_by_other_code(
    tmp_path: Path,
    collection: LocalCollection,
    embedder: HashingEmbedder,
    read: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = lines(tmp_path / "a.jsonl", record(1))
    run(collection, embedder, path)
    monkeypatch.setattr("index.extract.digest._code", lambda: b"a newer one")
    for _ in range(2):
        assert run(collection, embedder, path) == IngestReport(unchanged=1)
    assert len(read) == 2


def test_a_page_as_it_was_before_is_a_new_version(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder
) -> None:
    before = lines(tmp_path / "a.jsonl", record(1))
    after = lines(tmp_path / "b.jsonl", record(1, title="Chain 1 shrinks"))
    for path, expected in ((before, IngestReport(new=1)), (after, IngestReport(updated=1))):
        assert run(collection, embedder, path) == expected
        assert run(collection, embedder, path) == IngestReport(unchanged=1)
    assert run(collection, embedder, before, after, before) == IngestReport(updated=3)
    assert run(collection, embedder, before, after) == IngestReport(unchanged=1, updated=1)
    assert run(collection, embedder, before, before) == IngestReport(updated=1, unchanged=1)


def test_a_known_page_is_left_out_by_its_date(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder
) -> None:
    path = lines(tmp_path / "a.jsonl", record(1, published_at="2017-08-04"), record(2))
    run(collection, embedder, path)
    report = ingest(FileSource([path]), collection, embedder, DEFAULT_CHUNKER, since=date(2018, 1, 1))
    assert [skipped.reason for skipped in report.skipped] == ["it is from before 2018-01-01", "it is undated"]


def test_only_texts_without_a_vector_are_embedded(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder
) -> None:
    embedded: list[str] = []

    class Counts(HashingEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
            embedded.extend(texts)
            return super().embed_passages(texts)

    counts = Counts(model=None, cache_dir=tmp_path, threads=1)
    text = "\n\n".join(f"Shop {n} of the chain sold {n} more coats than in the year before it." for n in range(60))
    run(collection, counts, lines(tmp_path / "a.jsonl", record(1, text=text)))
    assert len(embedded) == len(set(embedded)) > 60
    embedded.clear()
    corrected = text.replace("Shop 59", "The last shop")
    run(collection, counts, lines(tmp_path / "b.jsonl", record(1, text=corrected)))
    assert len(embedded) == 2 and all("The last shop" in text for text in embedded)  # its sentence and its chunk
    embedded.clear()
    # a copy under the same title: nothing; under another one: the chunks, which are read with their title
    run(collection, counts, lines(tmp_path / "c.jsonl", record(2, text=corrected, title="Chain 1 grows")))
    assert not embedded
    run(collection, counts, lines(tmp_path / "d.jsonl", record(3, text=corrected)))
    assert embedded and all(text.startswith("Chain 3 grows\n") for text in embedded)
    for found in collection.search_text(["coats"], 100, Filters()):
        passage = found.passage
        query = embedder.embed_query(passage_text(passage.article, passage.start, passage.end))
        assert collection.search_vectors(query, 1, Filters())[0].score == pytest.approx(1, abs=1e-5)
    # what is deleted is embedded again when it comes back
    collection.delete(collection.ids(Filters()))
    embedded.clear()
    ingest(FileSource([tmp_path / "d.jsonl"]), collection, counts, DEFAULT_CHUNKER, undelete=True)
    assert len(embedded) > 60


def test_a_changed_article_replaces_what_was_found_before(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder
) -> None:
    run(collection, embedder, lines(tmp_path / "a.jsonl", record(1), record(2)))
    corrected = record(1, text="A correction: the chain closed several warehouses in the autumn.")
    report = run(collection, embedder, lines(tmp_path / "b.jsonl", corrected, record(2), record(3)))
    assert report == IngestReport(new=1, updated=1, unchanged=1)
    [found] = collection.search_text(["warehouses"], 5, Filters())
    assert found.passage.article.version == 2
    ids = [hit.passage.article.id for hit in collection.search_text(["spring"], 5, Filters())]
    assert found.passage.article.id not in ids and len(ids) == 2
    for hit in collection.search_vectors(embedder.embed_query("The chain opened 1 stores"), 50, Filters()):
        assert "opened 1 stores" not in hit.passage.text


def test_an_edited_page_without_url_is_a_new_version_of_the_same_article(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder
) -> None:
    page = tmp_path / "page.html"
    form = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1><p>{1}</p></article></body></html>"
    page.write_text(form.format("Chain grows", TEXT.format(n=7)))
    assert run(collection, embedder, page) == IngestReport(new=1)
    page.write_text(form.format("Chain shrinks", TEXT.format(n=8)))
    assert run(collection, embedder, page) == IngestReport(updated=1)
    assert collection.manifest().articles == 1
    assert collection.search_text(["shrinks"], 1, Filters())[0].passage.article.version == 2


def test_a_page_is_known_by_its_canonical_address(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder
) -> None:
    form = (
        "<html><head><title>Chain grows</title><link rel=canonical href='{}'></head>"
        "<body><article><h1>Chain grows</h1><p>{}</p></article></body></html>"
    )
    page = tmp_path / "page.html"
    for url in ("https://amp.news.example/grows?utm_source=a", "https://www.news.example/grows"):
        page.write_text(form.format(url, TEXT.format(n=7)))
        run(collection, embedder, page)
    [only] = collection.ids(Filters())
    article = collection.get(only)
    assert article is not None
    assert (article.url, article.outlet, article.version) == ("https://www.news.example/grows", "news.example", 1)


def test_two_copies_of_a_page_part_when_one_is_edited(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder
) -> None:
    form = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1><p>{1}</p></article></body></html>"
    copies = [tmp_path / "a.html", tmp_path / "b.html"]
    for page in copies:
        page.write_text(form.format("Chain grows", TEXT.format(n=7)))
    assert run(collection, embedder, *copies) == IngestReport(new=1, unchanged=1)
    copies[0].write_text(form.format("Chain shrinks", TEXT.format(n=8)))
    assert run(collection, embedder, *copies) == IngestReport(new=1, updated=1)
    assert run(collection, embedder, *copies, *copies) == IngestReport(unchanged=4)
    titles = {hit.passage.article.title for hit in collection.search_text(["chain"], 9, Filters())}
    assert titles == {"Chain grows", "Chain shrinks"}


def test_a_line_put_in_above_others_does_not_change_who_they_are(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder
) -> None:
    path = lines(tmp_path / "a.jsonl", record(1, url=None), record(2, url=None))
    assert run(collection, embedder, path) == IngestReport(new=2)
    lines(path, record(0, url=None), record(1, url=None), record(2, url=None))
    assert run(collection, embedder, path) == IngestReport(new=1, unchanged=2)


def test_the_same_article_twice_in_one_run(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder
) -> None:
    path = lines(tmp_path / "a.jsonl", record(1), record(1), record(1, title="Chain one grows"))
    assert run(collection, embedder, path) == IngestReport(new=1, updated=1, unchanged=1)
    assert collection.search_text(["chain"], 5, Filters())[0].passage.article.title == "Chain one grows"


def test_equal_text_under_two_urls_is_kept_twice(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder
) -> None:
    path = lines(tmp_path / "a.jsonl", record(1), record(1, url="https://copy.example/1"), record(2))
    heard: list[Outcome] = []
    report = ingest(FileSource([path]), collection, embedder, DEFAULT_CHUNKER, heard.append)
    assert report == IngestReport(new=3, duplicates=1)
    assert [outcome.duplicate for outcome in heard] == [False, True, False]
    assert run(collection, embedder, path) == IngestReport(unchanged=3)


def test_what_was_deleted_stays_out_until_it_is_asked_for(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder
) -> None:
    page = tmp_path / "page.html"
    form = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1><p>{1}</p></article></body></html>"
    page.write_text(form.format("Chain grows", TEXT.format(n=7)))
    path = lines(tmp_path / "a.jsonl", record(1), record(2))
    assert run(collection, embedder, path, page) == IngestReport(new=3)
    first, second = collection.ids(Filters())[0], collection.id_from_source(str(page))
    assert second is not None
    collection.delete([first, second])
    page.write_text(form.format("Chain shrinks", TEXT.format(n=8)))
    lines(path, record(1, title="Chain 1 shrinks"), record(2, title="Chain 2 shrinks"), record(3))
    report = run(collection, embedder, path, page)
    assert (report.new, report.updated, report.seen) == (1, 1, 4)
    assert {skipped.reason for skipped in report.skipped} == {DELETED}
    assert len(run(collection, embedder, path, page).skipped) == 2  # as often as they are met
    report = ingest(FileSource([path, page]), collection, embedder, DEFAULT_CHUNKER, undelete=True)
    assert report == IngestReport(new=2, unchanged=2)
    assert run(collection, embedder, path, page) == IngestReport(unchanged=4)


def test_what_cannot_be_read_is_named_and_the_rest_goes_in(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder
) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('not JSON\n{"title": "no text"}\n' + json.dumps(record(1)) + "\n")
    empty = tmp_path / "empty.txt"
    empty.touch()
    menu = tmp_path / "menu.html"
    menu.write_text("<ul><li><a href=/>Home</a><li><a href=/news>News</a></ul>")
    broken = tmp_path / "broken.html"
    broken.write_bytes(b"<html><body><p>" + b"<div <<<p" * 50)
    report = run(
        collection, embedder, bad, empty, menu, broken, tmp_path / "missing", lines(tmp_path / "b.jsonl", record(2))
    )
    assert (report.new, report.seen) == (2, 8)
    names = [f"{bad}:1", f"{bad}:2", str(empty), str(menu), str(broken), str(tmp_path / "missing")]
    assert [error.location for error in report.failed] == names
    assert all(isinstance(error, UnreadableError) and error.remedy for error in report.failed)
    assert collection.manifest().articles == 2


def test_who_asks_hears_of_every_page(tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder) -> None:
    path = lines(tmp_path / "a.jsonl", *(record(n % 30) for n in range(37)), {"title": "no text"})
    heard: list[Outcome] = []
    report = ingest(FileSource([path]), collection, embedder, DEFAULT_CHUNKER, heard.append)
    assert len(heard) == report.seen == 38
    assert [outcome.state for outcome in heard].count("new") == 30
    assert all((outcome.article is None) == (outcome.state == "failed") for outcome in heard)


def test_stopped_by_the_user_what_is_stored_stays_and_is_found(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder
) -> None:
    path = lines(tmp_path / "a.jsonl", *(record(n) for n in range(steps.GATHER * 3)))

    class Stopped(FileSource):
        def pages(self) -> Iterator[RawPage | UnreadableError]:
            for number, page in enumerate(super().pages()):
                if number == steps.GATHER * 2 + 1:
                    raise KeyboardInterrupt
                yield page

    report = ingest(Stopped([path]), collection, embedder, DEFAULT_CHUNKER)
    assert report.interrupted
    assert report.new == collection.manifest().articles == steps.GATHER * 2
    assert len(collection.search_vectors(embedder.embed_query("chain"), 500, Filters())) == report.new
    assert run(collection, embedder, path) == IngestReport(new=steps.GATHER, unchanged=steps.GATHER * 2)


def test_a_long_ingest_can_be_asked_before_it_ends(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "PUBLISH_EVERY", 20)
    path = lines(tmp_path / "a.jsonl", *(record(n) for n in range(steps.GATHER * 4)))
    seen: list[int] = []
    with closing(LocalCollection(tmp_path / "archive", embedder.id, DEFAULT_CHUNKER, read_only=True)) as reader:

        def look(outcome: Outcome) -> None:
            seen.append(len(reader.search_vectors(embedder.embed_query("chain"), 500, Filters())))

        ingest(FileSource([path]), collection, embedder, DEFAULT_CHUNKER, look)
    assert {20, 40, 60} <= set(seen)


def test_a_store_that_fails_is_an_error_and_not_a_bad_article(
    tmp_path: Path, collection: LocalCollection, embedder: HashingEmbedder
) -> None:
    class Full(LocalCollection):
        def put(self, *args: object, **kwargs: object) -> None:
            raise StorageError("The disk is full.", "Free some space.")

    collection.close()
    with (
        Full(tmp_path / "archive", embedder.id, DEFAULT_CHUNKER) as full,
        pytest.raises(StorageError, match="disk is full"),
    ):
        run(full, embedder, lines(tmp_path / "a.jsonl", record(1)))
