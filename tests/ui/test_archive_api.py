"""Searches, lists, versions, stories and sources over loopback."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from conftest import serving

from rag.settings import load_settings
from ui.cli import cli

SUIT = (
    "The Marmot brand filed suit against the Badger chain on Monday. It says that Badger sells copies of its tents. "
    "Badger denies that its tents are copies of those of Marmot. A judge will hear both in the spring, and neither of "
    "them wants to say more about the tents until then, a clerk of the court told reporters in the morning."
)
RECORDS = [
    ("1", "2020-03-02", "Marmot sues Badger over tents", SUIT, "Jane Doe"),
    ("2", "2020-03-03", "Marmot sues Badger", SUIT, None),
    (
        "3",
        "2020-06-01",
        "Badger settles with Marmot over tents",
        "The Badger chain settled the suit of the Marmot brand over copies of its tents. Marmot says that Badger sells "
        "no copies of its tents any more.",
        "John Roe",
    ),
    ("4", "2020-06-02", "Otter bakes bread", "Otter opened a bakery in Lisbon. It bakes bread of rye.", "Jane Doe"),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Iterator[httpx.Client]:
    home = tmp_path_factory.mktemp("archive") / "home"
    home.mkdir()
    (home / "models").symlink_to(model_cache, target_is_directory=True)
    file = home / "news.jsonl"
    keys = ("url", "published_at", "title", "text", "byline", "outlet")
    lines = [dict(zip(keys, (f"https://x.example/{n}", *rest, "Daily"), strict=True)) for n, *rest in RECORDS]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEWSDESK_HOME", str(home))
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        assert CliRunner().invoke(cli, ["sources", "add", str(file), "--name", "news"]).exit_code == 0
        assert CliRunner().invoke(cli, ["ingest"]).exit_code == 0
        lines[3]["text"] += " And of wheat."
        file.write_text("".join(json.dumps(line) + "\n" for line in [*lines, {"title": "no text"}]))
        assert CliRunner().invoke(cli, ["ingest"]).exit_code == 1
        assert CliRunner().invoke(cli, ["sources", "add", "https://x.example/", "--kind", "web"]).exit_code == 0
        with serving(load_settings(home)) as address, httpx.Client(base_url=address, timeout=30) as client:
            yield client


def _ids(client: httpx.Client) -> dict[str, str]:
    return {article["title"]: article["id"] for article in client.get("/articles").json()["articles"]}


def test_search_gives_articles_with_their_best_passages_and_no_answer(client: httpx.Client) -> None:
    body = client.get("/search", params={"q": "Who sells copies of tents?", "top_k": 2}).json()
    assert set(body) == {"standalone_question", "told_by", "hits"}
    for hit in body["hits"]:
        article = client.get(f"/articles/{hit['article_id']}").json()
        assert article["text"][hit["start"] : hit["end"]] == hit["text"]
    first = body["hits"][0]
    assert (first["rank"], first["outlet"]) == (1, "Daily")
    assert [hit["score"] for hit in body["hits"]] == sorted((hit["score"] for hit in body["hits"]), reverse=True)
    for params, title in (({"bylines": "roe"}, RECORDS[2][2]), ({"date_from": "2020-06-02"}, RECORDS[3][2])):
        hits = client.get("/search", params={"q": "Who sells copies of tents?", **params}).json()["hits"]
        assert [hit["title"] for hit in hits] == [title]


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({}, "'q' is missing"),
        ({"q": " "}, "empty"),
        ({"q": "tents", "date_from": "May"}, "'date_from'"),
        ({"q": "tents", "top_k": "0"}, "'top_k'"),
        ({"q": "tents", "topk": "1"}, "'topk' is not known"),
    ],
)
def test_search_that_cannot_be_made_is_named(client: httpx.Client, params: dict[str, str], named: str) -> None:
    response = client.get("/search", params=params)
    assert (response.status_code, response.json()["error_code"]) == (422, "bad_input")
    assert named in response.json()["detail"]


def test_articles_are_listed_newest_first(client: httpx.Client) -> None:
    body = client.get("/articles", params={"limit": 2, "offset": 1}).json()
    assert body["total"] == 4
    assert [article["published_at"] for article in body["articles"]] == ["2020-06-01", "2020-03-03"]
    body = client.get("/articles", params={"bylines": "Jane Doe", "date_to": "2020-04-01"}).json()
    assert [article["title"] for article in body["articles"]] == [RECORDS[0][2]]


def test_versions_say_what_an_article_was(client: httpx.Client) -> None:
    id = _ids(client)[RECORDS[3][2]]
    before, latest = client.get(f"/articles/{id}/versions").json()["versions"]
    assert (before["version"], latest["version"]) == (1, 2)
    assert latest["text"] == before["text"] + " And of wheat."


def test_story_has_its_original_its_copies_and_what_came_of_it(client: httpx.Client) -> None:
    ids = _ids(client)
    body = client.get(f"/stories/{ids['Marmot sues Badger']}").json()
    assert body["original"]["id"] == ids["Marmot sues Badger over tents"]
    assert [copy["id"] for copy in body["copies"]] == [ids["Marmot sues Badger"]]
    assert [point["published_at"] for point in body["timeline"]] == ["2020-03-02", "2020-06-01"]
    assert [point["n"] for point in body["timeline"]] == [1, 2]
    for point in body["timeline"]:
        article = client.get(f"/articles/{point['article_id']}").json()
        assert article["text"][point["start"] : point["end"]] == point["quote"]
    alone = client.get(f"/stories/{ids['Otter bakes bread']}").json()
    assert (alone["copies"], len(alone["timeline"])) == ([], 1)


def test_sources_say_what_came_of_them(client: httpx.Client) -> None:
    body = client.get("/sources").json()
    read, unread = body["sources"]
    assert (read["name"], read["kind"], read["healthy"]) == ("news", "files", True)
    last = read["last_ingest"]
    assert [last[name] for name in ("new", "updated", "unchanged", "skipped", "failed")] == [0, 1, 3, 0, 1]
    assert "news.jsonl" in last["problems"][0]
    assert body["last_ingest_at"] == last["finished_at"]
    assert (unread["healthy"], unread["last_ingest"]) == (None, None)


@pytest.mark.parametrize("path", ["/articles/x", "/articles/x/versions", "/stories/x"])
def test_unknown_article(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.json()["error_code"]) == (404, "not_found")
