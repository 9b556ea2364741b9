import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core import acts
from gate.core.frames import Direction, Frame, Opcode
from gate.core.jsons import Json
from gate.core.signals import (
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Configured,
    Fault,
    InputAccepted,
    Metadata,
    Other,
    Ready,
    ResponseStarted,
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
from gate.dialects.template.dialect import Template
from gate.dialects.template.options import TemplateOptions
from tests.dialects.protocols import FULL

PCM, PCM64 = b"\x01\x00\x02\x00", "AQACAA=="
ODD = "audio of 1 bytes is no whole number of 16-bit samples"


def dialect(**given: Any) -> Template:
    return Template(TemplateOptions.model_validate(given))


def seen(on: Template, *data: str | bytes, sent: bool = False) -> list[Signal]:
    observer, direction = on.observer(), Direction.SENT if sent else Direction.RECEIVED
    frames = [Frame(direction, Opcode.BINARY if isinstance(d, bytes) else Opcode.TEXT, d, 0) for d in data]
    return [signal for frame in frames for signal in observer.observe(frame)]


# The provider's page, word for word.


def test_the_pages_own_ready_message_makes_the_agent_ready() -> None:
    assert seen(Template(), '{\n  "type": "session_ready",\n  "session_id": "abc123"\n}') == [Ready("abc123")]


def test_the_pages_own_audio_message_is_audio_at_48_khz() -> None:
    assert seen(Template(), f'{{"type": "audio_chunk", "data": "{PCM64}"}}') == [AudioOut(PCM, 48000)]


def test_the_pages_own_audio_template_is_what_is_sent() -> None:
    (frame,) = Template().encoder().encode(acts.Speak(PCM), 0)
    assert json.loads(frame) == {"type": "audio_chunk", "data": PCM64}
    assert seen(Template(), f'{{"type": "audio_chunk", "data": "{PCM64}"}}', sent=True) == [AudioIn(PCM, 16000)]


def test_binary_frames_are_pcm_too() -> None:
    assert seen(Template(), PCM) == [AudioOut(PCM, 48000)]


def test_a_template_that_is_just_the_placeholder_sends_raw_bytes() -> None:
    raw = dialect(send_audio="{{audio_data}}")
    assert raw.encoder().encode(acts.Speak(PCM), 0) == (PCM,)
    assert raw.encoder().encode(acts.Hush(3), 0) == (bytes(6),)
    assert seen(raw, PCM, sent=True) == [AudioIn(PCM, 16000)]
    assert seen(raw, "text", sent=True) == [Other("")]


def test_paths_use_dots_for_nested_fields() -> None:
    nested = dialect(type_path="meta.kind", audio_type="voice", audio_path="payload.audio.data", receive_rate_hz=8000)
    message = {"meta": {"kind": "voice"}, "payload": {"audio": {"data": PCM64}}}
    assert seen(nested, json.dumps(message)) == [AudioOut(PCM, 8000)]


# Readiness and what goes first.

NO_ID = Violation("session_id is missing, the id of the session is due")


@pytest.mark.parametrize(
    ("ready", "message", "signal"),
    [
        (None, {"type": "session_ready", "session_id": 17}, Ready("17")),
        (None, {"type": "session_ready"}, NO_ID),
        (None, {"type": "session_ready", "session_id": None}, NO_ID),
        (None, {"type": "session_ready", "session_id": {}}, Violation("session_id is an object, a text is due")),
        ({"type": "hi", "session_id": "s.id"}, {"type": "hi", "s": {"id": "x"}}, Ready("x")),
        ({"type": "hi", "session_id": None}, {"type": "hi", "session_id": "x"}, Ready(None)),
        (False, {"type": "session_ready", "session_id": "x"}, Other("session_ready")),
    ],
)  # fmt: skip
def test_readiness_is_what_the_options_say(ready: Any, message: Json, signal: Signal) -> None:
    assert seen(dialect(ready=ready), json.dumps(message)) == [signal]


def test_the_init_message_goes_first_and_as_it_is() -> None:
    asked = dialect(init={"b": [1.0, "{{x}}"], "a": None}, send={"configure": {"type": "cfg", "s": "{{session}}"}})
    frames = asked.encoder().encode(acts.Configure({"voice": "v"}), 0)
    assert frames == ('{"b":[1.0,"{{x}}"],"a":null}', '{"type":"cfg","s":{"voice":"v"}}')
    assert seen(asked, *frames, sent=True) == [Other(""), Asked({"voice": "v"})]  # type: ignore[misc]


def test_without_templates_there_is_no_word_for_it() -> None:
    encoder = Template().encoder()
    for act in (acts.Configure({"a": 1}), acts.Type("x"), acts.Answer("c", "n"), acts.Interrupt(), acts.HangUp()):
        assert encoder.encode(act, 0) == ()
    assert encoder.encode(acts.Send("as it is"), 0) == ("as it is",)


# A protocol with everything.

WIRE: list[tuple[Json, Signal]] = [
    ({"event": {"kind": "connected", "session": {"id": "s"}}}, Ready("s")),
    ({"event": {"kind": "media", "media": {"payload": PCM64}}}, AudioOut(PCM, 16000)),
    ({"event": {"kind": "config", "config": {"a": 1}}}, Configured({"a": 1})),
    ({"event": {"kind": "ack"}}, InputAccepted()),
    ({"event": {"kind": "vad", "on": True}}, SpeechStarted()),
    ({"event": {"kind": "vad", "on": False}}, SpeechStopped()),
    ({"event": {"kind": "vad", "on": 1}}, Other("")),
    ({"event": {"kind": "vad", "on": 0}}, Other("")),
    ({"event": {"kind": "words", "who": "user", "final": False, "t": "Mo"}}, Transcript("caller", "Mo", False)),
    ({"event": {"kind": "words", "who": "user", "final": True, "t": "Mon"}}, Transcript("caller", "Mon", True)),
    ({"event": {"kind": "words", "who": "bot", "final": False, "t": "On"}}, Transcript("agent", "On", False)),
    ({"event": {"kind": "words", "who": "bot", "final": True, "t": "On."}}, Transcript("agent", "On.", True)),
    (
        {"event": {"kind": "call", "f": [{"id": 7, "name": "look", "args": '{"d":"x"}'}]}},
        ToolCall("7", "look", {"d": "x"}, '{"d":"x"}'),
    ),
    ({"event": {"kind": "call", "f": [{"name": "look"}]}}, ToolCall("", "look", None, "")),
    ({"event": {"kind": "done", "id": "c", "fn": "look", "out": [1]}}, ToolResult("c", "look", [1])),
    ({"event": {"kind": "done", "err": {"why": "x"}}}, ToolResult("", "", None, '{"why":"x"}')),
    ({"event": {"kind": "turn", "n": 1.0}}, ResponseStarted()),
    ({"event": {"kind": "turn", "n": 2}}, TurnDone()),
    ({"stopped": "yes"}, Cancelled()),
    ({"event": {"kind": "mark"}, "event.name": "end"}, AudioDone()),
    ({"event": {"kind": "meta", "x": 1}}, Metadata({"event": {"kind": "meta", "x": 1}})),
    ({"event": {"kind": "oops", "error": {"code": 500, "text": "No."}}}, Fault("500", "No.")),
    ({"event": {"kind": "oops"}}, Fault(None, "")),
    ({"event": {"kind": "pong"}}, Other("")),
    ({"event": "media"}, Other("")),
]


@pytest.mark.parametrize(("message", "signal"), WIRE, ids=str)
def test_a_message_means_what_its_event_template_says(message: Json, signal: Signal) -> None:
    (found,) = seen(FULL, json.dumps(message))
    assert found == signal or (isinstance(signal, Other) and isinstance(found, Other))


def test_every_event_that_it_shows_is_in_the_table_above() -> None:
    assert {signal.EVENT for _, signal in WIRE} - {"other"} | {"session.closed"} == FULL.capabilities.shows


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ("not json", "not JSON: Expecting value"),
        ("[]", "JSON, but a list where an object is due"),
        ('{"event":{"kind":"media"}}', "event.media.payload is missing, a text is due"),
        ('{"event":{"kind":"media","media":{"payload":"?"}}}', "event.media.payload is not base64"),
        ('{"event":{"kind":"media","media":{"payload":"AQ=="}}}', ODD),
        ('{"event":{"kind":"words","who":"bot","final":true,"t":7}}', "event.t is a number, a text is due"),
        ('{"event":{"kind":"call","f":[{"id":"c"}]}}', "event.f.0.name is missing, a text is due"),
    ],
)  # fmt: skip
def test_an_illegal_message_is_a_violation_that_says_why(message: str, what: str) -> None:
    assert seen(FULL, message) == [Violation(what)]


