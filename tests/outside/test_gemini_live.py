"""google-genai talks to our agent as to Google, and its types judge what the gate and our agent send."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from gate.core import acts, signals
from gate.dialects.gemini_live.dialect import GeminiLive, GeminiLiveOptions
from tests.outside.conftest import ROOT, Proof

AUDIO = ROOT / "fixtures" / "audio"
FIRST, INTERRUPTION = str(AUDIO / "self-correction.wav"), str(AUDIO / "barge-in.wav")
PCM = bytes(640)

SESSION: dict[str, Any] = {
    "model": "m", "voice": "Kore", "language": "en-US", "modalities": ["audio"], "system_prompt": "Be kind.",
    "vad": {"silenceDurationMs": 500, "startOfSpeechSensitivity": "START_SENSITIVITY_LOW"},
    "tools": [{"name": "f", "description": "d", "parameters": {
        "type": "object", "additionalProperties": False, "required": ["day"], "$schema": "x",
        "properties": {"day": {"type": ["string", "null"]}, "n": {"type": "array", "items": {"const": "a"}}},
    }}],
}  # fmt: skip
MORE = {"contextWindowCompression": {"slidingWindow": {}}, "generationConfig": {"temperature": 0.1}}


def client_messages() -> list[Any]:
    encoder = GeminiLive(GeminiLiveOptions(session=MORE)).encoder()
    done = [acts.Configure(SESSION), acts.Configure({}), acts.Speak(PCM), acts.Hush(320), acts.Type("hi"),
            acts.Answer("c", "f", {"ok": True}), acts.Answer("c", "f", None, "down")]  # fmt: skip
    return [json.loads(frame) for act in done for frame in encoder.encode(act, 0)]


def server_messages() -> list[Any]:
    half = GeminiLive().agent()
    half.hear('{"setup":{"explicitVadSignal":true}}')
    said: list[signals.Signal] = [
        signals.Ready("s"), signals.Configured({}), signals.SpeechStarted(), signals.SpeechStopped(),
        signals.Transcript("caller", "hi", True), signals.Transcript("agent", "hello", True, "r"),
        signals.AudioOut(bytes(6400), 16000, "r"), signals.AudioDone("r"), signals.TurnDone("r"),
        signals.Cancelled("r"), signals.ToolCall("c", "f", {"day": "Friday"}), signals.ToolCancelled("c"),
        signals.Metadata({"totalTokenCount": 1}),
    ]  # fmt: skip
    return [json.loads(frame) for signal in said for frame in half.say(signal)]


def test_google_genai_holds_a_talk_with_the_agent(proof: Proof, agent: Callable[..., int]) -> None:
    told = proof("gemini_live_client.py", str(agent("gemini-live")), FIRST, INTERRUPTION)
    assert told["session_id"] == "s-1"
    assert "thursday" in told["heard"]
    assert told["calls"][0] == ["call_1", "lookup_appointment", {}]
    assert told["audio_types"] == ["audio/pcm;rate=24000"]
    assert told["audio_bytes"] > 48_000
    assert "Thursday" in told["said"]
    assert told["interrupted"] == 1
    assert (told["generation_complete"], told["turn_complete"]) == (1, 2)


@pytest.mark.long
def test_google_genai_sees_why_the_agent_hung_up(proof: Proof, agent: Callable[..., int]) -> None:
    good, crashing = agent("gemini-live"), agent("gemini-live", "--fault", "crashes-on-garbage")
    assert proof("gemini_live_client.py", str(good)) == {"error": "APIError", "code": 1007}
    assert proof("gemini_live_client.py", str(crashing)) == {"error": "APIError", "code": 1006}


def test_every_message_fits_the_types_of_google_genai(proof: Proof) -> None:
    given = {"client": client_messages(), "server": server_messages()}
    assert (len(given["client"]), len(given["server"])) == (7, 14)
    assert proof("gemini_live_types.py", stdin=json.dumps(given)) == {
        side: ["fits"] * len(messages) for side, messages in given.items()
    }


def renamed(value: Any, name: str) -> Any:
    """The same with one field called otherwise."""
    match value:
        case dict():
            return {("x" + key if key == name else key): renamed(inner, name) for key, inner in value.items()}
        case list():
            return [renamed(inner, name) for inner in value]
        case _:
            return value


def test_the_types_of_google_genai_refuse_each_field_of_another_name(proof: Proof) -> None:
    """So that the test above could fail."""
    client, server = client_messages(), server_messages()
    wrong = {
        "client": [renamed(client[0], name) for name in ("languageCode", "parameters", "silenceDurationMs")]
        + [renamed(client[2], "mimeType"), renamed(client[5], "functionResponses")],
        "server": [renamed(server[0], "sessionId")]
        + [renamed(message, "serverContent") for message in server if "serverContent" in message]
        + [renamed(message, "functionCalls") for message in server if "toolCall" in message],
    }
    verdicts = proof("gemini_live_types.py", stdin=json.dumps(wrong))
    assert all("Extra inputs are not permitted" in verdict for side in verdicts for verdict in verdicts[side])
