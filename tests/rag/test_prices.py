"""What an answer costs."""

from datetime import date
from pathlib import Path

import pytest

from index.errors import SetupError
from rag.prices import PACKAGED_PRICES, load_prices
from rag.types import Price, Usage

OWN = """
[models.mine]
input = 1
cached_input = 0.5
output = 4
read_on = 2026-06-01
"""


def test_the_operators_own_prices_win(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    known = next(iter(load_prices(PACKAGED_PRICES)))
    own.write_text(OWN + OWN.replace("mine", f'"{known}"'))
    prices = load_prices(PACKAGED_PRICES, own)
    assert prices[known] == prices["mine"] == Price(1, 0.5, 4, date(2026, 6, 1))
    assert len(prices) == len(load_prices(PACKAGED_PRICES)) + 1


def test_every_packaged_price_is_whole() -> None:
    for price in load_prices(PACKAGED_PRICES).values():
        assert 0 < price.cached_input < price.input < price.output
        assert date(2026, 1, 1) <= price.read_on


def test_cost() -> None:
    price = Price(1, 0.5, 4, date(2026, 6, 1))
    assert price.cost_usd(Usage(1_000_000, 500_000, 400_000)) == pytest.approx(0.6 + 0.2 + 2)
    assert price.cost_usd(Usage(None, 5)) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[models.mine]\ninput = 1\n", "models.mine.cached_input: field required"),
        (OWN.replace("= 4", '= "dear"'), "models.mine.output: input should be a valid number"),
        (OWN.replace("[models", "[prices"), r"its tables are named \[models.NAME\]"),
        ("[models", "Expected"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "prices.toml").write_text(text)
    with pytest.raises(SetupError, match=rf"prices\.toml cannot be used: {reason}"):
        load_prices(tmp_path / "prices.toml")
