"""Deepgram's own SDK: its client talks to the reference agent, and its types judge what the gate sends."""

import json
from collections.abc import Callable
from typing import Any

from gate.core import acts
from gate.dialects.deepgram.dialect import Deepgram
from tests.outside.conftest import ROOT, Proof

AUDIO = ROOT / "fixtures" / "audio"
TOOL = {"name": "f", "description": "d", "parameters": {"type": "object", "properties": {}}}
SESSION: dict[str, Any] = {
    "model": "gpt-4o-mini", "voice": "flux-kit-en", "language": "en", "system_prompt": "Be brief.",
    "first_message": "Hello!", "tools": [TOOL],
}  # fmt: skip


def test_the_sdks_client_has_a_whole_conversation(proof: Proof, agent: Callable[..., int]) -> None:
    url = f"ws://127.0.0.1:{agent('deepgram')}"
    heard = proof("deepgram_client.py", url, str(AUDIO / "reschedule.wav"), str(AUDIO / "barge-in.wav"))
    kinds = [told["type"] for told in heard["told"]]
    assert heard["wrong"] == []
    assert kinds[:5] == ["Welcome", "SettingsApplied", "UserStartedSpeaking", "ConversationText", "FunctionCallRequest"]
    assert heard["told"][3]["content"] == "i would like to move my appointment to thursday"
    (function,) = heard["told"][4]["functions"]
    assert function == {"id": "call_1", "name": "lookup_appointment", "arguments": "{}", "client_side": True}
    assert kinds[5:9] == ["ConversationText", "AgentStartedSpeaking", "first audio", "UserStartedSpeaking"]
    assert "Thursday" in heard["told"][5]["content"]
    assert kinds.count("AgentStartedSpeaking") == 2
    assert kinds.count("AgentAudioDone") == 1, "the first answer was cut and has no end"
    assert sum(heard["audio"]) > 24000


def test_the_sdks_types_take_every_message_of_the_gate(proof: Proof) -> None:
    done = (acts.Configure(SESSION), acts.Configure({}), acts.Type("Hi"), acts.Answer("c", "f", {"t": 21}))
    frames = [frame for act in done for frame in Deepgram().encoder().encode(act, 0)]
    assert proof("deepgram_types.py", stdin="\n".join(map(str, frames))) == [[], [], [], []]


def test_the_sdks_types_refuse_a_field_of_another_name(proof: Proof) -> None:
    planted = [
        {"type": "InjectUserMessage", "text": "Hi"},
        {"type": "Settings", "audio": {"in": {}}, "agent": {}},
        {"type": "FunctionCallResponse", "id": "c", "name": "f", "result": "x"},
    ]
    found = proof("deepgram_types.py", stdin="\n".join(json.dumps(message) for message in planted))
    assert found == [["content: missing"], [".audio.in: unknown"], ["content: missing"]]
