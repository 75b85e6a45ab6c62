"""Whether an answer is right, and whether its citations prove it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from eval.metrics.evidence import Span, evidence_spans
from eval.types import EvalQuestion, Result, Scores
from index.interfaces import Collection
from rag.types import Answer, Citation, Sentence

MAX_WORDS = 120
"""A longer answer counts as wrong: with enough words every key is among them."""

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def answer_scores(result: Result, collection: Collection) -> Scores:
    """Figures of one answer, each in [0, 1].

    `right`: answered with every key, or abstained where the archive does not say; None where no keys are known.
    `correct`: `right` of the answerable questions alone. `exact`, `token_f1`: as in SQuAD, the best over the answers.
    `abstention_recall`, `false_abstention` (lower is better): abstained, of what cannot and what can be answered.
    `abstention_precision`: cannot be answered, of what was abstained from. The figures of `citation_scores` follow.
    """
    question, answer = result.question, result.answer
    abstained = float(result.outcome == "abstained")
    scores: Scores = {}
    if question.answerable:
        text = answer_text(answer) if answer else ""
        if question.answer_keys:
            scores["right"] = scores["correct"] = float(is_correct(text, question.answer_keys))
        scores["exact"] = max((exact(text, truth) for truth in question.answers), default=None)
        scores["token_f1"] = max((token_f1(text, truth) for truth in question.answers), default=None)
        scores["false_abstention"] = abstained
        if question.type == "conflict":
            scores["conflict_shown"] = float(bool(answer and answer.conflicts))
    else:
        scores["right"] = scores["abstention_recall"] = abstained
    if abstained:
        scores["abstention_precision"] = float(not question.answerable)
    elif answer:
        scores |= citation_scores(answer, question, collection)
    return scores


def answer_text(answer: Answer) -> str:
    """The sentences without their [n]; empty for an abstention."""
    return " ".join(sentence.text for sentence in answer.sentences)


def is_correct(text: str, keys: Iterable[Sequence[str]]) -> bool:
    """Whether one of each group of keys occurs at word borders, without case, in a text that is not too long."""
    plain = _plain(text)
    return 0 < len(plain.split()) <= MAX_WORDS and all(any(_occurs(key, plain) for key in group) for group in keys)


def _occurs(key: str, plain: str) -> bool:
    # A border of a number is no border inside one: "4%" is not in "1.4%", "188" not in "1,188".
    pattern = rf"(?<!\w)(?<!\d[.,]){re.escape(_plain(key))}(?!\w)(?![.,]\d)"
    return re.search(pattern, plain) is not None


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold().split())


def exact(text: str, truth: str) -> float:
    """1 when the two are the same but for case, punctuation and articles (SQuAD, Rajpurkar et al. 2016)."""
    return float(_squad_words(text) == _squad_words(truth))


def token_f1(text: str, truth: str) -> float:
    """F1 of the words in common, as bags, after the normalisation of `exact`."""
    found, true = _squad_words(text), _squad_words(truth)
    both = sum((Counter(found) & Counter(true)).values())
    return 2 * both / (len(found) + len(true)) if both else float(found == true)


def _squad_words(text: str) -> list[str]:
    return _ARTICLES.sub(" ", _PUNCTUATION.sub("", _plain(text))).split()


def citation_scores(answer: Answer, question: EvalQuestion, collection: Collection) -> Scores:
    """Figures of the citations of one answer that has some.

    `verbatim`: share that are the words of the article at their offsets. `citation_recall`, `citation_precision`: as
    in ALCE (Gao et al. 2023), but for entailment by a model a sentence is carried by quotes that contain it word for
    word; for an answerer that only quotes they must be 1. `cited_gold`: share on a gold article; `evidence_precision`:
    share that overlap the evidence; `evidence_recall`: share of the quotes of the evidence that some citation overlaps.
    """
    citations = {citation.n: citation for citation in answer.citations}
    scores: Scores = {
        "verbatim": _mean(_is_verbatim(citation, collection) for citation in citations.values()),
        "citation_recall": _mean(
            _carries([citations[n] for n in sentence.citations], sentence) for sentence in answer.sentences
        ),
        "citation_precision": _mean(
            _is_needed(n, sentence, citations) for sentence in answer.sentences for n in sentence.citations
        ),
    }
    if question.evidence:
        gold = set(question.gold_articles)
        scores["cited_gold"] = _mean(citation.article_id in gold for citation in citations.values())
    spans = evidence_spans(question, collection)
    if spans:
        scores["evidence_precision"] = _mean(any(_overlap(c, s) for s in spans) for c in citations.values())
        scores["evidence_recall"] = _mean(any(_overlap(c, s) for c in citations.values()) for s in spans)
    return scores


def _overlap(citation: Citation, span: Span) -> bool:
    return citation.article_id == span.article_id and citation.start < span.end and span.start < citation.end


def _is_verbatim(citation: Citation, collection: Collection) -> bool:
    article = collection.get(citation.article_id)
    return article is not None and article.text[citation.start : citation.end] == citation.quote


def _carries(citations: Sequence[Citation], sentence: Sentence) -> bool:
    quoted = " ".join(" ".join(_squad_words(citation.quote)) for citation in citations)
    return f" {' '.join(_squad_words(sentence.text))} " in f" {quoted} "


def _is_needed(n: int, sentence: Sentence, citations: dict[int, Citation]) -> bool:
    """ALCE: the sentence is carried, and not by the others alone while this one alone does not carry it."""
    if not _carries([citations[cited] for cited in sentence.citations], sentence):
        return False
    others = [citations[cited] for cited in sentence.citations if cited != n]
    return _carries([citations[n]], sentence) or not _carries(others, sentence)


def _mean(values: Iterable[bool]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None
