"""The archive behind a running server: opened at start-up, or as soon as it can be."""

import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager

from index.errors import NewsdeskError, NotReadyError
from rag.build import build_pipeline
from rag.errors import BusyError
from rag.pipeline import Pipeline
from rag.settings import Settings
from rag.types import Answer, Event, Question

RETRY_SECONDS = 2.0


class Serving:
    """Hands out the one pipeline of a server, and tries again when it could not be built before. Answers a bounded
    number of questions at a time."""

    def __init__(self, settings: Settings, build: Callable[[Settings], Pipeline] = build_pipeline) -> None:
        self._settings = settings
        self._build = build
        self._lock = threading.Lock()
        self._pipeline: Pipeline | None = None
        self._error: NewsdeskError | None = None
        self._retry_at = 0.0
        self._slots = threading.Semaphore(settings.questions_at_once)

    def pipeline(self) -> Pipeline:
        """The pipeline over an archive that holds something.

        Raises NotReadyError while the archive is empty, else the NewsdeskError that stops it from being opened.
        Building is tried at most every RETRY_SECONDS, so that a broken archive does not make every request slow.
        """
        pipeline = self._pipeline or self._open()
        if pipeline.collection.manifest().articles == 0:
            raise NotReadyError("The archive holds no article yet.", "Run `newsdesk ingest PATH...`, then ask again.")
        return pipeline

    def ask(self, question: Question, request_id: str | None = None) -> Answer:
        """As `Pipeline.ask`; also raises BusyError, and what `pipeline` raises."""
        with self._slot():
            return self.pipeline().ask(question, request_id)

    def stream(self, question: Question, request_id: str) -> Generator[Event]:
        """As `Pipeline.stream`, raising what `ask` does. Its slot is free again when it ends or is closed."""
        with self._slot():
            yield from self.pipeline().stream(question, request_id)

    @contextmanager
    def _slot(self) -> Iterator[None]:
        if not self._slots.acquire(blocking=False):
            raise BusyError("Too many questions are being answered at the moment.", "Ask again in a few seconds.")
        try:
            yield
        finally:
            self._slots.release()

    def _open(self) -> Pipeline:
        with self._lock:
            if self._pipeline is None and time.monotonic() >= self._retry_at:
                try:
                    self._pipeline, self._error = self._build(self._settings), None
                except NewsdeskError as error:
                    self._error = error
                self._retry_at = time.monotonic() + RETRY_SECONDS
            if self._pipeline is None:
                assert self._error is not None
                raise self._error.with_traceback(None)
            return self._pipeline
