"""Are the copies of a story found, and is nothing else taken for one?

    python -m eval.duplicates DATA

DATA is the folder of the data sets: every article of dated_news_qa/articles.jsonl.xz is stored as an ingest stores it,
only without chunks, and the pairs of articles that end up in one story are compared with near_duplicates/pairs.jsonl.
A pair tells the same story when of its runs of 8 words the share SAME is common to both, as that file says or, for a
pair that it does not know, as counted here. Pairs found beyond that are printed: whether they are false is for a
reader to judge. The half of a pair is that of its first address.
"""

import argparse
import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from tqdm import tqdm

from eval.datasets.records import read_lines
from eval.types import Half, half_of
from index.catalog import Catalog
from index.chunk import DEFAULT_CHUNKER
from index.types import Article, EmbedderId, Sentences, article_id

SAME, RUN = 0.8, 8

Pair = tuple[str, str]
"""Two addresses in alphabetical order."""


def pairs_in_stories(articles: Iterable[Article]) -> set[Pair]:
    """Every two addresses that an archive of these articles takes for one story."""
    no_vectors = np.zeros((0, 1), np.float32)
    no_sentences = Sentences(np.zeros((0, 2), np.int32), no_vectors)
    stored = []
    with TemporaryDirectory() as folder:
        file, embedder = Path(folder) / "catalog.sqlite", EmbedderId("none", "0" * 64, 1)
        with closing(Catalog(file, embedder, DEFAULT_CHUNKER, read_only=False)) as catalog:
            for article in tqdm(articles, unit=" articles", disable=None):
                catalog.put(article, [], no_vectors, no_sentences)
                stored.append(article.id)
            stories = {tuple(sorted(copy.url or "" for copy in catalog.story(known))) for known in stored}
    return {pair for story in stories for pair in combinations(story, 2)}


def jaccard(one: str, other: str) -> float:
    """The share of the runs of RUN words that are common to both texts."""
    first, second = runs_of(one), runs_of(other)
    return len(first & second) / len(first | second)


def runs_of(text: str) -> set[tuple[str, ...]]:
    """Every RUN words in a row; a shorter text is one run."""
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[start : start + RUN]) for start in range(max(1, len(words) - RUN + 1))}


def main() -> None:
    parser = argparse.ArgumentParser(description="Copies of a story: found, missed, and found where there are none.")
    parser.add_argument("data", type=Path)
    arguments = parser.parse_args()
    records = read_lines(arguments.data / "dated_news_qa" / "articles.jsonl.xz")
    articles = {record["url"]: _article(record) for record in records}
    known = {
        (min(pair["a_url"], pair["b_url"]), max(pair["a_url"], pair["b_url"])): float(pair["jaccard_8gram"])
        for pair in read_lines(arguments.data / "near_duplicates" / "pairs.jsonl")
    }
    found = pairs_in_stories(articles.values())
    report("tune", articles, known, found)
    report("report", articles, known, found)


def _article(record: dict[str, str]) -> Article:
    url, title, text = record["url"], record["title"], record["text"]
    read = Article(article_id(url, title, text), title, text, url, record["outlet"])
    return replace(read, published_at=record["published_at"])


def report(half: Half, articles: dict[str, Article], known: dict[Pair, float], found: set[Pair]) -> None:
    """Print the figures of a half, and the pairs to be read."""
    found = {pair for pair in found if half_of(pair[0]) == half}
    overlap = {pair: known.get(pair, jaccard(articles[pair[0]].text, articles[pair[1]].text)) for pair in found}
    right = {pair for pair, share in overlap.items() if share >= SAME}
    wanted = {pair for pair, share in known.items() if share >= SAME and half_of(pair[0]) == half}
    precision, recall = len(right) / max(len(found), 1), len(wanted & found) / max(len(wanted), 1)
    print(f"\n{half}: {len(found)} pairs in one story, of which {len(right)} share {SAME:.0%}: {precision:.3f}")
    print(f"of the {len(wanted)} known to share so much, found: {recall:.3f}")
    for title, pairs in (("Found, though they share less:", found - right), ("Missed:", wanted - found)):
        print(f"\n{title}")
        for pair in sorted(pairs, key=lambda pair: overlap.get(pair, 0)):
            print(f"{overlap.get(pair, known.get(pair, 0)):.3f}")
            for url in pair:
                print(f"  {articles[url].published_at} {articles[url].title} {url}")


if __name__ == "__main__":
    main()
