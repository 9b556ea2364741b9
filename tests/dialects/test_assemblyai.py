"""Literal messages of AssemblyAI's Voice Agent API: the examples of the provider's pages (WebSocket reference, events
reference, tool calling)."""

import base64
import json
from typing import Any

import pytest
from pydantic import ValidationError

from gate.core import acts
from gate.core.frames import Direction, Frame, Opcode
from gate.core.signals import (
    Asked,
    AudioIn,
    AudioOut,
    Cancelled,
    Configured,
    Fault,
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
    Violation,
)  # fmt: skip
from gate.dialects.assemblyai.dialect import AssemblyAI
from gate.dialects.assemblyai.session import AssemblyAIOptions
from gate.dialects.fields import Illegal

DATA = "EAAgADAAQAAwACAAEAAAAPD/4P/Q/8D/"
PCM = base64.b64decode(DATA)
STARTED = {"type": "reply.started", "reply_id": "reply_abc123"}
AUDIO = {"type": "reply.audio", "data": DATA}
CALL = {"type": "tool.call", "call_id": "call_abc123", "name": "get_weather", "arguments": {"location": "Tokyo"}}


def seen(*messages: Any, sent: bool = False, **options: Any) -> list[tuple[Signal, ...]]:
    """What each message of one call means."""
    observer = AssemblyAI(AssemblyAIOptions.model_validate(options)).observer()
    direction = Direction.SENT if sent else Direction.RECEIVED
    return [observer.observe(Frame(direction, Opcode.TEXT, json.dumps(message), 0)) for message in messages]


def done(*given: acts.Act, **options: Any) -> list[list[Any]]:
    encoder = AssemblyAI(AssemblyAIOptions.model_validate(options)).encoder()
    return [[json.loads(frame) for frame in encoder.encode(act, 0)] for act in given]


@pytest.mark.parametrize(
    ("message", "signals"),
    [
        ({"type": "session.ready", "session_id": "sess_abc123"}, (Ready("sess_abc123"),)),
        ({"type": "session.updated"}, (Other("session.updated"),)),
        (
            {"type": "session.error", "code": "invalid_format", "message": "Invalid message format"},
            (Fault("invalid_format", "Invalid message format"),),
        ),
        ({"error": "Unauthorized"}, (Fault(None, "Unauthorized"),)),
        ({"error": {"code": 4003, "message": "no"}}, (Fault("4003", "no"),)),
        ({"message": "Rate limited", "code": "rate"}, (Fault("rate", "Rate limited"),)),
        ({"type": "input.speech.started"}, (SpeechStarted(interrupts=True),)),
        ({"type": "input.speech.stopped"}, (SpeechStopped(),)),
        (
            {"type": "transcript.user.delta", "text": "What's the weather in"},
            (Transcript("caller", "What's the weather in", False),),
        ),
        ({"type": "transcript.user.delta"}, (Other("transcript.user.delta"),)),
        (
            {"type": "transcript.user", "text": "What's the weather in Tokyo?", "item_id": "item_abc123"},
            (Transcript("caller", "What's the weather in Tokyo?", True),),
        ),
        (
            {
                "type": "transcript.agent",
                "text": "It's sunny.",
                "reply_id": "reply_abc123",
                "item_id": "item_abc123",
                "interrupted": False,
            },
            (Transcript("agent", "It's sunny.", True, "reply_abc123"),),
        ),
        (STARTED, (ResponseStarted("reply_abc123"),)),
        (AUDIO, (AudioOut(PCM, 24000, None),)),
        ({"type": "reply.done"}, (TurnDone(None),)),
        ({"type": "session.ended"}, (Other("session.ended"),)),
    ],
)
def test_what_the_provider_says(message: Any, signals: tuple[Signal, ...]) -> None:
    assert seen(message) == [signals]


def test_the_parts_of_a_reply_belong_to_it() -> None:
    said = {"type": "transcript.agent", "text": "Sunny."}
    assert seen(STARTED, AUDIO, said, {"type": "reply.done", "status": "completed"}, {"type": "reply.started"}, AUDIO)[
        1:
    ] == [
        (AudioOut(PCM, 24000, "reply_abc123"),),
        (Transcript("agent", "Sunny.", True, "reply_abc123"),),
        (TurnDone("reply_abc123"),),
        (ResponseStarted("reply-2"),),
        (AudioOut(PCM, 24000, "reply-2"),),
    ]


def test_a_reply_that_the_caller_interrupted_is_cut() -> None:
    found = seen(STARTED, AUDIO, {"type": "input.speech.started"}, {"type": "reply.done", "status": "interrupted"})
    assert found[2:] == [(SpeechStarted(interrupts=True),), (Cancelled("reply_abc123"),)]


