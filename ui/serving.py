"""The archive behind a running server: opened at start-up, or as soon as it can be; and the answers that it gave."""

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager

from index.errors import NewsdeskError, NotReadyError, StorageError
from rag.build import build_kept_answers, build_pipeline
from rag.errors import BusyError
from rag.kept_answers import KeptAnswer
from rag.pipeline import Pipeline
from rag.settings import Settings, load_settings
from rag.types import Answer, Event, Found, Question
from ui.metrics import count_refused, counted_running, failures_counted
from ui.watch import watch_answer

RETRY_SECONDS = 2.0

_log = logging.getLogger(__name__)


class Serving:
    """Hands out the one pipeline of a server, and tries again when it could not be built before. When the archive was
    embedded anew, questions from then on get a pipeline with the new embedder, which the settings name by now; those
    that are being answered keep theirs. Answers a bounded number of questions at a time, and keeps what it answered."""

    def __init__(self, settings: Settings, build: Callable[[Settings], Pipeline] = build_pipeline) -> None:
        self._settings = settings
        self._build = build
        self.kept_answers = build_kept_answers(settings)
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
        pipeline = self._pipeline or self._open(None)
        manifest = pipeline.collection.manifest()
        if manifest.articles == 0:
            raise NotReadyError("The archive holds no article yet.", "Run `newsdesk ingest PATH...`, then ask again.")
        return pipeline if manifest.embedder == pipeline.embedder.id else self._open(pipeline)

    def ask(self, question: Question, request_id: str | None = None, wait: float = 0) -> Answer:
        """The end of `stream`."""
        *_, answer = self.stream(question, request_id, wait)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, question: Question, request_id: str | None = None, wait: float = 0) -> Generator[Event]:
        """As `Pipeline.stream`, with the answer kept under its `answer_id`; also raises BusyError when after
        `wait` seconds there still are too many, and what `pipeline` raises. Its slot is free again before the answer,
        or when it is closed."""
        with (
            self._slot(wait),
            failures_counted(),
            closing(self.pipeline().stream(question, request_id)) as events,
        ):
            while not isinstance(event := next(events), Answer):
                yield event
            answer = self._kept(event)
            watch_answer(answer, self._settings.log_questions)
        yield answer  # in the end, for whoever has it may ask again at once

    def find(self, question: Question) -> Found:
        """As `Pipeline.find`; also raises BusyError, and what `pipeline` raises."""
        with self._slot():
            return self.pipeline().find(question)

    def answer(self, id: str) -> KeptAnswer:
        """An answer given before, as it may be shown now. Raises UnknownAnswerError, and what `pipeline` raises."""
        return self.kept_answers.get(id, self.pipeline().collection)

    def _kept(self, answer: Answer) -> Answer:
        """With its id; an answer that cannot be kept is given all the same."""
        try:
            return self.kept_answers.keep(answer)
        except StorageError as error:
            _log.warning("An answer is not kept. %s", error)
            return answer

    @contextmanager
    def _slot(self, wait: float = 0) -> Iterator[None]:
        if not self._slots.acquire(timeout=wait):
            count_refused()
            raise BusyError("Too many questions are being answered at the moment.", "Ask again in a few seconds.")
        try:
            with counted_running():
                yield
        finally:
            self._slots.release()

    def _open(self, old: Pipeline | None) -> Pipeline:
        """The pipeline in place of `old`, which one thread builds while the others wait for it."""
        with self._lock:
            if self._pipeline is old and time.monotonic() >= self._retry_at:
                try:
                    self._pipeline, self._error = self._build(self._settings_now(old)), None
                except NewsdeskError as error:
                    self._error, self._retry_at = error, time.monotonic() + RETRY_SECONDS
            if self._pipeline is None or self._pipeline is old:
                assert self._error is not None
                raise self._error.with_traceback(None)
            return self._pipeline

    def _settings_now(self, old: Pipeline | None) -> Settings:
        if old is None:
            return self._settings
        now = load_settings(self._settings.home)
        return self._settings.model_copy(update={"embedder": now.embedder, "embedder_model": now.embedder_model})
