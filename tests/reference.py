"""The reference pages of docs/, made from the program: `python -m tests.reference` writes them."""

import asyncio
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from inspect import cleandoc
from pathlib import Path
from typing import Any

import click

from index.registry import COLLECTIONS, EMBEDDERS, SOURCES
from rag.build import LLM_KINDS, LLMS, READERS, RERANKERS
from rag.settings import PREFIX, LLMSettings, Settings
from tests.commands import EVERY
from ui.api import create_app
from ui.cli import EXIT_CODES, cli
from ui.keys import Keys

DOCS = Path(__file__).parent.parent / "docs"
MADE = "<!-- Made from the program by `make docs`: change it there. -->"

CHOICES = {
    "collection": COLLECTIONS,
    "embedder": EMBEDDERS,
    "reranker": RERANKERS,
    "reader": ["none", *READERS, *(name for name in RERANKERS if name != "none")],
    "llm": LLMS,
    "kind": LLM_KINDS,
    "--kind of newsdesk sources add": SOURCES,
}

Json = Mapping[str, Any]


def command_line() -> str:
    """Every command with its options, as `--help` shows them, and the exit codes."""
    lines = ["# Command line", MADE, cleandoc(cli.help or "").partition("\n")[0], _options(click.Context(cli))]
    lines += ["Every command also takes `--help`.", "| command | does |\n|---|---|\n" + "\n".join(_commands())]
    for name, command in EVERY.items():
        context = click.Context(command, info_name=f"newsdesk {name}", show_default=True)
        usage = " ".join(command.collect_usage_pieces(context))
        lines += [f"## newsdesk {name}", f"    newsdesk {name} {usage}", *_help(command), _options(context)]
    lines += ["## Exit codes", "| code | means |\n|---|---|"]
    codes = (line.split(None, 1) for line in EXIT_CODES.splitlines() if line.startswith("  "))
    return _page(lines) + "".join(f"| {code} | {_cell(means)} |\n" for code, means in codes)


def _commands() -> Iterator[str]:
    for name, command in EVERY.items():
        if not isinstance(command, click.Group):
            yield f"| [`newsdesk {name}`](#{anchor(f'newsdesk {name}')}) | {_cell(command.get_short_help_str(200))} |"


def _help(command: click.Command) -> Iterator[str]:
    """The paragraphs of its help; those that keep their lines (`\\b`) as code under their first line."""
    for paragraph in cleandoc(command.help or "").split("\n\n"):
        kept = paragraph.removeprefix("\b\n")
        if kept == paragraph:
            yield " ".join(paragraph.split())
            continue
        head, _, rest = kept.partition("\n")
        if head.endswith(":"):
            yield head
            kept = rest
        yield f"```\n{cleandoc(kept)}\n```"


def _options(context: click.Context) -> str:
    records = [
        record
        for parameter in context.command.params
        if isinstance(parameter, click.Option) and (record := parameter.get_help_record(context))
    ]
    if not records:
        return ""
    return "| option | what |\n|---|---|\n" + "\n".join(
        f"| `{_cell(name)}` | {_cell(what)} |" for name, what in records
    )


def http_api() -> str:
    """Every route of the OpenAPI document, where keys are asked for, then the bodies."""
    document = _openapi()
    routes = [
        (f"{method.upper()} {path}", route)
        for path, routes in document["paths"].items()
        for method, route in routes.items()
    ]
    everywhere = set.intersection(*(set(route["responses"]) for _, route in routes))
    lines = ["# HTTP API", MADE, document["info"]["description"]]
    lines += ["A running server shows the same as `/openapi.json`. Times are UTC, days `YYYY-MM-DD`."]
    lines += ["| route | scope of the key | does |\n|---|---|---|\n" + "\n".join(_row(*route) for route in routes)]
    lines += [
        "Every route may also give these; one that needs no scope only the last:",
        _errors(routes[0][1], lambda status: status in everywhere),
    ]
    for name, route in routes:
        lines += [f"## {name}", route["description"], *_request(route), *_responses(route)]
        lines += [_errors(route, lambda status: int(status) >= 400 and status not in everywhere)]
    lines += ["## Bodies", "A field that is required stands in every body that is given back."]
    for name, schema in document["components"]["schemas"].items():
        example = [_json(schema["examples"][0])] if "examples" in schema else []
        lines += [f"### {name}", schema["description"], _fields(schema), *example]
    return _page(lines)


def _openapi() -> Json:
    async def described(settings: Settings) -> dict[str, Any]:
        return create_app(settings, Keys(settings.keys_file)).openapi()

    with tempfile.TemporaryDirectory() as home:
        return asyncio.run(described(Settings(home=Path(home))))


