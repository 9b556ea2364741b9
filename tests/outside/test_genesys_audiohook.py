"""Genesys AudioHook: the gate calls a server made of pipecat's AudioHook serializer."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.outside.conftest import PYTHON, ROOT, SCRIPTS, free_port, serving

MANIFEST = """\
version: 1
target:
  url: ws://127.0.0.1:{port}/audiohook
  dialect: genesys-audiohook
  options: {{ani: "+49301234", frame_ms: 100}}
  auth: {{header: {{name: X-API-KEY, value: "${{env.GENESYS_KEY}}"}}}}
  session: {{language: en-US, metadata: {{queue: appointments}}}}
  budgets: {{ready: 1s}}
suites:
  tools:
    cases:
      - name: a conversation
        caller: [{{dtmf: "1#"}}, {{play: yes-please}}, {{interrupt: {{play: stop, after: 500ms}}}}, {{wait: turn_done}}]
        linger: 200ms
        expect:
          - {{event: output_audio.delta}}
          - {{event: response.cancelled}}
          - {{event: output_audio.delta}}
          - {{event: metadata, where: {{data.disconnect.reason: completed}}}}
          - {{event: metadata, where: {{data.closed.outputVariables.intent: billing}}}}
"""
KEY = "key-of-the-audio-connector"
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def gate_calls(folder: Path, *more: str) -> tuple[int, dict[str, Any], dict[str, Any]]:
    """The gate's exit code and its report, and what the server understood."""
    port, log, manifest = free_port(), folder / "log.json", folder / "m.yaml"
    manifest.write_text(MANIFEST.format(port=port))
    clip, script = str(ROOT / "fixtures" / "audio" / "hello.wav"), str(SCRIPTS / "genesys_audiohook_server.py")
    with serving([str(PYTHON), script, str(port), clip, str(log), *more], "listening"):
        done = subprocess.run(
            [sys.executable, "-P", "-m", "gate", "run", str(manifest), "--out", str(folder / "results")],
            cwd=ROOT, env={**os.environ, "GENESYS_KEY": KEY}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    report = folder / "results" / "report.json"
    assert report.exists(), done.stdout + done.stderr
    return done.returncode, json.loads(report.read_text()), json.loads(log.read_text())


@pytest.mark.long
def test_pipecat_understands_a_whole_call(tmp_path: Path) -> None:
    code, report, told = gate_calls(tmp_path)
    assert code == 0, report
    assert (told["keys"], told["ani"], told["variables"]) == ("1#", "+49301234", {"queue": "appointments"})
    *ids, key = told["headers"]
    assert all(UUID.fullmatch(header) for header in ids)
    assert key == KEY
    assert told["ms"] > 4000, "audio came all the time"
    assert told["kinds"][:3] == ["open", "dtmf", "dtmf"]
    assert {"ping", "playback_started", "playback_completed"} < set(told["kinds"])
    assert (told["kinds"][-1], told["kinds"].count("close"), told["close"]) == ("close", 1, "disconnect")
    assert told["seqs"] == list(range(1, len(told["seqs"]) + 1))
    assert all(told["serverseqs"])
    assert all(re.fullmatch(r"PT\d+\.\d{3}S", position) for position in told["positions"])


@pytest.mark.long
def test_media_that_was_not_offered_is_told(tmp_path: Path) -> None:
    """So that the test above could fail."""
    code, report, _ = gate_calls(tmp_path, "L16")
    assert code == 1
    (case,) = report["cases"]
    assert [finding["verdict"] for finding in case["findings"] if finding["check"] == "ready"] == ["fail"]
