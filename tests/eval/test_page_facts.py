"""What the linked data of a page says, and who is right about it."""

from eval.page_facts import Facts, judged, linked_facts
from index.types import Article

PAGE = """<html><head><script type="application/ld+json">{"@graph": [{"@type": "WebPage"}, {"@type": ["NewsArticle"],
"headline": "Acme grows — again", "datePublished": "2019-11-19T23:30:00-05:00",
"author": [{"@type": "Person", "name": "Ann Peeters"}, "Bo Li"]}]}</script></head><body></body></html>"""


def test_the_linked_data_of_a_page() -> None:
    facts = linked_facts(PAGE)
    assert facts == Facts("Acme grows — again", ("2019-11-19", "2019-11-20"), ("Ann Peeters", "Bo Li"))
    assert linked_facts("<html><script type='application/ld+json'>{no JSON</script></html>") == Facts(None, (), ())
    assert linked_facts(PAGE.replace("2019-11-19T23:30:00-05:00", "0001-01-01")).days == ()


def test_right_wrong_and_missing() -> None:
    facts = linked_facts(PAGE)

    def kinds(title: str, day: str | None, byline: str | None) -> list[str]:
        article = Article("a", title, "text", published_at=day, byline=byline)
        return [kind for _, kind, _ in judged(facts, article)]

    assert kinds("Acme grows again", "2019-11-20T04:30:00Z", "By Bo Li and Ann Peeters") == ["right"] * 3
    assert kinds("Bolt shrinks", "2019-11-21", "Ann Peeters") == ["wrong"] * 3
    assert kinds("Acme grows again", None, None) == ["right", "missing", "missing"]
