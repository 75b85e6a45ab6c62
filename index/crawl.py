"""Pages fetched as a good guest does it: robots.txt asked, each host at its own pace, nothing fetched again in vain."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from protego import Protego

from index.address import Address, read_address
from index.crawl_log import CrawlLog, Entry, Known
from index.errors import FetchError
from index.fetch import AGENT, MAX_BYTES, Fetched, Validators, fetch
from index.media import PAGE_TYPES
from index.types import Article, Found, IngestReport, Outcome, RawPage, Skipped, Unchanged

RECHECK_SECONDS = 86_400.0
"""A page that its list says is unchanged is trusted to be so for this long; then its server is asked."""

LONGEST_DELAY = 86_400.0  # seconds that a robots.txt may put between two pages
LONGEST_WAIT = 60.0  # seconds; a host that asks for more is left alone until the next ingest
GONE = 410
PATIENCE = 3  # failures of a host in a row, then it rests
REST_SECONDS = 600.0
ROBOTS_SECONDS = 86_400.0  # RFC 9309, section 2.4
ROBOTS_BYTES = 512_000  # RFC 9309, section 2.5


class DisallowedError(FetchError):
    """The site's robots.txt asks programs to stay away from this page."""


class RestingError(FetchError):
    """The host is left alone for now; nothing was sent."""


