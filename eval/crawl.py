"""What a crawler saw of feeds, brought in day by day: is everything there once, and are the copies found?

    python -m eval.crawl DATA

DATA is the folder of the data sets, of which headlines/ is read: title, summary, link and date of what stood in feeds
on each day, most of it on several days. Each day is ingested as a source of its own, with the hashing embedder. The
pairs in one story are then compared with all pairs whose summaries share SAME of their runs of words, by the measures
of eval.duplicates; pairs found beyond that are printed, to be read.
"""

import argparse
from collections import defaultdict
from contextlib import closing
from itertools import combinations, groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.datasets.records import RecordSource, read_lines
from eval.duplicates import SAME, Pair, jaccard, report, runs_of
from index.chunk import DEFAULT_CHUNKER
from index.collections.local import LocalCollection
from index.embedders.hashing import HashingEmbedder
from index.ingest import ingest
from index.types import Article, Filters


def main() -> None:
    parser = argparse.ArgumentParser(description="A crawl, day by day.")
    parser.add_argument("data", type=Path)
    [file] = (parser.parse_args().data / "headlines").glob("*.jsonl.xz")
    items = sorted(read_lines(file), key=lambda item: str(item["crawled_on"]))
    with TemporaryDirectory() as folder:
        embedder = HashingEmbedder(model=None, cache_dir=Path(folder), threads=1)
        with closing(LocalCollection(Path(folder) / "archive", embedder.id, DEFAULT_CHUNKER)) as archive:
            print(
                f"{'day':12}{'seen':>6}{'links not seen before':>23}"
                f"{'new':>6}{'updated':>9}{'unchanged':>11}{'failed':>8}"
            )
            known: set[str] = set()
            for day, group in groupby(items, key=lambda item: str(item["crawled_on"])):
                seen = list(group)
                fresh = {item["link"] for item in seen} - known
                known |= fresh
                done = ingest(RecordSource(day, [_record(item) for item in seen]), archive, embedder, DEFAULT_CHUNKER)
                counts = f"{done.new:6}{done.updated:9}{done.unchanged:11}{len(done.failed):8}"
                print(f"{day:12}{done.seen:6}{len(fresh):23}{counts}")
            ids = archive.ids(Filters())
            articles = {article.url or "": article for article in map(archive.get, ids) if article}
            stories = {tuple(sorted(copy.url or "" for copy in archive.story(known_id))) for known_id in ids}
    print(f"\n{len(known):,} links, {len(articles):,} articles, {len(stories):,} stories")
    found = {pair for story in stories for pair in combinations(story, 2)}
    alike = pairs_alike(articles)
    report("tune", articles, alike, found)
    report("report", articles, alike, found)


def pairs_alike(articles: dict[str, Article]) -> dict[Pair, float]:
    """All pairs that share SAME of their runs of words, and how much they share."""
    holders: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for url in sorted(articles):
        for run in runs_of(articles[url].text):
            holders[run].append(url)
    candidates = {pair for urls in holders.values() for pair in combinations(urls, 2)}
    shares = {pair: jaccard(articles[pair[0]].text, articles[pair[1]].text) for pair in candidates}
    return {pair: share for pair, share in shares.items() if share >= SAME}


def _record(item: dict[str, str]) -> dict[str, str]:
    return {"url": item["link"], "title": item["title"], "text": item["summary"], "published_at": item["date"]}


if __name__ == "__main__":
    main()
