"""`newsdesk keys`: keys for the HTTP face and the web page."""

from datetime import UTC, datetime

import click

from rag.settings import load_settings
from ui.cli import EXIT_CODES, words
from ui.keys import SCOPES, Keys, Scope


@click.group(epilog=EXIT_CODES)
def keys() -> None:
    """Keys for the HTTP API and the web page: who may do what.

    \b
    Scopes:
      ask     put questions
      read    search and read articles; figures of the server
      ingest  bring articles in
      admin   everything, also delete

    `newsdesk serve` asks for a key on every address but this machine's own, and on that too where there is one when it
    starts (setting: access).

    \b
    Examples:
      newsdesk keys create desk
      newsdesk keys create slack --scope ask
      newsdesk keys revoke slack
    """


@keys.command(epilog=EXIT_CODES)
@click.argument("name", type=words)
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    default=("ask", "read"),
    show_default=True,
    help="What it may be used for; may be repeated.",
)
def create(name: str, scopes: tuple[Scope, ...]) -> None:
    """Make a key and print it, once: only its hash is kept.

    \b
    Examples:
      newsdesk keys create desk
      newsdesk keys create crawler --scope read --scope ingest
    """
    token = Keys(load_settings().keys_file).create(name, scopes)
    click.echo(token)
    click.echo(f"newsdesk: This is the key {name!r}; it is not shown again. Send it as a Bearer token.", err=True)


@keys.command(name="list", epilog=EXIT_CODES)
def list_keys() -> None:
    """Show every key ever made: name, scopes, when made, when revoked.

    \b
    Examples:
      newsdesk keys list
    """
    known = Keys(load_settings().keys_file).all()
    if not known:
        click.echo("newsdesk: There is no key. Make one with `newsdesk keys create NAME`.", err=True)
    width = max((len(key.name) for key in known), default=0)
    for key in known:
        revoked = f"  revoked {_day(key.revoked_at)}" if key.revoked_at is not None else ""
        click.echo(f"{key.name:{width}}  {','.join(key.scopes):21}  made {_day(key.created_at)}{revoked}")


@keys.command(epilog=EXIT_CODES)
@click.argument("name", type=words)
def revoke(name: str) -> None:
    """Make a key worthless, also for a running server.

    \b
    Examples:
      newsdesk keys revoke slack
    """
    Keys(load_settings().keys_file).revoke(name)
    click.echo(f"Revoked {name}. Running servers refuse it within a second.")


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
