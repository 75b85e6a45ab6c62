"""What the routes give back, as OpenAPI shows it: bodies made as the routes make them, so that they fit."""

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from ui.schemas import (
    ArticleBody,
    AskResponse,
    CitationBody,
    ConversationBody,
    HitBody,
    ReadyBody,
    SearchBody,
    StatusBody,
)
from ui.schemas_answers import KeptAnswerBody
from ui.schemas_archive import (
    ArticleHead,
    ArticlesBody,
    IngestBody,
    SourceBody,
    SourcesBody,
    StoryBody,
    VersionsBody,
)
from ui.schemas_openai import ModelBody, ModelsBody
from ui.schemas_requests import Message

_WHEN = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
_LATER = datetime(2027, 3, 14, 9, 30, tzinfo=UTC)

ARTICLE = ArticleBody(
    id="df9ab0657ff9",
    title="Kering and Alibaba join forces against counterfeit sales",
    text="Both companies will now join forces to combat counterfeit sales.",
    url="https://news.example/kering",
    outlet="RetailDetail",
    byline="Jane Doe",
    section="Fashion",
    language="en",
    published_at="2017-08-04",
    updated_at=None,
    fetched_at="2026-03-14T09:30:00Z",
    version=1,
)
_HEAD = ArticleHead.model_validate(ARTICLE)
_CITATION = CitationBody(
    n=1,
    article_id=ARTICLE.id,
    title=ARTICLE.title,
    outlet=ARTICLE.outlet,
    url=ARTICLE.url,
    published_at=ARTICLE.published_at,
    quote=ARTICLE.text,
    start=0,
    end=len(ARTICLE.text),
    also_in=[],
    times=[],
    notice=None,
)
_HIT = HitBody(
    rank=1,
    score=1.42,
    article_id=ARTICLE.id,
    title=ARTICLE.title,
    outlet=ARTICLE.outlet,
    byline=ARTICLE.byline,
    url=ARTICLE.url,
    published_at=ARTICLE.published_at,
    text=ARTICLE.text,
    start=0,
    end=len(ARTICLE.text),
    also_in=[],
    others=1,
)
SEARCH = SearchBody(standalone_question="Why did Kering drop its suit?", told_by=[], hits=[_HIT])
ARTICLES = ArticlesBody(total=1, articles=[_HEAD])
VERSIONS = VersionsBody(versions=[ARTICLE])
STORY = StoryBody(original=_HEAD, copies=[], timeline=[_CITATION])
SOURCES = SourcesBody(
    last_ingest_at=_WHEN,
    sources=[
        SourceBody(
            name="news.example",
            kind="feed",
            location="https://news.example/feed.xml",
            healthy=True,
            last_ingest=IngestBody(
                finished_at=_WHEN, new=2, updated=1, unchanged=17, skipped=0, failed=0, duplicates=1, problems=[]
            ),
        )
    ],
)
KEPT_ANSWER = KeptAnswerBody(
    id="b1946ac92492d2347c6235b4d2611184",
    question="Why did Kering drop its suit?",
    given_at=_WHEN,
    expires_at=_LATER,
    response=AskResponse.model_validate(AskResponse.model_json_schema()["examples"][0]),
)
CONVERSATION = ConversationBody(
    id="5d41402abc4b2a76b9719d911017c592",
    turns=[
        Message(role="user", content="Who runs Tapestry?"),
        Message(role="assistant", content="The archive does not say."),
    ],
    created_at=_WHEN,
    expires_at=_LATER,
)
MODELS = ModelsBody(data=[ModelBody(id="newsdesk"), ModelBody(id="extractive")])
ALIVE = StatusBody(status="alive")
READY = ReadyBody(status="ready", articles=3, chunks=12, data_through="2017-08-04")


def gives(body: BaseModel) -> dict[int | str, dict[str, Any]]:
    """Among the `responses` of a route: what it gives when all is well."""
    return {200: {"content": {"application/json": {"example": body.model_dump(mode="json")}}}}
