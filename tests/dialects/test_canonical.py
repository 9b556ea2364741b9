import base64
import json
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from gate.audio.pcm import pack, samples
from gate.core import acts
from gate.core.acts import Act
from gate.core.frames import Direction, Frame, Opcode
from gate.core.signals import (
    EVENT_NAMES,
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Closed,
    Configured,
    Fault,
    FileIn,
    InputAccepted,
    Mark,
    MarkPlayed,
    Metadata,
    Other,
    Pressed,
    Ready,
    Refused,
    ResponseStarted,
    Shown,
    Signal,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
    Typed,
    Violation,
)  # fmt: skip
from gate.dialects.canonical.dialect import Canonical, CanonicalOptions
from gate.dialects.fields import Illegal

DIALECT = Canonical()


def seen(data: str | bytes, direction: Direction = Direction.RECEIVED, opcode: Opcode = Opcode.TEXT) -> list[Signal]:
    return list(DIALECT.observer().observe(Frame(direction, opcode, data, 0)))


RECEIVED: list[tuple[str, Signal]] = [
    ('{"type":"session.started","session_id":"s-1"}', Ready("s-1")),
    ('{"type":"session.started","session_id":17}', Ready("17")),
    ('{"type":"session.started"}', Ready(None)),
    ('{"type":"session.configured","session":{"voice":"alloy"}}', Configured({"voice": "alloy"})),
    ('{"type":"session.configured"}', Configured({})),
    ('{"type":"input_audio.accepted"}', InputAccepted()),
    ('{"type":"speech.started"}', SpeechStarted()),
    ('{"type":"speech.stopped"}', SpeechStopped()),
    ('{"type":"transcript.delta","text":"Mo"}', Transcript("caller", "Mo", False)),
    ('{"type":"transcript.final","text":"Monday"}', Transcript("caller", "Monday", True)),
    ('{"type":"output_transcript.delta","text":"On","response_id":"r"}', Transcript("agent", "On", False, "r")),
    ('{"type":"output_transcript.final","text":"On Monday."}', Transcript("agent", "On Monday.", True)),
    (
        '{"type":"tool.call","call_id":"c","name":"look","arguments":{"b":1,"a":"x"}}',
        ToolCall("c", "look", {"b": 1, "a": "x"}, '{"a":"x","b":1}'),
    ),
    (
        '{"type":"tool.call","call_id":"c","name":"look","arguments":"{\\"day\\": \\"Thursday\\"}"}',
        ToolCall("c", "look", {"day": "Thursday"}, '{"day": "Thursday"}'),
    ),
    ('{"type":"tool.call","call_id":"c","name":"look","arguments":"{day"}', ToolCall("c", "look", None, "{day")),
    ('{"type":"tool.call","call_id":"c","name":"look","arguments":[1]}', ToolCall("c", "look", None, "[1]")),
    ('{"type":"tool.call","call_id":"c","name":"look"}', ToolCall("c", "look", None, "")),
    ('{"type":"tool.result","call_id":"c","name":"look","result":[1]}', ToolResult("c", "look", [1])),
    ('{"type":"tool.result","call_id":"c","error":"down"}', ToolResult("c", "", None, "down")),
    ('{"type":"response.started","response_id":"r"}', ResponseStarted("r")),
    ('{"type":"output_audio.delta","audio":"AQACAA==","response_id":"r"}', AudioOut(b"\x01\0\x02\0", 16000, "r")),
    ('{"type":"output_audio.delta","audio":""}', AudioOut(b"", 16000)),
    ('{"type":"output_audio.done","response_id":"r"}', AudioDone("r")),
    ('{"type":"response.done","response_id":3}', TurnDone("3")),
    ('{"type":"response.cancelled"}', Cancelled()),
    ('{"type":"mark","name":"r1"}', Mark("r1")),
    ('{"type":"metadata","data":{"k":[null]}}', Metadata({"k": [None]})),
    ('{"type":"error","code":"bad","message":"No."}', Fault("bad", "No.")),
    ('{"type":"error","code":404}', Fault("404", "")),
    ('{"type":"pong"}', Other("pong")),
    ('{"type":"session.configure"}', Other("session.configure")),
    ('{"type":"session.closed"}', Other("session.closed")),
]

