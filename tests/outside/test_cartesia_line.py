"""Cartesia's own package: its VoiceAgentApp is called by the gate, and its types hold every message of both sides."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gate.core import acts, signals
from gate.dialects.cartesia_line.dialect import CartesiaLine
from tests.outside.conftest import PYTHON, ROOT, SCRIPTS, Proof, free_port, serving

MANIFEST = """
version: 1
target:
  url: ws://127.0.0.1:{port}/ws
  dialect: cartesia-line
  options: {{session: {{from: "+12137771234", agent: {{id: agent_1}}}}}}
  session: {{system_prompt: Be brief., first_message: Hello., metadata: {{customer: 5}}}}
  budgets: {{linger: 200ms}}
suites:
  tools:
    cases:
      - name: Two lines
        caller:
          - wait: {{event: response.done}}
          - pause: 100ms
          - type: one
          - wait: turn_done
          - type: two
          - wait: turn_done
        expect:
          - event: tool.call
            where: {{name: look_up, arguments.words: one}}
          - event: tool.result
            where: {{name: look_up, result.found: 3}}
          - event: output_transcript.final
            where: {{text: "You said: one. I said: Good morning."}}
          - event: tool.call
            where: {{name: look_up, arguments.words: two}}
          - event: output_transcript.final
            where: {{text: {{contains: "Good morning.You said: one. I said: Good morning."}}}}
        never: [error]
"""
SAID = [
    signals.Transcript("agent", "Hello.", True), signals.TurnDone(), signals.ToolCall("c-1", "f", {"a": 1}),
    signals.ToolResult("c-1", "f", {"ok": True}), signals.Metadata({"a": 1}), signals.Fault(None, "down"),
]  # fmt: skip
TYPES = {
    "harness": ["StartInput", "UserStateInput", "TranscriptionInput", "UserStateInput", "AgentStateInput",
                "AgentSpeechInput", "AgentStateInput"],
    "agent": ["MessageOutput", "ResponseEndOutput", "ToolCallOutput", "ToolCallOutput", "CustomOutput", "ErrorOutput"],
}  # fmt: skip
RENAMED = [("harness", 0, "from"), ("harness", 2, "content"), ("agent", 1, "responding_to"), ("agent", 2, "arguments")]


def ran(folder: Path, *how: str) -> tuple[int, str, list[Any]]:
    """The exit code and the words of a run against the agent, and what it was told of its calls."""
    port, log, manifest = free_port(), folder / "log.json", folder / "voice-tests.yaml"
    manifest.write_text(MANIFEST.format(port=port))
    with serving([str(PYTHON), str(SCRIPTS / "cartesia_line_server.py"), str(port), str(log), *how], "listening"):
        command = [sys.executable, "-P", "-m", "gate", "run", str(manifest), "--out", str(folder / "out")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr, json.loads(log.read_text())


@pytest.mark.long
def test_an_agent_made_with_line_is_called_heard_and_told_what_it_said(tmp_path: Path) -> None:
    code, words, (request,) = ran(tmp_path)
    assert code == 0, words
    assert (request["from"], request["metadata"]) == ("+12137771234", {"customer": 5})
    assert request["agent"] == {"id": "agent_1", "system_prompt": "Be brief.", "introduction": "Hello."}


def test_an_agent_that_cannot_be_made_fails_the_gate(tmp_path: Path) -> None:
    code, words, _ = ran(tmp_path, "broken")
    assert code == 1, words


def messages() -> dict[str, list[Any]]:
    encoder, agent = CartesiaLine().encoder("c-1"), CartesiaLine().agent()
    sent = [*encoder.encode(acts.Configure({"system_prompt": "Be brief."}), 0), *encoder.encode(acts.Type("Hi"), 0)]
    for signal in (signals.Transcript("agent", "Hello.", False, "e"), signals.TurnDone("e")):
        encoder.heard(signal)
    sent += encoder.encode(acts.Hush(320), 0)
    said = [frame for signal in SAID for frame in agent.say(signal)]
    return {"harness": [json.loads(data) for data in sent], "agent": [json.loads(data) for data in said]}


def test_every_message_is_whole_by_the_types_of_line(proof: Proof) -> None:
    assert proof("cartesia_line_types.py", stdin=json.dumps(messages())) == TYPES


def test_the_types_of_line_refuse_a_field_of_another_name(proof: Proof) -> None:
    given = messages()
    for side, number, field in RENAMED:
        given[side][number]["renamed"] = given[side][number].pop(field)
    told = proof("cartesia_line_types.py", stdin=json.dumps(given))
    refused = {(side, i) for side in told for i, each in enumerate(told[side]) if each.startswith("refused")}
    assert refused == {(side, number) for side, number, _ in RENAMED}
