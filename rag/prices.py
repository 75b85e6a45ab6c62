"""What the tokens of hosted models cost: rag/prices.toml, and the operator's own beside the settings."""

import tomllib
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from index.errors import SetupError
from rag.types import Price

PACKAGED_PRICES = Path(__file__).parent / "prices.toml"


def load_prices(*files: Path) -> dict[str, Price]:
    """Prices by the name of the model; a later file wins. Raises SetupError naming the file that cannot be used."""
    shape = TypeAdapter(dict[str, dict[str, Price]])
    prices: dict[str, Price] = {}
    for file in files:
        try:
            tables = shape.validate_python(tomllib.loads(file.read_text(encoding="utf-8")))
            if set(tables) - {"models"}:
                raise ValueError("its tables are named [models.NAME]")
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise _unusable(file, f"{where}: {first['msg'].lower()}") from error
        except (OSError, ValueError) as error:
            raise _unusable(file, str(error)) from error
        prices |= tables.get("models", {})
    return prices


def _unusable(file: Path, reason: str) -> SetupError:
    return SetupError(f"{file} cannot be used: {reason}.", "Correct it after the example of rag/prices.toml.")
