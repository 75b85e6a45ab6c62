"""What it means when a server of language models does not give the answer, the same for every provider."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from textwrap import shorten

from rag.errors import LLMBrokenError, LLMError, LLMRefusedError, LLMUnavailableError
from rag.types import LLMSpec

PASSING = {408, 409, 425, 429}
"""Statuses below 500 with which the same request may succeed later (RFC 9110, RFC 8470, RFC 6585)."""

_CHECK_ADDRESS = "Check base_url in its settings: of most servers it ends in /v1."


def refusal(spec: LLMSpec, status: int, headers: Mapping[str, str], body: object) -> LLMError:
    """The error for an answer with this status, >= 400. `body`: decoded JSON, or text."""
    said = _quoted(spec, body)
    if "insufficient_quota" in str(body):  # OpenAI's 429 of an account without money
        return LLMRefusedError(spec.name, f"is not paid for{said}", "Look after the account at the provider.")
    if status in PASSING or status >= 500:
        wait = retry_after(headers)
        remedy = "Try again later." if wait is None else f"Try again in {wait:.0f} seconds."
        reason = f"is overloaded or out of order (status {status}{said})"
        return LLMUnavailableError(spec.name, reason, remedy, wait)
    if status in (401, 403):
        key = f"the key in {spec.api_key_env}" if spec.api_key_env else "a request without a key"
        remedy = f"Check {spec.api_key_env}." if spec.api_key_env else "Name the key's variable with api_key_env."
        return LLMRefusedError(spec.name, f"does not accept {key} (status {status})", remedy)
    if status == 404:
        remedy = f"Check model ({spec.model}) and base_url in its settings."
        return LLMRefusedError(spec.name, f"is not there (status 404{said})", remedy)
    remedy = "Correct its settings, or send a shorter prompt."
    return LLMRefusedError(spec.name, f"does not take the request (status {status}{said})", remedy)


def unreachable(spec: LLMSpec, host: str, reason: BaseException | None) -> LLMError:
    """The error for a server that does not answer at all."""
    said = f": {reason}" if str(reason or "") else ""
    remedy = "Check that its server runs, and base_url in its settings."
    return LLMUnavailableError(spec.name, f"cannot be reached at {host}{said}", remedy)


def broken_off(spec: LLMSpec, body: object = None) -> LLMError:
    """The error for an answer without its end. `body`: what the server says about it, if it does."""
    return LLMBrokenError(spec.name, f"broke off in the middle{_quoted(spec, body)}", "Ask again.")


def withheld(spec: LLMSpec) -> LLMError:
    """The error for an answer that the provider will not give for what it is about."""
    return LLMRefusedError(spec.name, "does not want to answer this", "Ask another model, or in other words.")


def garbage(spec: LLMSpec) -> LLMError:
    """The error for an answer that does not follow the protocol."""
    return LLMBrokenError(spec.name, "sent what is no answer", _CHECK_ADDRESS)


def require_event_stream(spec: LLMSpec, headers: Mapping[str, str]) -> None:
    """Raise LLMBrokenError for anything but server-sent events: a web page, most often of a wrong address."""
    found = headers.get("content-type", "nothing")
    if not found.startswith("text/event-stream"):
        raise LLMBrokenError(spec.name, f"sent {shorten(found, 60)} instead of an event stream", _CHECK_ADDRESS)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by the header Retry-After, in either of its forms (RFC 9110, 10.2.3); None without one."""
    value = headers.get("retry-after", "")
    with suppress(ValueError):
        return max(0.0, float(value))
    with suppress(ValueError, TypeError):  # TypeError: a date without its zone
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    return None


def _quoted(spec: LLMSpec, body: object) -> str:
    """What the server says in its own words, behind a colon, on one line and without the key; "" if it says nothing."""
    while isinstance(body, Mapping):
        body = body.get("error") or body.get("message") or body.get("detail")
    text = " ".join(str(body or "").split()).rstrip(".")
    if spec.api_key:
        text = text.replace(spec.api_key, "***")
    return f": {shorten(text, 200, placeholder='…')}" if text else ""
