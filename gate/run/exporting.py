"""Sends the traces of a run to an OpenTelemetry backend, where the usual variables name one. It never changes a verdict
and never fails a run: what could not be sent is told. What is sent is what lies in the evidence as `trace.json`, and
how each case was judged."""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gate.core.findings import CaseResult, Verdict

if TYPE_CHECKING:
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
HTTP: Final = "http/protobuf"
AT_ONCE: Final = 512
STATUS: Final = {Verdict.PASS: "pass", Verdict.FAIL: "fail"}
MISSING: Final = "traces were not sent: install the extra, pip install 'voxgate[otel]', or unset {name}"


def export(results: Iterable[CaseResult], home: Path, environ: Mapping[str, str]) -> list[str]:
    """What went wrong, in words; nothing where it went well, or where no backend is named. `home` is the folder that
    the results' evidence is seen from."""
    name = next((name for name in ENDPOINTS if environ.get(name)), None)
    off = environ.get("OTEL_SDK_DISABLED", "").casefold() == "true" or environ.get("OTEL_TRACES_EXPORTER") == "none"
    if name is None or off:
        return []
    protocol = next((environ[name] for name in PROTOCOLS if environ.get(name)), HTTP)
    if protocol != HTTP:
        return [f"traces were not sent: the protocol {protocol} is not spoken here, {HTTP} is"]
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace.export import SpanExportResult
    except ImportError:
        return [MISSING.format(name=name)]
    logging.getLogger("opentelemetry").addHandler(logging.NullHandler())
    logging.getLogger("opentelemetry").propagate = False
    exporter = OTLPSpanExporter()
    try:
        resource = Resource.create({"service.name": environ.get("OTEL_SERVICE_NAME") or "voxgate"})
        spans = [span for result in results for span in _spans(result, home, resource)]
        for at in range(0, len(spans), AT_ONCE):
            if exporter.export(spans[at : at + AT_ONCE]) is not SpanExportResult.SUCCESS:
                return [f"traces were not sent: nothing at {name} took {len(spans) - at} of {len(spans)} spans"]
    except Exception as error:
        return [f"traces were not sent: {type(error).__name__}: {error}"]
    finally:
        exporter.shutdown()  # type: ignore[no-untyped-call]
    return []


def _spans(result: CaseResult, home: Path, resource: "Resource") -> Iterator["ReadableSpan"]:
    path = home / str(result.evidence) / "derived" / "trace.json"
    if result.evidence is None or not path.is_file():
        return
    told = json.loads(path.read_text("utf-8"))
    for one in told["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        more = {} if one.get("parentSpanId") else _judged(result)
        yield _span(one, more, resource)


def _judged(result: CaseResult) -> dict[str, str]:
    status = {"test.case.result.status": STATUS[result.verdict]} if result.verdict in STATUS else {}
    return {
        "test.suite.name": result.suite,
        "voxgate.verdict": result.verdict.value,
        "voxgate.target": result.target,
    } | status


def _span(told: dict[str, Any], more: dict[str, str], resource: "Resource") -> "ReadableSpan":
    from opentelemetry.sdk.trace import Event, ReadableSpan
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope
    from opentelemetry.trace import SpanContext, SpanKind, TraceFlags
    from opentelemetry.trace.status import Status, StatusCode

    def context(span_id: str) -> SpanContext:
        return SpanContext(int(told["traceId"], 16), int(span_id, 16), is_remote=False, trace_flags=TraceFlags(1))

    parent, error = told.get("parentSpanId"), told["status"].get("message")
    failed = error or ("the case failed" if more.get("test.case.result.status") == "fail" else None)
    return ReadableSpan(
        told["name"],
        context(told["spanId"]),
        context(parent) if parent else None,
        resource,
        {one["key"]: _value(one["value"]) for one in told["attributes"]} | more,
        [Event(one["name"], timestamp=int(one["timeUnixNano"])) for one in told.get("events", ())],
        kind=SpanKind.CLIENT if told["kind"] == SpanKind.CLIENT.value + 1 else SpanKind.INTERNAL,
        status=Status(StatusCode.ERROR, failed) if failed else Status(),
        start_time=int(told["startTimeUnixNano"]),
        end_time=int(told["endTimeUnixNano"]),
        instrumentation_scope=InstrumentationScope("voxgate"),
    )


def _value(value: dict[str, Any]) -> Any:
    ((kind, found),) = value.items()
    return int(found) if kind == "intValue" else found
