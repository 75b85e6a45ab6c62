"""Addresses that mean the same article, and those that do not."""

import pytest

from index.canonical import canonical_url


@pytest.mark.parametrize(
    "url",
    [
        "https://www.news.example/2024/01/story?utm_source=x&utm_medium=y",
        "https://www.news.example/2024/01/story?fbclid=abc",
        "https://www.news.example/2024/01/story#comments",
        "https://www.news.example:443/2024/01/story",
        "HTTPS://WWW.News.example/2024/01/story",
        "https://amp.news.example/2024/01/story",
        "https://m.news.example/2024/01/story?gclid=1",
        "https://mobile.news.example/2024/01/story",
        "https://www.news.example/amp/2024/01/story",
        "https://www.news.example/2024/01/story/amp",
        "https://www.news.example/2024/01/story.amp",
        "https://www.news.example/2024/01/story?amp",
        "https://www.news.example/2024/01/story?amp=1&utm_campaign=z",
        "https://www.news.example/2024/01/story?outputType=amp",
        "https://www.google.com/amp/s/www.news.example/2024/01/story.amp",
        "https://www-news-example.cdn.ampproject.org/c/s/www.news.example/2024/01/story/amp",
    ],
)
def test_ways_to_the_same_article(url: str) -> None:
    assert canonical_url(url) == "https://www.news.example/2024/01/story"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.news.example/2024/01/story/",
        "https://news.example/2024/01/story/index.html",
        "http://news.example/story?id=123&page=2",
        "https://news.example/story?123",
        "https://news.example/#!/story/1",
        "https://m.example/amplifier/amp-sales",
        "https://news.example/camp",
        "https://news.example",
        "file:///amp/story.html",
        "http://[broken/amp",
        "not an address",
        "",
    ],
)
def test_plain_addresses_stay_as_they_are(url: str) -> None:
    assert canonical_url(url) == url


def test_the_end_of_a_page_keeps_its_form() -> None:
    assert canonical_url("https://news.example/story.amp.html") == "https://news.example/story.html"
    assert canonical_url("https://news.example/story/amp/") == "https://news.example/story/"
