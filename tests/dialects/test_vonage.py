"""Messages as they stand in Vonage's documentation and in the tests of pipecat's serializer."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from gate.core import acts
from gate.core.frames import Direction, Frame, Opcode
from gate.core.signals import (
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Closed,
    Mark,
    MarkPlayed,
    Other,
    Pressed,
    ResponseStarted,
    Signal,
    Transcript,
    TurnDone,
    Violation,
)  # fmt: skip
from gate.dialects.fields import Illegal
from gate.dialects.vonage.dialect import Vonage, VonageOptions

CONNECTED = '{"event":"websocket:connected","content-type":"audio/l16;rate=16000","prop1":"value1","prop2":"value2"}'


def dialect(**options: Any) -> Vonage:
    return Vonage(VonageOptions.model_validate(options))


def seen(*data: str | bytes, sent: bool = False, on: Vonage | None = None) -> list[Signal]:
    observer = (on or Vonage()).observer()
    direction = Direction.SENT if sent else Direction.RECEIVED
    opcodes = [Opcode.BINARY if isinstance(each, bytes) else Opcode.TEXT for each in data]
    frames = (Frame(direction, opcode, each, 0) for opcode, each in zip(opcodes, data, strict=True))
    return [signal for frame in frames for signal in observer.observe(frame)]


def encoded(act: acts.Act, **options: Any) -> list[Any]:
    frames = dialect(**options).encoder().encode(act, 0)
    return [json.loads(frame) if isinstance(frame, str) else frame for frame in frames]


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        ('{"action":"clear"}', Cancelled()),
        ('{"action":"notify","payload":{"name":"m7"}}', Mark("m7")),
        ('{"action":"notify","payload":{"customKey":"customValue"}}', Mark('{"customKey":"customValue"}')),
        ('{"action":"hangup"}', Other("hangup")),
        ('{"label":"rtvi-ai","type":"bot-ready"}', Other("")),
        (b"\x01\0\x02\0", AudioOut(b"\x01\0\x02\0", 16000)),
    ],
)
def test_what_the_server_says(message: str | bytes, meant: Signal) -> None:
    assert seen(message) == [meant]


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        (CONNECTED, Asked({"metadata": {"prop1": "value1", "prop2": "value2"}})),
        ('{"event":"websocket:connected","content-type":"audio/l16;rate=16000"}', Asked({})),
        ('{"event":"websocket:dtmf","digit":"5","duration":260}', Pressed("5")),
        ('{"event":"websocket:notify","payload":{"name":"m7"}}', MarkPlayed("m7")),
        ('{"event":"websocket:cleared"}', Other("websocket:cleared")),
        (b"\x01\0", AudioIn(b"\x01\0", 16000)),
    ],
)
def test_what_the_gate_says_as_vonage(message: str | bytes, meant: Signal) -> None:
    assert seen(message, sent=True) == [meant]


@pytest.mark.parametrize(
    ("message", "sent", "what"),
    [
        ("hello", False, "not JSON"),
        ('{"action":"notify"}', False, "payload is missing"),
        ('{"event":"websocket:notify"}', True, "payload is missing"),
        ('{"event":"websocket:dtmf","digit":5}', True, "digit is a number"),
    ],
)
def test_a_message_that_is_not_as_it_should_be_is_a_violation(message: str, sent: bool, what: str) -> None:
    (signal,) = seen(message, sent=sent)
    assert isinstance(signal, Violation)
    assert what in signal.what


def test_a_sample_that_is_cut_in_two_is_put_together_again() -> None:
    assert seen(b"\x01", b"\0\x02\0") == [Other("audio that the next frame completes"),
                                          AudioOut(b"\x01\0\x02\0", 16000)]  # fmt: skip


def test_the_first_frame_holds_the_nccos_headers_at_its_top() -> None:
    assert encoded(acts.Configure({"metadata": {"prop1": "value1", "n": 3}})) == [
        {"event": "websocket:connected", "content-type": "audio/l16;rate=16000", "prop1": "value1", "n": "3"}
    ]
    assert encoded(acts.Configure({}), rate_hz=8000) == [
        {"event": "websocket:connected", "content-type": "audio/l16;rate=8000"}
    ]


def test_metadata_takes_no_field_of_vonages_own() -> None:
    metadata = {"event": "mine", "content-type": "mine", "ok": "mine"}
    assert encoded(acts.Configure({"metadata": metadata})) == [
        {"event": "websocket:connected", "content-type": "audio/l16;rate=16000", "ok": "mine"}
    ]
    assert len(Vonage().session_mistakes({"metadata": metadata})) == 2


def test_headers_that_vonage_would_not_take_are_told() -> None:
    assert Vonage().session_mistakes({"metadata": {"k": "v"}}) == ()
    (mistake,) = Vonage().session_mistakes({"metadata": {"k": "v" * 512}})
    assert "520 bytes as JSON, Vonage takes at most 512" in mistake


def test_the_caller_speaks_presses_and_acknowledges() -> None:
    assert encoded(acts.Speak(b"\x01\0")) == [b"\x01\0"]
    assert encoded(acts.Hush(2)) == [b"\0\0\0\0"]
    assert encoded(acts.Press("5#")) == [
        {"event": "websocket:dtmf", "digit": "5", "duration": 260},
        {"event": "websocket:dtmf", "digit": "#", "duration": 260},
    ]
    assert encoded(acts.Cleared()) == [{"event": "websocket:cleared"}]
    assert encoded(acts.HangUp()) == encoded(acts.Type("x")) == encoded(acts.Truncate(None, 1.0)) == []


@pytest.mark.parametrize(
    "payload",
    [
        {"name": "m7"}, {"name": "7"}, {"name": '{"a": 1}'}, {"name": ""}, {"name": 7}, {"name": "m", "id": 1}, {}, [],
        None, 5, "m7", "5", {"customKey": {"deep": ["x", 1.5]}},
    ],
)  # fmt: skip
def test_a_notification_comes_back_with_its_own_payload(payload: Any) -> None:
    (mark,) = seen(json.dumps({"action": "notify", "payload": payload}))
    assert isinstance(mark, Mark)
    assert encoded(acts.EchoMark(mark.name)) == [{"event": "websocket:notify", "payload": payload}]


def test_different_payloads_are_different_marks() -> None:
    payloads: list[Any] = [
        {"name": "5"},
        5,
        "5",
        {"name": "null"},
        None,
        {"name": "x"},
        "x",
        {"name": '{"a":1}'},
        {"a": 1},
    ]
    marks = seen(*(json.dumps({"action": "notify", "payload": payload}) for payload in payloads))
    assert len(set(marks)) == len(payloads)


def test_the_end_of_the_stream_is_the_end_of_the_socket() -> None:
    closed = Frame(Direction.RECEIVED, Opcode.CLOSE, '{"code":1000,"reason":""}', 0)
    assert Vonage().observer().observe(closed) == (Closed(1000, ""),)
    assert not Vonage().capabilities.bursts
    assert not Vonage().capabilities.echoes_cleared


def test_the_agent_sends_frames_of_20_ms_and_fills_up_the_last() -> None:
    agent = dialect(rate_hz=8000).agent()
    said = [*agent.say(AudioOut(bytes(2 * 1600), 16000)), *agent.say(AudioOut(bytes(2 * 100), 16000))]
    said += agent.say(AudioDone())
    assert {len(frame) for frame in said} == {320}
    assert len(said) == 6, "106.25 ms are five frames and a part of one"
    assert agent.say(AudioDone()) == ()


def test_the_agent_clears_and_asks_to_be_notified() -> None:
    agent = Vonage().agent()
    agent.say(AudioOut(bytes(100), 16000))
    assert agent.say(Cancelled("r1")) == ('{"action":"clear"}',)
    assert agent.say(AudioDone()) == (), "what was cut is not said later"
    assert agent.say(Mark("r1")) == ('{"action":"notify","payload":{"name":"r1"}}',)
    for signal in (ResponseStarted("r1"), TurnDone("r1"), Transcript("agent", "x", True)):
        assert agent.say(signal) == ()


def test_the_agent_hears_vonage() -> None:
    agent = Vonage().agent()
    assert agent.hear(CONNECTED) == (acts.Configure({"metadata": {"prop1": "value1", "prop2": "value2"}}),)
    assert agent.hear(b"\x01\0") == (acts.Speak(b"\x01\0"),)
    assert agent.hear('{"event":"websocket:dtmf","digit":"5","duration":250}') == (acts.Press("5"),)
    assert agent.hear('{"event":"websocket:cleared"}') == (acts.Cleared(),)
    assert agent.hear('{"event":"websocket:notify","payload":{"name":"r1"}}') == (acts.EchoMark("r1"),)
    with pytest.raises(Illegal, match="event 'start' is not known"):
        agent.hear('{"event":"start"}')


@pytest.mark.parametrize("options", [{"rate_hz": 44100}, {"rate_hz": "fast"}, {"encoding": "mulaw"}])
def test_mistakes_in_the_options_are_told(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        dialect(**options)
