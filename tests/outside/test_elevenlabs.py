"""ElevenLabs by its own code: the SDK's `Conversation` with our reference agent, and every frame of both our halves
against the AsyncAPI schema that the provider publishes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json
from gate.core.signals import (
    AudioDone,
    AudioOut,
    Cancelled,
    Fault,
    Ping,
    Ready,
    ResponseStarted,
    Signal,
    ToolCall,
    Transcript,
    TurnDone,
)  # fmt: skip
from gate.dialects.elevenlabs.dialect import ElevenLabs
from tests.outside.conftest import ROOT, Proof

SCHEMA = str(Path(__file__).parent / "schemas" / "elevenlabs-agent.asyncapi.yaml")
CLIPS = [str(ROOT / "fixtures" / "audio" / f"{name}.wav") for name in ("self-correction", "yes-thursday")]
SESSION: dict[str, Json] = {
    "model": "gpt-4o", "voice": "21m00Tcm4TlvDq8ikWAM", "language": "en", "system_prompt": "Be brief.",
    "first_message": "Hi.", "metadata": {"user_name": "John", "cart": ["a"]},
}  # fmt: skip
ACTS: list[Act] = [
    acts.Configure({}), acts.Configure(SESSION), acts.Speak(b"\x01\0"), acts.Hush(320), acts.Type("hello"),
    acts.Answer("c", "n", {"id": "A-17"}), acts.Answer("c", "n", "plain"), acts.Answer("c", "n", None, "down"),
    acts.Pong("7"),
]  # fmt: skip
SIGNALS: list[Signal] = [
    Ready("conv_1"), Ping("7"), Transcript("caller", "he", False), Transcript("caller", "hello", True),
    ResponseStarted("r"), Transcript("agent", "hi", True, "r"), Transcript("agent", "h", False, "r"),
    AudioOut(bytes(3200), 16000, "r"), AudioDone("r"), TurnDone("r"), Cancelled("r"),
    ToolCall("c", "n", {"day": "Thursday"}), Fault("bad_message", "not JSON"), Fault("unsupported_language", "English"),
    Fault(None, "?"),
]  # fmt: skip


def frames() -> dict[str, list[Any]]:
    dialect = ElevenLabs()
    encoder, agent = dialect.encoder(), dialect.agent()
    return {
        "sent": [json.loads(frame) for act in ACTS for frame in encoder.encode(act, 0)],
        "received": [json.loads(frame) for signal in SIGNALS for frame in agent.say(signal)],
    }


def test_the_providers_client_understands_the_reference_agent(proof: Proof, agent: Callable[..., int]) -> None:
    port = str(agent("elevenlabs"))
    told = proof("elevenlabs_client.py", port, *CLIPS)
    assert told["conversation_id"].startswith("s-")
    assert "thursday" in told["asked"][0]
    assert [call["tool_call_id"] for call in told["called"]] == ["call_1"]
    assert "Tuesday" in told["answers"][0]
    assert told["heard_bytes"] > 16000
    assert len(told["interrupted_at"]) == 1
    assert {"ping", "audio", "interruption", "client_tool_call"} <= set(told["types"])
    assert "error" not in told["types"], "a pong or a result of the client's was not taken"
    assert "reason='user'" in told["why"]
    broken = proof("elevenlabs_client.py", port, *CLIPS, "conversation_id", "conversationId")
    assert broken["conversation_id"] is None
    assert "conversation_id" in broken["why"], "a field by another name is seen"


def test_every_frame_of_both_halves_is_as_the_providers_schema_wants_it(proof: Proof) -> None:
    written = frames()
    assert len(written["sent"]) == 9
    assert {frame["type"] for frame in written["received"]} >= {
        "audio",
        "ping",
        "interruption",
        "error",
        "client_tool_call",
    }
    found = proof("elevenlabs_schema.py", SCHEMA, stdin=json.dumps(written))
    assert {way: [wrong for wrong in each if wrong] for way, each in found.items()} == {"sent": [], "received": []}


def test_the_providers_schema_refuses_what_is_wrong(proof: Proof) -> None:
    wrong = {
        "sent": [
            {"type": "pong", "event_id": "7"},
            {"type": "client_tool_result", "tool_call_id": "c", "result": {"id": 1}, "is_error": False},
            {
                "type": "conversation_initiation_client_data",
                "conversation_config_override": {"agent": {"language": "xx"}},
            },
        ],
        "received": [
            {"type": "audio", "audio_event": {"audio_base64": "AAAA", "event_id": 1}},
            {"type": "client_tool_call", "client_tool_call": {"tool_name": "n", "tool_call_id": "c", "event_id": 1}},
        ],
    }
    found = proof("elevenlabs_schema.py", SCHEMA, stdin=json.dumps(wrong))
    assert all(found["sent"]), found
    assert all(found["received"]), found
