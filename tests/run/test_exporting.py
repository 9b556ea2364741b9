"""What is sent to an OpenTelemetry backend, as one reads it; and that nothing of it can fail a run."""

import builtins
import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from gate.core.findings import CaseResult, Verdict
from gate.core.places import Place
from gate.core.tracing import Moment, Span, otlp, span_id
from gate.run.exporting import export

TRACE = "ab" * 16
CASE, CALL = span_id(TRACE, "case"), span_id(TRACE, "call", 0)
SPANS = (
    Span("case c", CASE, "", 10**18, 10**18 + 9, {"test.case.name": "c"}),
    Span("call", CALL, CASE, 10**18 + 1, 10**18 + 5, {"n": 1, "x": 1.5, "ok": True},
         (Moment(10**18 + 2, "half"),), "client", "it was cut"),
)  # fmt: skip


class Backend(HTTPServer):
    def __init__(self, status: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = status
        self.got: list[tuple[str, dict[str, str], Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Backend

    def do_POST(self) -> None:
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

        body = self.rfile.read(int(self.headers["content-length"]))
        body = gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body
        headers = {name.casefold(): value for name, value in self.headers.items()}
        self.server.got.append((self.path, headers, ExportTraceServiceRequest.FromString(body)))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(name="backend")
def _backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    with Backend(getattr(request, "param", 200)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def sent(home: Path, monkeypatch: pytest.MonkeyPatch, verdict: Verdict = Verdict.FAIL, **environ: str) -> list[str]:
    derived = home / "evidence" / "cases" / "c" / "1" / "derived"
    derived.mkdir(parents=True, exist_ok=True)
    (derived / "trace.json").write_text(json.dumps(otlp(TRACE, SPANS, "0.1.0")))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    place = Place("m", 1, 1)
    results = [CaseResult("c", "t", "canonical", "smoke", "n", place, verdict, evidence="evidence/cases/c/1"),
               CaseResult("d", "t", "canonical", "smoke", "n", place, Verdict.SKIP)]  # fmt: skip
    return export(results, home, environ)


def test_the_spans_of_every_case_arrive_with_its_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: Backend
) -> None:
    environ = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": backend.url, "OTEL_EXPORTER_OTLP_HEADERS": "x-key=abc",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=ci", "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
    }  # fmt: skip
    assert sent(tmp_path, monkeypatch, **environ) == []
    ((path, headers, message),) = backend.got
    assert (path, headers["x-key"]) == ("/v1/traces", "abc")
    (group,) = message.resource_spans
    resource = {one.key: one.value.string_value for one in group.resource.attributes}
    assert (resource["service.name"], resource["deployment.environment"]) == ("voxgate", "ci")
    case, call = group.scope_spans[0].spans
    assert (case.trace_id.hex(), case.span_id.hex(), case.parent_span_id) == (TRACE, CASE, b"")
    assert (call.parent_span_id.hex(), call.name, call.kind, call.status.message) == (CASE, "call", 3, "it was cut")
    assert (call.start_time_unix_nano, call.end_time_unix_nano, call.events[0].name) == (10**18 + 1, 10**18 + 5, "half")
    told = {one.key: one.value.string_value for one in case.attributes}
    assert (told["test.case.result.status"], told["test.suite.name"], told["voxgate.verdict"]) == (
        "fail",
        "smoke",
        "fail",
    )
    assert case.status.message == "the case failed"
    assert {one.key: str(one.value).strip() for one in call.attributes} == {
        "n": "int_value: 1", "x": "double_value: 1.5", "ok": "bool_value: true",
    }  # fmt: skip


@pytest.mark.parametrize("backend", [400], indirect=True)
def test_a_backend_that_takes_nothing_is_told_and_fails_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: Backend
) -> None:
    (problem,) = sent(tmp_path, monkeypatch, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=f"{backend.url}/own/path")
    assert problem == "traces were not sent: nothing at OTEL_EXPORTER_OTLP_TRACES_ENDPOINT took 2 of 2 spans"
    assert backend.got[0][0] == "/own/path"


@pytest.mark.parametrize("environ", [
    {}, {"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "true"},
    {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_TRACES_EXPORTER": "none"},
])  # fmt: skip
def test_nothing_is_sent_unless_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]
) -> None:
    assert sent(tmp_path, monkeypatch, **environ) == []


def test_another_protocol_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    (problem,) = sent(tmp_path, monkeypatch, **environ)
    assert problem == "traces were not sent: the protocol grpc is not spoken here, http/protobuf is"


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any, **kinds: Any) -> Any:
        if name.startswith("opentelemetry"):
            raise ImportError(name)
        return real(name, *more, **kinds)

    monkeypatch.setattr(builtins, "__import__", without)
    (problem,) = sent(tmp_path, monkeypatch, OTEL_EXPORTER_OTLP_ENDPOINT="http://x")
    assert "pip install 'voxgate[otel]'" in problem
