"""Claims against articles, by exact rules and by the reader that comes with Newsdesk."""

import pytest

from index.sentences import sentence_spans
from index.types import Article
from rag.build import build_reader
from rag.checking import Case
from rag.interfaces import Reader
from rag.judging import Judgement, judge
from rag.mismatches import mismatch
from rag.missing import missing
from rag.sentences import Context
from rag.settings import load_settings

FERRIES = """Norvik Lines will cut its fares by 12 percent on May 9, its director Ada Brandt told the Chinese press.

The company has not sold its oldest ship. It may close the line to Harstad. Passengers can book not only online but at
the harbour. In 2029 it carried 1.2 million passengers."""
SHIPYARD = "Ulstein Yard delivered two electric ferries to Norvik Lines in October, and won an order for three more."


def context(text: str, id: str = "a") -> Context:
    return Context(Article(id, "Fares fall", text, published_at="2031-05-02"), sentence_spans(text))


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ("It cut its fares by 15 percent.", "15 percent"),
        ("It cut its fares by about 12 percent.", ""),
        ("Its two oldest ships are sold.", ""),
        ("Their director Ada Lund told the press.", "Lund"),
        ("Director Brandt spoke in China.", ""),
        ("In 2027 it carried 1.2 million.", "2027"),
        ("In May 2031 its director told the press.", ""),
        ("On May 9, 2031 it will cut fares.", ""),
        ("In 1999 it may close.", "1999"),
    ],
)
def test_figures_names_and_dates_stand_in_the_article(claim: str, found: str) -> None:
    lacking = [claim[one.start : one.end] for one in missing(claim, [context(FERRIES)]) if one.sure]
    assert lacking == [found] * bool(found)


@pytest.mark.parametrize(
    ("claim", "position", "found"),
    [
        ("The company has sold its oldest ship.", 1, "its source denies “sold”"),
        ("The company hasn't sold its oldest ship.", 1, ""),
        ("The company failed to sell its oldest ship.", 1, ""),
        ("It will not carry 1.2 million passengers.", 4, "it denies “carry”, and its source does not"),
        ("It will close the line to Harstad.", 2, "its source says of “close” only that it may be"),
        ("It could close the line to Harstad.", 2, ""),
        ("Passengers can book online.", 3, ""),
        ("The harbour of Harstad is closed.", 2, ""),
    ],
)
def test_what_is_denied_or_only_possible_stays_so(claim: str, position: int, found: str) -> None:
    assert mismatch(claim, [(context(FERRIES), position)]) == found


def test_the_cause_of_one_thing_is_not_that_of_another() -> None:
    told = context("Norvik Lines bought a ship because its harbour grew. Two years later it scrapped that ship.")
    wrong = mismatch("Norvik Lines scrapped a ship because its harbour grew.", [(told, 0)])
    assert wrong == "its source tells the cause of something else than “scrapped”"
    assert mismatch("Norvik Lines bought a ship because its harbour grew.", [(told, 0)]) == ""
    assert mismatch("Norvik Lines acquired a ship because its harbour grew.", [(told, 0)]) == ""


def test_the_figure_of_one_is_not_that_of_another() -> None:
    told = context("Norvik Lines cut 13% of its fares and Harstad Ferries 14%.")
    crossed = mismatch("Harstad Ferries cut 13% of its fares, Norvik Lines 14%.", [(told, 0)])
    assert crossed == "its source tells “13%” of another"
    assert mismatch("Harstad Ferries cut 14% of its fares, Norvik Lines 13%.", [(told, 0)]) == ""
    assert mismatch("Norvik Lines cut 13% of its fares.", [(told, 0)]) == ""


@pytest.fixture(scope="module")
def reader() -> Reader:
    built = build_reader(load_settings())
    assert built is not None
    return built


def judged_alone(claim: str, articles: list[Context], reader: Reader) -> Judgement:
    [found] = judge([Case(claim, articles)], reader)
    return found


def test_neighbours_are_one_quote_and_the_article_that_carries_it_is_found(reader: Reader) -> None:
    articles = [context(SHIPYARD, "yard"), context(FERRIES, "lines")]
    judged = judged_alone(
        "The company has not sold its oldest ship and may close the line to Harstad.", articles, reader
    )
    assert judged.label == "supported", judged
    [quote] = judged.quotes
    assert quote.article_id == "lines"
    assert FERRIES[quote.start : quote.end].startswith("The company has not") and FERRIES[: quote.end].endswith(
        "Harstad."
    )


def test_the_words_of_an_article_are_supported_and_nothing_is_by_nothing(reader: Reader) -> None:
    assert judged_alone("It may close  the line to Harstad", [context(FERRIES)], reader).score == 1.0
    assert judged_alone("It may close the line.", [], reader).reason == "there is nothing to check it against"
    assert judged_alone("May it close the line to Harstad?", [context(FERRIES)], reader).reason == "it is a question"


def test_a_claim_that_shares_no_word_with_its_source_tells_nothing_of_it(reader: Reader) -> None:
    assert judged_alone("Understood.", [context(FERRIES)], reader).reason == "no source carries it"
