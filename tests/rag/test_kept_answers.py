"""Answers in their file, and what is left of them when articles go."""

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index.collections.local import LocalCollection
from index.types import Article
from rag import kept_answers
from rag.conversations import Conversations
from rag.deletion import delete_articles
from rag.errors import UnknownAnswerError
from rag.kept_answers import KeptAnswers
from rag.types import Answer, Citation, Conflict, Removed, Sentence
from tests.archives import CHUNKER, EMBEDDER, store

FIRST = Article("a1", "Title one", "Marmot opened in Lisbon.\n\nMarmot has 20 stores.", outlet="One")
SECOND = Article("a2", "Title two", "Marmot has 25 stores.", outlet="Two")


class Clock:
    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "answers.sqlite"


@pytest.fixture
def kept(file: Path, clock: Clock) -> KeptAnswers:
    return KeptAnswers(file, 1, clock)


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[LocalCollection]:
    with LocalCollection(tmp_path / "archive", EMBEDDER, CHUNKER) as collection:
        store(collection, FIRST, SECOND)
        collection.publish()
        yield collection


def _citation(n: int, article: Article, quote: str) -> Citation:
    start = article.text.index(quote)
    return Citation(n, article.id, article.title, article.outlet, None, None, quote, start, start + len(quote))


def _answer() -> Answer:
    citations = (
        _citation(1, FIRST, "Marmot opened in Lisbon."),
        _citation(2, SECOND, "Marmot has 25 stores."),
        _citation(3, FIRST, "Marmot has 20 stores."),
    )
    sentences = (
        Sentence("Marmot opened in Lisbon.", (1,), "supported"),
        Sentence("Marmot has 25 stores.", (2,), "supported"),
        Sentence("Marmot has 20 stores.", (3,), "supported"),
    )
    conflict = Conflict("Reports differ: 25 stores (Two, undated) and 20 stores (One, undated).", (2, 3), ("25", "20"))
    said = " ".join(sentence.numbered for sentence in sentences)
    return Answer(
        question="Where is Marmot?",
        standalone_question="Where is Marmot?",
        answer=f"{said} {conflict.text}",
        explanation="",
        sentences=sentences,
        citations=citations,
        abstained=False,
        abstain_reason=None,
        nearest=(),
        conflicts=(conflict,),
        removed=(Removed("Lisbon is in Spain.", "no source says so"),),
        confidence=0.5,
        times=(),
        latest=False,
        notes=(),
        as_of=None,
        data_through=None,
        timings_ms={"total": 1.0},
        usage={},
        llm="extractive",
        conversation_id=None,
        request_id="r",
    )


def _id(answer: Answer) -> str:
    assert answer.answer_id is not None
    return answer.answer_id


def test_answer_is_shown_again_as_it_was(
    kept: KeptAnswers, file: Path, clock: Clock, collection: LocalCollection
) -> None:
    given = kept.keep(_answer())
    assert given == replace(_answer(), answer_id=given.answer_id)
    again = KeptAnswers(file, 1, clock).get(_id(given), collection)
    assert again.answer == given
    assert (again.given_at, again.expires_at) == (clock.time, clock.time + 86_400)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_answer_is_forgotten_after_its_days(kept: KeptAnswers, clock: Clock, collection: LocalCollection) -> None:
    id = _id(kept.keep(_answer()))
    clock.time += 86_400
    for call in (lambda: kept.get(id, collection), lambda: kept.add_feedback(id, "helpful", "")):
        with pytest.raises(UnknownAnswerError, match=id):
            call()


def test_nothing_is_kept_where_none_is_wanted(file: Path) -> None:
    assert KeptAnswers(file, 0).keep(_answer()).answer_id is None
    assert not file.exists()


def test_oldest_make_room(kept: KeptAnswers, monkeypatch: pytest.MonkeyPatch, collection: LocalCollection) -> None:
    monkeypatch.setattr(kept_answers, "MOST_ANSWERS", 2)
    first, *others = [_id(kept.keep(_answer())) for _ in range(3)]
    with pytest.raises(UnknownAnswerError):
        kept.get(first, collection)
    assert all(kept.get(id, collection).answer.citations for id in others)


def test_deleted_words_are_shown_nowhere_and_leave_the_file(
    kept: KeptAnswers, file: Path, collection: LocalCollection
) -> None:
    id = _id(kept.keep(_answer()))
    kept.add_feedback(id, "wrong_answer", "it has 26")
    conversations = Conversations(file.with_name("conversations.sqlite"), 1)
    assert delete_articles([FIRST.id], collection, kept, conversations) == 1
    shown = kept.get(id, collection).answer
    assert shown.answer == "Marmot has 25 stores. [2]"
    assert [citation.n for citation in shown.citations] == [2]
    assert shown.conflicts == shown.removed == ()
    assert "deleted" in shown.notes[0]
    assert [said.note for _, found in kept.with_feedback(collection) for said in found] == ["it has 26"]
    for part in file.parent.glob(f"{file.name}*"):
        assert b"Lisbon" not in part.read_bytes(), part
    delete_articles([SECOND.id], collection, kept, conversations)
    shown = kept.get(id, collection).answer
    assert (shown.sentences, shown.citations, shown.abstained, len(shown.notes)) == ((), (), True, 1)
    assert "deleted" in shown.answer


def test_words_deleted_behind_the_back_of_the_store_are_not_shown(
    kept: KeptAnswers, collection: LocalCollection
) -> None:
    nearest = replace(_answer(), sentences=(), citations=(), conflicts=(), abstained=True, nearest=_answer().citations)
    ids = [_id(kept.keep(answer)) for answer in (_answer(), nearest)]
    collection.delete([FIRST.id])
    for id in ids:
        shown = kept.get(id, collection).answer
        assert {citation.article_id for citation in (*shown.citations, *shown.nearest)} == {SECOND.id}


def test_quote_that_a_correction_took_away_is_named(kept: KeptAnswers, collection: LocalCollection) -> None:
    id = _id(kept.keep(_answer()))
    store(collection, replace(FIRST, text="Marmot opened in Porto.\n\nMarmot has 20 stores."))
    [note] = kept.get(id, collection).answer.notes
    assert note.endswith("words: [1].")


def test_many_at_once(kept: KeptAnswers, collection: LocalCollection) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = [_id(answer) for answer in pool.map(lambda _: kept.keep(_answer()), range(40))]
    assert len(set(ids)) == len([kept.get(id, collection) for id in ids])


def test_file_may_be_removed(kept: KeptAnswers, file: Path, collection: LocalCollection) -> None:
    id = _id(kept.keep(_answer()))
    file.unlink()
    with pytest.raises(UnknownAnswerError):
        kept.get(id, collection)
    kept.erase([FIRST.id])
    assert kept.get(_id(kept.keep(_answer())), collection)