@pytest.mark.parametrize("key", ["arguments", "args"])
def test_a_call_is_one_wherever_its_arguments_stand(key: str) -> None:
    message = {name: value for name, value in CALL.items() if name != "arguments"} | {key: {"location": "Tokyo"}}
    call = ToolCall("call_abc123", "get_weather", {"location": "Tokyo"}, '{"location":"Tokyo"}')
    assert seen(message, message, message) == [(call,), (Other("tool.call"),), (Other("tool.call"),)]


@pytest.mark.parametrize(("null", "given"), [("arguments", "args"), ("args", "arguments")])
def test_arguments_that_are_null_do_not_hide_those_under_the_other_name(null: str, given: str) -> None:
    message = {name: value for name, value in CALL.items() if name != "arguments"}
    ((call,),) = seen(message | {null: None, given: {"location": "Tokyo"}})
    assert isinstance(call, ToolCall)
    assert call.arguments == {"location": "Tokyo"}


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ({"type": "reply.audio", "audio": DATA}, "data is missing, a text is due"),
        ({"type": "reply.audio", "data": "AAAA"}, "audio of 3 bytes is no whole number of 16-bit samples"),
        ({"type": "transcript.user", "text": 1}, "text is a number, a text is due"),
        ({"type": "tool.call", "name": "n"}, "call_id is missing, a text is due"),
        ({"nothing": 1}, "type is missing, a text is due"),
    ],
)
def test_what_the_protocol_does_not_allow_is_a_violation(message: Any, what: str) -> None:
    assert seen(message) == [(Violation(what),)]


def test_the_answers_to_tools_wait_until_the_agent_may_go_on() -> None:
    given = (
        acts.Answer("call_1", "n", {"temp_c": 22}), acts.Answer("call_2", "n", None, "read-only"), acts.Respond(),
        acts.Respond(),
    )  # fmt: skip
    assert done(*given) == [
        [],
        [],
        [
            {"type": "tool.result", "call_id": "call_1", "result": '{"temp_c":22}'},
            {"type": "tool.result", "call_id": "call_2", "result": "read-only", "is_error": True},
        ],
        [],
    ]


def test_the_answers_to_calls_of_an_interrupted_reply_are_not_sent_held_or_late() -> None:
    encoder = AssemblyAI().encoder()
    for heard in (ToolCall("done", "n", {}), TurnDone("r1"), ToolCall("held", "n", {}), ToolCall("late", "n", {})):
        encoder.heard(heard)
    encoder.encode(acts.Answer("done", "n", 1), 0)
    encoder.encode(acts.Answer("held", "n", 2), 0)
    encoder.heard(Cancelled("r2"))
    encoder.encode(acts.Answer("late", "n", 3), 0)
    (frame,) = encoder.encode(acts.Respond(), 0)
    assert json.loads(frame)["call_id"] == "done"
    encoder.heard(ToolCall("next", "n", {}))
    encoder.encode(acts.Answer("next", "n", 4), 0)
    assert len(encoder.encode(acts.Respond(), 0)) == 1


@pytest.mark.parametrize(
    ("act", "messages"),
    [
        (acts.Speak(PCM), [{"type": "input.audio", "audio": DATA}]),
        (acts.Hush(2), [{"type": "input.audio", "audio": base64.b64encode(bytes(4)).decode()}]),
        (acts.HangUp(1000), [{"type": "session.end"}]),
        (acts.HangUp(None), []),
        (acts.Type("x"), []),
        (acts.Interrupt(), []),
        (acts.Truncate("i", 1.0), []),
    ],
)
def test_what_the_gate_does_as_messages(act: acts.Act, messages: Any) -> None:
    assert done(act) == [messages]


def test_audio_in_mu_law_both_ways() -> None:
    options: Any = {"input_encoding": "audio/pcmu", "output_encoding": "audio/pcmu"}
    quiet = base64.b64encode(b"\xff\xff").decode()
    assert done(acts.Hush(2), **options) == [[{"type": "input.audio", "audio": quiet}]]
    assert seen({"type": "reply.audio", "data": quiet}, **options) == [(AudioOut(bytes(4), 8000, None),)]
    capabilities = AssemblyAI(AssemblyAIOptions.model_validate(options)).capabilities
    assert (capabilities.input_rate_hz, capabilities.output_rate_hz) == (8000, 8000)


