"""Hume by its own code: the SDK's client in a chat with our reference agent, and every frame of both our halves as the
SDK's types take them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json
from gate.core.signals import (
    AudioDone,
    AudioOut,
    Cancelled,
    Configured,
    Fault,
    Metadata,
    Ready,
    ResponseStarted,
    Signal,
    ToolCall,
    Transcript,
    TurnDone,
)  # fmt: skip
from gate.dialects.hume.dialect import Hume
from gate.dialects.hume.session import HumeOptions
from tests.outside.conftest import ROOT, Proof

CLIPS = [str(ROOT / "fixtures" / "audio" / f"{name}.wav") for name in ("self-correction", "yes-thursday")]
LOOK_UP: Json = {"name": "look_up", "description": "Finds it", "parameters": {"type": "object", "properties": {}}}
SESSION: dict[str, Json] = {
    "voice": "ito", "system_prompt": "Be brief.", "tools": [LOOK_UP], "metadata": {"name": "Anna", "cart": ["a"]}
}  # fmt: skip
ACTS: list[Act] = [
    acts.Configure({}), acts.Configure(SESSION), acts.Speak(b"\x01\0"), acts.Hush(320), acts.Type("hello"),
    acts.Answer("c", "n", {"id": "A-17"}), acts.Answer("c", "", "plain"), acts.Answer("c", "n", None, "down"),
]  # fmt: skip
SIGNALS: list[Signal] = [
    Ready("chat-1"), Configured(SESSION), Transcript("caller", "he", False), Transcript("caller", "hello", True),
    ResponseStarted("r"), Transcript("agent", "hi", True, "r"), AudioOut(bytes(3200), 16000, "r"), AudioDone("r"),
    TurnDone("r"), Cancelled("r"), ToolCall("c", "n", {"day": "Thursday"}), Metadata({"k": 1}), Fault("x", "not JSON"),
    Fault(None, "?"),
]  # fmt: skip


@pytest.mark.long
def test_the_providers_client_understands_the_reference_agent(proof: Proof, agent: Callable[..., int]) -> None:
    told = proof("hume_client.py", str(agent("hume")), *CLIPS)
    assert told["chat_id"].startswith("s-")
    assert told["types"][0] == "chat_metadata"
    assert "thursday" in told["asked"][0]
    assert told["calls"][0] == ["lookup_appointment", {}, True]
    assert "Tuesday" in told["answers"][0]
    assert set(told["rates"]) == {48000}
    assert 0 < told["cut_after"] < told["seconds"]
    assert told["types"][-1] == "assistant_end", "the turn behind the interruption is heard to its end"
    assert "error" not in told


def test_every_frame_of_both_halves_is_as_the_providers_types_want_it(proof: Proof) -> None:
    dialect = Hume(HumeOptions(verbose_transcription=True))
    encoder, agent = dialect.encoder(), dialect.agent()
    frames: dict[str, list[Any]] = {
        "sent": [json.loads(frame) for act in ACTS for frame in encoder.encode(act, 0)],
        "received": [json.loads(frame) for signal in SIGNALS for frame in agent.say(signal)],
    }
    assert len(frames["sent"]) == 8
    assert {frame["type"] for frame in frames["received"]} >= {
        "audio_output",
        "user_interruption",
        "tool_call",
        "error",
    }
    found = proof("hume_types.py", stdin=json.dumps(frames))
    assert {way: [wrong for wrong in each if wrong] for way, each in found.items()} == {"sent": [], "received": []}


def test_the_providers_types_refuse_what_is_wrong(proof: Proof) -> None:
    wrong = {
        "sent": [
            {"type": "tool_response", "toolCallId": "c", "content": "x"},
            {"type": "audio_input", "audio": "AAAA"},
            {"type": "session_settings", "audio": {"encoding": "opus", "sample_rate": 16000, "channels": 1}},
            {"type": "session_settings", "tools": [{"type": "function", "name": "n", "parameters": {}}]},
            {"type": "session_settings", "voice": "ito"},
        ],
        "received": [
            {"type": "audio_output", "id": "m", "data": "AAAA"},
            {"type": "user_message", "message": {"role": "user", "content": "hi"}},
        ],
    }
    found = proof("hume_types.py", stdin=json.dumps(wrong))
    assert all(found["sent"]), found
    assert all(found["received"]), found
