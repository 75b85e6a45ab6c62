"""What the archive holds, to find and to read."""

from typing import Annotated, Any

from fastapi import FastAPI, Query
from fastapi import Path as PathField
from starlette.exceptions import HTTPException

from index.source_file import SourceFile
from index.types import Article
from rag.build import last_ingests
from rag.settings import Settings
from rag.timeline import timeline
from rag.types import Question
from ui.access import needs
from ui.errors import READY_ERRORS, error_example
from ui.examples import ARTICLE, ARTICLES, SEARCH, SOURCES, STORY, VERSIONS, gives
from ui.schemas import ArticleBody, SearchBody, from_article, from_found
from ui.schemas_archive import (
    ArticlesBody,
    ArticlesQuery,
    SearchQuery,
    SourcesBody,
    StoryBody,
    VersionsBody,
    from_articles,
    from_sources,
    from_timeline,
    from_versions,
)
from ui.serving import Serving

ArticleId = Annotated[str, PathField(description="An `article_id` of a citation.", examples=["df9ab0657ff9"])]

_BAD = "The field 'date_from' cannot be used: a day is written YYYY-MM-DD."
_FILTER_ERRORS = READY_ERRORS | {422: error_example("A field that cannot be used.", "bad_input", _BAD)}
_ARTICLE_ERRORS = READY_ERRORS | {
    404: error_example(
        "No such article.", "not_found", "There is no article 'x'. Take the id from a citation's article_id."
    ),
    422: error_example("The id cannot be used.", "bad_input", "The field 'id' cannot be used."),
}
_SOURCE_ERRORS: dict[int | str, dict[str, Any]] = {
    503: error_example("What is known of them cannot be read.", "storage", "crawl.sqlite cannot be used."),
}


def add_archive_routes(app: FastAPI, serving: Serving, settings: Settings) -> None:
    """GET /search, /articles, /stories and /sources."""

    @app.get(
        "/search",
        responses=_FILTER_ERRORS | gives(SEARCH),
        dependencies=[needs("read")],
        tags=["articles"],
        summary="Search without an answer",
    )
    def search(query: Annotated[SearchQuery, Query()]) -> SearchBody:
        """The articles that an answer would be made from, best first, each with its best passage; each text once."""
        question = Question(query.q, filters=query.as_filters(), as_of=query.as_of, top_k=query.top_k)
        return from_found(serving.find(question))

    @app.get(
        "/articles",
        responses=_FILTER_ERRORS | gives(ARTICLES),
        dependencies=[needs("read")],
        tags=["articles"],
        summary="List articles",
    )
    def articles(query: Annotated[ArticlesQuery, Query()]) -> ArticlesBody:
        """What the archive holds of these outlets, days, authors; all of it where nothing is said."""
        collection = serving.pipeline().collection
        ids = collection.ids(query.as_filters())[::-1]
        found = (collection.get(id) for id in ids[query.offset : query.offset + query.limit])
        return from_articles(len(ids), [article for article in found if article])

    @app.get(
        "/articles/{id}",
        responses=_ARTICLE_ERRORS | gives(ARTICLE),
        dependencies=[needs("read")],
        tags=["articles"],
        summary="Read an article",
    )
    def article(id: ArticleId) -> ArticleBody:
        """One article with its whole text."""
        return from_article(_article(serving, id))

    @app.get(
        "/articles/{id}/versions",
        responses=_ARTICLE_ERRORS | gives(VERSIONS),
        dependencies=[needs("read")],
        tags=["articles"],
        summary="Read what it was",
    )
    def versions(id: ArticleId) -> VersionsBody:
        """Every version of an article."""
        latest = _article(serving, id)
        return from_versions([*serving.pipeline().collection.old_versions(id), latest])

    @app.get(
        "/stories/{id}",
        responses=_ARTICLE_ERRORS | gives(STORY),
        dependencies=[needs("read")],
        tags=["articles"],
        summary="Follow a story",
    )
    def story(id: ArticleId) -> StoryBody:
        """The story that an article belongs to: its original, its copies, and a timeline."""
        found = timeline(id, serving.pipeline().collection)
        if found is None:
            raise _unknown(id)
        return from_timeline(found)

    @app.get(
        "/sources",
        responses=_SOURCE_ERRORS | gives(SOURCES),
        dependencies=[needs("read")],
        tags=["articles"],
        summary="Where articles come from",
    )
    def sources() -> SourcesBody:
        """The known sources, whether they can be read, and what came of it the last time."""
        return from_sources(SourceFile(settings.sources_file).entries(), last_ingests(settings))


def _article(serving: Serving, id: str) -> Article:
    found = serving.pipeline().collection.get(id)
    if found is None:
        raise _unknown(id)
    return found


def _unknown(id: str) -> HTTPException:
    return HTTPException(404, f"There is no article {id!r}. Take the id from a citation's article_id.")