class Crawler:
    """Fetches lists of pages, and the pages that are new or may have changed.

    `stored` gives the article of an id as the archive holds it now: what the log says of a page counts only as long as
    the archive holds it so. `delay`: seconds between two requests to one host; more where its robots.txt says so.
    `since`: pages whose list says that they are older are not fetched. `again`: those that could not be read, or were
    left out, are fetched once more at once. `clock` gives seconds since 1970.
    """

    def __init__(
        self,
        log: CrawlLog,
        stored: Callable[[str], Article | None],
        delay: float,
        allow_private: bool,
        since: date | None = None,
        again: bool = False,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._log = log
        self._stored = stored
        self._delay = delay
        self._allow_private = allow_private
        self._since = since
        self._again = again
        self._clock = clock
        self._sleep = sleep
        self._robots: dict[str, tuple[Protego, float]] = {}
        self._free_at: dict[str, float] = {}
        self._failures: Counter[str] = Counter()
        self._waiting: dict[str, list[tuple[str, tuple[str, ...], Known]]] = {}

    def entries(self, url: str, read: Callable[[Fetched], list[Entry]], limit: int) -> list[Entry]:
        """The pages that the list at `url` names, read out of it by `read`; those of last time if it is unchanged.

        Raises FetchError, or what `read` raises.
        """
        last = self._log.entries(url)
        fetched = self.fetch(url, last[0] if last else None, limit)
        if last and not fetched.modified:
            return last[1]
        entries = read(fetched)
        self._log.note_list(url, fetched.validators, entries)
        return entries

    def page(self, entry: Entry) -> Found:
        """The page of an entry, unless it is known and unchanged. One without a mark is asked for each time."""
        if self._since and entry.dated_at and entry.dated_at[:10] < self._since.isoformat():
            return Skipped(entry.url, f"it is from before {self._since}")
        known = self._log.page(entry.url)
        if known and (not self._is_held(known) or (known.problem and self._again)):
            known = None
        if known and entry.mark in known.marks and self._clock() - known.checked_at < RECHECK_SECONDS:
            if known.problem:
                return Skipped(entry.url, f"as the last time, {known.problem}")
            return Unchanged(entry.url)
        marks = (entry.mark,) if entry.mark else ()
        now = Known(marks, None, None, self._clock(), None, None, None)
        try:
            fetched = self.fetch(entry.url, known.validators if known and not known.problem else None)
            if known and not fetched.modified:
                self._log.note_page(entry.url, replace(known, marks=known.marks + marks, checked_at=now.checked_at))
                return Unchanged(entry.url)
            if fetched.media_type not in PAGE_TYPES:
                raise FetchError(
                    entry.url, f"this is {fetched.media_type}, which is no page", "Give the page of the article."
                )
        except DisallowedError as error:
            return Skipped(entry.url, error.reason)
        except FetchError as error:
            if not error.retryable:
                self._log.note_page(entry.url, replace(now, problem=error.reason))
            if error.status == GONE and known and known.article_id:
                remedy = f"Its article stays until `newsdesk delete {known.article_id}`."
                return FetchError(entry.url, error.reason, remedy, GONE)
            return error
        now = replace(now, etag=fetched.validators.etag, last_modified=fetched.validators.last_modified)
        before = known.marks if known else ()
        self._waiting.setdefault(fetched.url, []).append((entry.url, before, now))
        return RawPage(fetched.url, PAGE_TYPES[fetched.media_type], fetched.content, fetched.charset, entry.hints)

    def told(self, outcome: Outcome) -> None:
        """Hear what became of a page. Only now, when its article is stored, it counts as known."""
        waiting = self._waiting.pop(outcome.location, [])
        if self._since and outcome.state == "skipped":
            return  # of another day's wish nothing follows for the next run
        for url, before, known in waiting:
            if outcome.state == "unchanged":
                known = replace(known, marks=before + known.marks)
            if outcome.problem:
                known = replace(known, problem=outcome.problem.reason)
            elif outcome.article:
                known = replace(known, article_id=outcome.article.id, content_hash=outcome.article.content_hash)
            self._log.note_page(url, known)

    def finished(self, source: str, report: IngestReport) -> None:
        """Keep what came of a source that was read to its end."""
        self._log.note_ingest(source, self._clock(), report)

    def _is_held(self, known: Known) -> bool:
        if known.article_id is None:
            return True
        article = self._stored(known.article_id)
        return article is not None and article.content_hash == known.content_hash

    def fetch(self, url: str, validators: Validators | None = None, limit: int = MAX_BYTES) -> Fetched:
        """Fetch, and once more where a busy server asks for a short wait. Raises FetchError that names `url`."""
        try:
            try:
                return self._fetch_once(url, validators, limit)
            except FetchError as error:
                if error.wait is None or error.wait > LONGEST_WAIT:
                    raise
            return self._fetch_once(url, validators, limit)
        except FetchError as error:
            if error.location == url:
                raise
            reason = f"{error.reason} (it leads to {error.location})"
            raise type(error)(url, reason, error.remedy, error.status, error.retryable) from error

    def _fetch_once(self, url: str, validators: Validators | None, limit: int) -> Fetched:
        try:
            fetched = fetch(url, validators, limit, self._allow_private, self._ask_leave)
        except RestingError:
            raise
        except FetchError as error:
            if error.retryable:
                self._let_rest(read_address(error.location).host, error.wait)
            raise
        self._failures.pop(read_address(fetched.url).host, None)
        return fetched

    def _ask_leave(self, address: Address) -> None:
        """Wait until a page may be asked for. Raises DisallowedError or RestingError when it may not."""
        self._check_rest(address)
        robots = self._robots_of(address)
        if not robots.can_fetch(address.url, AGENT):
            raise DisallowedError(address.url, "the site's robots.txt asks programs not to read it", "Ask its owner.")
        self._take_turn(address, robots.crawl_delay(AGENT) or 0.0)

    def _robots_of(self, address: Address) -> Protego:
        """The rules of a site, as RFC 9309 has it: none where there is no robots.txt, and where it cannot be had for
        now, nothing may be fetched. Raises FetchError then."""
        if address.origin in self._robots:
            robots, until = self._robots[address.origin]
            if self._clock() < until:
                return robots
        try:
            url = f"{address.origin}/robots.txt"
            fetched = fetch(url, None, ROBOTS_BYTES, self._allow_private, self._take_turn)
            robots = Protego.parse(fetched.content.decode("utf-8", errors="replace"))
        except FetchError as error:
            if error.status is None or error.status >= 500 or error.wait:
                reason = f"the site's robots.txt cannot be had: {error.reason}"
                raise FetchError(address.url, reason, error.remedy, retryable=True, wait=error.wait) from error
            robots = Protego.parse("")
        self._robots[address.origin] = robots, self._clock() + ROBOTS_SECONDS
        return robots

    def _take_turn(self, address: Address, delay: float = 0.0) -> None:
        self._check_rest(address)
        if (wait := self._free_at.get(address.host, 0.0) - self._clock()) > 0:
            self._sleep(wait)
        self._free_at[address.host] = self._clock() + max(self._delay, min(delay, LONGEST_DELAY))

    def _check_rest(self, address: Address) -> None:
        free_at = self._free_at.get(address.host, 0.0)
        if free_at - self._clock() > LONGEST_WAIT:
            until = datetime.fromtimestamp(free_at, UTC).strftime("%H:%M UTC")
            reason = f"its server {address.host} is left alone until {until}"
            raise RestingError(address.url, reason, "It is tried again at the first ingest after that.", retryable=True)

    def _let_rest(self, host: str, wait: float | None) -> None:
        """A host that asks for a pause has it, and one that fails again and again is not asked for a while."""
        self._failures[host] += 1
        if wait is None and self._failures[host] >= PATIENCE:
            wait = REST_SECONDS
        if wait is not None:
            self._free_at[host] = max(self._free_at.get(host, 0.0), self._clock() + wait)
