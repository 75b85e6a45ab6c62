"""The example questions of the page, made anew when the archive has changed."""

from threading import Lock

from rag.build import build_synonyms
from rag.examples import examples
from rag.settings import Settings
from ui.serving import Serving


class Examples:
    """Finding them takes a few answers, so they are kept until something else is published."""

    def __init__(self, serving: Serving, settings: Settings) -> None:
        self._serving = serving
        self._settings = settings
        self._lock = Lock()
        self._built_at: str | None = None
        self._found: list[str] = []

    def get(self) -> list[str]:
        """Those of before while somebody else finds new ones. Raises what `Serving.pipeline` does."""
        pipeline = self._serving.pipeline()
        built_at = pipeline.collection.manifest().built_at
        if (built_at is None or built_at != self._built_at) and self._lock.acquire(blocking=False):
            try:
                self._found = examples(pipeline.collection, build_synonyms(self._settings), pipeline.ask)
                self._built_at = built_at
            finally:
                self._lock.release()
        return self._found