def _row(name: str, route: Json) -> str:
    scopes = [scope for needed in route.get("security", ()) for scope in needed["key"]]
    return f"| [`{name}`](#{anchor(name)}) | {', '.join(scopes) or 'none'} | {route['summary']} |"


def _request(route: Json) -> Iterator[str]:
    if parameters := route.get("parameters"):
        rows = [
            (parameter["name"], parameter["schema"], parameter["required"], parameter.get("description", ""))
            for parameter in parameters
        ]
        yield _table("parameter", rows)
    for media_type, content in route.get("requestBody", {}).get("content", {}).items():
        yield f"Takes `{media_type}`: {_type(content['schema'])}."
        if "example" in content:
            yield f"```\n{content['example'].strip()}\n```"


def _responses(route: Json) -> Iterator[str]:
    for status, response in route["responses"].items():
        if int(status) >= 400:
            continue
        yield f"Gives {status}. {response['description'] if len(response['description']) > 20 else ''}".strip()
        for media_type, content in response.get("content", {}).items():
            yield f"`{media_type}`: {_type(content.get('schema', {}))}"
            if "example" in content:
                example = content["example"]
                yield f"```\n{example.strip()}\n```" if isinstance(example, str) else _json(example)


def _errors(route: Json, wanted: Callable[[str], bool]) -> str:
    rows = []
    for status, error in sorted(route["responses"].items()):
        if wanted(status):
            code = error["content"]["application/json"]["example"]["error_code"]
            rows.append(f"| {status} | `{code}` | {_cell(error['description'])} |")
    return "| status | `error_code` | when |\n|---|---|---|\n" + "\n".join(rows) if rows else ""


_WHERE = """A variable `NEWSDESK_<NAME>` in the environment, else a line `<name> = ...` in `newsdesk.toml`, a file in
the folder of NEWSDESK_HOME. In the environment lists and tables are JSON."""
_NAMES = "Or a class of your own, `yourpackage.module:Class`: [CONTRIBUTING.md](../CONTRIBUTING.md#adding-a-backend)."
_LLMS = "Each is a table `[llms.NAME]` of `newsdesk.toml`, see [language-models.md](language-models.md)."


def settings() -> str:
    """Every setting, what its backends are called, and every line of the table of a language model."""
    own = Settings.model_json_schema()["properties"].items()
    rows = ((f"{PREFIX}{name.upper()}", field, False, field["description"]) for name, field in own)
    names = "\n".join(f"| `{name}` | {_names(table)} |" for name, table in CHOICES.items())
    lines = ["# Settings", MADE, _WHERE, _table("variable", rows)]
    lines += ["## Names to choose from", _NAMES, f"| setting | names |\n|---|---|\n{names}"]
    lines += ["## Language models", _LLMS, _fields(LLMSettings.model_json_schema())]
    return _page(lines).replace(" or null", "")  # what is left out is null


def _names(table: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in table)


def _fields(schema: Json) -> str:
    required = schema.get("required", ())
    rows = (
        (name, field, name in required, field.get("description", "")) for name, field in schema["properties"].items()
    )
    return _table("field", rows)


def _table(head: str, rows: Iterable[tuple[str, Json, bool, str]]) -> str:
    lines = [f"| {head} | type | default | what |", "|---|---|---|---|"]
    for name, schema, required, what in rows:
        default = schema.get("default")
        said = "required" if required else "" if default is None else f"`{json.dumps(default)}`"
        lines.append(f"| `{name}` | {_cell(_type(schema))} | {said} | {_cell(what)} |")
    return "\n".join(lines)


def _type(schema: Json) -> str:
    """A JSON schema in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{anchor(name)})"
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    said = {"password": "secret"}.get(schema.get("format", ""), schema.get("format")) or schema.get("type", "anything")
    low, high = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum")
    if low is not None:
        return f"{said}, {'above' if 'exclusiveMinimum' in schema else 'from'} {low:g}" + (
            f" to {high:g}" if high is not None else ""
        )
    return f"{said} up to {high:g}" if high is not None else said


def anchor(heading: str) -> str:
    """The address of a heading on its page, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _json(value: object) -> str:
    return f"```json\n{json.dumps(value, indent=2, ensure_ascii=False)}\n```"


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


PAGES = {"reference-cli.md": command_line, "reference-api.md": http_api, "reference-settings.md": settings}
"""Each with what makes its text."""

if __name__ == "__main__":
    for name, made in PAGES.items():
        (DOCS / name).write_text(made(), encoding="utf-8")
