"""The command line. Anything heavy is imported inside the command that needs it."""

import os
import traceback
from contextlib import closing
from datetime import date, datetime
from importlib import import_module
from typing import NoReturn

import click

from index.errors import BadInputError, NewsdeskError, NotReadyError
from rag.settings import load_settings
from ui.logs import log_as_text

SOME_FAILED, BAD_INPUT, NOT_WORKING, STOPPED = 1, 2, 3, 130

EXIT_CODES = """\b
Exit codes:
  0    done; an answer that says "the archive does not say" is done too
  1    ingest: some articles could not be read, the others went in; sources check: a source cannot be read
  2    the command or what it was given cannot be used
  3    the set-up or the stored data is not in order: try `newsdesk doctor`
  130  stopped with Ctrl-C
"""


ELSEWHERE = {
    "article": "ui.cli_archive:article",
    "backup": "ui.cli_archive:backup",
    "delete": "ui.cli_archive:delete",
    "eval": "eval.cli:cli",
    "feedback": "ui.cli_feedback:feedback",
    "ingest": "ui.cli_ingest:ingest",
    "keys": "ui.cli_keys:keys",
    "llm": "ui.cli_llm:llm",
    "mcp": "ui.cli_mcp:mcp",
    "models": "ui.cli_models:models",
    "reembed": "ui.cli_reembed:reembed",
    "restore": "ui.cli_archive:restore",
    "search": "ui.cli_search:search",
    "slack": "ui.cli_slack:slack",
    "sources": "ui.cli_sources:sources",
    "verify": "ui.cli_verify:verify",
}
"""Commands with a file of their own, loaded when one is asked for: `module:command`."""


def fail(message: str, exit_code: int) -> NoReturn:
    """End with one line on stderr."""
    click.echo(f"newsdesk: {message}", err=True)
    raise click.exceptions.Exit(exit_code)


class Commands(click.Group):
    """Turns every error into one line and an exit code; NEWSDESK_DEBUG=1 shows where it came from."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in ELSEWHERE:
            module, _, name = ELSEWHERE[cmd_name].partition(":")
            command: click.Command = getattr(import_module(module), name)
            return command
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            fail("Stopped.", STOPPED)
        except Exception as error:
            if os.environ.get("NEWSDESK_DEBUG") == "1":
                traceback.print_exc()
            if isinstance(error, NewsdeskError):
                code = BAD_INPUT if isinstance(error, BadInputError) else NOT_WORKING
                fail(str(error), code)
            fail(
                f"Something went wrong inside ({type(error).__name__}: {' '.join(str(error).split())}). "
                "Run it again with NEWSDESK_DEBUG=1 for the details, and report them.",
                NOT_WORKING,
            )


@click.group(cls=Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="newsdesk", prog_name="newsdesk")
def cli() -> None:
    """Answers questions from your own archive of news, with the exact words that prove every sentence.

    \b
    Start with:
      newsdesk ingest seeds/
      newsdesk ask "Why did Kering drop its suit?"
      newsdesk serve

    Everything is stored under NEWSDESK_HOME (`newsdesk doctor` shows where that is).
    """
    log_as_text()


def words(value: str) -> str:
    """An argument as text; the shell hands over whatever bytes it was given."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise click.BadParameter("this is not text in UTF-8.") from None
    return value


def day(value: str) -> date:
    """An argument as a day."""
    try:
        return datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a day. Write it as YYYY-MM-DD.") from None


def span(value: str) -> tuple[date, date] | None:
    """An argument as first and last day; None for `none`."""
    first, _, last = value.partition("..")
    return None if value == "none" else (day(first), day(last or first))


@cli.command(epilog=EXIT_CODES)
@click.argument("question", type=words)
@click.option("--as-of", type=day, help="Answer as on that day: nothing published later counts.")
@click.option("--from", "date_from", type=day, help="Only articles published on this day or later.")
@click.option("--to", "date_to", type=day, help="Only articles published on this day or earlier.")
@click.option(
    "--outlet", "outlets", type=words, multiple=True, metavar="NAME", help="Only this outlet; may be repeated."
)
@click.option(
    "--byline", "bylines", type=words, multiple=True, metavar="NAME", help="Only by this author; may be repeated."
)
@click.option(
    "--time",
    "spans",
    type=span,
    multiple=True,
    metavar="DAY..DAY",
    help="Days to go by in place of the dates in the question; may be repeated; `none`: no days.",
)
@click.option("--latest/--no-latest", default=None, help="Whether to prefer the newest, whatever the question says.")
@click.option("--top-k", type=click.IntRange(1, 50), help="Passages to read closely.")
@click.option(
    "--conversation", type=words, metavar="ID", help="Go on with this conversation; `new` begins one and prints its id."
)
@click.option("--llm", type=words, metavar="NAME", help="Who writes: extractive, or a language model of the settings.")
@click.option("--json", "as_json", is_flag=True, help="Print the body of `POST /ask` instead of text.")
def ask(
    question: str,
    as_of: date | None,
    date_from: date | None,
    date_to: date | None,
    outlets: tuple[str, ...],
    bylines: tuple[str, ...],
    spans: tuple[tuple[date, date] | None, ...],
    latest: bool | None,
    top_k: int | None,
    conversation: str | None,
    llm: str | None,
    as_json: bool,
) -> None:
    """Answer QUESTION from the archive, or say that the archive does not say.

    \b
    Examples:
      newsdesk ask "Why did Kering drop its suit?"
      newsdesk ask "Why did Kering drop its suit?" --as-of 2018-01-01
      newsdesk ask "How many shoppers use Tmall?" --outlet "Retail News Asia" --json
    """
    from index.types import Filters
    from rag.build import build_pipeline
    from rag.types import Question, TimeRange

    settings = load_settings()
    asked = Question(
        question,
        filters=Filters(date_from, date_to, outlets, bylines=bylines),
        as_of=as_of,
        top_k=top_k or settings.top_k,
        llm=llm,
        times=tuple(TimeRange("", *days, "in") for days in spans if days) if spans else None,
        latest=latest,
        conversation_id=conversation,
    )
    pipeline = build_pipeline(settings)
    with closing(pipeline.collection) as collection:
        if not collection.manifest().articles:
            raise NotReadyError("The archive is empty.", "Bring articles in with `newsdesk ingest PATH...`.")
        answer = pipeline.ask(asked)
        if as_json:
            from ui.schemas import from_answer

            click.echo(from_answer(answer).model_dump_json(indent=2))
        else:
            from ui.show import show_answer

            show_answer(answer, collection)


@cli.command(epilog=EXIT_CODES)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that answer, one archive."
)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the web page and the HTTP API until Ctrl-C.

    \b
    Examples:
      newsdesk serve
      newsdesk serve --port 8080
      newsdesk serve --host 0.0.0.0 --workers 4
    """
    from ui.server import serve as run

    run(load_settings(), host, port, workers)


@cli.command(epilog=EXIT_CODES)
@click.option("--repair", is_flag=True, help="First make anew what is derived: full text, stories, vector index.")
def doctor(repair: bool) -> None:
    """Check the installation and the archive, with a remedy for whatever is wrong."""
    from ui.doctor import checks
    from ui.doctor import repair as mend

    if repair:
        click.echo(mend())
    sound = True
    for check in checks():
        click.echo(f"{'ok     ' if check.ok else 'PROBLEM'}  {check.name}: {check.detail}")
        sound = sound and check.ok
    if not sound:
        raise click.exceptions.Exit(NOT_WORKING)
