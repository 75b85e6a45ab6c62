"""Figures of a run as a table in the terminal."""

from collections.abc import Iterator, Mapping
from typing import Any

COLUMNS = {
    "hit@1": "article_hit@1",
    "hit@4": "article_hit@4",
    "hit@5": "article_hit@5",
    "hit@10": "article_hit@10",
    "mrr": "article_mrr",
    "p.hit@5": "passage_hit@5",
    "right": "right",
    "correct": "correct",
    "f1": "token_f1",
    "gold": "cited_gold",
    "evid.": "evidence_recall",
    "verb.": "verbatim",
    "ab.pr": "abstention_precision",
    "ab.rec": "abstention_recall",
    "f.abst": "false_abstention",
    "aurc": "aurc",
}
"""Heading -> figure."""

LEGEND = """\
hit, mrr: articles; p.hit: passages. right: answered with every key, or abstained where the archive does not say;
correct: of the answerable ones; f1: words shared with the expected answer. gold: citations on a gold article; evid.:
evidence that was cited; verb.: verbatim. ab.pr, ab.rec: precision and recall of abstentions; f.abst: answerable ones
abstained from; aurc: area under risk-coverage (low is good)."""


def table(summary: Mapping[str, Any], latency: Mapping[str, Any]) -> Iterator[str]:
    """Lines: every set by half, both halves by type, and the times of a whole question."""
    yield f"{'set / half / type':28}{'n':>5}" + "".join(f"{heading:>8}" for heading in COLUMNS)
    for name, halves in summary.items():
        for half, types in halves.items():
            yield _row(f"{name} {half}", types["all"])
        for kind, group in halves["all"].items():
            if kind != "all":
                yield _row(f"  {kind}", group)
    yield ""
    for name, times in latency.items():
        if times["n"]:
            total = times["steps"]["total"]
            yield (
                f"{name}: p50 {total['p50']:.0f} ms, p95 {total['p95']:.0f} ms a question, "
                f"{times['total_in_embeddings']:.1f} times the embedding of one"
            )
    yield ""
    yield LEGEND


def _row(name: str, group: Mapping[str, Any]) -> str:
    cells = (group["figures"].get(figure) for figure in COLUMNS.values())
    return f"{name:28}{group['n']:5}" + "".join(f"{cell['value']:8.3f}" if cell else f"{'.':>8}" for cell in cells)
