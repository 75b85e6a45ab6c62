"""What an error becomes over HTTP: status, headers and the one body that every error has."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from index.errors import BadInputError, NewsdeskError, StorageError
from rag.errors import NotKeptError
from ui.edge import MAX_BODY_BYTES
from ui.schemas import ErrorBody

RETRY_AFTER_SECONDS = 5

_CODES = {400: "invalid_json", 403: "forbidden", 404: "not_found", 405: "method_not_allowed", 429: "too_many_requests"}


def handle_errors(app: FastAPI) -> None:
    """Give every error of `app` its body."""
    app.add_exception_handler(NewsdeskError, _newsdesk_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)


def error_example(description: str, code: str, detail: str) -> dict[str, Any]:
    """One error of a route, for OpenAPI."""
    example = {"error_code": code, "detail": detail, "request_id": "3f2c9a7e5b1d4c6f8a0e2b4d6c8f0a1e"}
    return {"model": ErrorBody, "description": description, "content": {"application/json": {"example": example}}}


def openai_error(code: str, detail: str) -> dict[str, str | None]:
    """What clients of OpenAI's API look for in an error."""
    return {"message": detail, "type": code, "param": None, "code": code}


def status_of(error: NewsdeskError) -> int:
    """The status that says what kind of error it is."""
    if isinstance(error, NotKeptError):
        return 404
    if isinstance(error, BadInputError):
        return 422
    return 503 if error.retryable or isinstance(error, StorageError) else 500


def _newsdesk_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, NewsdeskError)
    return _body(request, status_of(error), error.code, str(error), retry=error.retryable)


def _http_error(request: Request, error: Exception) -> JSONResponse:
    """Unknown route, wrong method, a body that cannot be decoded, and those raised above."""
    assert isinstance(error, HTTPException)
    detail = str(error.detail)
    if error.status_code == 405:
        detail = f"{request.url.path} does not answer {request.method}. Look at /openapi.json for what it answers."
    elif error.status_code == 400:
        detail = "The body is not valid JSON in UTF-8. Send one JSON object."
    elif detail == "Not Found":
        detail = f"There is nothing at {request.url.path}. Look at /openapi.json for what there is."
    response = _body(request, error.status_code, _CODES.get(error.status_code, "http_error"), detail)
    response.headers.update(error.headers or {})
    return response


def _invalid(request: Request, error: Exception) -> JSONResponse:
    """A request that does not fit the contract: names each field at fault."""
    assert isinstance(error, RequestValidationError)
    problems = error.errors()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip()
    if problems[0]["loc"][0] == "body" and not media_type.endswith("json"):
        detail = "The body is not marked as JSON. Send it with the header 'Content-Type: application/json'."
        return _body(request, 415, "not_json", detail)
    if problems[0]["type"] == "json_invalid":
        detail = (
            f"The body is not valid JSON: {problems[0]['ctx']['error'].lower()} at character {problems[0]['loc'][1]}."
        )
        return _body(request, 400, "invalid_json", f"{detail} Send one JSON object.")
    fields = [{**problem, "loc": problem["loc"][1:]} for problem in problems]  # without "body" or "query"
    return _body(request, 422, "bad_input", fields_at_fault(fields))


def fields_at_fault(problems: Sequence[Mapping[str, Any]]) -> str:
    """What is wrong with the fields of a request, as pydantic tells it, in sentences."""
    said = " ".join(_sentence(problem) for problem in problems[:5])
    return f"{said} Look at /openapi.json for the fields of a request."


def _sentence(problem: Mapping[str, Any]) -> str:
    field = ".".join(str(part) for part in problem["loc"])
    if not field:
        return "The body must be one JSON object."
    if problem["type"] == "extra_forbidden":
        return f"The field {field!r} is not known."
    if problem["type"] == "missing":
        return f"The field {field!r} is missing."
    reason = problem["msg"].removeprefix("Value error, ")
    return f"The field {field!r} cannot be used: {reason[0].lower()}{reason[1:]}."


def _body(request: Request, status: int, code: str, detail: str, retry: bool = False) -> JSONResponse:
    content = ErrorBody(error_code=code, detail=detail, request_id=request.state.request_id).model_dump()
    if request.url.path.startswith("/v1/"):
        content["error"] = openai_error(code, detail)
    return JSONResponse(content, status, headers={"Retry-After": str(RETRY_AFTER_SECONDS)} if retry else None)


NOTHING_TO_SEARCH = "The archive holds no article yet. Run `newsdesk ingest PATH...`, then ask again."

READY_ERRORS: dict[int | str, dict[str, Any]] = {
    503: error_example("Nothing to search, or the archive cannot be opened.", "not_ready", NOTHING_TO_SEARCH),
}
"""Of every route that needs the archive."""

BODY_ERRORS: dict[int | str, dict[str, Any]] = {
    400: error_example("Not JSON.", "invalid_json", "The body is not valid JSON: expecting value at character 0."),
    413: error_example("Too large.", "too_large", f"The body of the request is over {MAX_BODY_BYTES // 1024} KB."),
    415: error_example("Not marked as JSON.", "not_json", "The body is not marked as JSON."),
    422: error_example("A field that cannot be used.", "bad_input", "The field 'qestion' is not known."),
}
"""Of every route that takes a body."""