def test_one_message_may_mean_two_things() -> None:
    marked = dialect(events={"response.done": {"type": "audio_chunk", "where": {"last": True}}})
    assert seen(marked, f'{{"type":"audio_chunk","data":"{PCM64}","last":true}}') == [AudioOut(PCM, 48000), TurnDone()]
    assert seen(marked, f'{{"type":"audio_chunk","data":"{PCM64}","last":false}}') == [AudioOut(PCM, 48000)]
    both = dialect(events={"response.done": {"type": "end"}, "output_audio.done": {"type": "end"}})
    assert seen(both, '{"type":"end"}') == [TurnDone(), AudioDone()]


# Both halves, against one another.

SAID: list[Signal] = [
    Ready("s"), Configured({"a": [None]}), InputAccepted(), SpeechStarted(), SpeechStopped(),
    Transcript("caller", "a", False), Transcript("caller", "{}", True), Transcript("agent", "ü\n", False),
    Transcript("agent", "", True), ToolCall("c", "n", {"a": {"b": 1}}, '{"a":{"b":1}}'),
    ToolCall("c", "n", None, "oops"), ToolResult("c", "n", {"error": "a result"}),
    ToolResult("c", "n", None),
    ToolResult("c", "n", None, "down"), ResponseStarted(), AudioOut(PCM, 16000), AudioDone(), TurnDone(), Cancelled(),
    Fault("c", "m"), Fault(None, "m"),
]  # fmt: skip


