"""One trace for each request, with the request's own id, and without prompts or answers."""

from __future__ import annotations

import os
from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from .errors import ERRORS
from .exchange import Exchange, current

_PROPAGATOR = TraceContextTextMapPropagator()
_LEFT_OUT = ("event", "time", "request_id", "user", "bucket")
"""Of a record: what a span has already, and what tells users apart."""


class Traces:
    """Where spans go. Off without a collector; how many are taken say the SDK's own variables, OTEL_TRACES_SAMPLER."""

    def __init__(self, processor: Any = None) -> None:
        on = processor is not None or "OTEL_EXPORTER_OTLP_ENDPOINT" in os.environ
        self._tracer = _tracer(processor) if on else None

    def begin(self, exchange: Exchange) -> None:
        """Opens the span of a request, in the request's own task."""
        if self._tracer is not None:
            exchange.trace = Trace(self._tracer, exchange.path)


class Trace:
    """The spans of one request: the request itself, and each attempt with a model."""

    def __init__(self, tracer: Tracer, path: str) -> None:
        self._tracer = tracer
        # Callers are outside: a trace of theirs isn't continued.
        self._whole = tracer.start_span(f"POST {path}", Context(), SpanKind.SERVER)
        self._attempt: Span | None = None

    def asks(self, model: str) -> dict[str, str]:
        """
        Opens the span of a model that is asked now; the one before failed.
        @returns the headers by which an engine continues the trace
        """
        self._end_attempt(failed=True)
        inside = set_span_in_context(self._whole, Context())
        attributes = {"gen_ai.operation.name": "chat", "gen_ai.request.model": model}
        self._attempt = self._tracer.start_span(f"chat {model}", inside, SpanKind.CLIENT, attributes)
        headers: dict[str, str] = {}
        _PROPAGATOR.inject(headers, set_span_in_context(self._attempt, Context()))
        return headers

    def end(self, record: dict[str, Any]) -> None:
        """Closes the spans with the figures of the request's record."""
        code = str(record["code"])
        failed = code in ERRORS and ERRORS[code].status >= 500
        self._end_attempt(failed)
        for name, value in record.items():
            if name not in _LEFT_OUT and value is not None:
                self._whole.set_attribute(f"gantry.{name}", value)
        if failed:
            self._whole.set_status(Status(StatusCode.ERROR, code))
        self._whole.end()

    def _end_attempt(self, failed: bool) -> None:
        if self._attempt is not None:
            if failed:
                self._attempt.set_status(Status(StatusCode.ERROR))
            self._attempt.end()
            self._attempt = None


def _tracer(processor: Any) -> Tracer:
    # Imported where it is used: without a collector nothing of it is needed.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class RequestIds(RandomIdGenerator):
        def generate_trace_id(self) -> int:
            exchange = current.get()
            assert exchange is not None
            return int(exchange.request_id, 16)

    # Its own, not the process's: what LiteLLM would add to it holds prompts.
    provider = TracerProvider(id_generator=RequestIds())
    provider.add_span_processor(processor or BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("gantry.gateway")
