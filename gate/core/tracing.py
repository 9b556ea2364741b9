"""One trace for each case, as data: spans, the header that ties the agent's own spans to it, and OTLP's JSON. Pure.

Ids are made from the trace id and from what a span is about, so that the header that is sent while a call is dialled
names the span that is derived from the recording afterwards."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Final, Literal

from gate.core.jsons import Json

TRACEPARENT: Final = "traceparent"
Attribute = str | bool | int | float
Kind = Literal["internal", "client"]

_KINDS: Final[dict[Kind, int]] = {"internal": 1, "client": 3}
_ERROR: Final = 2
_HEADER: Final = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened within a span."""

    t_ns: int
    name: str


@dataclass(frozen=True, slots=True)
class Span:
    """Times are ns since 1970 (UTC). `error`: why it failed; empty if nothing says that it did."""

    name: str
    span_id: str
    parent_id: str
    start_ns: int
    end_ns: int
    attributes: dict[str, Attribute] = field(default_factory=dict)
    moments: tuple[Moment, ...] = ()
    kind: Kind = "internal"
    error: str = ""


def span_id(trace_id: str, *about: object) -> str:
    """16 hexadecimal digits, never all zeros."""
    digest = hashlib.sha256(":".join(map(str, (trace_id, *about))).encode()).hexdigest()[:16]
    return digest if digest.strip("0") else "1".zfill(16)


def traceparent(trace_id: str, call: int) -> str:
    """The header that a call is dialled with (W3C Trace Context, section 3.2): the agent's spans belong below the
    call's, and are to be recorded."""
    return f"00-{trace_id}-{span_id(trace_id, 'call', call)}-01"


def parent_of(header: object) -> str | None:
    """The span that such a header names."""
    found = _HEADER.fullmatch(header) if isinstance(header, str) else None
    return found[2] if found else None


def otlp(trace_id: str, spans: tuple[Span, ...], version: str) -> Json:
    """The request of OTLP/HTTP in JSON: ids in hexadecimal, times as texts (OpenTelemetry protocol, JSON Protobuf
    Encoding)."""
    resource = _attributes({"service.name": "voxgate", "service.version": version})
    scope: Json = {"name": "voxgate", "version": version}
    told: list[Json] = [_span(trace_id, span) for span in spans]
    return {"resourceSpans": [{
        "resource": {"attributes": resource}, "scopeSpans": [{"scope": scope, "spans": told}],
    }]}  # fmt: skip


def _span(trace_id: str, span: Span) -> Json:
    told: dict[str, Json] = {"traceId": trace_id, "spanId": span.span_id}
    told |= {"parentSpanId": span.parent_id} if span.parent_id else {}
    told |= {
        "name": span.name, "kind": _KINDS[span.kind], "startTimeUnixNano": str(span.start_ns),
        "endTimeUnixNano": str(span.end_ns), "attributes": _attributes(span.attributes),
    }  # fmt: skip
    if span.moments:
        told["events"] = [{"timeUnixNano": str(one.t_ns), "name": one.name} for one in span.moments]
    return told | {"status": {"code": _ERROR, "message": span.error} if span.error else {}}


def _attributes(attributes: dict[str, Attribute]) -> list[Json]:
    return [{"key": name, "value": _value(value)} for name, value in attributes.items()]


def _value(value: Attribute) -> Json:
    match value:
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value}
        case str():
            return {"stringValue": value}