@pytest.mark.parametrize("signal", SAID, ids=repr)
def test_what_the_agent_says_is_what_the_gate_observes(signal: Signal) -> None:
    assert seen(FULL, *FULL.agent().say(signal)) == [signal]


@pytest.mark.parametrize("signal", SAID, ids=repr)
def test_with_bare_defaults_only_readiness_and_audio_are_said(signal: Signal) -> None:
    plain = dialect(receive_rate_hz=16000)
    said = seen(plain, *plain.agent().say(signal))
    assert said == ([signal] if isinstance(signal, Ready | AudioOut) else [])


def test_a_signal_keeps_nothing_that_the_wire_has_no_field_for() -> None:
    assert seen(FULL, *FULL.agent().say(Transcript("agent", "x", True, "r-1"))) == [Transcript("agent", "x", True)]


HEARD: list[tuple[acts.Act, list[acts.Act]]] = [
    (acts.Configure({"a": 1}), [acts.Configure({"a": 1})]),
    (acts.Speak(PCM), [acts.Speak(PCM)]),
    (acts.Hush(2), [acts.Speak(bytes(4))]),
    (acts.Type("Grüße\n[x]"), [acts.Type("Grüße\n[x]")]),
    (acts.Answer("c", "n", {"error": "a result"}), [acts.Answer("c", "n", {"error": "a result"})]),
    (acts.Answer("c", "n", None), [acts.Answer("c", "n", None)]),
    (acts.Answer("c", "n", None, "down"), [acts.Answer("c", "n", None, "down")]),
    (acts.Interrupt(), [acts.Interrupt()]),
    (acts.HangUp(), [acts.HangUp()]),
]


