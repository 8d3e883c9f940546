"""A trace as OTLP/JSON, the exchange format of OpenTelemetry.

https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: ids in hexadecimal, 64-bit numbers as text, enums as
numbers. The ids of a run are the same each time, so that sending it twice makes no second one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import msgspec

from agent import __version__
from agent.traces.content import Content
from agent.traces.genai import Attributes, attributes_of, error_of, name_of
from agent.traces.span import Span, Trace

MOST_BYTES: Final = 2_000_000
"""Of one message, unless a single span is larger: collectors take 4 MB and more."""
_REPEATED, _SHORT = 256, 200
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_INTERNAL, _CLIENT, _ERROR = 1, 3, 2

Json = dict[str, Any]
Hide = Callable[[str], str]


def messages(
    trace: Trace, said: Content | None = None, now: datetime | None = None, hide: Hide = str
) -> Iterator[bytes]:
    """Write a trace as one or more `ExportTraceServiceRequest`, each at most about MOST_BYTES long.

    `said`: with the content of the run; None: names, numbers and times alone. `now`: the end of what has not ended.
    `hide`: takes known keys out of names; a model or a provider makes up some of them.
    """
    batch: list[bytes] = []
    size = 0
    for plain in _spans(trace, said, now or datetime.now(UTC), _remembering(hide)):
        text = msgspec.json.encode(plain)
        if batch and size + len(text) > MOST_BYTES:
            yield _request(batch)
            batch, size = [], 0
        batch.append(text)
        size += len(text) + 1
    yield _request(batch)


def _remembering(hide: Hide) -> Hide:
    """The same; most names and short values come again and again."""
    known = lru_cache(_REPEATED)(hide)
    return lambda text: known(text) if len(text) <= _SHORT else hide(text)


def trace_id(run_id: str) -> str:
    """The id of a run's trace: 32 hexadecimal digits."""
    return hashlib.sha256(f"homard run {run_id}".encode()).hexdigest()[:32]


def span_id(run_id: str, key: str) -> str:
    """The id of one of its spans: 16 hexadecimal digits."""
    return hashlib.sha256(f"homard run {run_id} span {key}".encode()).hexdigest()[:16]


def _spans(trace: Trace, said: Content | None, now: datetime, hide: Hide) -> Iterator[Json]:
    for span in trace.spans:
        if span.kind != "mark":
            yield _span(span, trace, said, now, hide)


def _span(span: Span, trace: Trace, said: Content | None, now: datetime, hide: Hide) -> Json:
    end = max(span.ended_at or now, span.started_at)
    error = error_of(span, trace)
    attributes = attributes_of(span, trace, said)
    if span.kind == "run" and said is not None:
        attributes["homard.run.prompt"] = said.text(trace.prompt)
    if error:
        attributes["error.type"] = error
    found: Json = {
        "traceId": trace_id(trace.run_id),
        "spanId": span_id(trace.run_id, span.key),
        "name": hide(name_of(span)),
        "kind": _CLIENT if span.kind == "model" else _INTERNAL,
        "startTimeUnixNano": _nanos(span.started_at),
        "endTimeUnixNano": _nanos(end),
        "attributes": _attributes(attributes, hide),
        "events": _events(span, trace, said),
        "status": {"code": _ERROR, "message": said.text(trace.error) if said and span.kind == "run" else error}
        if error
        else {},
    }
    if span.parent:
        found["parentSpanId"] = span_id(trace.run_id, span.parent)
    return found


def _events(span: Span, trace: Trace, said: Content | None) -> list[Json]:
    """Moments within a span: the first piece of a reply, what was said while a run worked."""
    if span.model is not None and span.model.first_ms is not None:
        first = span.started_at + timedelta(milliseconds=span.model.first_ms)
        return [_event("homard.first_token", first, {})]
    return [
        _event(name_of(mark), mark.started_at, {"homard.text": said.text(mark.text)} if said is not None else {})
        for mark in trace.within(span.key)
        if mark.kind == "mark"
    ]


def _event(name: str, at: datetime, attributes: Attributes) -> Json:
    return {"timeUnixNano": _nanos(at), "name": name, "attributes": _attributes(attributes)}


def _request(spans: Sequence[bytes]) -> bytes:
    resource = {"attributes": _attributes({"service.name": "homard", "service.version": __version__})}
    scope = {"name": "homard.traces", "version": __version__}
    inside = msgspec.Raw(b"[" + b",".join(spans) + b"]")
    return msgspec.json.encode(
        {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": scope, "spans": inside}]}]}
    )


def _attributes(given: Attributes, hide: Hide = str) -> list[Json]:
    return [{"key": hide(key), "value": _value(value, hide)} for key, value in given.items()]


def _value(value: Any, hide: Hide) -> Json:
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case list():
            return {"arrayValue": {"values": [_value(one, hide) for one in value]}}  # pyright: ignore[reportUnknownVariableType]
        case _:
            return {"stringValue": hide(str(value))}


def _nanos(moment: datetime) -> str:
    return str((moment - _EPOCH) // timedelta(microseconds=1) * 1000)
