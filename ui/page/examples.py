"""The example questions of the page, made once for each state of the archive and kept beside it."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from threading import Lock, Thread

from index.errors import NewsdeskError
from rag.build import build_synonyms
from rag.examples import examples
from rag.pipeline import Pipeline
from rag.settings import Settings
from ui.serving import Serving

_log = logging.getLogger(__name__)


class Examples:
    """Finding them takes many answers: nobody waits for that, and the next server need not do it again."""

    def __init__(self, serving: Serving, settings: Settings) -> None:
        self._serving = serving
        self._settings = settings
        self._making = Lock()

    def get(self) -> list[str] | None:
        """None while they are being made, which this begins. Raises what `Serving.pipeline` does."""
        pipeline = self._serving.pipeline()
        built_at = pipeline.collection.manifest().built_at
        kept = _read(self._settings.examples_file, built_at)
        if kept is None and self._making.acquire(blocking=False):
            Thread(target=self._make, args=(pipeline, built_at), name="examples", daemon=True).start()
        return kept

    def _make(self, pipeline: Pipeline, built_at: str | None) -> None:
        try:
            found = examples(pipeline.collection, build_synonyms(self._settings), pipeline.ask)
            _write(self._settings.examples_file, built_at, found)
        except (NewsdeskError, OSError) as error:
            _log.warning("There are no example questions. %s", error)
        finally:
            self._making.release()


def _read(file: Path, built_at: str | None) -> list[str] | None:
    """Those of this state of the archive, if they were made."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return [str(question) for question in kept["questions"]] if kept["built_at"] == built_at else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(file: Path, built_at: str | None, questions: Sequence[str]) -> None:
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.write_text(json.dumps({"built_at": built_at, "questions": questions}), encoding="utf-8")
    unfinished.replace(file)
