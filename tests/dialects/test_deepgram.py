"""Messages as they stand in Deepgram's documentation and in the types of deepgram-sdk."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from gate.core import acts
from gate.core.frames import Direction, Frame, Opcode
from gate.core.jsons import Json
from gate.core.plan import Dial
from gate.core.signals import (
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Configured,
    Fault,
    Metadata,
    Other,
    Ready,
    ResponseStarted,
    Signal,
    SpeechStarted,
    ToolCall,
    ToolCancelled,
    ToolResult,
    Transcript,
    TurnDone,
    Typed,
    Violation,
)  # fmt: skip
from gate.dialects.deepgram.dialect import Deepgram
from gate.dialects.deepgram.session import DeepgramOptions
from gate.dialects.fields import Illegal

WELCOME = '{"type": "Welcome", "request_id": "fc553ec9-5874-49ca-a47c-b670d525a4b3"}'
STARTED_SPEAKING = '{"type":"AgentStartedSpeaking","total_latency":1.2,"tts_latency":0.3,"ttt_latency":0.9}'
AUDIO_DONE = '{"type":"AgentAudioDone"}'
INTERRUPTION = '{"type": "UserStartedSpeaking"}'
CALLER = '{"type":"ConversationText","role":"user","content":"What is the weather?"}'
CALL = (
    '{"type":"FunctionCallRequest","functions":[{"id":"fc_1","name":"get_weather",'
    '"arguments":"{\\"location\\": \\"Boston\\"}","client_side":true}]}'
)
SERVER_SIDE: dict[str, Json] = {"id": "fc_2", "name": "f", "arguments": "{}", "client_side": False}
SETTINGS = (
    '{"type":"Settings","tags":["demo"],"audio":{"input":{"encoding":"linear16","sample_rate":16000},'
    '"output":{"encoding":"linear16","sample_rate":24000,"container":"none"}},"agent":{"greeting":"Hello!",'
    '"listen":{"provider":{"type":"deepgram","model":"nova-3","language":"en"}},'
    '"think":{"provider":{"type":"open_ai","model":"gpt-4o-mini","temperature":0.7},"prompt":"Be brief.",'
    '"functions":[{"name":"f","description":"d","parameters":{"type":"object"},'
    '"endpoint":{"url":"https://acme.test","method":"post"}}]},'
    '"speak":{"provider":{"type":"deepgram","model":"aura-2-thalia-en"}}}}'
)


def dialect(**options: Any) -> Deepgram:
    return Deepgram(DeepgramOptions.model_validate(options))


def seen(*data: str | bytes, sent: bool = False, on: Deepgram | None = None) -> list[Signal]:
    observer = (on or Deepgram()).observer()
    direction = Direction.SENT if sent else Direction.RECEIVED
    opcodes = [Opcode.BINARY if isinstance(each, bytes) else Opcode.TEXT for each in data]
    frames = (Frame(direction, opcode, each, 0) for opcode, each in zip(opcodes, data, strict=True))
    return [signal for frame in frames for signal in observer.observe(frame)]


def encoded(act: acts.Act, **options: Any) -> Any:
    (frame,) = dialect(**options).encoder().encode(act, 0)
    return json.loads(frame) if isinstance(frame, str) else frame


RECEIVED: list[tuple[str, list[Signal]]] = [
    (WELCOME, [Ready("fc553ec9-5874-49ca-a47c-b670d525a4b3")]),
    ('{"type":"SettingsApplied"}', [Configured({})]),
    (INTERRUPTION, [SpeechStarted(interrupts=True)]),
    (CALLER, [Transcript("caller", "What is the weather?", True)]),
    (
        '{"type":"ConversationText","role":"assistant","content":"Fine.","conversational_behavior":"default"}',
        [Transcript("agent", "Fine.", True)],
    ),
    (STARTED_SPEAKING, [ResponseStarted()]),
    (AUDIO_DONE, [AudioDone(), TurnDone()]),
    (CALL, [ToolCall("fc_1", "get_weather", {"location": "Boston"}, '{"location": "Boston"}')]),
    ('{"type":"FunctionCallCancelled","functions":[{"id":"fc_1","name":"get_weather"}]}', [ToolCancelled("fc_1")]),
    (
        '{"type":"Error","description":"We waited too long for a websocket message.","code":"CLIENT_MESSAGE_TIMEOUT"}',
        [Fault("CLIENT_MESSAGE_TIMEOUT", "We waited too long for a websocket message.")],
    ),
    (
        '{"type":"Warning","description":"Long prompt","code":"PROMPT_TOO_LONG"}',
        [Metadata({"type": "Warning", "description": "Long prompt", "code": "PROMPT_TOO_LONG"})],
    ),
    (
        '{"type":"InjectionRefused","message":"the user is speaking"}',
        [Fault("InjectionRefused", "the user is speaking")],
    ),
    ('{"type":"AgentThinking","content":"hm"}', [Metadata({"type": "AgentThinking", "content": "hm"})]),
    ('{"type":"LatencyReport","total_latency":1}', [Metadata({"type": "LatencyReport", "total_latency": 1})]),
    ('{"type":"History","role":"user","content":"hi"}', [Other("History")]),
    ('{"type":"PromptUpdated"}', [Other("PromptUpdated")]),
]


@pytest.mark.parametrize(("message", "meant"), RECEIVED)
def test_what_the_server_says(message: str, meant: list[Signal]) -> None:
    assert seen(message) == meant


def test_what_the_gate_says_is_seen_too() -> None:
    tool: Json = {"name": "f", "description": "d", "parameters": {"type": "object"},
                  "endpoint": {"url": "https://acme.test", "method": "post"}}  # fmt: skip
    asked: dict[str, Json] = {"model": "gpt-4o-mini", "voice": "aura-2-thalia-en", "language": "en",
                              "system_prompt": "Be brief.", "first_message": "Hello!", "tools": [tool]}  # fmt: skip
    assert seen(SETTINGS, sent=True) == [Asked(asked)]
    assert seen('{"type":"Settings","audio":{},"agent":"an-id"}', sent=True) == [Asked({})]
    assert seen('{"type":"InjectUserMessage","content":"Hi"}', sent=True) == [Typed("Hi")]
    answer = '{"type":"FunctionCallResponse","id":"fc_1","name":"f","content":"{\\"t\\": 21}"}'
    assert seen(answer, sent=True) == [ToolResult("fc_1", "f", {"t": 21})]
    assert seen('{"type":"KeepAlive"}', sent=True) == [Other("KeepAlive")]
    assert seen(b"\x01\0", sent=True) == [AudioIn(b"\x01\0", 16000)]


def test_audio_of_an_announced_response_starts_nothing_by_itself() -> None:
    heard = seen(STARTED_SPEAKING, b"\x01\0", b"\x02\0", AUDIO_DONE, STARTED_SPEAKING)
    assert heard == [ResponseStarted(), AudioOut(b"\x01\0", 24000), AudioOut(b"\x02\0", 24000), AudioDone(), TurnDone(),
                     ResponseStarted()]  # fmt: skip


def test_the_first_audio_starts_a_response_that_nobody_announced() -> None:
    assert seen(b"\x01\0", STARTED_SPEAKING, b"\x02\0", AUDIO_DONE, b"\x03\0") == [
        ResponseStarted(), AudioOut(b"\x01\0", 24000), Other("AgentStartedSpeaking"), AudioOut(b"\x02\0", 24000),
        AudioDone(), TurnDone(), ResponseStarted(), AudioOut(b"\x03\0", 24000),
    ]  # fmt: skip


def test_after_an_interruption_without_a_marker_the_callers_words_end_what_was_cut() -> None:
    heard = seen(b"\x01\0", INTERRUPTION, CALLER, b"\x02\0")
    assert [type(signal) for signal in heard] == [ResponseStarted, AudioOut, SpeechStarted, Transcript,
                                                  ResponseStarted, AudioOut]  # fmt: skip


def test_audio_that_was_on_its_way_at_an_interruption_does_not_hide_the_next_response() -> None:
    cut = (b"\x01\0", INTERRUPTION, b"\x02\0")
    assert [type(signal) for signal in seen(*cut, CALLER, b"\x03\0", b"\x04\0")] == [
        ResponseStarted, AudioOut, SpeechStarted, AudioOut, Transcript, ResponseStarted, AudioOut, AudioOut,
    ]  # fmt: skip
    assert [type(signal) for signal in seen(*cut, STARTED_SPEAKING, b"\x03\0")] == [
        ResponseStarted, AudioOut, SpeechStarted, AudioOut, ResponseStarted, AudioOut,
    ]  # fmt: skip


@pytest.mark.parametrize("before", [(), (b"\x01\0", INTERRUPTION, AUDIO_DONE)])
def test_where_nothing_is_left_to_cut_late_words_of_the_caller_end_no_response(before: tuple[str | bytes, ...]) -> None:
    heard = seen(*before, INTERRUPTION, b"\x02\0", CALLER, b"\x03\0")
    assert [type(signal) for signal in heard[-4:]] == [ResponseStarted, AudioOut, Transcript, AudioOut]


def test_the_start_of_a_response_is_derived_unless_the_server_was_asked_to_announce_it() -> None:
    assert "response.started" in dialect().capabilities.derives
    assert "response.started" not in dialect(session={"experimental": True}).capabilities.derives


def test_a_sample_that_is_cut_in_two_is_put_together_again() -> None:
    heard = seen(STARTED_SPEAKING, b"\x01", b"\0\x02", b"\0")
    assert heard[1:] == [Other("audio that the next frame completes"), AudioOut(b"\x01\0", 24000),
                         AudioOut(b"\x02\0", 24000)]  # fmt: skip


def test_a_call_that_is_told_three_times_is_one_call() -> None:
    assert len([signal for signal in seen(CALL, CALL, CALL) if isinstance(signal, ToolCall)]) == 1


def test_a_function_that_the_server_runs_is_told_and_not_called() -> None:
    mine: Json = {"id": "fc_3", "name": "g", "arguments": "{}", "client_side": True}
    request = json.dumps({"type": "FunctionCallRequest", "functions": [SERVER_SIDE, mine]})
    response: Json = {"type": "FunctionCallResponse", "name": "f", "content": "done"}
    told = Metadata({"type": "FunctionCallRequest", "functions": [SERVER_SIDE]})
    assert seen(request, json.dumps(response)) == [told, ToolCall("fc_3", "g", {}, "{}"), Metadata(response)]


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ("hello", "not JSON"),
        ("{}", "type is missing"),
        ('{"type":"Welcome"}', "request_id is missing"),
        ('{"type":"ConversationText","role":"system","content":"x"}', "role is neither user nor assistant"),
        ('{"type":"ConversationText","role":[],"content":"x"}', "role is a list"),
        ('{"type":"ConversationText","role":"user"}', "content is missing"),
        ('{"type":"FunctionCallRequest"}', "functions is no list of objects"),
        ('{"type":"FunctionCallRequest","functions":[1]}', "functions is no list of objects"),
        ('{"type":"FunctionCallRequest","functions":[{"id":1,"name":"f","client_side":true}]}', "id is a number"),
        ('{"type":"FunctionCallCancelled","functions":[{}]}', "id is missing"),
        ('{"type":"Error","code":"X"}', "description is missing"),
    ],
)
def test_a_message_that_is_not_as_it_should_be_is_a_violation(message: str, what: str) -> None:
    (signal,) = seen(message)
    assert isinstance(signal, Violation)
    assert what in signal.what


def test_settings_say_everything_that_was_asked() -> None:
    session: dict[str, Json] = {
        "model": "gpt-4o", "voice": "aura-2-thalia-en", "language": "en", "system_prompt": "Be brief.",
        "first_message": "Hello!", "tools": [{"type": "function", "name": "f", "parameters": {"type": "object"}}],
    }  # fmt: skip
    assert encoded(acts.Configure(session)) == {
        "type": "Settings",
        "audio": {
            "input": {"encoding": "linear16", "sample_rate": 16000},
            "output": {"encoding": "linear16", "sample_rate": 24000, "container": "none"},
        },
        "agent": {
            "listen": {"provider": {"type": "deepgram", "model": "nova-3", "language": "en"}},
            "think": {
                "provider": {"type": "open_ai", "model": "gpt-4o"},
                "prompt": "Be brief.",
                "functions": [{"name": "f", "description": "", "parameters": {"type": "object"}}],
            },
            "speak": {"provider": {"type": "deepgram", "model": "aura-2-thalia-en"}},
            "greeting": "Hello!",
        },
    }


def test_what_was_asked_is_what_is_seen_asked() -> None:
    session: dict[str, Json] = {
        "model": "gpt-4o", "voice": "flux-kit-en", "language": "en", "system_prompt": "Be brief.",
        "first_message": "Hello!", "tools": [{"name": "f", "description": "d", "parameters": {"type": "object"}}],
    }  # fmt: skip
    (frame,) = Deepgram().encoder().encode(acts.Configure(session), 0)
    assert seen(frame, sent=True) == [Asked(session)]
    assert Deepgram().agent().hear(frame) == (acts.Configure(session),)


def test_a_voice_of_the_other_family_says_its_version() -> None:
    speak = encoded(acts.Configure({"voice": "flux-kit-en"}))["agent"]["speak"]
    assert speak == {"provider": {"type": "deepgram", "version": "v2", "model": "flux-kit-en"}}


def test_a_users_own_settings_win() -> None:
    own = {"experimental": True, "agent": {"listen": {"provider": {"model": "nova-2"}}}}
    asked = encoded(acts.Configure({}), session=own)
    assert asked["experimental"] is True
    assert asked["agent"]["listen"] == {"provider": {"type": "deepgram", "model": "nova-2"}}
    assert encoded(acts.Configure({"voice": "x"}), session={"agent": "an-id"})["agent"] == "an-id"


def test_the_caller_speaks_types_and_answers() -> None:
    assert encoded(acts.Speak(b"\x01\0")) == b"\x01\0"
    assert encoded(acts.Hush(2)) == b"\0\0\0\0"
    assert encoded(acts.Hush(2), send_encoding="mulaw", send_rate_hz=8000) == b"\xff\xff"
    assert encoded(acts.Type("Hi")) == {"type": "InjectUserMessage", "content": "Hi"}
    answer = {"type": "FunctionCallResponse", "id": "fc_1", "name": "f"}
    assert encoded(acts.Answer("fc_1", "f", {"t": 21})) == answer | {"content": '{"t":21}'}
    assert encoded(acts.Answer("fc_1", "f", "sunny")) == answer | {"content": "sunny"}
    assert encoded(acts.Answer("fc_1", "f", None, "down")) == answer | {"content": '{"error":"down"}'}


@pytest.mark.parametrize(
    "act", [acts.Interrupt(), acts.Truncate(None, 1), acts.Respond(), acts.Cleared(), acts.HangUp()]
)
def test_what_the_protocol_has_no_word_for_is_not_said(act: acts.Act) -> None:
    assert Deepgram().encoder().encode(act, 0) == ()


@pytest.mark.parametrize(
    ("options", "given", "sent"),
    [
        ({}, ("Authorization", "Bearer key"), ("Authorization", "Token key")),
        ({"auth_scheme": "Bearer"}, ("Authorization", "Bearer jwt"), ("Authorization", "Bearer jwt")),
        ({}, ("authorization", "Token key"), ("authorization", "Token key")),
        ({}, ("X-Team", "Bearer of news"), ("X-Team", "Bearer of news")),
    ],
)
def test_a_key_is_called_a_token(options: dict[str, Any], given: tuple[str, str], sent: tuple[str, str]) -> None:
    dial = dialect(**options).dial(Dial("wss://agent.test/v1/agent/converse", headers=(given,)), {}, "0")
    assert dial.headers == (sent,)


def test_the_agent_says_what_the_types_of_the_sdk_require_in_the_providers_order() -> None:
    agent = Deepgram().agent()
    said = [agent.say(signal) for signal in (
        Ready("s-1"), Configured({"voice": "x"}), ResponseStarted("r1"), Transcript("agent", "Hi.", True, "r1"),
        AudioOut(bytes(320), 16000, "r1"), AudioDone("r1"), TurnDone("r1"),
    )]  # fmt: skip
    flat = [json.loads(frame) if isinstance(frame, str) else "audio" for frames in said for frame in frames]
    assert [each if isinstance(each, str) else each["type"] for each in flat] == [
        "Welcome", "SettingsApplied", "ConversationText", "AgentStartedSpeaking", "audio", "AgentAudioDone",
    ]  # fmt: skip
    assert flat[0] == {"type": "Welcome", "request_id": "s-1"}
    assert flat[3] == {"type": "AgentStartedSpeaking", "total_latency": 0.0, "tts_latency": 0.0, "ttt_latency": 0.0}


def test_the_agents_interruption_is_one_message() -> None:
    agent = Deepgram().agent()
    assert agent.say(SpeechStarted()) == ('{"type":"UserStartedSpeaking"}',)
    assert agent.say(Cancelled("r1")) == ()


def test_the_agent_hears_a_client() -> None:
    agent = Deepgram().agent()
    assert agent.hear(b"\x01\0") == (acts.Speak(b"\x01\0"),)
    assert agent.hear('{"type":"KeepAlive"}') == ()
    assert agent.hear('{"type":"InjectUserMessage","content":"Hi"}') == (acts.Type("Hi"),)
    answer = '{"type":"FunctionCallResponse","id":"fc_1","name":"f","content":"{\\"error\\": \\"down\\"}"}'
    assert agent.hear(answer) == (acts.Answer("fc_1", "f", None, "down"),)


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ('{"type":"Nonsense"}', "type 'Nonsense' is not known"),
        ('{"type":"Settings","audio":{}}', "agent is missing"),
        ('{"type":"Settings","audio":[],"agent":{}}', "audio is no object"),
        ('{"type":"Settings","audio":{},"agent":{}}', "audio.input of linear16 at 24000 Hz, where this agent has"),
        (SETTINGS.replace("24000", "48000"), "audio.output of linear16 at 48000 Hz"),
    ],
)
def test_the_agent_refuses_what_the_provider_would(message: str, what: str) -> None:
    with pytest.raises(Illegal, match=what):
        Deepgram().agent().hear(message)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"encoding": "opus"}, "'linear16', 'mulaw' or 'alaw'"),
        ({"send_rate_hz": 11025}, "16000"),
        ({"auth_scheme": "Basic"}, "'Token' or 'Bearer'"),
        ({"session": []}, "valid dictionary"),
        ({"voice": "x"}, "Extra inputs are not permitted"),
    ],
)
def test_mistakes_in_the_options_are_told(options: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        dialect(**options)
