"""Articles leave everything that is kept."""

from collections.abc import Sequence

from index.interfaces import Collection
from rag.conversations import Conversations
from rag.kept_answers import KeptAnswers


def delete_articles(ids: Sequence[str], collection: Collection, kept: KeptAnswers, conversations: Conversations) -> int:
    """Remove these articles from the archive, their words from the answers given, and the conversations that quote
    them; the number removed. Raises what each of these does."""
    removed = collection.delete(ids)
    collection.publish()
    kept.erase(ids)
    conversations.erase(ids)
    return removed
