"""Records to word pieces with labels: what the reader is shown."""

import difflib
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eval.datasets.ragtruth import Response
from eval.train.corrupt import corrupt
from eval.train.records import TrainingRecord
from index.sentences import sentence_spans
from index.types import Hit
from rag.checking import closest
from rag.llms.extractive import rank
from rag.pipeline import Pipeline
from rag.reading import QUESTION, Encoded, PieceEncoder, Window, window_around, windows
from rag.retrieve import retrieve
from rag.sentences import Context, candidate_sentences
from rag.types import Question
from rag.understand import understand

WINDOWS = 8
"""Windows of one question at most."""

SAME = 0.6
"""Share of the words of the evidence from which a sentence of another article says the same, and is not judged."""

IGNORED = -1


@dataclass(frozen=True, slots=True)
class QuestionWindow:
    """A question with one window. `labels`: of each sentence 1 when it answers, 0 when not, IGNORED when nobody knows.
    `scores`: what the product's own signals give each sentence, NaN for one that was not among its candidates."""

    encoded: Encoded
    labels: tuple[int, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ClaimPair:
    """A claim with a passage. `carried`: of each word piece of the claim 1 when the passage carries it, 0 when not,
    IGNORED when nobody knows."""

    encoded: Encoded
    supported: bool
    carried: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Examples:
    """All that comes of one record. `question`: its windows, best first; `near_miss`: windows of the same article;
    `all_near_miss`: as `question`, for measuring. `claims`: true one first, false one second."""

    record: TrainingRecord
    question: tuple[QuestionWindow, ...]
    near_miss: tuple[QuestionWindow, ...]
    claims: tuple[ClaimPair, ...]


def examples(record: TrainingRecord, pipeline: Pipeline, encoder: PieceEncoder, seed: int) -> Examples | None:
    """The examples of one record; None when its evidence is not in the archive."""
    gold = gold_sentences(record, pipeline)
    if gold is None:
        return None
    context, positions = gold
    chance = random.Random(f"{seed} {record.id}")
    asked = list(_windows(record.question, gold, pipeline))
    missed = list(_windows(record.near_miss, gold, pipeline)) if record.near_miss else []
    others = [window for window, _ in asked if not _holds(window, context, positions)]
    return Examples(
        record,
        tuple(_labelled(record.question, window, scores, gold, encoder) for window, scores in asked),
        tuple(_unanswered(record.near_miss, window, scores, context, encoder) for window, scores in missed),
        tuple(_claims(record, context, positions, others, encoder, chance)),
    )


def gold_sentences(record: TrainingRecord, pipeline: Pipeline) -> tuple[Context, frozenset[int]] | None:
    """The article of a record and the positions of the sentences that answer; None when they are not in the archive."""
    article = pipeline.collection.get(record.article_id)
    stored = pipeline.collection.sentences(record.article_id)
    if article is None or stored is None:
        return None
    context = Context(article, [(int(start), int(end)) for start, end in stored.spans])
    wanted = [_plain(quote) for quote in record.evidence]
    found = set()
    for position in range(len(context.spans)):
        said = _plain(context.text(position))
        if len(said) > 15 and any(said in quote or (len(quote) > 15 and quote in said) for quote in wanted):
            found.add(position)
    return (context, frozenset(found)) if found else None


def _windows(
    text: str, gold: tuple[Context, frozenset[int]], pipeline: Pipeline
) -> Iterator[tuple[Window, dict[int, float]]]:
    """The windows the product would read for a question, and the one with the evidence if it is not among them, each
    with the scores of its sentences."""
    standalone = understand(Question(text), pipeline.collection, pipeline.synonyms, pipeline.today())
    vector = pipeline.embedder.embed_query(standalone.text)
    hits: list[Hit] = retrieve(standalone, vector, pipeline.collection, 8)
    ranked = rank(standalone.parts[0], vector, list(candidate_sentences(hits, pipeline.collection)))
    scores = {(s.sentence.article.id, s.sentence.position): s.score for s in ranked}
    read = windows([s.sentence for s in ranked], WINDOWS)
    context, positions = gold
    if not any(_holds(window, context, positions) for window in read):
        read.append(window_around(context, [min(positions)]))
    for window in read:
        own = window.context.article.id
        yield window, {position: scores.get((own, position), float("nan")) for position in window.positions}


def _holds(window: Window, context: Context, positions: frozenset[int]) -> bool:
    return window.context.article.id == context.article.id and any(p in positions for p in window.positions)


def _labelled(
    text: str,
    window: Window,
    scores: dict[int, float],
    gold: tuple[Context, frozenset[int]],
    encoder: PieceEncoder,
) -> QuestionWindow:
    context, positions = gold
    evidence = [_bag(context.text(position)) for position in positions]
    labels = []
    for position in window.positions:
        if window.context.article.id == context.article.id:
            label = int(position in positions)
        else:
            said = _bag(window.context.text(position))
            label = IGNORED if any(len(said & bag) >= SAME * len(bag) for bag in evidence) else 0
        labels.append(label)
    return QuestionWindow(encoder.encode(text, window.excerpt), tuple(labels), tuple(scores.values()))


def _unanswered(
    text: str, window: Window, scores: dict[int, float], context: Context, encoder: PieceEncoder
) -> QuestionWindow:
    """Nothing in its article answers a near miss; what other articles say of it, nobody knows."""
    label = 0 if window.context.article.id == context.article.id else IGNORED
    return QuestionWindow(
        encoder.encode(text, window.excerpt), (label,) * len(window.positions), tuple(scores.values())
    )


def _claims(
    record: TrainingRecord,
    context: Context,
    positions: frozenset[int],
    others: Sequence[Window],
    encoder: PieceEncoder,
    chance: random.Random,
) -> Iterator[ClaimPair]:
    near = [position for position in positions if position - min(positions) < 4]
    window = window_around(context, near)
    yield _pair(record.true_claim, record.true_claim, True, window, encoder)
    yield _pair(record.false_claim, record.true_claim, False, window, encoder)
    if others:
        elsewhere = encoder.encode(record.true_claim, chance.choice(others).excerpt)
        yield ClaimPair(elsewhere, False, (IGNORED,) * elsewhere.owners.count(QUESTION))
    for true in (context.text(chance.choice(near)), record.true_claim):
        false = corrupt(true, context.article.text, chance)
        if false is not None:
            yield _pair(true, true, True, window, encoder)
            yield _pair(false, true, False, window, encoder)


def _pair(claim: str, true: str, supported: bool, window: Window, encoder: PieceEncoder) -> ClaimPair:
    encoded = encoder.encode(claim, window.excerpt)
    pieces = [piece for piece, owner in zip(encoded.ids, encoded.owners, strict=True) if owner == QUESTION]
    told = encoder.encode(true, window.excerpt)
    original = [piece for piece, owner in zip(told.ids, told.owners, strict=True) if owner == QUESTION]
    carried = np.zeros(len(pieces), dtype=int)
    for block in difflib.SequenceMatcher(None, pieces, original, autojunk=False).get_matching_blocks():
        carried[block.a : block.a + block.size] = 1
    return ClaimPair(encoded, supported, tuple(carried.tolist()))


def human_claims(responses: Iterable[Response], encoder: PieceEncoder) -> Iterator[ClaimPair]:
    """The sentences of answers in which people marked what is not supported, each with the window closest to it."""
    for response in responses:
        for start, end in sentence_spans(response.text):
            claim = response.text[start:end]
            for window in closest(claim, response.passages)[:1]:
                encoded = encoder.encode(claim, window.excerpt)
                wrong = [(a - start, b - start) for a, b in response.unsupported if a < end and start < b]
                carried = tuple(
                    int(not any(a < last and first < b for a, b in wrong)) for first, last in encoded.question
                )
                yield ClaimPair(encoded, not wrong, carried)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _bag(text: str) -> frozenset[str]:
    return frozenset(word for word in _plain(text).split() if len(word) > 3)
