"""`newsdesk slack`: answers in Slack without an address that Slack could reach."""

import signal
import threading

import click

from rag.settings import load_settings
from ui.cli import EXIT_CODES


@click.command(epilog=EXIT_CODES)
def slack() -> None:
    """Answer in Slack by Socket Mode until Ctrl-C: docs/slack.md tells how to set it up.

    `newsdesk serve` answers in Slack, too, where Slack can reach it.

    \b
    Examples:
      NEWSDESK_SLACK_BOT_TOKEN=xoxb-... NEWSDESK_SLACK_APP_TOKEN=xapp-... newsdesk slack
    """
    from ui.serving import Serving
    from ui.slack import connect

    settings = load_settings()
    serving = Serving(settings)
    serving.pipeline()  # what is wrong with the archive is said before anybody asks
    handler, name = connect(settings, serving)
    click.echo(f"Newsdesk answers as {name}. Ctrl-C stops it.", err=True)
    stop = threading.Event()
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda *_: stop.set())
    stop.wait()
    handler.close()
    handler.app.listener_runner.listener_executor.shutdown()  # finish what is being answered
