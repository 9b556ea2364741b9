"""Messages as they stand in Ultravox's documentation and in the events of LiveKit's plugin."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from gate.core import acts
from gate.core.frames import Direction, Frame, Opcode
from gate.core.jsons import Json
from gate.core.plan import Dial, HttpFirst
from gate.core.signals import (
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Fault,
    Metadata,
    Other,
    Ready,
    Refused,
    ResponseStarted,
    Signal,
    SpeechStarted,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
    Typed,
    Violation,
)  # fmt: skip
from gate.dialects.fields import Illegal
from gate.dialects.ultravox.dialect import Ultravox
from gate.dialects.ultravox.session import UltravoxOptions

SPEAKING, LISTENING = '{"type":"state","state":"speaking"}', '{"type":"state","state":"listening"}'
CLEAR = '{"type":"playback_clear_buffer"}'
CALL = (
    '{"type":"client_tool_invocation","toolName":"look_up","invocationId":"i-1","parameters":{"day":"Thursday","id":7}}'
)
SCHEMA: dict[str, Json] = {
    "type": "object", "properties": {"id": {"type": "string"}, "day": {"type": "string"}}, "required": ["id"],
}  # fmt: skip
TOOL: dict[str, Json] = {"name": "move", "description": "Moves it", "parameters": SCHEMA}
SESSION: dict[str, Json] = {
    "model": "ultravox-v0.7", "voice": "Mark", "language": "en", "system_prompt": "Be brief.",
    "first_message": "Hello!", "tools": [TOOL], "metadata": {"run": "7"},
}  # fmt: skip
BODY: dict[str, Json] = {
    "medium": {"serverWebSocket": {"inputSampleRate": 16000, "outputSampleRate": 24000}},
    "model": "ultravox-v0.7",
    "voice": "Mark",
    "languageHint": "en",
    "systemPrompt": "Be brief.",
    "firstSpeakerSettings": {"agent": {"text": "Hello!"}},
    "selectedTools": [
        {
            "temporaryTool": {
                "modelToolName": "move",
                "description": "Moves it",
                "dynamicParameters": [
                    {
                        "name": "id",
                        "location": "PARAMETER_LOCATION_BODY",
                        "schema": {"type": "string"},
                        "required": True,
                    },
                    {
                        "name": "day",
                        "location": "PARAMETER_LOCATION_BODY",
                        "schema": {"type": "string"},
                        "required": False,
                    },
                ],
                "client": {},
            }
        }
    ],
    "metadata": {"run": "7"},
}


def dialect(**options: Any) -> Ultravox:
    return Ultravox(UltravoxOptions.model_validate(options))


def seen(*data: str | bytes, sent: bool = False) -> list[Signal]:
    observer = Ultravox().observer()
    direction = Direction.SENT if sent else Direction.RECEIVED
    opcodes = [Opcode.BINARY if isinstance(each, bytes) else Opcode.TEXT for each in data]
    frames = (Frame(direction, opcode, each, 0) for opcode, each in zip(opcodes, data, strict=True))
    return [signal for frame in frames for signal in observer.observe(frame)]


def transcript(role: str, final: bool, ordinal: int, **words: str | None) -> str:
    told = {"type": "transcript", "role": role, "medium": "voice", "text": None, "delta": None, "final": final}
    return json.dumps(told | {"ordinal": ordinal} | words)


def encoded(act: acts.Act) -> Any:
    (frame,) = Ultravox().encoder().encode(act, 0)
    return json.loads(frame) if isinstance(frame, str) else frame


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        ('{"type":"call_started","callId":"c-1"}', [Ready("c-1")]),
        ('{"type":"state","state":"idle"}', [Other("state")]),
        (SPEAKING, [ResponseStarted()]),
        (CLEAR, [Cancelled()]),
        (transcript("user", True, 0, text="Hello."), [Transcript("caller", "Hello.", True)]),
        (transcript("user", False, 0, text="Hel"), [Other("transcript")]),
        (transcript("agent", False, 1, delta="Hi "), [Transcript("agent", "Hi ", False)]),
        (transcript("agent", True, 1, text="Hi there."), [Transcript("agent", "Hi there.", True)]),
        (CALL, [ToolCall("i-1", "look_up", {"day": "Thursday", "id": 7}, '{"day":"Thursday","id":7}')]),
        ('{"type":"debug","message":"LLM response"}', [Metadata({"type": "debug", "message": "LLM response"})]),
        ('{"type":"pong","timestamp":1.5}', [Other("pong")]),
        ('{"type":"call_event","callEventType":"x"}', [Other("call_event")]),
    ],
)
def test_what_the_server_says(message: str, meant: list[Signal]) -> None:
    assert seen(message) == meant


def test_a_response_lies_between_speaking_and_the_next_other_state() -> None:
    assert seen(SPEAKING, b"\x01\0", LISTENING, LISTENING) == [
        ResponseStarted(), AudioOut(b"\x01\0", 24000), AudioDone(), TurnDone(), Other("state"),
    ]  # fmt: skip


def test_audio_before_its_state_starts_the_response() -> None:
    assert seen(b"\x01\0", SPEAKING, b"\x02\0") == [
        ResponseStarted(), AudioOut(b"\x01\0", 24000), Other("state"), AudioOut(b"\x02\0", 24000),
    ]  # fmt: skip


def test_a_state_that_comes_late_ends_no_response_that_its_audio_has_begun() -> None:
    thinking = '{"type":"state","state":"thinking"}'
    assert seen(b"\x01\0", thinking, SPEAKING, b"\x02\0", thinking) == [
        ResponseStarted(), AudioOut(b"\x01\0", 24000), Other("state"), Other("state"), AudioOut(b"\x02\0", 24000),
        AudioDone(), TurnDone(),
    ]  # fmt: skip
    assert seen(b"\x01\0", LISTENING)[-2:] == [AudioDone(), TurnDone()]


def test_a_response_that_was_cut_is_not_over_once_more() -> None:
    assert seen(SPEAKING, b"\x01\0", CLEAR, LISTENING) == [
        ResponseStarted(), AudioOut(b"\x01\0", 24000), Cancelled(), Other("state"),
    ]  # fmt: skip


def test_words_in_pieces_are_whole_at_the_end() -> None:
    pieces = [transcript("agent", False, 3, delta="On "), transcript("agent", False, 4, delta="No"),
              transcript("agent", False, 3, delta="Monday"), transcript("agent", True, 3, delta=".")]  # fmt: skip
    assert seen(*pieces)[-1] == Transcript("agent", "On Monday.", True)
    assert seen(*pieces, transcript("agent", True, 3, text="Later."))[-1] == Transcript("agent", "Later.", True)


def test_a_sample_that_is_cut_in_two_is_put_together_again() -> None:
    assert seen(SPEAKING, b"\x01", b"\0")[1:] == [Other("audio that the next frame completes"),
                                                  AudioOut(b"\x01\0", 24000)]  # fmt: skip


def test_a_call_that_is_told_three_times_is_one_call() -> None:
    assert len([signal for signal in seen(CALL, CALL, CALL) if isinstance(signal, ToolCall)]) == 1


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        ('{"type":"user_text_message","text":"Hi","urgency":"soon"}', Typed("Hi")),
        (
            '{"type":"client_tool_result","invocationId":"i-1","result":"{\\"t\\": 21}"}',
            ToolResult("i-1", "", {"t": 21}),
        ),
        (
            '{"type":"client_tool_result","invocationId":"i-1","errorType":"implementation-error","errorMessage":"down"}',
            ToolResult("i-1", "", None, "down"),
        ),
        (
            '{"type":"client_tool_result","invocationId":"i-1","errorType":"undefined"}',
            ToolResult("i-1", error="undefined"),
        ),
        ('{"type":"ping","timestamp":1}', Other("ping")),
        (b"\x01\0", AudioIn(b"\x01\0", 16000)),
    ],
)
def test_what_the_gate_says_is_seen_too(message: str | bytes, meant: Signal) -> None:
    assert seen(message, sent=True) == [meant]


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ("hello", "not JSON"),
        ("{}", "type is missing"),
        ('{"type":"call_started"}', "callId is missing"),
        ('{"type":"state"}', "state is missing"),
        ('{"type":"transcript","role":"user","text":"x"}', "a transcript wants a role of user or agent, and final"),
        ('{"type":"transcript","role":"bot","text":"x","final":true}', "a transcript wants a role"),
        ('{"type":"client_tool_invocation","toolName":"f"}', "invocationId is missing"),
    ],
)
def test_a_message_that_is_not_as_it_should_be_is_a_violation(message: str, what: str) -> None:
    (signal,) = seen(message)
    assert isinstance(signal, Violation)
    assert what in signal.what


def dialled(asked: dict[str, Json], body: Json = None, **options: Any) -> Dial:
    http = HttpFirst("https://api.ultravox.test/api/calls", "joinUrl", headers=(("X-Team", "qa"),), body=body)
    dial = Dial("", headers=(("X-API-Key", "key"),), http=http)
    return dialect(**options).dial(dial, asked, "0" * 32)


def test_the_call_is_asked_for_with_everything_and_the_key_goes_there_alone() -> None:
    dial = dialled(SESSION)
    assert dial.http
    assert dial.http.body == BODY
    assert dial.http.headers == (("X-Team", "qa"), ("X-API-Key", "key"))
    assert dial.headers == ()


def test_what_is_not_said_is_not_asked_since_a_stored_agent_has_it() -> None:
    dial = dialled({}, client_buffer_ms=30000)
    wire = {"inputSampleRate": 16000, "outputSampleRate": 24000, "clientBufferSizeMs": 30000}
    assert dial.http
    assert dial.http.body == {"medium": {"serverWebSocket": wire}}


def test_a_users_own_body_wins_over_the_session_and_the_options() -> None:
    dial = dialled({"voice": "Mark"}, body={"voice": "Ana"}, session={"voice": "Bo", "temperature": 0.4})
    assert dial.http
    assert isinstance(dial.http.body, dict)
    assert (dial.http.body["voice"], dial.http.body["temperature"]) == ("Ana", 0.4)


def test_a_socket_that_is_known_is_dialled_as_it_is() -> None:
    dial = Dial("wss://join.test/calls/1", headers=(("X-Team", "qa"),))
    assert Ultravox().dial(dial, SESSION, "0") == dial


def test_what_was_asked_over_http_is_seen_asked() -> None:
    asking = Frame(
        Direction.SENT, Opcode.HTTP, json.dumps({"method": "POST", "url": "u", "headers": {}, "body": BODY}), 0
    )
    assert Ultravox().observer().observe(asking) == (Asked(SESSION),)


def test_other_frames_around_the_socket_are_as_always() -> None:
    observer = Ultravox().observer()
    refused = Frame(Direction.RECEIVED, Opcode.HTTP, '{"status":402,"body":"no credit"}', 0)
    bare = Frame(Direction.SENT, Opcode.HTTP, '{"method":"POST","url":"u","headers":{},"body":null}', 0)
    assert observer.observe(refused) == (Refused(402, "no credit"),)
    assert observer.observe(bare) == (Other("http"),)


def test_the_caller_speaks_types_and_answers() -> None:
    assert encoded(acts.Speak(b"\x01\0")) == b"\x01\0"
    assert encoded(acts.Hush(2)) == b"\0\0\0\0"
    assert encoded(acts.Type("Hi")) == {"type": "user_text_message", "text": "Hi"}
    told = {"type": "client_tool_result", "invocationId": "i-1", "responseType": "tool-response"}
    assert encoded(acts.Answer("i-1", "f", {"t": 21})) == told | {"result": '{"t":21}', "agentReaction": "speaks"}
    assert encoded(acts.Answer("i-1", "f", None, "down")) == told | {
        "errorType": "implementation-error",
        "errorMessage": "down",
    }


@pytest.mark.parametrize("act", [acts.Configure({"voice": "x"}), acts.Interrupt(), acts.Cleared(), acts.HangUp()])
def test_what_the_socket_has_no_word_for_is_not_said(act: acts.Act) -> None:
    assert Ultravox().encoder().encode(act, 0) == ()


def test_the_agent_says_what_the_service_says() -> None:
    agent = Ultravox().agent()
    said = [json.loads(frame) for signal in (Ready("c-1"), ResponseStarted("r"), Transcript("agent", "Hi.", True, "r"),
            TurnDone("r"), Cancelled("r")) for frame in agent.say(signal)]  # fmt: skip
    words = {"type": "transcript", "role": "agent", "medium": "voice", "ordinal": 0}
    assert said == [
        {"type": "call_started", "callId": "c-1"},
        {"type": "state", "state": "listening"},
        {"type": "state", "state": "speaking"},
        words | {"text": None, "delta": "Hi.", "final": False},
        words | {"text": "Hi.", "delta": None, "final": True},
        {"type": "state", "state": "listening"},
        {"type": "playback_clear_buffer"},
        {"type": "state", "state": "listening"},
    ]
    assert agent.say(SpeechStarted()) == agent.say(Fault("c", "m")) == agent.say(Transcript("caller", "x", False)) == ()


def test_the_agent_hears_a_client() -> None:
    agent = Ultravox().agent()
    assert agent.hear(b"\x01\0") == (acts.Speak(b"\x01\0"),)
    assert agent.hear('{"type":"user_text_message","text":"Hi"}') == (acts.Type("Hi"),)
    result = '{"type":"client_tool_result","invocationId":"i-1","result":"sunny"}'
    assert agent.hear(result) == (acts.Answer("i-1", "", "sunny"),)
    assert agent.hear('{"type":"set_output_medium","medium":"text"}') == ()
    with pytest.raises(Illegal, match="type 'nonsense' is not known"):
        agent.hear('{"type":"nonsense"}')


@pytest.mark.parametrize(
    "options", [{"send_rate_hz": 44}, {"client_buffer_ms": 0}, {"session": "x"}, {"voice": "Mark"}]
)
def test_mistakes_in_the_options_are_told(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        dialect(**options)