SENT: list[tuple[str, Signal]] = [
    ('{"type":"session.configure","session":{"voice":"alloy"}}', Asked({"voice": "alloy"})),
    ('{"type":"input_audio.append","audio":"AQACAA=="}', AudioIn(b"\x01\0\x02\0", 16000)),
    ('{"type":"text.input","text":"Hello"}', Typed("Hello")),
    ('{"type":"tool.result","call_id":"c","result":{"ok":true}}', ToolResult("c", "", {"ok": True})),
    ('{"type":"tool.result","call_id":"c","error":"down"}', ToolResult("c", "", None, "down")),
    ('{"type":"input_audio.append","audio":"AQ==","media_type":"audio/wav"}', FileIn("audio/wav", 1)),
    ('{"type":"image.input","name":"a.png","media_type":"image/png","image":"AQID"}', Shown("a.png", "image/png", 3)),
    ('{"type":"dtmf.input","digits":"12#"}', Pressed("12#")),
    ('{"type":"mark.played","name":"r1"}', MarkPlayed("r1")),
    ('{"type":"response.cancel"}', Other("response.cancel")),
    ('{"type":"session.started"}', Other("session.started")),
]

ILLEGAL = [
    ("", "not JSON: Expecting value"),
    ("{", "not JSON"),
    ('{"type":"metadata","data":NaN}', "not JSON: NaN is not JSON"),
    ("[1]", "JSON, but a list where an object is due"),
    ("null", "JSON, but missing where an object is due"),
    ("{}", "type is missing, a text is due"),
    ('{"type":7}', "type is a number, a text is due"),
    ('{"type":"transcript.final"}', "text is missing, a text is due"),
    ('{"type":"transcript.final","text":true}', "text is a truth value, a text is due"),
    ('{"type":"session.configured","session":[]}', "session is no object"),
    ('{"type":"session.started","session_id":true}', "session_id is a truth value, a text is due"),
    ('{"type":"tool.call","name":"look"}', "call_id is missing, a text is due"),
    ('{"type":"tool.call","call_id":"c","name":{}}', "name is an object, a text is due"),
    ('{"type":"output_audio.delta","audio":"AQ=="}', "audio of 1 bytes is no whole number of 16-bit samples"),
    ('{"type":"output_audio.delta","audio":"####"}', "audio is not base64"),
    ('{"type":"output_audio.delta","audio":"ä"}', "audio is not base64"),
    ('{"type":"output_audio.delta"}', "audio is missing, a text is due"),
]


@pytest.mark.parametrize(("data", "signal"), RECEIVED)
def test_a_message_of_the_agent_means_what_the_dialect_says(data: str, signal: Signal) -> None:
    assert seen(data) == [signal]


@pytest.mark.parametrize(("data", "signal"), SENT)
def test_a_message_of_the_gate_means_what_the_dialect_says(data: str, signal: Signal) -> None:
    assert seen(data, Direction.SENT) == [signal]


@pytest.mark.parametrize(("data", "sentence"), ILLEGAL)
def test_an_illegal_message_is_a_violation_that_says_why(data: str, sentence: str) -> None:
    (signal,) = seen(data)
    assert isinstance(signal, Violation)
    assert signal.what.startswith(sentence)


def test_a_binary_frame_is_a_violation_both_ways() -> None:
    for direction in Direction:
        assert seen(b'{"type":"speech.started"}', direction, Opcode.BINARY) == [
            Violation("a binary frame, where this dialect has only text")
        ]


def test_every_event_is_in_the_table_above_and_only_those() -> None:
    others = {"session.refused", "violation", "other"}
    assert {signal.EVENT for _, signal in RECEIVED} - others | {Closed.EVENT} == set(EVENT_NAMES)
    assert DIALECT.capabilities.shows == set(EVENT_NAMES)


ENCODED: list[tuple[Act, str]] = [
    (acts.Configure({"voice": "alloy"}), '{"type":"session.configure","session":{"voice":"alloy"}}'),
    (acts.Speak(b"\x01\0\x02\0"), '{"type":"input_audio.append","audio":"AQACAA=="}'),
    (acts.Hush(2), '{"type":"input_audio.append","audio":"AAAAAA=="}'),
    (acts.Type("Grüße"), '{"type":"text.input","text":"Grüße"}'),
    (acts.Answer("c", "look", {"ok": True}), '{"type":"tool.result","call_id":"c","result":{"ok":true}}'),
    (acts.Answer("c", "look"), '{"type":"tool.result","call_id":"c","result":null}'),
    (acts.Answer("c", "look", 1, "down"), '{"type":"tool.result","call_id":"c","error":"down"}'),
    (acts.Answer("c", "look", None, ""), '{"type":"tool.result","call_id":"c","error":""}'),
    (acts.SendFile(b"\1", "audio/wav"), '{"type":"input_audio.append","audio":"AQ==","media_type":"audio/wav"}'),
    (
        acts.Show("a.png", b"\1", "image/png"),
        '{"type":"image.input","name":"a.png","media_type":"image/png","image":"AQ=="}',
    ),
    (acts.Press("*#A"), '{"type":"dtmf.input","digits":"*#A"}'),
    (acts.EchoMark("r1"), '{"type":"mark.played","name":"r1"}'),
    (acts.Send("as it is"), "as it is"),
]


