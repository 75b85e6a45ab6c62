"""Conversations in their file."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag import conversations
from rag.conversations import MOST_TURNS, Conversations
from rag.errors import UnknownConversationError
from rag.types import NEW, Turn


class Clock:
    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(tmp_path: Path, clock: Clock) -> Conversations:
    return Conversations(tmp_path / "home" / "conversations.sqlite", 1, clock)


def test_what_was_said_is_kept_in_order_and_found_by_another_process(kept: Conversations, tmp_path: Path) -> None:
    id = kept.record(NEW, "Who runs it?", "Ada does. [1]")
    assert kept.record(id, "why?", "") == id
    other = kept.record(NEW, "Where?", "There.")
    file = tmp_path / "home" / "conversations.sqlite"
    turns = (
        Turn("user", "Who runs it?"),
        Turn("assistant", "Ada does. [1]"),
        Turn("user", "why?"),
        Turn("assistant", ""),
    )
    assert Conversations(file, 1, lambda: 1_000_000.0).get(id).turns == turns
    assert len(kept.get(other).turns) == 2
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_conversation_that_does_not_go_on_is_forgotten(kept: Conversations, clock: Clock) -> None:
    id = kept.record(NEW, "Who runs it?", "Ada does.")
    clock.time += 3_500
    kept.record(id, "why?", "Because.")
    clock.time += 3_500
    assert kept.get(id).expires_at == clock.time + 100
    clock.time += 100
    with pytest.raises(UnknownConversationError, match=id):
        kept.get(id)
    assert kept.record(id, "and now?", "No.") == id
    with pytest.raises(UnknownConversationError):
        kept.get(id)


def test_what_is_forgotten_leaves_the_file(kept: Conversations, clock: Clock, tmp_path: Path) -> None:
    gone = kept.record(NEW, "Who runs Marmotville?", "Ada does.")
    late = kept.record(NEW, "Who runs Weaseltown?", "Bob does.")
    kept.delete(gone)
    clock.time += 4_000
    kept.record(NEW, "Where?", "There.")
    written = (tmp_path / "home" / "conversations.sqlite").read_bytes()
    assert b"Where?" in written
    assert b"Marmotville" not in written and b"Weaseltown" not in written
    for id in (gone, late):
        with pytest.raises(UnknownConversationError):
            kept.delete(id)


def test_numbers_of_turns_and_conversations_are_bounded(kept: Conversations, monkeypatch: pytest.MonkeyPatch) -> None:
    id = kept.record(NEW, "0", "0")
    for n in range(1, 30):
        kept.record(id, str(n), str(n))
    turns = kept.get(id).turns
    assert len(turns) == MOST_TURNS
    assert turns[-1] == Turn("assistant", "29")
    monkeypatch.setattr(conversations, "MOST_CONVERSATIONS", 3)
    later = [kept.record(NEW, "a", "b") for _ in range(3)]
    assert all(kept.get(one).turns for one in later)
    with pytest.raises(UnknownConversationError):
        kept.get(id)


def test_many_at_once_lose_nothing(kept: Conversations) -> None:
    id = kept.record(NEW, "0", "a0")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: kept.record(id, str(n), f"a{n}"), range(1, 16)))
    turns = kept.get(id).turns
    pairs = [(question.content, answer.content) for question, answer in zip(turns[::2], turns[1::2], strict=True)]
    assert sorted(pairs) == sorted((str(n), f"a{n}") for n in range(16))


def test_conversation_that_quotes_a_deleted_article_is_forgotten(kept: Conversations, tmp_path: Path) -> None:
    id = kept.record(NEW, "Where is Marmot?", "In Lisbon. [1]", ["a1", "a2"])
    kept.record(id, "why?", "Nobody says. [1]", ["a2"])
    other = kept.record(NEW, "Where is Badger?", "In Porto. [1]", ["a3"])
    kept.erase(["a1", "a9"])
    with pytest.raises(UnknownConversationError):
        kept.get(id)
    assert len(kept.get(other).turns) == 2
    assert b"Lisbon" not in (tmp_path / "home" / "conversations.sqlite").read_bytes()
