"""The carriers: the gate calls a server made of pipecat's handshake and serializers, with Twilio's own validator of
signatures before it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gate.core.plan import Dial
from gate.dialects.twilio_media_streams import TwilioMediaStreams
from tests.outside.conftest import PYTHON, ROOT, SCRIPTS, Proof, free_port, serving

CALL = "0123456789abcdef0123456789abcdef"
CONVERSATION = """
  tools:
    cases:
      - name: a conversation
        caller:
          - {pause: 200ms}
          - {dtmf: "1#"}
          - {play: yes-please}
          - {interrupt: {play: stop, after: 300ms}}
          - {wait: turn_done}
        linger: 0s
        expect:
          - {event: output_audio.delta}
          - {event: mark}
          - {event: response.cancelled}
          - {event: output_audio.delta}
          - {event: mark}
"""
ONE_TURN = """
  tools:
    cases:
      - name: one turn
        caller: [{play: yes-please}, {pause: 1s}]
        linger: 0s
        expect: [{event: output_audio.delta}]
"""
HANDSHAKE = "\n  handshake: {}\n"
TOKENS = ("opens and is ready", "no token is refused", "malformed token is refused")
SESSION = "session: {metadata: {tier: gold, from_number: '+15550100001'}}"
TARGETS = {
    "twilio-media-streams": SESSION,
    "telnyx": "options: {codec: PCMA, from_number: '+15550100001'}",
    "plivo": SESSION,
    "exotel": "options: {from_number: '+15550100001', account_sid: a-1}",
}
TOKEN = {"TWILIO_AUTH_TOKEN": "0123456789abcdef"}
SIGNED = {
    "twilio-media-streams": (
        "auth: {header: {name: X-Twilio-Signature, value: '${env.TWILIO_AUTH_TOKEN}'}}\n    budgets: {linger: 100ms}"
    )
}


def gate_calls(
    folder: Path,
    targets: dict[str, str],
    suites: str,
    *,
    token: str = "",
    stream: str = "",
    cases: tuple[str, ...] = (),
) -> tuple[int, dict[str, Any], list[dict[str, Any]]]:
    """The gate's exit code and its report, and what the server understood of each call."""
    port, log, manifest = free_port(), folder / "log.json", folder / "m.yaml"
    named = "".join(
        f"  {dialect}:\n    url: ws://127.0.0.1:{port}/voice\n    dialect: {dialect}\n    {more}\n"
        for dialect, more in targets.items()
    )
    manifest.write_text(f"version: 1\ntargets:\n{named}suites:{suites}")
    clip = str(ROOT / "fixtures" / "audio" / "hello.wav")
    server = [str(PYTHON), str(SCRIPTS / "carrier_server.py"), str(port), clip, str(log), token, stream]
    only = [word for case in cases for word in ("--case", case)]
    with serving(server, "listening"):
        done = subprocess.run(
            [sys.executable, "-P", "-m", "gate", "run", str(manifest), "--out", str(folder / "results"), *only],
            env={**os.environ, **TOKEN}, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip
    report = folder / "results" / "report.json"
    assert report.exists(), done.stdout + done.stderr
    return done.returncode, json.loads(report.read_text()), json.loads(log.read_text())


@pytest.mark.long
def test_pipecat_understands_whole_calls_of_all_carriers(tmp_path: Path) -> None:
    code, report, calls = gate_calls(tmp_path, TARGETS, CONVERSATION)
    assert code == 0, report
    by_carrier = {call["carrier"]: call for call in calls}
    assert set(by_carrier) == {"twilio", "telnyx", "plivo", "exotel"}
    told = by_carrier["twilio"]["data"]["body"]
    assert told.pop("traceparent").startswith("00-")
    assert told == {"tier": "gold", "from_number": "+15550100001"}
    for carrier, call in by_carrier.items():
        data = call["data"]
        assert data["stream_id"]
        assert data["call_id"]
        assert carrier == "plivo" or "+15550100001" in data.values(), "the number of the caller"
        assert call["keys"] == "1#"
        assert call["ms"] > 4000, "audio came all the time"
        events = [json.loads(event)["event"] for event in call["events"]]
        played = ["clearedAudio", "playedStream"] if carrier == "plivo" else ["mark", "mark"]
        assert events == [*played, "stop"]


@pytest.mark.long
def test_audio_under_the_name_of_another_stream_is_told(tmp_path: Path) -> None:
    code, report, _ = gate_calls(tmp_path, {"twilio-media-streams": ""}, ONE_TURN, stream="MZother")
    assert code == 1
    assert "streamSid is 'MZother'" in json.dumps(report)


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {case["name"]: case["verdict"] for case in report["cases"]}


@pytest.mark.parametrize("cases", [TOKENS, pytest.param((), id="all", marks=pytest.mark.long)])
def test_twilios_validator_lets_the_signed_call_in_and_no_other(tmp_path: Path, cases: tuple[str, ...]) -> None:
    code, report, calls = gate_calls(tmp_path, SIGNED, HANDSHAKE, token=TOKEN["TWILIO_AUTH_TOKEN"], cases=cases)
    assert code == 0, report
    assert calls
    found = verdicts(report)
    assert {found["no token is refused"], found["malformed token is refused"], found["opens and is ready"]} == {"pass"}


@pytest.mark.long
def test_a_server_with_another_token_lets_nobody_in(tmp_path: Path) -> None:
    code, report, calls = gate_calls(tmp_path, SIGNED, HANDSHAKE, token="another", cases=TOKENS)
    assert (code, calls) == (1, [])
    assert verdicts(report)["opens and is ready"] == "fail"


def test_twilios_validator_refuses_what_was_tampered_with(proof: Proof) -> None:
    url = "wss://agent.example/twilio"
    dial = TwilioMediaStreams().dial(Dial(url, (("X-Twilio-Signature", "secret"),)), {}, CALL)
    ((_, signed),) = dial.headers
    asked = [("secret", url, signed), ("secret", url + "x", signed), ("other", url, signed), ("secret", url, "x" * 28)]
    assert proof("twilio_signature.py", stdin=json.dumps(asked)) == [True, False, False, False]
