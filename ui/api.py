"""The HTTP face: POST /ask and what stands beside it, with the web page at /."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from anyio import to_thread
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware

from index.errors import NewsdeskError
from rag.settings import Settings
from ui.access import KEY_ERRORS, RATE_ERRORS, hide_keys, require_scopes
from ui.chat import mount_page
from ui.door import guard
from ui.edge import MAX_BODY_BYTES, Edge
from ui.errors import error_example, handle_errors
from ui.keys import Keys
from ui.login import add_login
from ui.routes_answers import add_answer_routes
from ui.routes_archive import add_archive_routes
from ui.routes_openai import add_openai_routes
from ui.routes_page import add_page_routes
from ui.routes_page_archive import add_page_archive_routes
from ui.routes_page_changes import add_page_change_routes
from ui.routes_questions import add_question_routes
from ui.routes_server import add_server_routes
from ui.serving import Serving
from ui.tracing import flush_traces
from ui.watch import Watch

_DESCRIPTION = f"""Questions to an archive of retail news. Every sentence of an answer cites the exact words of a dated
article; what the archive does not say is an abstention with a reason, and still status 200.

Every error has the body `error_code`, `detail`, `request_id`. A body that is not JSON is 400, one over
{MAX_BODY_BYTES // 1024} KB is 413, one sent as something else than `application/json` is 415. Send `X-Request-ID` to
find a request again: it comes back in the header and in the body."""


def create_app(settings: Settings, keys: Keys | None) -> FastAPI:
    """The server. It starts whatever the state of the archive; /readyz and /ask say what is wrong with it. `keys`: one
    of them is asked for; None: anyone may do everything."""
    serving = Serving(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # a thread for every question that may be answered, beside those for all else
        to_thread.current_default_thread_limiter().total_tokens += settings.questions_at_once
        await run_in_threadpool(_warm_up, serving)
        yield
        await run_in_threadpool(flush_traces)

    app = FastAPI(
        title="Newsdesk",
        version=version("newsdesk"),
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,  # both pages load scripts from elsewhere; /openapi.json stays
        redoc_url=None,
        # errors are in the log and figures at /metrics
        telemetry={"logs": False, "metrics": False, "operation_spans": False, "auto_configure": False},
        responses={
            500: error_example("Something went wrong inside.", "internal", "Something went wrong inside the server.")
        }
        | RATE_ERRORS
        | (KEY_ERRORS if keys else {}),
    )
    add_question_routes(app, serving, settings)
    add_openai_routes(app, serving, settings)
    add_answer_routes(app, serving)
    add_archive_routes(app, serving, settings)
    add_server_routes(app, serving, settings)
    add_page_routes(app, serving, settings)
    add_page_archive_routes(app, serving, settings)
    add_page_change_routes(app, settings)
    if keys:
        add_login(app, keys)
    else:
        hide_keys(app)
    handle_errors(app)
    if settings.slack_signing_secret is not None:
        from ui.slack import mount_slack  # its library is an extra

        mount_slack(app, serving, settings)
    _add_middleware(app, settings, keys)
    mount_page(app)
    require_scopes(app)
    return app


def _add_middleware(app: FastAPI, settings: Settings, keys: Keys | None) -> None:
    """The last one added is the first to see a request."""
    guard(app, settings, keys)
    app.add_middleware(
        CORSMiddleware,  # also without origins: Gradio would let any site in where it finds none
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
        expose_headers=["X-Request-ID", "Retry-After"],
    )
    app.add_middleware(Edge)
    app.add_middleware(Watch)


def _warm_up(serving: Serving) -> None:
    """Open the archive before the first question; what is wrong is said here and by the requests that meet it."""
    try:
        serving.pipeline()
    except NewsdeskError as error:
        logging.getLogger("newsdesk").warning("%s It serves all the same.", error)