WEATHER: Any = {
    "name": "get_weather",
    "description": "Get weather for a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
SETTINGS: Any = {
    "system_prompt": "You are a concise assistant.",
    "first_message": "Hi — how can I help?",
    "voice": "ivy",
    "tools": [WEATHER],
}
ASKED: Any = {
    "type": "session.update",
    "session": {
        "input": {"format": {"encoding": "audio/pcm", "sample_rate": 24000}},
        "output": {"format": {"encoding": "audio/pcm", "sample_rate": 24000}, "voice": "ivy"},
        "system_prompt": "You are a concise assistant.",
        "greeting": "Hi — how can I help?",
        "tools": [{"type": "function"} | WEATHER],
    },
}


def test_the_settings_stand_where_the_provider_has_them_and_are_read_from_there() -> None:
    assert done(acts.Configure(SETTINGS)) == [[ASKED]]
    assert seen(ASKED, sent=True) == [(Asked(SETTINGS),)]


def test_what_has_no_name_here_is_laid_over_the_session() -> None:
    more = {"input": {"turn_detection": {"vad_threshold": 0.5}}, "output": {"volume": 80}}
    ((message,),) = done(acts.Configure({"voice": "ivy"}), session=more)
    assert message["session"]["input"]["turn_detection"] == {"vad_threshold": 0.5}
    assert message["session"]["output"] == {
        "format": {"encoding": "audio/pcm", "sample_rate": 24000}, "voice": "ivy", "volume": 80
    }  # fmt: skip


def test_a_stored_agent_is_named_and_nothing_else_is_asked_for() -> None:
    assert done(acts.Configure({}), agent_id="a-1") == [[{"type": "session.update", "session": {"agent_id": "a-1"}}]]
    assert AssemblyAI(AssemblyAIOptions(agent_id="a-1")).capabilities.session == frozenset()


@pytest.mark.parametrize("wrong", [{"session": 1}, {}, {"session": {"tools": "x"}}, {"session": {"tools": [1]}}])
def test_settings_of_the_wrong_shape_are_a_violation(wrong: Any) -> None:
    ((found,),) = seen({"type": "session.update"} | wrong, sent=True)
    assert isinstance(found, Violation)


def test_what_the_gate_sent_is_read_again() -> None:
    result = {"type": "tool.result", "call_id": "c", "result": '{"temp_c": 22}'}
    assert seen({"type": "input.audio", "audio": DATA}, result, result | {"result": "down", "is_error": True},
                {"type": "session.end"}, sent=True) == [
        (AudioIn(PCM, 24000),), (ToolResult("c", "", {"temp_c": 22}),), (ToolResult("c", "", None, "down"),),
        (Other("session.end"),),
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", [{"agent_id": ""}, {"input_encoding": "audio/opus"}, {"voice": "ivy"}])
def test_mistakes_in_the_options_are_told(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        AssemblyAIOptions.model_validate(wrong)


class TestTheAgentsHalf:
    def test_it_is_ready_once_it_was_configured(self) -> None:
        agent = AssemblyAI().agent()
        assert agent.say(Ready("sess_1")) == ()
        assert [json.loads(frame) for frame in agent.say(Configured({}))] == [
            {"type": "session.ready", "session_id": "sess_1"}
        ]

    def test_a_tool_is_called_in_a_reply_of_its_own(self) -> None:
        frames = [json.loads(frame) for frame in AssemblyAI().agent().say(ToolCall("c", "n", {"a": 1}))]
        assert frames == [
            {"type": "reply.started", "reply_id": "reply_1"},
            {"type": "tool.call", "call_id": "c", "name": "n", "arguments": {"a": 1}},
            {"type": "reply.done", "status": "completed"},
        ]

    def test_it_hears_what_a_client_of_the_providers_says(self) -> None:
        agent = AssemblyAI().agent()
        assert agent.hear(json.dumps({"type": "input.audio", "audio": DATA})) == (acts.Speak(PCM),)
        assert agent.hear(json.dumps(ASKED)) == (acts.Configure(SETTINGS),)
        assert agent.hear('{"type":"tool.result","call_id":"c","result":"x"}') == (acts.Answer("c", "", "x"),)
        assert agent.hear('{"type":"session.end"}') == ()

    def test_it_refuses_what_nobody_may_say(self) -> None:
        other = {"type": "session.update", "session": {"input": {"format": {"encoding": "audio/pcmu"}}}}
        for illegal in ('{"type":"no such"}', "{", b"\x01", json.dumps(other), '{"type":"input.audio","data":""}'):
            with pytest.raises(Illegal):
                AssemblyAI().agent().hear(illegal)
