"""Questions taken apart, over an archive of the seeds."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from index.errors import SetupError
from index.interfaces import Collection
from rag.build import build_collection, build_embedder
from rag.settings import load_settings
from rag.terms import PACKAGED_SYNONYMS, Synonyms
from rag.types import Question
from rag.understand import understand

SYNONYMS = Synonyms(PACKAGED_SYNONYMS)
TODAY = date(2020, 1, 1)


@pytest.fixture(scope="module")
def collection(seeds_home: Path) -> Iterator[Collection]:
    settings = load_settings(seeds_home)
    with closing(build_collection(settings, build_embedder(settings), read_only=True)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Who runs Tapestry?", [("Who runs Tapestry?", {"person"})]),
        ("When and where did it open?", [("When and where did it open?", {"date", "place"})]),
        (
            "Who bought it and how much did they pay?",
            [("Who bought it", {"person"}), ("how much did they pay?", {"money"})],
        ),
        ("What share of revenue is online?", [("What share of revenue is online?", {"share"})]),
        ("How many shops, and why there?", [("How many shops and why there?", {"number", "cause"})]),
        ("Whom did he ban “for mental reasons”?", [("Whom did he ban “for mental reasons”?", {"person"})]),
        ("Tell me about Gucci", [("Tell me about Gucci", {"news"})]),
    ],
)
def test_parts_and_what_each_asks_for(question: str, parts: list[tuple[str, set[str]]], collection: Collection) -> None:
    found = understand(Question(question), collection, SYNONYMS, TODAY).parts
    assert [(part.text, set(part.kinds)) for part in found] == parts


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("Isn't it so that they've sold men's shoes?", ["sold", "men's", "shoes"]),
        ("Why doesn’t Kering sue?", ["Kering", "sue"]),
        ("Why can't Ann's shop open?", ["Ann", "shop", "open"]),
        ("What's the latest news on Kering?", ["Kering"]),
        ("What happened with Gucci in 2017?", ["Gucci", "2017"]),
        ("Any updates?", ["updates"]),
    ],
)
def test_contractions_carry_no_topic_and_possessives_do(
    question: str, terms: list[str], collection: Collection
) -> None:
    (part,) = understand(Question(question), collection, SYNONYMS, TODAY).parts
    assert [term.text for term in part.terms] == terms


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Why did Saint Laurent and Jack Ma's Alibaba part?", ["Saint Laurent", "Jack Ma", "Alibaba"]),
        ("Reasons for the March sale by the French CEO of Kering?", ["Kering"]),
        ("Tmall in China", ["Tmall", "China"]),
        ("WHY DID KERING SUE?", []),
        ("Is Nike fighting Alibaba?", ["Nike", "Alibaba"]),
        ("Why Did Kering Drop Its Suit?", []),
        ("Hi, who runs Tmall?", ["Tmall"]),
        ("Hello. Who runs Tmall?", ["Tmall"]),
    ],
)
def test_names(question: str, names: list[str], collection: Collection) -> None:
    (part,) = understand(Question(question), collection, SYNONYMS, TODAY).parts
    assert [term.text for term in part.terms if term.name] == names


def test_rare_terms_weigh_more_and_counts_are_those_of_the_archive(collection: Collection) -> None:
    (part,) = understand(Question("Why did Kering drop its trial about Alibaba?"), collection, SYNONYMS, TODAY).parts
    terms = {term.text: term for term in part.terms}
    assert {text: term.count for text, term in terms.items()} == {"Kering": 2, "drop": 1, "trial": 0, "Alibaba": 3}
    assert terms["trial"].weight > terms["Kering"].weight > terms["Alibaba"].weight
    assert [term.text for term in part.terms if term.predicate] == ["drop"]


def test_other_names_of_a_company_are_searched_for_and_counted(collection: Collection) -> None:
    (part,) = understand(Question("did ysl or baba sue Facebook?"), collection, SYNONYMS, TODAY).parts
    terms = {term.text: term for term in part.terms}
    assert terms["ysl"].searched == ("ysl", "Yves Saint Laurent", "Saint Laurent")
    assert terms["ysl"].count == 2  # one article says it in full, one in short
    assert terms["baba"].count == 3
    assert terms["Facebook"].count == 0


def test_the_operator_adds_synonyms(collection: Collection, tmp_path: Path) -> None:
    own = tmp_path / "synonyms.toml"
    own.write_text('names = [["Tmall", "the cat"]]\nwords = [["ask", "beg"]]\n', encoding="utf-8")
    (part,) = understand(Question("Who begs the Cat?"), collection, Synonyms(PACKAGED_SYNONYMS, own), TODAY).parts
    assert {term.text: term.count for term in part.terms}["begs"] == 1  # Founder Jack Ma has also asked ...


@pytest.mark.parametrize(
    "text", ["names = 3", 'names = ["Coach"]', 'words = [["shop", "?"]]', "brands = []", "names = ["]
)
def test_synonyms_that_cannot_be_read_name_their_file(text: str, tmp_path: Path) -> None:
    own = tmp_path / "synonyms.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(SetupError, match=r"synonyms\.toml cannot be read"):
        Synonyms(PACKAGED_SYNONYMS, own)
