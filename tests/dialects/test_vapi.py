"""Messages as they stand in Vapi's documentation and in the types of its SDK."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from gate.core import acts
from gate.core.frames import Direction, Frame, Opcode
from gate.core.jsons import Json
from gate.core.plan import Dial, HttpFirst
from gate.core.signals import (
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Metadata,
    Other,
    ResponseStarted,
    Signal,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    Transcript,
    TurnDone,
    Typed,
    Violation,
)  # fmt: skip
from gate.dialects.fields import Illegal
from gate.dialects.vapi.dialect import Vapi, VapiOptions

STARTED = '{"type":"speech-update","status":"started","role":"assistant","turn":1}'
STOPPED = '{"type":"speech-update","status":"stopped","role":"assistant","turn":1}'
INTERRUPTED = '{"type":"user-interrupted","turnId":"t-1"}'
CALLS = (
    '{"type":"tool-calls","toolWithToolCallList":[],"toolCallList":[{"id":"call_1","type":"function",'
    '"function":{"name":"look_up","arguments":{"day":"Thursday"}}},{"id":"call_2","type":"function",'
    '"function":{"name":"move","arguments":"{\\"id\\": 7}"}}]}'
)


def dialect(**options: Any) -> Vapi:
    return Vapi(VapiOptions.model_validate(options))


def seen(*data: str | bytes, sent: bool = False, **options: Any) -> list[Signal]:
    observer = dialect(**options).observer()
    direction = Direction.SENT if sent else Direction.RECEIVED
    opcodes = [Opcode.BINARY if isinstance(each, bytes) else Opcode.TEXT for each in data]
    frames = (Frame(direction, opcode, each, 0) for opcode, each in zip(opcodes, data, strict=True))
    return [signal for frame in frames for signal in observer.observe(frame)]


def encoded(act: acts.Act, **options: Any) -> Any:
    (frame,) = dialect(**options).encoder().encode(act, 0)
    return json.loads(frame) if isinstance(frame, str) else frame


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        ('{"type":"speech-update","status":"started","role":"user"}', [SpeechStarted()]),
        ('{"type":"speech-update","status":"stopped","role":"user"}', [SpeechStopped()]),
        (STARTED, [ResponseStarted()]),
        (STOPPED, [AudioDone(), TurnDone()]),
        (INTERRUPTED, [Cancelled()]),
        (
            '{"type":"transcript","role":"user","transcriptType":"partial","transcript":"Hel"}',
            [Transcript("caller", "Hel", False)],
        ),
        (
            (
                '{"type":"transcript[transcriptType=\\"final\\"]","role":"assistant","transcriptType":"final",'
                '"transcript":"Hi."}'
            ),
            [Transcript("agent", "Hi.", True)],
        ),
        (
            CALLS,
            [
                ToolCall("call_1", "look_up", {"day": "Thursday"}, '{"day":"Thursday"}'),
                ToolCall("call_2", "move", {"id": 7}, '{"id": 7}'),
            ],
        ),
        ('{"type":"metadata","metadata":"x"}', [Metadata("x")]),
        ('{"type":"model-output","output":"Hi","turnId":"t"}', [Other("model-output")]),
        ('{"type":"hang"}', [Other("hang")]),
        (b"\x01\0", [AudioOut(b"\x01\0", 16000)]),
    ],
)
def test_what_the_server_says(message: str | bytes, meant: list[Signal]) -> None:
    assert seen(message) == meant


def test_a_turn_that_was_cut_is_not_over_once_more() -> None:
    assert seen(STARTED, INTERRUPTED, STOPPED, STARTED, STOPPED) == [
        ResponseStarted(), Cancelled(), Other("speech-update"), ResponseStarted(), AudioDone(), TurnDone(),
    ]  # fmt: skip


def test_a_call_that_is_told_three_times_is_one_call() -> None:
    assert len([signal for signal in seen(CALLS, CALLS, CALLS) if isinstance(signal, ToolCall)]) == 2


def test_a_sample_that_is_cut_in_two_is_put_together_again() -> None:
    assert seen(b"\x01", b"\0") == [Other("audio that the next frame completes"), AudioOut(b"\x01\0", 16000)]


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ("hello", "not JSON"),
        ("{}", "type is missing"),
        ('{"type":"speech-update","status":"started","role":"system"}', "role is neither user nor assistant"),
        ('{"type":"speech-update","status":"paused","role":"user"}', "status is neither started nor stopped"),
        ('{"type":"transcript","role":"user","transcriptType":"final"}', "transcript is missing"),
        ('{"type":"tool-calls"}', "toolCallList is no list"),
        ('{"type":"tool-calls","toolCallList":[1]}', "id is missing"),
    ],
)
def test_a_message_that_is_not_as_it_should_be_is_a_violation(message: str, what: str) -> None:
    (signal,) = seen(message)
    assert isinstance(signal, Violation)
    assert what in signal.what


def dialled(body: Json = None, **options: Any) -> Dial:
    http = HttpFirst("https://api.vapi.test/call", "transport.websocketCallUrl", body=body)
    return dialect(**options).dial(Dial("", headers=(("Authorization", "Bearer key"),), http=http), {}, "0" * 32)


def test_the_call_is_asked_for_with_its_transport_and_the_key_goes_there_alone() -> None:
    dial = dialled({"assistantId": "a-1"})
    form = {"format": "pcm_s16le", "container": "raw", "sampleRate": 16000}
    transport: Json = {"provider": "vapi.websocket", "audioFormat": form}
    assert dial.http
    assert dial.http.body == {"assistantId": "a-1", "transport": transport}
    assert (dial.http.headers, dial.headers) == ((("Authorization", "Bearer key"),), ())


def test_a_users_own_body_wins() -> None:
    dial = dialled({"name": "mine"}, encoding="mulaw", rate_hz=8000, session={"name": "x", "assistant": {"k": 1}})
    assert dial.http
    assert isinstance(dial.http.body, dict)
    assert (dial.http.body["name"], dial.http.body["assistant"]) == ("mine", {"k": 1})
    assert json.dumps(dial.http.body["transport"]).count('"format": "mulaw"') == 1
    known = Dial("wss://api.vapi.test/c/transport")
    assert Vapi().dial(known, {}, "0") == known


def test_the_caller_speaks_types_and_hangs_up() -> None:
    assert encoded(acts.Speak(b"\x01\0")) == b"\x01\0"
    assert encoded(acts.Hush(2), encoding="mulaw", rate_hz=8000) == b"\xff\xff"
    typed: dict[str, Json] = {"type": "add-message", "message": {"role": "user", "content": "Hi"}}
    assert encoded(acts.Type("Hi")) == typed | {"triggerResponseEnabled": True}
    assert encoded(acts.HangUp()) == {"type": "hangup"}
    assert seen(json.dumps(typed), b"\x01\0", sent=True) == [Typed("Hi"), AudioIn(b"\x01\0", 16000)]
    assert Vapi().encoder().encode(acts.Answer("c", "f", 1), 0) == (), "tools are answered by webhook"


def test_the_agent_says_what_the_service_is_known_to_say() -> None:
    agent = Vapi().agent()
    said = [json.loads(frame) for signal in (SpeechStarted(), Transcript("caller", "Hi", True), ResponseStarted("r"),
            TurnDone("r"), Cancelled("r")) for frame in agent.say(signal)]  # fmt: skip
    assert said == [
        {"type": "speech-update", "status": "started", "role": "user"},
        {"type": "transcript", "role": "user", "transcriptType": "final", "transcript": "Hi"},
        {"type": "speech-update", "status": "started", "role": "assistant"},
        {"type": "speech-update", "status": "stopped", "role": "assistant"},
        {"type": "user-interrupted"},
        {"type": "speech-update", "status": "stopped", "role": "assistant"},
    ]


def test_the_agent_hears_a_client() -> None:
    agent = Vapi().agent()
    assert agent.hear(b"\x01\0") == (acts.Speak(b"\x01\0"),)
    assert agent.hear('{"type":"add-message","message":{"role":"user","content":"Hi"}}') == (acts.Type("Hi"),)
    assert agent.hear('{"type":"end-call"}') == agent.hear('{"type":"hangup"}') == (acts.HangUp(),)
    with pytest.raises(Illegal, match="type 'nonsense' is not known"):
        agent.hear('{"type":"nonsense"}')


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"encoding": "mulaw"}, "mulaw goes with rate_hz 8000, not 16000"),
        ({"rate_hz": 48000}, "8000, 16000 or 24000"),
        ({"assistantId": "x"}, "Extra inputs are not permitted"),
    ],
)
def test_mistakes_in_the_options_are_told(options: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        dialect(**options)
