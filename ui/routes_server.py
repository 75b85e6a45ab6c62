"""How the server is."""

from typing import Any

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, Response

from index.errors import NewsdeskError, NotReadyError
from rag.build import is_on_web, last_ingests
from rag.settings import Settings
from ui.access import needs
from ui.errors import READY_ERRORS
from ui.examples import ALIVE, READY, gives
from ui.metrics import exposition
from ui.schemas import ReadyBody, StatusBody
from ui.serving import Serving

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_METRICS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {"example": 'newsdesk_answers_total{llm="extractive",outcome="answered"} 7.0\n'}}}
}


def add_server_routes(app: FastAPI, serving: Serving, settings: Settings) -> None:
    """GET /healthz, /readyz and /metrics."""

    @app.get("/healthz", responses=gives(ALIVE), tags=["server"], summary="Is the process alive?")
    def healthz() -> StatusBody:
        """Always 200 while the process answers."""
        return StatusBody(status="alive")

    @app.get("/readyz", responses=READY_ERRORS | gives(READY), tags=["server"], summary="Can it answer?")
    def readyz() -> ReadyBody:
        """200 when the archive is open and holds articles, else 503 with the reason."""
        try:
            manifest = serving.pipeline().collection.manifest()
        except NewsdeskError as error:
            raise NotReadyError(error.message, error.remedy) from error
        return ReadyBody(
            status="ready", articles=manifest.articles, chunks=manifest.chunks, data_through=manifest.data_through
        )

    @app.get(
        "/metrics",
        response_class=PlainTextResponse,
        responses=_METRICS,
        dependencies=[needs("read")],
        tags=["server"],
        summary="Figures for Prometheus",
    )
    def metrics() -> Response:
        """Requests, steps of answers, verdicts, tokens and cost, what the archive holds and what came of sources."""
        try:
            manifest = serving.pipeline().collection.manifest()
        except NewsdeskError:
            manifest = None
        try:
            # Not the pages that people name one by one: each would be a series for good.
            ingests = {name: last for name, last in last_ingests(settings).items() if not is_on_web(name)}
        except NewsdeskError:
            ingests = {}
        return Response(exposition(manifest, settings.archive_dir, ingests), media_type=CONTENT_TYPE)
