"""`newsdesk mcp`: the archive as tools for other programs' language models."""

import click

from rag.settings import load_settings
from ui.cli import EXIT_CODES


@click.command(epilog=EXIT_CODES)
@click.option("--http", is_flag=True, help="Serve over streamable HTTP at /mcp until Ctrl-C, in place of stdio.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on, with --http.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
def mcp(http: bool, host: str, port: int) -> None:
    """Offer the archive to programs that speak the Model Context Protocol: ask, search, get_article, timeline.

    They start this command themselves and speak with it over stdin and stdout; docs/mcp.md shows how to tell them. With
    --http it serves, as `newsdesk serve` does, with the same keys.

    \b
    Examples:
      newsdesk mcp
      newsdesk mcp --http --port 8001
    """
    settings = load_settings()
    if http:
        from ui.mcp_http import serve_mcp

        serve_mcp(settings, host, port)
    else:
        from ui.mcp import mcp_server
        from ui.serving import Serving

        mcp_server(settings, Serving(settings)).run("stdio")
