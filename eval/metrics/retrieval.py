"""Hit@k, MRR, nDCG, MAP and recall of the articles and passages found, by ir-measures."""

from collections.abc import Iterable, Sequence

import ir_measures
from ir_measures import AP, RR, R, Success, nDCG

from eval.metrics.evidence import evidence_spans
from eval.types import EvalQuestion, Result, Scores
from index.chunk import DEFAULT_CHUNKER, chunk_article
from index.interfaces import Collection
from index.sentences import sentence_spans
from index.types import Hit

MEASURES = {
    "hit@1": Success @ 1,
    "hit@4": Success @ 4,
    "hit@5": Success @ 5,
    "hit@10": Success @ 10,
    "mrr": RR,
    "ndcg@10": nDCG @ 10,
    "map": AP,
    "recall@10": R @ 10,
}
"""Our name -> that of ir-measures. `hit@k`: some gold is among the first k (Success); `recall@10`: the share of gold
among the first ten; `mrr`: one over the rank of the first gold (RR)."""


def retrieval_scores(results: Sequence[Result], collection: Collection) -> dict[str, Scores]:
    """For each question id the measures, named `article_hit@1`, `passage_hit@1`, ... .

    An article ranks where its first passage does. A passage is gold when it holds at least half of the words quoted as
    evidence. Questions without gold of a level have no figures of it; what was refused scores zero.
    """
    scores: dict[str, Scores] = {result.question.id: {} for result in results}
    articles = {r.question.id: set(r.question.gold_articles) for r in results}
    passages = {r.question.id: gold_passages(r.question, collection) for r in results}
    found_articles = {r.question.id: ranked_articles(r.hits) for r in results}
    found_passages = {r.question.id: [_passage_id(*_place(hit)) for hit in r.hits] for r in results}
    for level, gold, found in (("article", articles, found_articles), ("passage", passages, found_passages)):
        qrels = {key: dict.fromkeys(sorted(ids), 1) for key, ids in gold.items() if ids}
        run = {key: {found_id: 1 / rank for rank, found_id in enumerate(ids, 1)} for key, ids in found.items()}
        names = {str(measure): name for name, measure in MEASURES.items()}
        for metric in ir_measures.iter_calc(list(MEASURES.values()), qrels, run):
            scores[metric.query_id][f"{level}_{names[str(metric.measure)]}"] = float(metric.value)
    return scores


def ranked_articles(hits: Iterable[Hit]) -> list[str]:
    """Ids of the articles of the hits, each once, where its best passage is."""
    return list(dict.fromkeys(hit.passage.article.id for hit in hits))


def gold_passages(question: EvalQuestion, collection: Collection) -> set[str]:
    """Ids of the passages that hold at least half of a quote of the evidence."""
    gold = set()
    for span in evidence_spans(question, collection):
        article = collection.get(span.article_id)
        assert article is not None
        for chunk in chunk_article(article, DEFAULT_CHUNKER, sentence_spans(article.text)):
            if 2 * (min(span.end, chunk.end) - max(span.start, chunk.start)) >= span.end - span.start:
                gold.add(_passage_id(article.id, chunk.start, chunk.end))
    return gold


def _place(hit: Hit) -> tuple[str, int, int]:
    return hit.passage.article.id, hit.passage.start, hit.passage.end


def _passage_id(article_id: str, start: int, end: int) -> str:
    return f"{article_id}:{start}-{end}"
