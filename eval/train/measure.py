"""How well a model reads, on records it was not trained on."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from eval.train.examples import Examples, QuestionWindow
from eval.train.model import ReaderModel, batch, claim_logits, sentence_logits
from rag.reading import Encoded

BATCH = 32


def measure(model: ReaderModel, dev: Sequence[Examples]) -> dict[str, Any]:
    """Figures in [0, 1], higher is better.

    `first`, `in_three`: how often a sentence that answers is scored first, or among the first three, of all sentences
    read. `answers_auroc`: of sentences. `answerable_auroc`: the best of a question against that of a near miss.
    `twin`: how often a true claim is scored above its false twin; also by kind. `supports_auroc`: of all claims.
    """
    model.eval()
    windows = [window for one in dev for window in (*one.question, *one.near_miss)]
    scored = iter(list(_sentences(model, windows)))
    reads, best = [], []
    for one in dev:
        asked = [(next(scored), window) for window in one.question]
        missed = [(next(scored), window) for window in one.near_miss]
        reads.append(_pooled(asked))
        best.append((max(s.max() for s, _ in asked), max((s.max() for s, _ in missed), default=np.nan)))
    return _question_figures(reads) | _answerable(best) | _claim_figures(model, dev)


def _pooled(asked: Sequence[tuple[np.ndarray, QuestionWindow]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    logits = np.concatenate([s for s, _ in asked])
    labels = np.concatenate([window.labels for _, window in asked])
    scores = np.concatenate([window.scores for _, window in asked])
    return logits, labels, np.nan_to_num(scores, nan=0.0)


def _question_figures(reads: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> dict[str, float]:
    figures: dict[str, float] = {}
    for name, value in (("model", lambda x, s: x), ("product", lambda x, s: s), ("sum", lambda x, s: x / 10 + s)):
        ranks = []
        for logits, labels, scores in reads:
            order = labels[np.argsort(-value(logits, scores), kind="stable")]
            order = order[order >= 0]
            ranks.append(int(np.argmax(order == 1)) if (order == 1).any() else 99)
        figures[f"first_{name}"] = float(np.mean([r < 1 for r in ranks]))
        figures[f"in_three_{name}"] = float(np.mean([r < 3 for r in ranks]))
    logits, labels = (np.concatenate([read[n] for read in reads]) for n in (0, 1))
    figures["answers_auroc"] = float(roc_auc_score(labels[labels >= 0], logits[labels >= 0]))
    return figures


def _answerable(best: Sequence[tuple[float, float]]) -> dict[str, float]:
    pairs = np.array([pair for pair in best if not np.isnan(pair[1])])
    labels = np.repeat([1, 0], len(pairs))
    return {"answerable_auroc": float(roc_auc_score(labels, pairs.T.ravel()))}


def _claim_figures(model: ReaderModel, dev: Sequence[Examples]) -> dict[str, Any]:
    claims = [claim for one in dev for claim in one.claims]
    scores = np.concatenate(
        [claim_logits(logits, part).numpy() for logits, part in _run(model, [claim.encoded for claim in claims])]
    )
    found = iter(scores)
    won: defaultdict[str, list[bool]] = defaultdict(list)
    for one in dev:
        own = [next(found) for _ in one.claims]
        won[one.record.false_kind].append(bool(own[0] > own[1]))
    kinds = {kind: round(float(np.mean(wins)), 3) for kind, wins in sorted(won.items())}
    twin = float(np.mean([win for wins in won.values() for win in wins]))
    auroc = float(roc_auc_score([claim.supported for claim in claims], scores))
    return {"twin": twin, "supports_auroc": auroc, "twin_by_kind": kinds}


def _sentences(model: ReaderModel, windows: Sequence[QuestionWindow]) -> Iterator[np.ndarray]:
    for logits, part in _run(model, [window.encoded for window in windows]):
        yield from (found.numpy() for found in sentence_logits(logits, part))


def _run(model: ReaderModel, encoded: Sequence[Encoded]) -> Iterator[tuple[torch.Tensor, list[Encoded]]]:
    for start in range(0, len(encoded), BATCH):
        part = list(encoded[start : start + BATCH])
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(*batch(part))
        yield logits.float(), part
