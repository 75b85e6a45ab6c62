"""Articles leave everything that is kept."""

from collections.abc import Sequence

from index.interfaces import Collection
from rag.kept_answers import KeptAnswers


def delete_articles(ids: Sequence[str], collection: Collection, kept: KeptAnswers) -> int:
    """Remove these articles from the archive, and their words from the answers given; the number removed.

    Raises what the two do. Where the second fails, the words are still never shown again."""
    removed = collection.delete(ids)
    collection.publish()
    kept.erase(ids)
    return removed