@pytest.mark.parametrize(("act", "heard"), HEARD)
def test_what_the_gate_does_is_what_the_agent_hears(act: acts.Act, heard: list[acts.Act]) -> None:
    agent = FULL.agent()
    assert [found for data in FULL.encoder().encode(act, 0) for found in agent.hear(data)] == heard


SENT: list[tuple[acts.Act, Signal]] = [
    (acts.Configure({"a": 1}), Asked({"a": 1})),
    (acts.Speak(PCM), AudioIn(PCM, 16000)),
    (acts.Hush(2), AudioIn(bytes(4), 16000)),
    (acts.Type("x"), Typed("x")),
    (acts.Answer("c", "n", {"k": 1}), ToolResult("c", "n", {"k": 1})),
    (acts.Answer("c", "n", {"k": 1}, "down"), ToolResult("c", "n", None, "down")),
    (acts.Interrupt(), Other("cancel")),
    (acts.HangUp(), Other("goodbye")),
    (acts.Send('{"op":"unheard of"}'), Other("")),
    (acts.Send("garbage"), Other("")),
    (acts.Send(b"\x00"), Other("")),
]


@pytest.mark.parametrize(("act", "signal"), SENT)
def test_what_the_gate_sends_is_seen_as_what_it_did(act: acts.Act, signal: Signal) -> None:
    assert seen(FULL, *FULL.encoder().encode(act, 0), sent=True) == [signal]


def test_without_a_word_for_errors_an_error_goes_out_as_a_result_and_is_still_seen_as_one() -> None:
    plain = dialect(send={"tool_result": {"type": "tool", "id": "{{call_id}}", "r": "{{result}}"}})
    (frame,) = plain.encoder().encode(acts.Answer("c", "n", None, "down"), 0)
    assert json.loads(frame) == {"type": "tool", "id": "c", "r": {"error": "down"}}
    assert seen(plain, frame, sent=True) == [ToolResult("c", "", None, "down")]
    assert plain.agent().hear(frame) == (acts.Answer("c", "", None, "down"),)


def test_where_a_message_has_a_field_for_errors_a_result_named_error_is_a_result() -> None:
    one = dialect(send={"tool_result": {"id": "{{call_id}}", "r": "{{result}}", "e": "{{error}}"}})
    answers = [acts.Answer("c", "", {"error": "a result"}), acts.Answer("c", "", None, "down")]
    frames = [data for act in answers for data in one.encoder().encode(act, 0)]
    assert [act for data in frames for act in one.agent().hear(data)] == answers
    assert seen(one, *frames, sent=True) == [
        ToolResult("c", "", {"error": "a result"}),
        ToolResult("c", "", None, "down"),
    ]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ('{"type":"audio_chunk","data":"AQ=="}', ODD),
        ('{"type":"audio_chunk","data":"?"}', "audio_data is not base64"),
    ],
)
def test_malformed_audio_of_ours_is_seen_as_such(data: str, what: str) -> None:
    assert seen(Template(), data, sent=True) == [Violation(what)]


def test_a_frame_that_fits_two_messages_is_the_one_that_asks_for_more() -> None:
    two = dialect(
        send={
            "cancel": {"op": "x"},
            "tool_result": {"op": "x", "id": "{{call_id}}", "r": "{{result}}"},
            "text": "{{text}}",
        }
    )
    assert seen(two, '{"op":"x","id":"c","r":1}', '{"op":"x"}', '{"op":"y"}', sent=True) == [
        ToolResult("c", "", 1), Other("cancel"), Typed('{"op":"y"}'),
    ]  # fmt: skip
    assert seen(two, *two.encoder().encode(acts.Speak(PCM), 0), sent=True) == [AudioIn(PCM, 16000)]


