"""The seed pages, saved as text, give exactly their articles."""

from pathlib import Path

import pytest

from index.extract.page import extract
from index.types import Article, RawPage

SEEDS = Path(__file__).parents[2] / "seeds"


def read(number: str) -> Article:
    path = next(SEEDS.glob(f"{number}_*.txt"))
    return extract(RawPage(str(path), "text/plain", path.read_bytes()))


def test_page_with_menus_teasers_and_cookie_text() -> None:
    article = read("000")
    assert article.title == "Kering and Alibaba join forces against counterfeit sales"
    assert article.published_at == "2017-08-04"
    assert article.outlet == "RetailDetail"
    assert article.byline == "Yoni Van Looveren"
    assert article.section == "Fashion"
    assert article.language == "en"
    paragraphs = article.text.split("\n\n")
    assert [p[:40] for p in paragraphs] == [
        "French luxury group Kering has decided t",
        "Joint taskforce",
        "Back in 2015, Kering filed a suit agains",
        "Kering is not the only company to have c",
        "Alibaba decided to tackle counterfeit sa",
    ]
    assert paragraphs[-1].endswith("collaborations with brands like Adidas, Nike and luxury group LVMH.")
    assert "join its “taskforce” against counterfeit." in article.text


def test_page_with_comment_form_signature_and_mojibake() -> None:
    article = read("001")
    assert article.title == "Kering Brands Get Restraining Order Against Alibaba"
    assert article.byline == "Beeta J."
    assert article.published_at is None
    assert article.updated_at is None
    paragraphs = article.text.split("\n\n")
    assert len(paragraphs) == 9
    assert paragraphs[0].startswith("Kering’s luxury brands have won an early victory")
    assert paragraphs[-1].endswith("settle out of court. Stay tuned…")
    assert "claiming that trademark infringement" in article.text


def test_page_with_latest_articles_and_about_text() -> None:
    article = read("002")
    assert article.title == "Coach, Kate Spade parent strikes strategic alliance with Tmall China"
    assert article.outlet == "Retail News Asia"
    assert article.published_at is None
    assert article.byline is None
    paragraphs = article.text.split("\n\n")
    assert len(paragraphs) == 7
    assert paragraphs[-1].endswith("tools, technology and cooperation initiatives to protect its brand.")


@pytest.mark.parametrize("number", ["000", "001", "002"])
def test_text_is_clean(number: str) -> None:
    article = read(number)
    assert "\xa0" not in article.text
    assert "  " not in article.text
    assert "\n\n\n" not in article.text
    for foreign in (
        "cookie",
        "newsletter",
        "Subscribe",
        "Zalando",
        "Levi’s",
        "email address",
        "Latest articles",
        "Antwerp",
    ):
        assert foreign not in article.text
