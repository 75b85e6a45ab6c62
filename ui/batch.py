"""Many questions in one request: a JSON line in, a JSON line out, in the same order."""

import json
import logging
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from index.errors import BadInputError, NewsdeskError
from rag.settings import Settings
from ui.errors import fields_at_fault, status_of
from ui.schemas import AskResponse, ErrorBody, ResponseBody, from_answer
from ui.schemas_requests import AskRequest, Text, to_question
from ui.serving import Serving
from ui.wording import UNFORESEEN

MOST_LINES = 1_000

AT_ONCE = 4
"""Questions of one batch answered at a time, so that it leaves room for others."""

WAIT_SECONDS = 60.0
"""For room among the questions that a server answers at a time."""

_log = logging.getLogger(__name__)


class BatchQuestion(AskRequest):
    """A line of a batch."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={})

    id: Text | int | None = Field(None, description="Comes back with the answer.")


class BatchAnswer(ResponseBody):
    """What came of a line of a batch: `response`, or an `error` where `status` is not 200."""

    line: int = Field(description="Counted from 1, empty ones too.")
    id: str | int | None
    status: int = Field(description="As that of `POST /ask`.")
    response: AskResponse | None = None
    error: ErrorBody | None = None


def lines_of(body: bytes) -> list[tuple[int, bytes]]:
    """The lines that hold something, each with its number. Raises BadInputError when there is none, or too many."""
    lines = [(number, line) for number, line in enumerate(body.splitlines(), 1) if line.strip()]
    if not lines:
        raise BadInputError(
            "The batch holds no line.", 'Send JSON lines such as {"question": "Who runs the company?"}.'
        )
    if len(lines) > MOST_LINES:
        raise BadInputError(f"The batch has {len(lines):,} lines; at most {MOST_LINES:,} are answered.", "Send fewer.")
    return lines


def answers(
    lines: Sequence[tuple[int, bytes]], serving: Serving, settings: Settings, count: Callable[[], float]
) -> Iterator[str]:
    """A line for each, in their order, as soon as it is known. What has not begun when this is closed never does.

    The first line is counted as a request already; for each other one `count` gives 0.0 or the seconds until it may be
    asked, which it waits for.
    """
    closed = Event()

    def answer(place: int, number: int, line: bytes) -> BatchAnswer:
        while place and (wait := count()) and not closed.wait(wait):
            pass
        return _answer(number, line, serving, settings)

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="batch") as pool:
        waiting = iter(enumerate(lines))
        begun: deque[Future[BatchAnswer]] = deque()
        try:
            while True:
                while len(begun) < AT_ONCE and (following := next(waiting, None)):
                    begun.append(pool.submit(answer, following[0], *following[1]))
                if not begun:
                    return
                yield f"{begun.popleft().result().model_dump_json()}\n"
        finally:
            closed.set()
            for future in begun:
                future.cancel()


def _answer(number: int, line: bytes, serving: Serving, settings: Settings) -> BatchAnswer:
    request_id = uuid.uuid4().hex
    given: dict[str, Any] = {"line": number, "id": None}

    def failed(status: int, code: str, detail: str) -> BatchAnswer:
        error = ErrorBody(error_code=code, detail=detail, request_id=request_id)
        return BatchAnswer(**given, status=status, error=error)

    try:
        asked = BatchQuestion.model_validate_json(line)
        given["id"] = asked.id
        answer = serving.ask(to_question(asked, settings), request_id, wait=WAIT_SECONDS)
        return BatchAnswer(**given, status=200, response=from_answer(answer))
    except ValidationError as error:
        problems = error.errors(include_url=False)
        if problems[0]["type"] == "json_invalid":
            return failed(400, "invalid_json", "The line is not valid JSON. Send one JSON object a line, in UTF-8.")
        given["id"] = _id(line)
        return failed(422, "bad_input", fields_at_fault(problems))
    except NewsdeskError as error:
        return failed(status_of(error), error.code, str(error))
    except Exception:
        _log.exception("request %s failed", request_id)
        return failed(500, "internal", UNFORESEEN)


def _id(line: bytes) -> str | int | None:
    """Of a line that is JSON and has something else that cannot be used."""
    found = json.loads(line)
    id = found.get("id") if isinstance(found, dict) else None
    return id if isinstance(id, str | int) and not isinstance(id, bool) else None