def test_a_secret_in_a_template_does_not_hide_the_callers_voice_from_the_judge() -> None:
    told = dialect(send_audio={"key": "${env.KEY}", "audio": "{{audio_data}}"})
    assert seen(told, f'{{"key":"[secret:KEY]","audio":"{PCM64}"}}', sent=True) == [AudioIn(PCM, 16000)]


# Raw audio in pieces.


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=8))
def test_raw_audio_is_the_same_however_it_is_cut(pcm: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(pcm)) for cut in cuts), len(pcm)]
    pieces = [pcm[a:b] for a, b in pairwise(edges)]
    signals = seen(Template(), *pieces)
    heard = b"".join(signal.pcm for signal in signals if isinstance(signal, AudioOut))
    assert heard == pcm[: len(pcm) // 2 * 2]
    assert len(signals) == len(pieces)
    assert all(len(signal.pcm) % 2 == 0 for signal in signals if isinstance(signal, AudioOut))


def test_messages_between_two_halves_of_a_sample_do_not_disturb_it() -> None:
    assert seen(Template(), b"\x01", '{"type":"pong"}', b"\x00") == [
        Other("half a sample"), Other("pong"), AudioOut(b"\x01\x00", 48000),
    ]  # fmt: skip


def test_each_call_begins_with_no_half_sample() -> None:
    one = Template()
    seen(one, b"\x01")
    assert seen(one, b"\x02\x00") == [AudioOut(b"\x02\x00", 48000)]


# Rewriting.

SECRET = "hunter2hunter22="


def rewritten(on: Template, message: Any) -> Any:
    return json.loads(on.rewrite(json.dumps(message), lambda _path, text: text.replace(SECRET, "***")))


def test_audio_and_words_at_the_same_path_are_told_apart_by_their_message() -> None:
    same = dialect(events={"transcript.final": {"type": "words", "text": "data"}})
    assert rewritten(same, {"type": "audio_chunk", "data": SECRET}) == {"type": "audio_chunk", "data": SECRET}
    assert rewritten(same, {"type": "words", "data": SECRET}) == {"type": "words", "data": "***"}


@pytest.mark.parametrize(
    ("message", "after"),
    [
        ({"event": {"kind": "connected", "session": {"id": SECRET}, "note": SECRET}},
         {"event": {"kind": "connected", "session": {"id": SECRET}, "note": "***"}}),
        ({"event": {"kind": "media", "media": {"payload": SECRET}}},
         {"event": {"kind": "media", "media": {"payload": SECRET}}}),
        ({"event": {"kind": "call", "f": [{"id": SECRET, "name": "n", "args": json.dumps({"k": SECRET})}]}},
         {"event": {"kind": "call", "f": [{"id": SECRET, "name": "n", "args": '{"k":"***"}'}]}}),
        ({"event": {"kind": SECRET, "session": {"id": SECRET}}}, {"event": {"kind": SECRET, "session": {"id": "***"}}}),
        ({"media": {"chunk": "data:audio/pcm;base64," + SECRET, "track": "inbound"}},
         {"media": {"chunk": "data:audio/pcm;base64," + SECRET, "track": "inbound"}}),
        ({"op": "tool", "id": "call-" + SECRET, "tool": "n", "output": {"x": [SECRET]}},
         {"op": "tool", "id": "call-" + SECRET, "tool": "n", "output": {"x": ["***"]}}),
        ({"op": "start", "config": {"key": SECRET}}, {"op": "start", "config": {"key": "***"}}),
    ],
)  # fmt: skip
def test_rewriting_changes_words_and_leaves_ids_types_and_audio(message: Json, after: Json) -> None:
    assert rewritten(FULL, message) == after


def test_raw_audio_is_not_rewritten() -> None:
    assert Template().rewrite(SECRET.encode(), lambda _path, text: "x") == SECRET.encode()
