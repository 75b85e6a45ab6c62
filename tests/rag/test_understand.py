"""Questions taken apart, over an archive of the seeds."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.interfaces import Collection
from rag.build import build_collection, build_embedder
from rag.settings import load_settings
from rag.types import Question
from rag.understand import understand


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
        ("How many shops, and why there?", [("How many shops", {"number"})]),
        ("Tell me about Gucci", [("Tell me about Gucci", {"any"})]),
    ],
)
def test_parts_and_what_each_asks_for(question: str, parts: list[tuple[str, set[str]]], collection: Collection) -> None:
    found = understand(Question(question), collection).parts
    assert [(part.text, set(part.kinds)) for part in found] == parts


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Why did Saint Laurent and Jack Ma's Alibaba part?", ["Saint Laurent", "Jack Ma", "Alibaba"]),
        ("Reasons for the March sale by the French CEO of Kering?", ["Kering"]),
        ("Tmall in China", ["Tmall", "China"]),
        ("WHY DID KERING SUE?", []),
    ],
)
def test_names(question: str, names: list[str], collection: Collection) -> None:
    (part,) = understand(Question(question), collection).parts
    assert [term.text for term in part.terms if term.name] == names


def test_rare_terms_weigh_more_and_counts_are_those_of_the_archive(collection: Collection) -> None:
    (part,) = understand(Question("Why did Kering drop its trial about Alibaba?"), collection).parts
    terms = {term.text: term for term in part.terms}
    assert {text: term.count for text, term in terms.items()} == {"Kering": 2, "drop": 1, "trial": 0, "Alibaba": 3}
    assert terms["trial"].weight > terms["Kering"].weight > terms["Alibaba"].weight
    assert [term.text for term in part.terms if term.predicate] == ["drop"]
