"""What is known of pages fetched before, so that none is fetched again in vain: a small SQLite file in the archive.

It holds nothing that cannot be lost: without it every page is fetched once more.
"""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

from index.errors import StorageError
from index.fetch import Validators
from index.types import Hints, IngestReport

_SCHEMA = """
CREATE TABLE IF NOT EXISTS ingests (source TEXT PRIMARY KEY, finished_at REAL NOT NULL, report TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pages (url TEXT PRIMARY KEY, marks TEXT, etag TEXT, last_modified TEXT, checked_at REAL,
    article_id TEXT, content_hash TEXT, problem TEXT);
CREATE TABLE IF NOT EXISTS lists (url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT);
CREATE TABLE IF NOT EXISTS entries (list TEXT, url TEXT, mark TEXT, hints TEXT, dated_at TEXT, is_list INTEGER);
CREATE INDEX IF NOT EXISTS entries_of_list ON entries (list);
"""
MARKS_KEPT = 4
PROBLEMS_KEPT = 5
_WAIT = 10.0  # seconds for another process


@dataclass(frozen=True, slots=True)
class Entry:
    """A page as a list names it: a feed or sitemap. `mark` changes when the list says that the page has changed.

    `dated_at`: when it was published or changed, whichever is later, in the form of the dates of an Article; None where
    the list does not say. `is_list`: not a page but another list.
    """

    url: str
    mark: str | None
    hints: Hints
    dated_at: str | None = None
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """A page fetched before: `checked_at` in seconds since 1970, the article that was stored, or the `problem`.

    `marks`: those that the lists it stands in gave it while it was as it is, the last few.
    """

    marks: tuple[str, ...]
    etag: str | None
    last_modified: str | None
    checked_at: float
    article_id: str | None
    content_hash: str | None
    problem: str | None

    @property
    def validators(self) -> Validators:
        return Validators(self.etag, self.last_modified)


@dataclass(frozen=True, slots=True)
class LastIngest:
    """What came of a source when it was last read, `finished_at` in seconds since 1970. `problems`: the first of what
    failed, in words; `failed` counts all. `duplicates`: of the new ones, copies of another article."""

    finished_at: float
    new: int
    updated: int
    unchanged: int
    skipped: int
    failed: int
    problems: tuple[str, ...]
    duplicates: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many pages it gave, by what became of them."""
        return {
            "new": self.new,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": self.skipped,
            "failed": self.failed,
        }

    @property
    def healthy(self) -> bool:
        """Whether some of it could be read, or there was nothing to read."""
        return not self.failed or sum(self.counts.values()) > self.failed


class CrawlLog:
    """Pages and lists by URL. Every call is a transaction. Raises StorageError when the file cannot be used."""

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(file, timeout=_WAIT, isolation_level=None)
            self._db.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {_SCHEMA}")
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from error

    def close(self) -> None:
        self._db.close()

    def page(self, url: str) -> Known | None:
        """What is known of a page; None when it was not fetched before."""
        rows = self._run(
            "SELECT marks, etag, last_modified, checked_at, article_id, content_hash, problem FROM pages WHERE url = ?",
            (url,),
        )
        return Known(tuple(json.loads(rows[0][0])), *rows[0][1:]) if rows else None

    def note_page(self, url: str, known: Known) -> None:
        """Keep what is known of a page from now on."""
        _, *values = astuple(known)
        row = (url, json.dumps(known.marks[-MARKS_KEPT:]), *values)
        self._run("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def entries(self, url: str) -> tuple[Validators, list[Entry]] | None:
        """What a list held when it was last fetched, and what it was fetched with; None when it was not."""
        rows = self._run("SELECT etag, last_modified FROM lists WHERE url = ?", (url,))
        if not rows:
            return None
        query = "SELECT url, mark, hints, dated_at, is_list FROM entries WHERE list = ? ORDER BY rowid"
        entries = [
            Entry(page, mark, Hints(**json.loads(hints)), dated_at, bool(is_list))
            for page, mark, hints, dated_at, is_list in self._run(query, (url,))
        ]
        return Validators(*rows[0]), entries

    def note_list(self, url: str, validators: Validators, entries: Sequence[Entry]) -> None:
        """Keep what a list holds, in place of what it held before."""
        rows = [
            (url, entry.url, entry.mark, json.dumps(asdict(entry.hints)), entry.dated_at, entry.is_list)
            for entry in entries
        ]
        try:
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                self._db.execute("DELETE FROM entries WHERE list = ?", (url,))
                self._db.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", rows)
                lists = (url, validators.etag, validators.last_modified)
                self._db.execute("INSERT OR REPLACE INTO lists VALUES (?, ?, ?)", lists)
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def note_ingest(self, source: str, finished_at: float, report: IngestReport) -> None:
        """Keep what came of a source, in place of what is known of it."""
        told = {
            "new": report.new,
            "updated": report.updated,
            "unchanged": report.unchanged,
            "skipped": len(report.skipped),
            "failed": len(report.failed),
            "duplicates": report.duplicates,
            "problems": [str(error) for error in report.failed[:PROBLEMS_KEPT]],
        }
        self._run("INSERT OR REPLACE INTO ingests VALUES (?, ?, ?)", (source, finished_at, json.dumps(told)))

    def ingests(self) -> dict[str, LastIngest]:
        """By the name of the source."""
        found = {}
        for source, finished_at, report in self._run("SELECT source, finished_at, report FROM ingests", ()):
            told = json.loads(report)
            found[source] = LastIngest(finished_at, **told | {"problems": tuple(told["problems"])})
        return found

    def _run(self, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            with closing(self._db.execute(statement, values)) as cursor:
                return cursor.fetchall()
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> StorageError:
        return StorageError(
            f"What is known of fetched pages cannot be used: {self._file} ({error}).",
            "Remove that file: pages are then fetched once more, and nothing is lost.",
        )
