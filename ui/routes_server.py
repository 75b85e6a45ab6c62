"""How the server is."""

from fastapi import FastAPI

from index.errors import NewsdeskError, NotReadyError
from ui.errors import READY_ERRORS
from ui.schemas import ReadyBody, StatusBody
from ui.serving import Serving


def add_server_routes(app: FastAPI, serving: Serving) -> None:
    """GET /healthz and /readyz."""

    @app.get("/healthz", tags=["server"], summary="Is the process alive?")
    def healthz() -> StatusBody:
        """Always 200 while the process answers."""
        return StatusBody(status="alive")

    @app.get("/readyz", responses=READY_ERRORS, tags=["server"], summary="Can it answer?")
    def readyz() -> ReadyBody:
        """200 when the archive is open and holds articles, else 503 with the reason."""
        try:
            manifest = serving.pipeline().collection.manifest()
        except NewsdeskError as error:
            raise NotReadyError(error.message, error.remedy) from error
        return ReadyBody(
            status="ready", articles=manifest.articles, chunks=manifest.chunks, data_through=manifest.data_through
        )
