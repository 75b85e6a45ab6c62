"""What a language model is sent, and what it takes."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a language model."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What one completion took. `input_tokens`: of the prompt, of which `cached_tokens` did not have to be read again.
    None where the model's server does not tell. `cost_usd`: None where the price is not known. `cut_off`: the text
    ended because `max_tokens` were used up, in the middle of a sentence perhaps."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int = 0
    cost_usd: float | None = None
    cut_off: bool = False

    @property
    def told(self) -> dict[str, float]:
        """The figures that are known, by name."""
        figures = {
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cached_tokens": self.cached_tokens,
            "cost_usd": self.cost_usd,
        }
        return {name: figure for name, figure in figures.items() if figure is not None}


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens, as published on the day `read_on`."""

    input: float
    cached_input: float
    output: float
    read_on: date

    def cost_usd(self, usage: Usage) -> float | None:
        """None when the tokens are not known."""
        if usage.input_tokens is None or usage.output_tokens is None:
            return None
        fresh = usage.input_tokens - usage.cached_tokens
        return (fresh * self.input + usage.cached_tokens * self.cached_input + usage.output_tokens * self.output) / 1e6


@dataclass(frozen=True, slots=True)
class LLMSpec:
    """Which language model, and how to ask it; what every backend is made from.

    `name`: what the settings call it. `model`: what its server calls it, or a GGUF file. `base_url`: of the server;
    None for the provider's own. `api_key` came from the environment variable `api_key_env`. `context_tokens`: of prompt
    and answer together, None for what the model itself says. `threads`: 0 for all cores. `silence` and `timeout`:
    seconds without a sign of life, and for a whole answer. `retries`: further attempts before the first text has come.
    `models_dir`: folder of the downloaded GGUF files.
    """

    name: str
    model: str
    models_dir: Path
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    api_key_env: str | None = None
    context_tokens: int | None = None
    temperature: float = 0.0
    seed: int | None = None
    threads: int = 0
    silence: float = 60.0
    timeout: float = 300.0
    retries: int = 2
    price: Price | None = None
