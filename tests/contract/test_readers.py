"""What every reader must do."""

from pathlib import Path

import pytest

from rag.build import READERS, RERANKERS, build_reader
from rag.interfaces import Reader
from rag.settings import Settings
from rag.types import Excerpt

EXCERPTS = [
    Excerpt("Kering", "2017-08-03", ("Kering dropped its suit because Alibaba gave in.", "Both were pleased.")),
    Excerpt("Ventes", None, ("Ventes en hausse à Paris – 漢字 📈.",)),
    Excerpt("", None, ("",)),
    Excerpt("Long", "2020-01-01", ("A store opened. " * 200, "It closed.")),
]


@pytest.fixture(scope="module", params=[*READERS, *(name for name in RERANKERS if name != "none")])
def reader(request: pytest.FixtureRequest, cross_encoder_folder: Path) -> Reader:
    model = None if request.param in READERS else str(cross_encoder_folder)
    made = build_reader(Settings(reader=request.param, reader_model=model, threads=1))
    assert made is not None
    return made


def test_each_sentence_has_its_chance_in_order(reader: Reader) -> None:
    chances = reader.answers("Why did Kering drop its suit?", EXCERPTS)
    assert [len(own) for own in chances] == [2, 1, 1, 2]
    assert all(0 <= chance <= 1 for own in chances for chance in own)


def test_an_excerpt_is_read_alike_alone_and_among_others(reader: Reader) -> None:
    together = reader.answers("Why did Kering drop its suit?", EXCERPTS)
    for excerpt, expected in zip(EXCERPTS, together, strict=True):
        assert reader.answers("Why did Kering drop its suit?", [excerpt])[0] == pytest.approx(expected, abs=0.15)


def test_each_claim_has_its_support(reader: Reader) -> None:
    claims = ["Alibaba gave in.", "Sales rose in Paris.", "Nothing.", "A store closed."]
    found = reader.supports(claims, EXCERPTS)
    assert len(found) == 4
    for claim, support in zip(claims, found, strict=True):
        assert 0 <= support.chance <= 1
        assert all(0 <= start < end <= len(claim) for start, end in support.uncarried)


def test_nothing_to_read(reader: Reader) -> None:
    assert reader.answers("Why?", []) == []
    assert reader.supports([], []) == []


def test_it_has_a_name(reader: Reader) -> None:
    assert reader.name
