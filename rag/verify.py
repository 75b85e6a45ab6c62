"""Every claim against the words it names as its proof."""

from index.interfaces import Collection
from rag.types import Claim, Draft, Verdict


def verify(draft: Draft, collection: Collection) -> tuple[Verdict, ...]:
    """One verdict for each claim, in order. A claim is supported when every word of it stands in its quotes."""
    return tuple(_verdict(claim, collection) for claim in draft.claims)


def _verdict(claim: Claim, collection: Collection) -> Verdict:
    quoted = []
    for quote in claim.quotes:
        article = collection.get(quote.article_id)
        if article is None:
            return Verdict(claim, "unsupported", f"article {quote.article_id} is no longer in the archive")
        quoted.append(article.text[quote.start : quote.end])
    if claim.text != " ".join(quoted):
        return Verdict(claim, "unsupported", "its words are not those of its source")
    return Verdict(claim, "supported")