@pytest.mark.parametrize(("act", "data"), ENCODED)
def test_an_act_is_sent_as_the_dialect_says(act: Act, data: str) -> None:
    assert DIALECT.encoder().encode(act, 0) == (data,)


def test_bytes_are_sent_as_they_are_and_hanging_up_and_interrupting_have_no_word() -> None:
    assert DIALECT.encoder().encode(acts.Interrupt(120.0), 0) == ()
    assert DIALECT.encoder().encode(acts.Send(b"\x00"), 0) == (b"\x00",)
    assert DIALECT.encoder().encode(acts.HangUp(), 0) == ()


SAID: list[Signal] = [
    Ready("s"), Ready(None), Configured({"a": [1, None]}), InputAccepted(), SpeechStarted(), SpeechStopped(),
    Transcript("caller", "a", False), Transcript("caller", "{}", True, "r"), Transcript("agent", "ü\n", False, "r"),
    Transcript("agent", "", True), ToolCall("c", "n", {"a": {"b": 1}}, '{"a":{"b":1}}'), ToolCall("c", "n", {}, "{}"),
    ToolCall("c", "n", None, "no json"), ToolResult("c", "n", {"x": None}),
    ToolResult("c", "n", "text"), ToolResult("c", "n", None, "down"), ResponseStarted("r"), ResponseStarted(),
    AudioOut(b"\1\2\3\4", 16000, "r"), AudioOut(b"", 16000), AudioDone("r"), TurnDone("r"), TurnDone(), Cancelled("r"),
    Metadata({"k": 1}), Metadata(None), Fault("c", "m"), Fault(None, "m"), Mark("r1"), Mark(""),
]  # fmt: skip


@pytest.mark.parametrize("signal", SAID, ids=repr)
def test_what_the_agent_says_is_what_the_gate_observes(signal: Signal) -> None:
    said = DIALECT.agent().say(signal)
    assert [found for data in said for found in seen(data)] == [signal]


def test_everything_with_a_wire_form_is_among_what_is_said() -> None:
    assert {signal.EVENT for signal in SAID} | {Closed.EVENT} == set(EVENT_NAMES)


@pytest.mark.parametrize(
    "signal",
    [
        Asked(),
        Typed("x"),
        AudioIn(b"", 16000),
        FileIn("audio/wav", 1),
        Shown("a", "image/png", 1),
        Pressed("1"),
        MarkPlayed("m"),
        Refused(401),
        Closed(1000),
        Violation("v"),
        Other("o"),
    ],
    ids=repr,
)
def test_what_has_no_wire_form_is_not_said(signal: Signal) -> None:
    assert DIALECT.agent().say(signal) == ()


@pytest.mark.parametrize("rate_hz", [8000, 24000, 48000])
def test_audio_at_another_rate_is_said_at_ours(rate_hz: int) -> None:
    tone = (8000 * np.sin(2 * np.pi * 300 * np.arange(rate_hz) / rate_hz)).astype(np.int16)
    (data,) = DIALECT.agent().say(AudioOut(pack(tone), rate_hz))
    (signal,) = seen(data)
    assert isinstance(signal, AudioOut)
    expected = 8000 * np.sin(2 * np.pi * 300 * np.arange(16000) / 16000)
    assert len(signal.pcm) == 32000
    assert np.max(np.abs(samples(signal.pcm)[800:-800] - expected[800:-800])) < 20


