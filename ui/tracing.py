"""Requests and the steps of answers as spans of OpenTelemetry, for those who run a collector.

On when OTEL_EXPORTER_OTLP_ENDPOINT, or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, says where they go; what else the
specification names is read by its library (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables).
FastAPI makes the spans of requests by itself, and takes up the trace that a request belongs to.
"""

import os
import time

from opentelemetry import trace

from index.errors import SetupError
from rag.types import Answer

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")

_tracer = trace.get_tracer("newsdesk")  # does nothing until start_tracing, then what that says


def start_tracing(with_questions: bool) -> None:
    """From now on in this process, if it is wanted; addresses asked for, which may hold a question, only
    `with_questions`. Raises SetupError when its library is not installed."""
    if not any(os.environ.get(name) for name in ENDPOINTS):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError as error:
        raise SetupError(
            "The environment asks for traces, and the library for them is not installed.",
            f"Install it: pip install 'newsdesk[otel]', or take {ENDPOINTS[0]} away.",
        ) from error

    class Discreet(SpanProcessor):
        """Nobody reads in a trace what was searched for."""

        def on_start(self, span: trace.Span, parent_context: object = None) -> None:
            """Before the others see it."""
            if "url.query" in (getattr(span, "attributes", None) or {}):
                span.set_attribute("url.query", "REDACTED")

    name = os.environ.get("OTEL_SERVICE_NAME") or "newsdesk"
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    if not with_questions:
        provider.add_span_processor(Discreet())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def trace_answer(answer: Answer, with_question: bool) -> None:
    """The steps of an answer that was just given as spans within that of its request, and what came of it.

    A span is as long as its step was at work, and they stand one behind the other: of steps that take turns, as while a
    language model writes, each has one span for all of its turns.
    """
    request = trace.get_current_span()
    if not request.is_recording():
        return
    request.set_attribute("newsdesk.request_id", answer.request_id)
    request.set_attribute("newsdesk.llm", answer.llm)
    request.set_attribute("newsdesk.outcome", answer.abstain_reason or "answered")
    if with_question:
        request.set_attribute("newsdesk.question", answer.question)
    steps = {step: round(ms * 1e6) for step, ms in answer.timings_ms.items() if step != "total"}
    start = time.time_ns() - sum(steps.values())
    for step, nanoseconds in steps.items():
        _tracer.start_span(step, start_time=start).end(start + nanoseconds)
        start += nanoseconds


def flush_traces() -> None:
    """Send what was not sent yet, before the process ends."""
    if flush := getattr(trace.get_tracer_provider(), "force_flush", None):
        flush()
