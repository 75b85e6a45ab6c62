"""The tools of ui/mcp.py over streamable HTTP, behind the same keys as `newsdesk serve`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

import uvicorn
from fastapi import FastAPI
from mcp.server.transport_security import TransportSecuritySettings
from starlette.routing import Route

from rag.settings import Settings
from ui.access import Scoped
from ui.door import guard, open_door, server_config
from ui.edge import Edge
from ui.errors import handle_errors
from ui.keys import Keys
from ui.mcp import mcp_server
from ui.serving import Serving

PATH = "/mcp"


def serve_mcp(settings: Settings, host: str, port: int) -> None:
    """Serve until the process is told to stop; running answers may then end. Raises what `open_door` raises."""
    keys, listener = open_door(settings, host, port, ("MCP", PATH))
    config = server_config(settings, partial(create_mcp_app, settings, keys, host))
    with suppress(KeyboardInterrupt):  # Ctrl-C, which uvicorn raises again after it has closed everything
        uvicorn.Server(config).run(sockets=[listener])


def create_mcp_app(settings: Settings, keys: Keys | None, host: str) -> FastAPI:
    """The tools at PATH. `keys`: one of them, with the scopes ask and read, is asked for; None: anyone may use it.
    `host`: the address it listens on; without keys, on this machine's own, web pages of other sites are kept out."""
    server = mcp_server(settings, Serving(settings))
    # With keys the name by which it is called does not matter, such as that of a proxy.
    checks = TransportSecuritySettings(enable_dns_rebinding_protection=False) if keys else None
    tools = server.streamable_http_app(
        streamable_http_path=PATH, json_response=True, stateless_http=True, host=host, transport_security=checks
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with server.session_manager.run():
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.router.routes.append(Route(PATH, Scoped(tools, "ask", "read")))
    handle_errors(app)
    guard(app, settings, keys)
    app.add_middleware(Edge)  # the last one added is the first to see a request
    return app
