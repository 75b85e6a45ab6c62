"""An answer with all that is shown beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from index.interfaces import Collection
from index.types import Article
from rag.types import Answer, Citation
from ui.page.parts import today
from ui.schemas_requests import AskRequest


@dataclass(frozen=True, slots=True)
class Shown:
    """`request`: what was asked. `articles`: those cited, by id, and `versions` what each said before, oldest first.
    `now`: the day it is shown on. `given_on`: the day of an answer that was kept, YYYY-MM-DD."""

    answer: Answer
    request: AskRequest
    articles: Mapping[str, Article]
    versions: Mapping[str, Sequence[Article]]
    now: date
    given_on: str | None = None

    @property
    def cited(self) -> Sequence[Citation]:
        """The proof of an answer, the nearest evidence of an abstention."""
        return self.answer.citations or self.answer.nearest


def gather(answer: Answer, request: AskRequest, collection: Collection, given_on: str | None = None) -> Shown:
    """With the articles as they are in the collection now."""
    ids = dict.fromkeys(citation.article_id for citation in (*answer.citations, *answer.nearest))
    articles = {id: article for id in ids if (article := collection.get(id))}
    versions = {id: collection.old_versions(id) for id, article in articles.items() if article.version > 1}
    return Shown(answer, request, articles, versions, today(), given_on)
