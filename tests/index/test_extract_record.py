import json

import pytest

from index.errors import UnreadableError
from index.extract.page import extract
from index.types import Article, RawPage, article_id

RECORD = {
    "url": "https://news.example/a",
    "title": "Shop opens",
    "outlet": "Example News",
    "published_at": "2017-01-03 23:02:17",
    "text": "A shop opened in Ghent.\n\nIt sells bread.",
    "set": "whatever",
}


def read(**changes: object) -> Article:
    line = json.dumps(RECORD | changes)
    return extract(RawPage("articles.jsonl:7", "application/json", line.encode()))


def test_record() -> None:
    article = read()
    assert article == Article(
        id=article_id("https://news.example/a", "Shop opens", RECORD["text"]),
        title="Shop opens",
        text=RECORD["text"],
        url="https://news.example/a",
        outlet="Example News",
        published_at="2017-01-03",
        source="articles.jsonl:7",
    )


def test_only_title_and_text_are_needed() -> None:
    article = read(url=None, outlet=None, published_at=None)
    assert (article.url, article.outlet, article.published_at) == (None, None, None)
    assert article.id == article_id(None, article.title, article.text)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": "  "}, "'title' is missing or empty"),
        ({"text": None}, "'text' is missing or empty"),
        ({"text": 5}, "'text' is not text"),
        ({"url": ["https://news.example/a"]}, "'url' is not text"),
        ({"published_at": "04/08/2017"}, "'published_at' is not a date"),
        ({"published_at": "2999-01-01"}, "'published_at' is not a date"),
        ({"published_at": 1501804800}, "'published_at' is not text"),
        ({"updated_at": "soon"}, "'updated_at' is not a date"),
    ],
)
def test_errors_name_the_place_and_the_field(changes: dict[str, object], said: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(**changes)
    assert caught.value.message.startswith("articles.jsonl:7: its field ")
    assert said in caught.value.message
    assert caught.value.remedy


def test_text_is_repaired_whether_it_is_escaped_or_not() -> None:
    record = RECORD | {"title": "Cafâ€™s\u2028shop", "text": "A shop\u2028opened.\x1b[31m\x07\x00 CafÃ©."}
    for ascii_only in (True, False):
        line = json.dumps(record, ensure_ascii=ascii_only).encode()
        article = extract(RawPage("articles.jsonl:7", "application/json", line))
        assert article.text == "A shop\nopened. Café."
        assert article.title == "Caf’s shop"
    assert read(title="Half a character \ud83d").title == "Half a character \ufffd"


@pytest.mark.parametrize("line", [b"{", b"[1]", b'"text"', b'{"title":' + b"[" * 100_000])
def test_not_a_record(line: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"not JSON|not a JSON object"):
        extract(RawPage("articles.jsonl:7", "application/json", line))