HEARD: list[tuple[Act, list[Act]]] = [
    (acts.Configure({"a": 1}), [acts.Configure({"a": 1})]),
    (acts.Speak(b"\1\2"), [acts.Speak(b"\1\2")]),
    (acts.Hush(3), [acts.Speak(bytes(6))]),
    (acts.Type("x"), [acts.Type("x")]),
    (acts.Answer("c", "", {"error": "no error"}), [acts.Answer("c", "", {"error": "no error"})]),
    (acts.Answer("c", "", None), [acts.Answer("c", "", None)]),
    (acts.Answer("c", "", None, "down"), [acts.Answer("c", "", None, "down")]),
    (acts.Answer("c", "", None, ""), [acts.Answer("c", "", None, "")]),
    (acts.SendFile(b"", "audio/wav"), [acts.SendFile(b"", "audio/wav")]),
    (acts.SendFile(b"\1\2\3", "audio/mpeg"), [acts.SendFile(b"\1\2\3", "audio/mpeg")]),
    (acts.Show("a.png", b"\1", "image/png"), [acts.Show("a.png", b"\1", "image/png")]),
    (acts.Press("1#"), [acts.Press("1#")]),
    (acts.EchoMark("r1"), [acts.EchoMark("r1")]),
    (acts.Interrupt(), []),
    (acts.HangUp(), []),
]


@pytest.mark.parametrize(("act", "heard"), HEARD)
def test_what_the_gate_does_is_what_the_agent_hears(act: Act, heard: list[Act]) -> None:
    agent = DIALECT.agent()
    assert [found for data in DIALECT.encoder().encode(act, 0) for found in agent.hear(data)] == heard


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x00", "a binary frame"),
        ("garbage", "not JSON"),
        ('{"type":"speech.started"}', "type 'speech.started' is not known"),
        ('{"type":"input_audio.append","audio":"AQ=="}', "no whole number"),
        ('{"type":"text.input"}', "text is missing"),
        ('{"type":"input_audio.append","audio":"?","media_type":"audio/wav"}', "audio is not base64"),
        ('{"type":"image.input","name":"a"}', "media_type is missing"),
        ('{"type":"mark.played"}', "name is missing"),
        ('{"type":"response.cancel"}', "type 'response.cancel' is not known"),
    ],
)
def test_the_agent_refuses_what_is_illegal(data: str | bytes, sentence: str) -> None:
    with pytest.raises(Illegal, match=sentence):
        DIALECT.agent().hear(data)


def rewritten(message: Any, secret: str = "hunter2hunter2") -> Any:
    return json.loads(DIALECT.rewrite(json.dumps(message), lambda _path, text: text.replace(secret, "***")))


def test_rewriting_changes_texts_and_leaves_ids_types_and_audio() -> None:
    secret = "hunter2hunter2"
    assert base64.b64decode(secret + "==", validate=True)
    before = {
        "type": secret, "audio": secret, "call_id": secret, "response_id": secret, "session_id": secret,
        "text": f"a {secret}", "n": 1.5, "z": None, "session": {"audio": secret, "list": [secret, True]},
    }  # fmt: skip
    after = before | {"text": "a ***", "session": {"audio": "***", "list": ["***", True]}}
    assert rewritten(before) == after


@pytest.mark.parametrize(
    "message",
    [
        {"type": "input_audio.append", "audio": "hunter2hunter2", "media_type": "hunter2hunter2"},
        {"type": "image.input", "name": "hunter2hunter2", "media_type": "hunter2hunter2", "image": "hunter2hunter2"},
        {"type": "mark", "name": "hunter2hunter2"},
        {"type": "mark.played", "name": "hunter2hunter2"},
    ],
)
def test_rewriting_leaves_files_images_and_marks_alone(message: dict[str, str]) -> None:
    assert rewritten(message) == message
    assert rewritten({"type": "tool.call", "name": "hunter2hunter2"}) == {"type": "tool.call", "name": "***"}


def test_rewriting_tells_the_path_of_every_text() -> None:
    paths: list[str] = []
    message = {"type": "t", "a": {"b.c": ["x", "y"]}, "arguments": '{"day":"z","n":[{"deep":"w"}]}'}
    DIALECT.rewrite(json.dumps(message), lambda path, text: paths.append(path) or text)  # type: ignore[func-returns-value]
    assert paths == ["a.b\\.c.0", "a.b\\.c.1", "arguments.day", "arguments.n.0.deep"]


def test_options_have_nothing_to_set() -> None:
    assert Canonical(CanonicalOptions(), http_first=True).capabilities == DIALECT.capabilities
    with pytest.raises(ValidationError, match="extra"):
        CanonicalOptions.model_validate({"rate": 1})
