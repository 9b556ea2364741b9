"""Vonage: the gate calls a server made of pipecat's Vonage serializer."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.outside.conftest import PYTHON, ROOT, SCRIPTS, free_port, serving

MANIFEST = """\
version: 1
target:
  url: ws://127.0.0.1:{port}/socket
  dialect: vonage
  session: {{metadata: {{tier: gold}}}}
suites:
  tools:
    cases:
      - name: a conversation
        caller: [{{dtmf: "1#"}}, {{play: yes-please}}, {{interrupt: {{play: stop, after: 500ms}}}}, {{wait: turn_done}}]
        linger: 200ms
        expect:
          - {{event: output_audio.delta}}
          - {{event: mark, where: {{name: '{{"answer":1}}'}}}}
          - {{event: response.cancelled}}
          - {{event: output_audio.delta}}
          - {{event: mark, where: {{name: '{{"answer":2}}'}}}}
"""


def gate_calls(folder: Path, *more: str) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """The gate's exit code and its report, and what the server understood."""
    port, log, manifest = free_port(), folder / "log.json", folder / "m.yaml"
    manifest.write_text(MANIFEST.format(port=port))
    clip = str(ROOT / "fixtures" / "audio" / "hello.wav")
    with serving([str(PYTHON), str(SCRIPTS / "vonage_server.py"), str(port), clip, str(log), *more], "listening"):
        done = subprocess.run(
            [sys.executable, "-P", "-m", "gate", "run", str(manifest), "--out", str(folder / "results")],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    report = folder / "results" / "report.json"
    assert report.exists(), done.stdout + done.stderr
    return done.returncode, json.loads(report.read_text()), json.loads(log.read_text())


@pytest.mark.long
def test_pipecat_understands_a_whole_call(tmp_path: Path) -> None:
    """Its audio comes in frames that cut samples in two."""
    code, report, told = gate_calls(tmp_path, "333")
    assert code == 0, report
    assert told["keys"] == "1#"
    assert told["binary"] == [640]
    assert told["ms"] > 5000, "audio came all the time"
    assert told["events"] == [
        {"event": "websocket:connected", "content-type": "audio/l16;rate=16000", "tier": "gold"},
        {"event": "websocket:cleared"},
        {"event": "websocket:notify", "payload": {"answer": 2}},
    ]


@pytest.mark.long
def test_a_notification_without_its_payload_is_told(tmp_path: Path) -> None:
    code, report, _ = gate_calls(tmp_path, "640", "playload")
    assert code == 1
    assert "payload is missing" in json.dumps(report)
