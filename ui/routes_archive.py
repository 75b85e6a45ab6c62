"""What the archive holds, to read."""

from typing import Annotated

from fastapi import FastAPI
from fastapi import Path as PathField
from starlette.exceptions import HTTPException

from ui.access import needs
from ui.errors import READY_ERRORS, error_example
from ui.schemas import ArticleBody, from_article
from ui.serving import Serving

_ARTICLE_ERRORS = READY_ERRORS | {
    404: error_example(
        "No such article.", "not_found", "There is no article 'x'. Take the id from a citation's article_id."
    ),
    422: error_example("The id cannot be used.", "bad_input", "The field 'id' cannot be used."),
}


def add_archive_routes(app: FastAPI, serving: Serving) -> None:
    """GET /articles."""

    @app.get(
        "/articles/{id}",
        responses=_ARTICLE_ERRORS,
        dependencies=[needs("read")],
        tags=["articles"],
        summary="Read an article",
    )
    def article(
        id: Annotated[str, PathField(description="An `article_id` of a citation.", examples=["25af53ce4a59"])],
    ) -> ArticleBody:
        """One article with its whole text."""
        found = serving.pipeline().collection.get(id)
        if found is None:
            raise HTTPException(404, f"There is no article {id!r}. Take the id from a citation's article_id.")
        return from_article(found)
