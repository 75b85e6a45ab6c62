"""The bodies of what the archive holds: searches, lists, stories and sources."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from index.crawl_log import LastIngest
from index.source_file import SourceEntry
from index.types import Article
from rag.timeline import Timeline
from ui.schemas import ArticleBody, CitationBody, ResponseBody, from_article
from ui.schemas_requests import Day, FilterFields, Text


class SearchQuery(FilterFields):
    """What to search for."""

    q: Text = Field(description="A question or words, as for `POST /ask`.", examples=["Kering suit"])
    as_of: Day | None = Field(None, description="Only what was published by this day.")
    top_k: Annotated[int, Field(ge=1, le=50)] = Field(10, description="Articles at most.")


class ArticlesQuery(FilterFields):
    """Which articles to list."""

    limit: Annotated[int, Field(ge=1, le=100)] = Field(20, description="Articles at most.")
    offset: Annotated[int, Field(ge=0, le=10**9)] = Field(0, description="Articles left out before the first.")


class ArticleHead(ResponseBody):
    """An article without its text."""

    id: str = Field(description="For `GET /articles/{id}`.")
    title: str
    url: str | None
    outlet: str | None
    byline: str | None
    section: str | None
    language: str | None
    published_at: str | None = Field(description="ISO 8601 day or UTC time; null: the page shows no date.")
    updated_at: str | None
    version: int


class ArticlesBody(ResponseBody):
    """Some of the articles that pass the filters, newest first, the undated last."""

    total: int = Field(description="All that pass.")
    articles: list[ArticleHead]


class VersionsBody(ResponseBody):
    """Every version of an article, oldest first; the last is the one that is searched."""

    versions: list[ArticleBody]


class StoryBody(ResponseBody):
    """The story that an article belongs to, and what else was reported of the same."""

    original: ArticleHead = Field(description="The earliest of those that tell it.")
    copies: list[ArticleHead] = Field(description="Articles that tell it in nearly the same words.")
    timeline: list[CitationBody] = Field(
        description="Of the original and of each article on the same, within a year, the sentence that tells most of "
        "it; oldest first. What is on the same is found by likeness, and may now and then be something else."
    )


class IngestBody(ResponseBody):
    """What came of reading a source."""

    finished_at: datetime
    new: int
    updated: int
    unchanged: int
    skipped: int
    failed: int
    duplicates: int = Field(description="Of the new ones, those that tell the story of another article.")
    problems: list[str] = Field(description="The first of what failed.")


class SourceBody(ResponseBody):
    """Where articles come from."""

    name: str
    kind: str
    location: str
    healthy: bool | None = Field(description="False: nothing of it could be read; null: it was not read yet.")
    last_ingest: IngestBody | None


class SourcesBody(ResponseBody):
    """The known sources, and when anything was last brought in, be it by hand."""

    last_ingest_at: datetime | None
    sources: list[SourceBody]


def from_articles(total: int, articles: Sequence[Article]) -> ArticlesBody:
    """The body of `GET /articles`."""
    return ArticlesBody(total=total, articles=[ArticleHead.model_validate(article) for article in articles])


def from_versions(articles: Sequence[Article]) -> VersionsBody:
    """The body of `GET /articles/{id}/versions`."""
    return VersionsBody(versions=[from_article(article) for article in articles])


def from_timeline(found: Timeline) -> StoryBody:
    """The body of `GET /stories/{id}`."""
    return StoryBody(
        original=ArticleHead.model_validate(found.original),
        copies=[ArticleHead.model_validate(copy) for copy in found.copies],
        timeline=[CitationBody.model_validate(point) for point in found.points],
    )


def from_sources(entries: Sequence[SourceEntry], ingests: Mapping[str, LastIngest]) -> SourcesBody:
    """The body of `GET /sources`."""
    newest = max((ingest.finished_at for ingest in ingests.values()), default=None)
    sources = [
        SourceBody(
            name=entry.name,
            kind=entry.kind,
            location=entry.location,
            healthy=found.healthy if found else None,
            last_ingest=IngestBody.model_validate(found) if found else None,
        )
        for entry in entries
        for found in [ingests.get(entry.name)]
    ]
    return SourcesBody(last_ingest_at=None if newest is None else datetime.fromtimestamp(newest, UTC), sources=sources)
