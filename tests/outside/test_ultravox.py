"""Ultravox: pipecat's service for it joins a call with the reference agent. Nobody publishes a server of it, so what
the gate sends is compared with no code but our reading of LiveKit's types (`ultravox/realtime/events.py`)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.outside.conftest import ROOT, Proof, free_port

AUDIO = ROOT / "fixtures" / "audio"
LIKE = """\
version: 1
target:
  http: {url: "http://127.0.0.1:1/api/calls"}
  dialect: ultravox
  options: {send_rate_hz: 48000, receive_rate_hz: 48000}
suites: {handshake: {}}
"""


@pytest.fixture
def join(tmp_path: Path, agent: Callable[..., int]) -> Callable[..., str]:
    """Starts a reference agent; gives the `joinUrl` of its answer."""

    def start(*more: str) -> str:
        (tmp_path / "like.yaml").write_text(LIKE)
        http = free_port()
        agent("ultravox", "--like", str(tmp_path / "like.yaml"), "--http-port", str(http), *more)
        asking = Request(f"http://127.0.0.1:{http}/api/calls", b"{}", {"Content-Type": "application/json"})
        with urlopen(asking) as reply:
            return str(json.loads(reply.read())["joinUrl"])

    return start


def heard_by(proof: Proof, url: str) -> tuple[list[list[Any]], float]:
    heard = proof("ultravox_client.py", url, str(AUDIO / "reschedule.wav"), str(AUDIO / "barge-in.wav"))
    return heard["told"], heard["audio_ms"]


@pytest.mark.long
def test_pipecats_service_has_a_whole_conversation(proof: Proof, join: Callable[..., str]) -> None:
    told, audio_ms = heard_by(proof, join())
    assert ["caller", "i would like to move my appointment to thursday"] in told
    assert ["tool", "lookup_appointment", "call_1", {}] in told
    (first, second) = (text for who, *rest in told if who == "agent" for text in rest)
    assert "Thursday" in first
    assert second != first
    kinds = [each[0] for each in told if each[0] not in ("caller", "agent", "tool")]
    assert kinds == [
        "LLMFullResponseStartFrame", "InterruptionFrame", "LLMFullResponseEndFrame",
        "LLMFullResponseStartFrame", "LLMFullResponseEndFrame",
    ]  # fmt: skip
    assert audio_ms > 1500


@pytest.mark.long
def test_pipecats_service_sees_that_an_answer_has_no_end(proof: Proof, join: Callable[..., str]) -> None:
    told, _ = heard_by(proof, join("--fault", "no-final-marker"))
    assert [each[0] for each in told].count("LLMFullResponseEndFrame") < 2
