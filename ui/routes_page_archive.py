"""What the scripts of the web page ask for to show the archive: pieces of HTML."""

from typing import Annotated

from fastapi import FastAPI, Query, Request
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse

from index.errors import NewsdeskError
from index.source_file import SourceFile
from rag.build import last_ingests
from rag.settings import Settings
from rag.timeline import timeline
from rag.types import Question
from ui.access import needs
from ui.page.archive import archive, sources, sources_unknown
from ui.page.articles import found, newest, reading
from ui.page.changes import delete_button
from ui.page.parts import today
from ui.schemas_requests import FilterFields, Text
from ui.serving import Serving

MOST_FOUND = 20
MOST_NEWEST = 8


class PageSearch(FilterFields):
    """What is searched for; without words all that passes."""

    q: Text = Field("", max_length=2_000)


def add_page_archive_routes(app: FastAPI, serving: Serving, settings: Settings) -> None:
    """What is under /page of the archive, for the page alone: no part of the API."""

    @app.get("/page/archive", dependencies=[needs("read")], include_in_schema=False)
    def overview(request: Request) -> HTMLResponse:
        """What the archive holds, and where it comes from."""
        collection = serving.pipeline().collection
        try:
            shown = sources(SourceFile(settings.sources_file).entries(), last_ingests(settings))
        except NewsdeskError as error:
            shown = sources_unknown(str(error))
        may_add = request.state.key.may("ingest")
        return HTMLResponse(archive(collection.manifest(), collection.tally(), shown, may_add))

    @app.get("/page/search", dependencies=[needs("read")], include_in_schema=False)
    def search(query: Annotated[PageSearch, Query()]) -> HTMLResponse:
        """The passages found, or without words the newest articles."""
        filters = query.as_filters()
        if query.q.strip():
            result = serving.find(Question(query.q, filters=filters, top_k=MOST_FOUND))
            return HTMLResponse(found(result, today()))
        collection = serving.pipeline().collection
        ids = collection.ids(filters)[::-1]
        articles = [article for id in ids[:MOST_NEWEST] if (article := collection.get(id))]
        return HTMLResponse(newest(len(ids), articles, today()))

    @app.get("/page/articles/{id}", dependencies=[needs("read")], include_in_schema=False)
    def article(id: str, request: Request) -> HTMLResponse:
        """One article to read."""
        collection = serving.pipeline().collection
        if (wanted := collection.get(id)) is None:
            raise HTTPException(404, f"There is no article {id!r}: it was never here, or was deleted.")
        shown = reading(wanted, collection.old_versions(id), timeline(id, collection), today())
        return HTMLResponse(shown + (delete_button(wanted) if request.state.key.may("admin") else ""))
