"""How much of an article's text, and how little else, is read out of a page.

    python -m eval.extraction DATA_TAR [--json]

DATA_TAR is an archive of scrapinghub/article-extraction-benchmark: html/ID.html.gz and ground-truth.json. Each page
is read four ways: as the text a person would save (rendered by inscriptis) left raw, the HTML by jusText (the
baseline), the saved text cleaned by index.extract.text_page, and the HTML by index.extract.html.

Token F1: bag of lower-case words, the mean over pages of each page's F1. Shingle F1: the benchmark's own figure, from
the mean precision and recall over 4-word shingles (its evaluate.py). The text cleaner was developed on half of the
pages ("dev", by the parity of the sha1 of the page's id); those of the other half ("held out") were measured, not read.
"""

import argparse
import gzip
import hashlib
import json
import re
import tarfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import justext
from inscriptis import get_text

from index.errors import UnreadableError
from index.extract.encoding import decode, repair
from index.extract.html import read_html
from index.extract.text_page import read_text_page

_WORD = re.compile(r"\w+")
_SHINGLE = 4


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the benchmark: its HTML and the text of its article as people marked it."""

    id: str
    html: str
    truth: str

    @property
    def part(self) -> str:
        return (
            "dev" if int(hashlib.sha1(self.id.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 0 else "held out"
        )


def load(archive: Path) -> list[Page]:
    """The pages of the benchmark, ordered by id."""
    with tarfile.open(archive) as tar:
        files = {member.name.removeprefix("./"): tar.extractfile(member) for member in tar if member.isfile()}
        contents = {name: file.read() for name, file in files.items() if file is not None}
    truth = json.loads(contents["ground-truth.json"])
    return [
        Page(key, repair(decode(gzip.decompress(contents[f"html/{key}.html.gz"]), key)), truth[key]["articleBody"])
        for key in sorted(truth)
    ]


def read_raw(page: Page) -> str:
    return get_text(page.html)


def read_saved_text(page: Page) -> str:
    try:
        return read_text_page(get_text(page.html), page.id).text
    except UnreadableError:
        return ""


def read_justext(page: Page) -> str:
    """jusText with the stop words of all its languages, since the pages are in several."""
    stop_words = frozenset().union(*(justext.get_stoplist(language) for language in justext.get_stoplists()))
    return "\n".join(p.text for p in justext.justext(page.html.encode(), stop_words) if not p.is_boilerplate)


def read_by_html(page: Page) -> str:
    try:
        return read_html(page.html, page.id).text
    except UnreadableError:
        return ""


WAYS: dict[str, Callable[[Page], str]] = {
    "raw text": read_raw,
    "justext on HTML": read_justext,
    "text page": read_saved_text,
    "HTML": read_by_html,
}


def _overlap(true: Counter[object], found: Counter[object]) -> tuple[float, float, float]:
    """Precision, recall and F1 of a bag."""
    both = sum((true & found).values())
    precision = both / max(sum(found.values()), 1)
    recall = both / max(sum(true.values()), 1)
    return precision, recall, 2 * precision * recall / (precision + recall) if both else 0.0


def token_scores(true: str, found: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of the lower-case words, as bags."""
    return _overlap(Counter(_WORD.findall(true.lower())), Counter(_WORD.findall(found.lower())))


def shingle_scores(true: str, found: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of the 4-word shingles, case kept, as the benchmark counts them."""
    return _overlap(_shingles(true), _shingles(found))


def _shingles(text: str) -> Counter[object]:
    words = _WORD.findall(text)
    return Counter(tuple(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1)) if words)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def measure(pages: list[Page]) -> list[dict[str, object]]:
    """One row for each way of reading and each part of the pages."""
    rows: list[dict[str, object]] = []
    for way, read in WAYS.items():
        found = {page.id: read(page) for page in pages}
        for part in ("dev", "held out", "all"):
            chosen = [page for page in pages if part in (page.part, "all")]
            tokens = [token_scores(page.truth, found[page.id]) for page in chosen]
            shingles = [shingle_scores(page.truth, found[page.id]) for page in chosen]
            precision = _mean([s[0] for s, p in zip(shingles, chosen, strict=True) if found[p.id]])
            recall = _mean([s[1] for s in shingles])
            rows.append(
                {
                    "way": way,
                    "pages": part,
                    "n": len(chosen),
                    "token_precision": _mean([t[0] for t in tokens]),
                    "token_recall": _mean([t[1] for t in tokens]),
                    "token_f1": _mean([t[2] for t in tokens]),
                    "shingle_f1": 2 * precision * recall / (precision + recall),
                }
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.extraction", description="Page extraction against people's.")
    parser.add_argument("archive", type=Path, help="article_extraction_benchmark.tar")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    options = parser.parse_args()
    rows = measure(load(options.archive))
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    figures = ("token_f1", "token_precision", "token_recall", "shingle_f1")
    print(f"{'way':16} {'pages':9} {'n':>4} " + " ".join(f"{name:>15}" for name in figures))
    for row in rows:
        print(f"{row['way']:16} {row['pages']:9} {row['n']:4} " + " ".join(f"{row[name]:15.3f}" for name in figures))


if __name__ == "__main__":
    main()
