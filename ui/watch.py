"""Every request and every answer is counted and logged."""

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.types import Answer
from ui.metrics import count_answer, count_request
from ui.tracing import trace_answer

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

_log = logging.getLogger(__name__)


def watch_answer(answer: Answer, with_question: bool) -> None:
    """Count an answer, log and trace how it came about; what was asked and answered only if `with_question`."""
    count_answer(answer)
    trace_answer(answer, with_question)
    fields = {
        "request_id": answer.request_id,
        "llm": answer.llm,
        "abstain_reason": answer.abstain_reason,
        "sentences": len(answer.sentences),
        "removed": len(answer.removed),
        "timings_ms": dict(answer.timings_ms),
        "usage": dict(answer.usage),
    }
    if with_question:
        fields |= {"question": answer.question, "answer": answer.answer}
    _log.info("answer", extra={"fields": fields})


class Watch:
    """ASGI middleware, the outermost. Logs no query, which may hold a question, and no header, which may hold a key."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, status = time.perf_counter(), 499  # as nginx says of a client that went away before the response

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_look)
        finally:
            seconds = time.perf_counter() - start
            route = getattr(scope.get("route"), "path", "other")
            count_request(method if (method := scope["method"]) in _METHODS else "other", route, status, seconds)
            fields = {
                "request_id": scope["state"].get("request_id"),
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "ms": round(seconds * 1000, 1),
                "address": scope["client"][0] if scope["client"] else None,
                "key": key.name if (key := scope["state"].get("key")) else None,
            }
            _log.info("request", extra={"fields": fields})
