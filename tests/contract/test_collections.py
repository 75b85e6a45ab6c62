"""What every collection promises, whatever it is made of."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from archives import CHUNKER, EMBEDDER, numbered, query_vector, store, unit_vectors, vectors_of

from index.errors import BadInputError, NotReadyError
from index.interfaces import Collection
from index.registry import COLLECTIONS, load
from index.types import Article, Chunk, Filters, Hit, Sentences, Tally

ANY = Filters()

SUIT = Article(
    "suit",
    "Kering drops its suit",
    "Kering's lawyers met Alibaba.\n\nThe café-bar reopened.",
    outlet="Élan Daily",
    language="en",
    published_at="2017-08-04",
)
STORES = Article(
    "stores",
    "Tapestry opens stores",
    "The shoppers of Tmall meet Coach.\n\nAlibaba helps, and Alibaba hosts.",
    outlet="Retail News",
    byline="By Zoë  O’Hara and John Roe",
    language="EN",
    published_at="2019-03-01T23:30:00Z",
)
UNDATED = Article("undated", "Magasins", "Kering ouvre un magasin.", outlet="élan daily", language="fr")


@pytest.fixture(params=COLLECTIONS)
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Collection]:
    """Opens the collection under test, closing it first where it is open."""
    backend = load(COLLECTIONS, "collection", request.param)
    opened = ExitStack()
    request.addfinalizer(opened.close)

    def reopen() -> Collection:
        opened.close()
        return opened.enter_context(closing(backend(tmp_path / "archive", EMBEDDER, CHUNKER)))

    return reopen


@pytest.fixture
def collection(reopen: Callable[[], Collection]) -> Collection:
    return reopen()


@pytest.fixture
def news(collection: Collection) -> Collection:
    store(collection, SUIT, STORES, UNDATED)
    collection.publish()
    return collection


def ids(hits: list[Hit]) -> set[str]:
    return {hit.passage.article.id for hit in hits}


def exact(articles: list[Article], query: np.ndarray, k: int) -> list[tuple[str, str, float]]:
    """(article, paragraph, cosine) by numpy, best first."""
    rows = [
        (article.id, paragraph, float(vector @ query))
        for article in articles
        for paragraph, vector in zip(article.text.split("\n\n"), vectors_of(article), strict=True)
    ]
    return sorted(rows, key=lambda row: -row[2])[:k]


def assert_exact(hits: list[Hit], articles: list[Article], query: np.ndarray, k: int) -> None:
    expected = exact(articles, query, k)
    assert [(hit.passage.article.id, hit.passage.text) for hit in hits] == [row[:2] for row in expected]
    assert [hit.score for hit in hits] == pytest.approx([row[2] for row in expected], abs=1e-6)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


def test_empty(collection: Collection) -> None:
    collection.publish()
    assert collection.search_vectors(query_vector(), 5, ANY) == []
    assert collection.search_text(["kering"], 5, ANY) == []
    assert collection.document_counts(["kering"]) == {"kering": 0}
    assert collection.get("suit") is None
    assert collection.sentences("suit") is None
    manifest = collection.manifest()
    assert (manifest.embedder, manifest.chunker) == (EMBEDDER, CHUNKER)
    assert (manifest.articles, manifest.chunks, manifest.data_through, manifest.built_at) == (0, 0, None, None)


@pytest.mark.parametrize("k", [0, 1, 7, 60, 1000])
def test_vector_scores_are_the_exact_cosines(collection: Collection, k: int) -> None:
    articles = numbered(*range(20))
    store(collection, *articles)
    collection.publish()
    assert_exact(collection.search_vectors(query_vector(), k, ANY), articles, query_vector(), k)


def test_a_vector_is_nearest_to_itself(news: Collection) -> None:
    best = news.search_vectors(vectors_of(STORES)[1], 1, ANY)[0]
    assert best.passage.text == "Alibaba helps, and Alibaba hosts."
    assert 0.999999 < best.score <= 1


def test_filters_restrict_the_vector_search_itself(collection: Collection) -> None:
    few = [replace(article, outlet="Rare") for article in numbered(1000, 1001)]
    store(collection, *(replace(article, outlet="Common") for article in numbered(*range(100))), *few)
    collection.publish()
    assert_exact(collection.search_vectors(query_vector(), 5, Filters(outlets=("rare",))), few, query_vector(), 5)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (ANY, {"suit", "stores", "undated"}),
        (Filters(date_from=date(2017, 8, 4)), {"suit", "stores"}),
        (Filters(date_from=date(2017, 8, 5)), {"stores"}),
        (Filters(date_to=date(2019, 3, 1)), {"suit", "stores"}),
        (Filters(date_to=date(2019, 2, 28)), {"suit"}),
        (Filters(date_from=date(2019, 3, 1), date_to=date(2019, 3, 1)), {"stores"}),
        (Filters(date_to=date.max), {"suit", "stores"}),
        (Filters(date_from=date.min), {"suit", "stores"}),
        (Filters(date_from=date(2020, 1, 1), date_to=date(2019, 1, 1)), set()),
        (Filters(outlets=("ÉLAN DAILY",)), {"suit", "undated"}),
        (Filters(outlets=("Élan Daily", "retail news")), {"suit", "stores", "undated"}),
        (Filters(outlets=("élan",)), set()),
        (Filters(outlets=("') OR 1=1 --",)), set()),
        (Filters(languages=("En",)), {"suit", "stores"}),
        (Filters(languages=("fr",), outlets=("Élan Daily",)), {"undated"}),
        (Filters(bylines=("zoë o’hara",)), {"stores"}),
        (Filters(bylines=("Hara", "nobody")), {"stores"}),
        (Filters(bylines=("Jo",)), set()),
        (Filters(bylines=("",)), set()),
        (Filters(languages=("fr",), date_to=date(2030, 1, 1)), set()),
    ],
)
def test_filters(news: Collection, filters: Filters, expected: set[str]) -> None:
    assert ids(news.search_vectors(query_vector(), 50, filters)) == expected
    assert ids(news.search_text(["kering", "alibaba"], 50, filters)) == expected


def test_text_search_stems_folds_and_ranks(news: Collection) -> None:
    assert ids(news.search_text(["SHOPPER"], 5, ANY)) == {"stores"}
    assert ids(news.search_text(["cafe"], 5, ANY)) == {"suit"}
    assert ids(news.search_text(["Kering’s"], 5, ANY)) == {"suit"}
    assert ids(news.search_text(["café-bar"], 5, ANY)) == {"suit"}
    assert ids(news.search_text(["meet Coach"], 5, ANY)) == {"stores"}
    assert ids(news.search_text(["Coach meet"], 5, ANY)) == set()
    hits = news.search_text(["alibaba", "suit", "nowhere"], 5, ANY)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hit.score > 0 for hit in hits)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert len(news.search_text(["alibaba"], 1, ANY)) == 1
    assert news.search_text(["alibaba"], 0, ANY) == []


def test_a_word_in_the_title_weighs_more(collection: Collection) -> None:
    store(collection, Article("body", "Some news", "The strike goes on here."))
    store(collection, Article("title", "Strike news", "It goes on and on here."))
    store(collection, *numbered(*range(10)))
    assert [hit.passage.article.id for hit in collection.search_text(["strike"], 5, ANY)] == ["title", "body"]


@pytest.mark.parametrize(
    "word",
    [
        '"',
        '""',
        '" OR "',
        "...",
        "*",
        "^",
        "NEAR(",
        "title:",
        "-",
        "'",
        "",
        " ",
        "\0",
        "\ud800",
        "x\0",
        "💥",
        ");--",
        "\\",
    ],
)
def test_odd_words_find_nothing_and_break_nothing(news: Collection, word: str) -> None:
    assert news.search_text([word], 5, ANY) == []
    assert news.document_counts([word]) == {word: 0}
    assert ids(news.search_text([word, "coach"], 5, ANY)) == {"stores"}


def test_words_that_are_operators_are_words(news: Collection) -> None:
    assert ids(news.search_text(["AND"], 5, ANY)) == {"stores"}
    assert news.search_text(["NOT"], 5, ANY) == []
    assert news.search_text([], 5, ANY) == []


def test_thousands_of_words(news: Collection) -> None:
    assert ids(news.search_text([*(f"no{n}" for n in range(5000)), "coach"], 5, ANY)) == {"stores"}


def test_document_counts_count_articles(news: Collection) -> None:
    counts = news.document_counts(["alibaba", "Kering", "store", "Tmall meet", "café bar", "kering's", "walmart"])
    assert counts == {
        "alibaba": 2,
        "Kering": 2,
        "store": 1,
        "Tmall meet": 1,
        "café bar": 1,
        "kering's": 1,
        "walmart": 0,
    }


def test_outlets_are_named_as_they_are_written(news: Collection) -> None:
    assert news.outlets() == sorted(["Élan Daily", "Retail News", "élan daily"])


def test_tally_counts_every_article_once(news: Collection) -> None:
    assert sorted(news.tally(), key=str) == [
        Tally("Retail News", "EN", "2019-03", 1),
        Tally("Élan Daily", "en", "2017-08", 1),
        Tally("élan daily", "fr", None, 1),
    ]


def test_what_goes_in_comes_out(reopen: Callable[[], Collection]) -> None:
    full = Article(
        "id", "Title", "One.\n\nTwo 💥 ünï.", "https://x.example/1", "Outlet", "By Line", "Section", "en",
        "2020-02-29", "2020-03-01T10:00:00Z", "2026-01-01T00:00:00Z", "/some/path.html",
    )  # fmt: skip
    collection = reopen()
    store(collection, full, SUIT)
    collection.publish()
    collection = reopen()
    assert collection.get("id") == full
    assert {hit.passage.article for hit in collection.search_vectors(query_vector(), 9, ANY)} == {full, SUIT}
    sentences = collection.sentences("id")
    assert sentences is not None
    assert sentences.spans.tolist() == [[0, 4], [6, len(full.text)]]
    assert sentences.vectors.dtype == np.float32
    np.testing.assert_allclose(sentences.vectors, unit_vectors(2, "sentences"), atol=1e-3)
    manifest = collection.manifest()
    assert (manifest.articles, manifest.chunks, manifest.data_through) == (2, 4, "2020-02-29")
    assert manifest.built_at is not None


def test_data_through_is_a_day(news: Collection) -> None:
    assert (news.manifest().data_through, news.manifest().undated) == ("2019-03-01", 1)


def test_an_article_of_no_chunks(collection: Collection) -> None:
    nothing = np.zeros((0, EMBEDDER.dimension), np.float32)
    collection.put(Article("bare", "Bare", ""), [], nothing, Sentences(np.zeros((0, 2), np.int32), nothing))
    collection.publish()
    sentences = collection.sentences("bare")
    assert sentences is not None
    assert len(sentences.spans) == len(sentences.vectors) == 0
    assert collection.search_vectors(query_vector(), 5, ANY) == []


def test_state(news: Collection) -> None:
    assert news.state(SUIT) == "unchanged"
    assert news.state(replace(SUIT, fetched_at="2026-01-01T00:00:00Z", source="elsewhere")) == "unchanged"
    assert news.state(replace(SUIT, title="Kering wins")) == "changed"
    assert news.state(replace(SUIT, id="other")) == "new"


def test_id_from_source(collection: Collection) -> None:
    store(collection, Article("file", "T", "Text.", source="/a.txt"))
    store(collection, Article("web", "T", "Text too.", url="https://x.example", source="/b.html"))
    assert collection.id_from_source("/a.txt") == "file"
    assert collection.id_from_source("/b.html") is None
    assert collection.id_from_source("/c.txt") is None
    collection.delete(["file", "web"])
    assert collection.id_from_source("/a.txt") == "file"
    assert collection.id_from_source("/b.html") is None


def test_a_page_is_known_as_long_as_its_article_is_as_it_gives_it(reopen: Callable[[], Collection]) -> None:
    collection = reopen()
    store(collection, SUIT, STORES)
    assert collection.from_page(b"suit") is None
    collection.note_pages({b"suit": "suit", b"copy": "suit", b"stores": "stores", b"nothing": "nowhere"})
    collection = reopen()
    assert collection.from_page(b"suit") == collection.from_page(b"copy") == SUIT
    assert collection.from_page(b"nothing") is None
    corrected = replace(SUIT, title="Kering wins its suit")
    spans = Sentences(np.array([[0, 5]], np.int32), unit_vectors(1, "s"))
    collection.put(corrected, [], unit_vectors(0, "none"), spans, page=b"corrected")
    assert collection.from_page(b"suit") is collection.from_page(b"copy") is None
    assert collection.from_page(b"corrected") == replace(corrected, version=2)
    collection.delete(["suit"])
    assert collection.from_page(b"corrected") is None
    assert collection.from_page(b"stores") == STORES
    collection.note_pages({b"stores": "suit"})  # not there
    assert collection.from_page(b"stores") == STORES
    for n in range(50):
        collection.note_pages({f"visit {n}".encode(): "stores"})
    assert collection.from_page(b"visit 49") == STORES
    assert collection.from_page(b"stores") is None  # not every one that ever was


def test_a_correction_takes_effect_at_once(news: Collection) -> None:
    corrected = replace(SUIT, title="Gucci's owner", text="The owner settled.")
    old_words = ["lawyers", "suit", "café"]
    store(news, corrected)
    assert news.search_text(old_words, 9, ANY) == []
    assert news.document_counts(old_words) == dict.fromkeys(old_words, 0)
    assert ids(news.search_text(["settled"], 9, ANY)) == {"suit"}
    for vector in vectors_of(SUIT):  # not yet published: the old chunks are gone and leave no holes
        hits = news.search_vectors(vector, 3, ANY)
        assert_exact(hits, [STORES, UNDATED], vector, 3)
    news.publish()
    query = vectors_of(corrected)[0]
    assert_exact(news.search_vectors(query, 9, ANY), [corrected, STORES, UNDATED], query, 9)
    assert [(old.version, old.text) for old in news.old_versions("suit")] == [(1, SUIT.text)]
    assert news.old_versions("stores") == []
    latest = news.get("suit")
    assert latest is not None
    assert (latest.title, latest.text, latest.version) == (corrected.title, corrected.text, 2)
    assert news.manifest().articles == 3


def long_article(id: str, seed: int, **fields: str) -> Article:
    words = " ".join(f"word{(seed * 7919 + n * n) % 10007}" for n in range(120))
    return Article(id, " ".join(words.split()[5:10]), words, url=f"https://{id}.example", **fields)


def told(collection: Collection, id: str) -> list[str]:
    return [article.id for article in collection.story(id)]


def test_copies_are_one_story_and_the_earliest_is_its_original(reopen: Callable[[], Collection]) -> None:
    collection = reopen()
    copy = long_article("copy", 1, published_at="2020-01-03")
    store(collection, copy, long_article("other", 2), long_article("undated", 1))
    store(collection, long_article("first", 1, published_at="2020-01-02T09:00:00Z"))
    longer = long_article("longer", 1, published_at="2020-01-02")
    store(collection, replace(longer, text=longer.text + " and two more"))
    collection = reopen()
    for id in ("copy", "first", "longer", "undated"):
        assert told(collection, id) == ["longer", "first", "copy", "undated"]
    assert told(collection, "other") == ["other"]
    assert told(collection, "nowhere") == []
    assert collection.story("copy")[2] == copy
    collection.delete(["first"])
    assert told(collection, "copy") == ["longer", "copy", "undated"]
    store(collection, replace(longer, text="Withdrawn."))
    assert told(collection, "copy") == ["copy", "undated"]
    assert told(collection, "longer") == ["longer"]
    assert collection.manifest().articles == 4


def test_an_article_between_two_stories_makes_them_one(collection: Collection) -> None:
    words = long_article("a", 1).text.split()
    ends = [Article("a", "", " ".join(words)), Article("c", "", " ".join([*words[22:], *(f"w{n}" for n in range(22))]))]
    store(collection, *ends)
    assert told(collection, "a") == ["a"]
    store(collection, Article("b", "", " ".join([*words[11:], *(f"w{n}" for n in range(11))])))
    assert sorted(told(collection, "a")) == ["a", "b", "c"]


def test_what_is_deleted_is_found_no_more(reopen: Callable[[], Collection]) -> None:
    collection = reopen()
    store(collection, SUIT, STORES, UNDATED)
    collection.publish()
    store(collection, replace(SUIT, title="Kering wins its suit"))
    assert collection.delete(["suit", "nowhere"]) == 1
    for _ in range(2):
        assert collection.get("suit") is None
        assert collection.sentences("suit") is None
        assert ids(collection.search_text(["kering"], 9, ANY)) == {"undated"}
        assert collection.document_counts(["lawyers"]) == {"lawyers": 0}
        assert_exact(collection.search_vectors(vectors_of(SUIT)[0], 9, ANY), [STORES, UNDATED], vectors_of(SUIT)[0], 9)
        assert collection.manifest().articles == 2
        assert collection.state(SUIT) == "deleted"
        assert collection.state(replace(SUIT, text="Other words.")) == "deleted"
        assert collection.delete(["suit"]) == 0
        collection = reopen()
    store(collection, SUIT)
    assert collection.state(SUIT) == "unchanged"
    found = collection.get("suit")
    assert found is not None and found.version == 1


def test_a_backup_brings_back_what_was_there(reopen: Callable[[], Collection], tmp_path: Path) -> None:
    collection, file = reopen(), tmp_path / "backup"
    with pytest.raises(NotReadyError, match="nothing to back up"):
        collection.backup(file)
    store(collection, SUIT, STORES)
    collection.publish()
    collection.backup(file)
    assert [path.name for path in tmp_path.glob("backup*")] == ["backup"]
    collection.delete(["suit"])
    store(collection, UNDATED)
    collection.publish()
    for _ in range(2):  # a second time from the same file, after other articles took the same numbers
        collection.restore(file)
        assert collection.ids(ANY) == ["suit", "stores"]
        assert_exact(collection.search_vectors(query_vector(), 9, ANY), [SUIT, STORES], query_vector(), 9)
        assert ids(collection.search_text(["kering"], 9, ANY)) == {"suit"}
        assert collection.state(UNDATED) == "new" and collection.state(SUIT) == "unchanged"
        collection = reopen()
        store(collection, UNDATED)
        collection.publish()


@pytest.mark.parametrize("content", [b"", b"no backup " * 1000])
def test_what_is_no_backup_changes_nothing(news: Collection, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(BadInputError, match="newsdesk backup"):
        news.restore(tmp_path / "file")
    with pytest.raises(BadInputError, match="cannot be restored"):
        news.restore(tmp_path / "missing")
    assert_exact(news.search_vectors(query_vector(), 9, ANY), [SUIT, STORES, UNDATED], query_vector(), 9)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (ANY, ["undated", "suit", "stores"]),
        (Filters(outlets=("élan daily",)), ["undated", "suit"]),
        (Filters(date_to=date(2018, 1, 1)), ["suit"]),
    ],
)
def test_ids(news: Collection, filters: Filters, expected: list[str]) -> None:
    assert news.ids(filters) == expected


def test_a_put_that_fails_stores_nothing(news: Collection) -> None:
    changed = replace(SUIT, text="Entirely new words.\n\nAnd more.")
    chunks = [Chunk("suit", 0, 19, "Entirely new words."), Chunk("suit", 21, 30, "not text: \ud800")]
    with pytest.raises(UnicodeEncodeError):
        news.put(changed, chunks, unit_vectors(2, "x"), Sentences(np.zeros((1, 2), np.int32), unit_vectors(1, "x")))
    assert news.state(SUIT) == "unchanged"
    assert ids(news.search_text(["lawyers", "entirely"], 9, ANY)) == {"suit"}
    assert_exact(news.search_vectors(query_vector(), 9, ANY), [SUIT, STORES, UNDATED], query_vector(), 9)


def test_an_article_that_is_not_unicode_is_bad_input(collection: Collection) -> None:
    with pytest.raises(BadInputError, match=r"/page\.html"):
        store(collection, Article("id", "Half a character: \ud83d", "Text.", source="/page.html"))
    assert collection.manifest().articles == 0
