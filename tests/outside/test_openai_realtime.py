"""Other people's clients of OpenAI's protocol talk to the reference agent, and OpenAI's own types judge what the gate
and the agent send."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gate.core import acts, signals
from gate.core.signals import Signal
from gate.dialects.openai_realtime.dialect import OpenAIRealtime, OpenAIRealtimeOptions
from tests.outside.conftest import ROOT, Proof

AUDIO = ROOT / "fixtures" / "audio"
CLIPS = (str(AUDIO / "reschedule.wav"), str(AUDIO / "barge-in.wav"))
CALLER = ["i would like to move my appointment to thursday", "wait stop make it friday please"]
CLERK = ["Your appointment is on Tuesday. Shall I move it to Thursday?", "Shall I move it to Friday?"]
DONE = [["completed", ["function_call"]], ["cancelled", ["message"]], ["completed", ["message"]]]
TOOL = {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {}}}
SESSION: dict[str, Any] = {
    "model": "gpt-realtime", "voice": "marin", "language": "en", "modalities": ["audio"], "vad": "semantic",
    "system_prompt": "Be brief.", "tools": [TOOL],
}  # fmt: skip
BETA = """version: 1
target: {url: "ws://127.0.0.1:1/v1/realtime", dialect: openai-realtime, options: {shape: beta}}
suites: {handshake: {}}
"""


@pytest.fixture
def beta(tmp_path: Path, agent: Callable[..., int]) -> int:
    """The port of a reference agent that speaks the beta."""
    (tmp_path / "beta.yaml").write_text(BETA)
    return agent("openai-realtime", "--like", str(tmp_path / "beta.yaml"))


def understood(heard: Any) -> None:
    assert [words for who, words in heard["words"] if who == "caller"] == CALLER
    assert [words for who, words in heard["words"] if who == "agent"] == CLERK
    assert heard["done"] == DONE
    assert heard["errors"] == [], "a truncation, a session or an answer was refused"
    assert heard["audio"] > 48_000


def test_openais_client_has_a_whole_conversation_and_its_types_take_every_event(
    proof: Proof, agent: Callable[..., int]
) -> None:
    heard = proof("openai_realtime_client.py", "ga", str(agent("openai-realtime")), *CLIPS)
    assert heard["wrong"] == []
    understood(heard)
    assert heard["calls"] == [["call_1", "{}"]]
    assert heard["session"]["audio"]["output"]["voice"] == "marin"
    assert heard["kinds"][:2] == ["session.created", "session.updated"]
    assert heard["kinds"].index("input_audio_buffer.committed") < heard["kinds"].index("response.created")


@pytest.mark.long
def test_openais_client_of_the_beta_has_a_whole_conversation_too(proof: Proof, beta: int) -> None:
    heard = proof("openai_realtime_client.py", "beta", str(beta), *CLIPS)
    understood(heard)
    assert heard["session"]["voice"] == "echo"
    assert heard["session"]["modalities"] == ["text", "audio"]
    assert not {kind for kind in heard["kinds"] if "output_audio" in kind or kind == "conversation.item.added"}


@pytest.mark.long
def test_openais_agents_sdk_runs_its_tool_and_is_interrupted(proof: Proof, agent: Callable[..., int]) -> None:
    told = proof("openai_agents_runner.py", str(agent("openai-realtime")), *CLIPS)
    assert (told["errors"], told["logged"]) == ([], [])
    assert told["called"] == ["lookup_appointment"]
    assert told["words"] == [CALLER[0], CLERK[0], CALLER[1], CLERK[1]]
    assert [role for _, role in told["history"]] == ["user", None, "assistant", "user", "assistant"]
    assert told["events"].count("audio_interrupted") == 1
    assert told["events"].index("tool_end") < told["events"].index("audio") < told["events"].index("audio_interrupted")


def test_azure_voice_lives_client_has_a_whole_conversation_in_the_beta(proof: Proof, beta: int) -> None:
    heard = proof("azure_voicelive_client.py", str(beta), *CLIPS)
    understood(heard)
    assert heard["calls"] == [["call_1", "lookup_appointment", "{}"]]
    assert heard["session"] == ["s-1", 500]
    assert set(heard["untyped"]) == {"rate_limits.updated"}, "an event that OpenAI had and Voice Live has no type for"


def test_azure_voice_lives_client_gets_nowhere_with_an_agent_of_today(proof: Proof, agent: Callable[..., int]) -> None:
    heard = proof("azure_voicelive_client.py", str(agent("openai-realtime")), *CLIPS)
    assert heard["errors"] == ["Missing required parameter: 'session.type' is to be 'realtime'"]
    assert (heard["words"], heard["audio"]) == ([], 0)


def made(**options: Any) -> OpenAIRealtime:
    return OpenAIRealtime(OpenAIRealtimeOptions.model_validate(options))


def lines(messages: list[Any]) -> str:
    return "\n".join(message if isinstance(message, str) else json.dumps(message) for message in messages)


def test_openais_types_take_every_message_of_the_gate(proof: Proof) -> None:
    vad = {"type": "server_vad", "threshold": 0.4, "silence_duration_ms": 700, "interrupt_response": False}
    more = {
        "audio": {"input": {"noise_reduction": {"type": "near_field"}}, "output": {"speed": 1.1}},
        "tracing": "auto",
    }
    done: list[acts.Act] = [
        acts.Configure(SESSION), acts.Configure({}), acts.Configure({"vad": vad, "modalities": ["text"]}),
        acts.Speak(bytes(960)), acts.Hush(480), acts.Type("Hi"), acts.Answer("c", "f", {"t": 21}),
        acts.Answer("c", "f", "twenty-one"), acts.Answer("c", "f", None, "down"), acts.Respond(),
        acts.Truncate("item_1", 12.7),
    ]  # fmt: skip
    dialects = [made(), made(audio="mulaw"), made(audio="alaw", transcription=False), made(session=more)]
    frames = []
    for dialect in dialects:
        encoder = dialect.encoder()
        encoder.heard(signals.AudioOut(bytes(9600), 24000, "r", "item_1"))
        frames += [frame for act in done for frame in encoder.encode(act, 0)]
    assert len(frames) == 12 * len(dialects)
    assert proof("openai_realtime_types.py", "client", stdin=lines(frames)) == [[]] * len(frames)


def test_openais_types_refuse_what_the_gate_must_not_send(proof: Proof) -> None:
    at_16k = {"type": "realtime", "audio": {"input": {"format": {"type": "audio/pcm", "rate": 16000}}}}
    planted = [
        {"type": "input_audio_buffer.append", "data": "AAAA"},
        {"type": "session.update", "session": {"voice": "marin"}},
        {"type": "session.update", "session": at_16k},
        {"type": "conversation.item.truncate", "item_id": "i", "content_index": 0, "audio_end_ms": 12.7},
        {"type": "conversation.item.create", "item": {"type": "function_call_output", "id": "c", "output": "x"}},
        *map(json.loads, map(str, made(shape="beta").encoder().encode(acts.Configure(SESSION), 0))),
    ]
    found = proof("openai_realtime_types.py", "client", stdin=lines(planted))
    assert found[0] == ["audio: missing"]
    assert any("rate: literal_error" in fault for fault in found[2])
    assert found[3] == ["audio_end_ms: int_from_float"]
    assert all(found), "each of them is wrong"


SAID: list[Signal] = [
    signals.Ready("s-1"), signals.Configured({"voice": "v", "language": "en", "tools": [TOOL]}),
    signals.SpeechStarted(), signals.SpeechStopped(), signals.Transcript("caller", "hel", False),
    signals.Transcript("caller", "hello", True),
    signals.ToolCall("c1", "f", {"a": 1}), signals.ToolCall("c2", "f", None, "{broken"),
    signals.ResponseStarted("r1"), signals.Transcript("agent", "Hel", False, "r1"),
    signals.AudioOut(bytes(6400), 16000, "r1"), signals.ToolCall("c3", "f", {}), signals.AudioDone("r1"),
    signals.Transcript("agent", "Hello.", True, "r1"), signals.TurnDone("r1"), signals.ResponseStarted("r2"),
    signals.Cancelled("r2"), signals.Cancelled(), signals.Fault("bad_message", "not JSON"),
]  # fmt: skip


@pytest.mark.parametrize("audio", ["pcm", "mulaw"])
def test_openais_types_take_every_event_of_the_agent(proof: Proof, audio: str) -> None:
    half = made(audio=audio).agent()
    frames = [frame for signal in SAID for frame in half.say(signal)]
    assert len(frames) > 50
    assert proof("openai_realtime_types.py", "server", stdin=lines(list(frames))) == [[]] * len(frames)


def test_openais_types_refuse_an_event_with_a_field_or_a_name_of_the_beta(proof: Proof) -> None:
    half = made().agent()
    delta = [json.loads(frame) for signal in SAID[8:11] for frame in half.say(signal)][-1]
    planted = [
        {**delta, "audio": delta["delta"], "delta": None},
        {**delta, "type": "response.audio.delta"},
        {name: value for name, value in delta.items() if name != "event_id"},
    ]
    assert proof("openai_realtime_types.py", "server", stdin=lines(planted)) == [
        ["delta: string_type"],
        ["no event is called response.audio.delta"],
        ["event_id: missing"],
    ]


def test_pipecats_models_of_xais_events_take_what_gate_and_agent_send_in_xais_shape(proof: Proof) -> None:
    dialect = made(shape="xai", rate_hz=16000)
    encoder, half = dialect.encoder(), dialect.agent()
    encoder.heard(signals.AudioOut(bytes(9600), 16000, "r", "item_1"))
    done: list[acts.Act] = [
        acts.Configure({**SESSION, "vad": "server"}), acts.Configure({}), acts.Speak(bytes(640)), acts.Type("Hi"),
        acts.Answer("c", "f", {"t": 21}), acts.Respond(), acts.Truncate("item_1", 12.7),
    ]  # fmt: skip
    sent = [frame for act in done for frame in encoder.encode(act, 0)]
    told = [frame for signal in SAID for frame in half.say(signal)]
    assert proof("xai_events.py", "client", stdin=lines(sent)) == [[]] * len(sent)
    assert proof("xai_events.py", "server", stdin=lines(told)) == [[]] * len(told)


def test_pipecats_models_of_xais_events_refuse_the_sessions_of_another_shape(proof: Proof) -> None:
    ours = json.loads(str(made(shape="xai").encoder().encode(acts.Configure(SESSION), 0)[0]))
    semantic = proof("xai_events.py", "client", stdin=json.dumps(ours))
    assert semantic == [["session.turn_detection.type: literal_error"]]
    planted = {
        "type": "response.output_audio.delta",
        "event_id": "e",
        "response_id": "r",
        "item_id": "i",
        "data": "AAAA",
    }
    (found,) = proof("xai_events.py", "server", stdin=json.dumps(planted))
    assert found
