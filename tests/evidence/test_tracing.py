"""The trace of a case is derived from its recording: which spans there are, when they were, what they are below."""

import json
from pathlib import Path
from typing import Any

import pytest

from gate.core.frames import Frame, Opcode
from gate.core.recording import Recording
from gate.core.tracing import Span, otlp, span_id, traceparent
from gate.core.vault import Vault
from gate.dialects.canonical.dialect import Canonical
from gate.evidence.derive import derive
from gate.evidence.reader import read
from gate.evidence.tracing import spans_of
from gate.evidence.writer import Writer
from tests.evidence.folders import CLIP, HEADER, MS, RECEIVED, SENT, control, heard, spoken, text

TRACE = "ab" * 16
EPOCH_NS = 1_764_000_000_000_000_000
AT = {"recorded_at": "2025-11-24T16:00:00.000000+00:00"}


def call(*more: Any, end: str = "finished", detail: str = "") -> list[Any]:
    return [
        ("call", 1, {"name": "first"}),
        control(SENT, Opcode.UPGRADE, 2, url="ws://x/v?k=1", headers=[["traceparent", traceparent(TRACE, 0)]]),
        control(RECEIVED, Opcode.UPGRADE, 5, status=101, headers=[]),
        text(RECEIVED, 7, type="session.started", session_id="s-1"),
        text(RECEIVED, 9, type="session.configured", session={}),
        *more,
        ("call.end", 900, {"end": end, "detail": detail, "name": "first"}),
    ]


TURN: list[Any] = [
    ("play", 10, {"clip": "hi", "at_sample": 0, "turn": 1}),
    spoken(110, bytes(3200)),
    text(RECEIVED, 200, type="tool.call", call_id="c", name="look", arguments={}),
    text(SENT, 240, type="tool.result", call_id="c", result={"ok": True}),
    text(RECEIVED, 250, type="response.started", response_id="r"),
    heard(260, bytes(640)),
    text(RECEIVED, 300, type="response.done", response_id="r"),
    ("hang-up", 790, {"code": 1000}),
    control(SENT, Opcode.CLOSE, 800, code=1000, reason=""),
    control(RECEIVED, Opcode.CLOSE, 810, code=1000, reason=""),
]


def recorded(folder: Path, lines: list[Any], *, ended: str | None = "driven", **header: Any) -> Recording:
    with Writer(folder / "a", Canonical(), Vault({}), HEADER | AT | header, 0) as writer:
        for line in lines:
            if not isinstance(line, Frame):
                writer.note(line[0], int(line[1] * MS), 0, line[2])
            else:
                writer.frame(line)
        if ended:
            writer.end(ended, True, 1_000 * MS)
    return read(folder / "a", Canonical(), (CLIP,))


def spans(folder: Path, lines: list[Any], **more: Any) -> dict[str, Span]:
    found = spans_of(recorded(folder, lines, **more))
    assert len({span.span_id for span in found}) == len(found)
    known = {""} | {span.span_id for span in found}
    assert all(span.parent_id in known and span.start_ns <= span.end_ns for span in found)
    return {span.name: span for span in found}


def ms(span: Span) -> tuple[float, float]:
    return (span.start_ns - EPOCH_NS) / MS, (span.end_ns - EPOCH_NS) / MS


def test_a_call_has_all_its_spans_at_their_times(tmp_path: Path) -> None:
    found = spans(tmp_path, call(*TURN))
    assert {name: ms(span) for name, span in found.items()} == {
        "case a.case": (1, 1000), "call first": (1, 900), "connect": (2, 5), "config": (5, 9), "turn 1": (20, 300),
        "execute_tool look": (200, 240), "close": (790, 810),
    }  # fmt: skip
    below = {name for name, span in found.items() if span.parent_id == found["call first"].span_id}
    assert below == {"connect", "config", "turn 1", "execute_tool look", "close"}
    assert found["call first"].parent_id == found["case a.case"].span_id
    assert not any(span.error for span in found.values())


