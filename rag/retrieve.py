"""Standalone question to hits: dense and lexical search, fused, nearer in time first, each text once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from index.interfaces import Collection
from index.types import Article, Hit, Vectors
from rag.copies import Wording, is_copy, wording
from rag.timeliness import timeliness
from rag.types import StandaloneQuestion

DEPTH = 200
"""Passages asked of each retriever."""

LEXICAL = 0.6
"""What the best BM25 weighs against a cosine of 1. See eval/LOG.md: with timeliness this beat reciprocal rank fusion on
the training questions (.73 to .82 right article first)."""

PER_STORY = 3
"""Passages of one article and its copies at most, so that one long report does not crowd out the others."""


def retrieve(question: StandaloneQuestion, query_vector: Vectors, collection: Collection, k: int) -> list[Hit]:
    """At most k hits, best first. Filters restrict both searches.

    The score of a hit is its cosine plus LEXICAL times its BM25 as a share of the best one, plus what the day of its
    article adds. What one of the retrievers did not find counts zero there.
    """
    phrases = [phrase for part in question.parts for term in part.terms for phrase in term.searched]
    dense = collection.search_vectors(query_vector, DEPTH, question.filters)
    lexical = collection.search_text(list(dict.fromkeys(phrases)), DEPTH, question.filters)
    newest = collection.manifest().data_through
    scores: defaultdict[int, float] = defaultdict(float)
    hits = {hit.passage.chunk_id: hit for hit in [*dense, *lexical]}
    for hit in dense:
        scores[hit.passage.chunk_id] += hit.score
    best_lexical = max((hit.score for hit in lexical), default=0.0)
    for hit in lexical:
        scores[hit.passage.chunk_id] += LEXICAL * hit.score / best_lexical if best_lexical > 0 else 0.0
    for chunk_id, hit in hits.items():
        scores[chunk_id] += timeliness(question, hit.passage.article.published_at, newest)
    best = sorted(hits, key=lambda chunk_id: (-scores[chunk_id], chunk_id))
    fused = (replace(hits[chunk_id], score=scores[chunk_id], retriever="fused") for chunk_id in best)
    return [replace(hit, rank=rank) for rank, hit in enumerate(_distinct(fused, k, collection), 1)]


def best_of_each(hits: Sequence[Hit], k: int) -> list[Hit]:
    """Of the first k articles the best passage each, ranked anew."""
    counts = Counter(hit.passage.article.id for hit in hits)
    first = {hit.passage.article.id: hit for hit in reversed(hits)}
    best = sorted(first.values(), key=lambda hit: hit.rank)[:k]
    return [replace(hit, rank=n, others=counts[hit.passage.article.id] - 1) for n, hit in enumerate(best, 1)]


def _distinct(hits: Iterable[Hit], k: int, collection: Collection) -> list[Hit]:
    """The first k that say something new, each with the articles that say the same."""
    kept: list[Hit] = []
    worded: list[Wording] = []
    story_of: dict[str, str] = {}  # any one of its articles stands for a story
    per_story: Counter[str] = Counter()
    for hit in hits:
        article_id = hit.passage.article.id
        if article_id not in story_of:
            story_of |= {copy.id: article_id for copy in collection.story(article_id)} | {article_id: article_id}
        if per_story[story_of[article_id]] == PER_STORY:
            continue
        new = wording(hit.passage.text)
        if is_copy(new, worded):
            original = max(range(len(kept)), key=lambda i: len(new.runs & worded[i].runs))
            kept[original] = _with_copy(kept[original], hit.passage.article)
            continue
        worded.append(new)
        per_story[story_of[article_id]] += 1
        kept.append(hit)
        if len(kept) == k:
            break
    return kept


def _with_copy(hit: Hit, copy: Article) -> Hit:
    if copy.id in {article.id for article in (hit.passage.article, *hit.copies)}:
        return hit
    return replace(hit, copies=(*hit.copies, copy))