def test_their_attributes_say_what_they_were(tmp_path: Path) -> None:
    found = spans(tmp_path, call(*TURN))
    assert found["call first"].attributes == {"voxgate.call": 0, "voxgate.call.end": "finished", "session.id": "s-1"}
    assert found["connect"].attributes == {"url.full": "ws://x/v", "http.response.status_code": 101}
    assert found["turn 1"].attributes == {"voxgate.turn": 1, "voxgate.clip": "hi", "voxgate.first_audio_ms": 190.0}
    assert found["execute_tool look"].attributes["gen_ai.tool.call.id"] == "c"
    assert found["close"].attributes == {"voxgate.close.by": "gate", "voxgate.close.code": 1000}
    assert [one.name for one in found["turn 1"].moments] == [
        "the caller's last word", "response started", "first output audio", "response done",
    ]  # fmt: skip


def test_the_agents_spans_belong_below_what_it_was_told(tmp_path: Path) -> None:
    found = spans(tmp_path, call())
    assert found["call first"].span_id == span_id(TRACE, "call", 0)
    older = call()
    older[1] = control(SENT, Opcode.UPGRADE, 2, url="ws://x", headers=[["traceparent", f"00-{TRACE}-{'cd' * 8}-01"]])
    assert spans(tmp_path / "older", older)["call first"].span_id == "cd" * 8
    first = call()
    first[1] = control(
        SENT, Opcode.HTTP, 2, method="POST", url="https://x", headers={"traceparent": f"00-{TRACE}-{'ef' * 8}-01"}
    )
    assert spans(tmp_path / "http", first)["call first"].span_id == "ef" * 8


def test_what_went_wrong_is_an_error_of_its_span(tmp_path: Path) -> None:
    refused = [
        ("call", 1, {"name": "first"}), control(SENT, Opcode.UPGRADE, 2, url="ws://x", headers=[]),
        control(RECEIVED, Opcode.UPGRADE, 5, status=401, headers=[], body="no"),
        ("call.end", 6, {"end": "refused", "detail": "HTTP 401", "name": "first"}),
    ]  # fmt: skip
    found = spans(tmp_path, refused)
    assert found["connect"].error == "answered with HTTP 401"
    assert "config" not in found
    assert "close" not in found
    lost = call(text(RECEIVED, 20, type="tool.call", call_id="c", name="look", arguments={}),
                control(RECEIVED, Opcode.LOST, 30, reason="reset"), end="lost", detail="reset")  # fmt: skip
    found = spans(tmp_path / "lost", lost)
    assert found["close"].error == "the line was lost without a close frame"
    assert found["execute_tool look"].error == "never answered"
    assert found["call first"].error == "reset"


@pytest.mark.parametrize("cut", range(15))
def test_a_recording_that_just_stops_has_a_trace_too(tmp_path: Path, cut: int) -> None:
    found = spans(tmp_path, call(*TURN)[:cut], ended=None)
    assert found["case a.case"].error == "the case was not driven to its end"


def test_the_file_is_the_json_of_otlp_and_the_same_for_the_same_recording(tmp_path: Path) -> None:
    recording = recorded(tmp_path, call(*TURN))
    for name in ("one", "two"):
        derive(tmp_path / name, recording, "r")
    data = (tmp_path / "one" / "trace.json").read_bytes()
    assert data == (tmp_path / "two" / "trace.json").read_bytes()
    assert json.loads(data) == otlp(TRACE, spans_of(recording), "0.1.0")


def test_opentelemetry_reads_it_as_what_it_is(tmp_path: Path) -> None:
    """The JSON encoding of OTLP is that of protobuf, but for ids, which are hexadecimal."""
    from google.protobuf.json_format import ParseDict
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    spans = spans_of(recorded(tmp_path, call(*TURN)))
    told: Any = otlp(TRACE, spans, "0.1.0")
    for one in told["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        for name in ("traceId", "spanId", "parentSpanId"):
            if name in one:
                import base64

                one[name] = base64.b64encode(bytes.fromhex(one[name])).decode()
    message: Any = ParseDict(told, ExportTraceServiceRequest())
    read_back = message.resource_spans[0].scope_spans[0].spans
    assert [(one.name, one.span_id.hex(), one.start_time_unix_nano, one.status.message) for one in read_back] == [
        (span.name, span.span_id, span.start_ns, span.error) for span in spans
    ]
