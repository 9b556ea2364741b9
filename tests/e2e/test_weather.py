"""A bad network over real sockets: the clean agent stays green, and what a dead line holds up is found."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Gate, Outcome
from tests.e2e.test_outcomes import free_port, write

MANIFEST = """\
version: 1
target:
  url: ws://127.0.0.1:{port}/voice
  dialect: {dialect}
  start: {{command: {command}, ready: {{port: {port}}}}}
suites:
  handshake: {{network: {network}}}
  smoke: {{network: {network}}}
  reconnect: {{network: {network}}}
  tools:
    network: {network}
    cases:
      - name: a slow close
        caller: [play: hello, wait: turn_done]
        expect: [event: output_audio.delta]
        close: [1000]
        network: {{latency: 5ms, slices: 40, slow_close: 300ms}}
      - name: a line that goes dead
        caller: [play: hello, wait: turn_done]
        expect: [event: output_audio.delta]
        network: {{half_open: {{after: 2500ms}}}}
"""

ROUGH = "{latency: 50ms, jitter: 20ms, seed: 7}"
SOME = (
    "opens and is ready", "a question is answered", "slow close", "that goes dead", "reset in mid-answer", "a ping",
)  # fmt: skip


def run(gate: Gate, folder: Path, *arguments: str, dialect: str = "canonical", faults: tuple[str, ...] = ()) -> Outcome:
    port = free_port()
    command = [sys.executable, "-P", "-m", "gate", "agent", "--port", str(port), "--dialect", dialect, "--until-eof"]
    command += [word for fault in faults for word in ("--fault", fault)]
    write(folder, MANIFEST.format(port=port, dialect=dialect, command=json.dumps(command), network=ROUGH))
    return gate("run", *arguments)


def network_notes(outcome: Outcome, case: str) -> list[dict[str, Any]]:
    (wire,) = (outcome.results / Path(outcome.cases[case]["evidence"])).glob("wire.jsonl")
    lines = map(json.loads, wire.read_text("utf-8").splitlines())
    return [line["data"] for line in lines if line.get("note") == "network"]


@pytest.mark.long
@pytest.mark.parametrize("dialect", ["canonical", "openai-realtime"])
def test_a_clean_agent_stays_green_on_a_rough_network(dialect: str, gate: Gate, tmp_path: Path) -> None:
    cases = [word for name in SOME for word in ("--case", name)]
    outcome = run(gate, tmp_path, *cases, dialect=dialect)
    assert outcome.exit == 0, outcome.out + outcome.err
    assert len(outcome.cases) >= len(SOME)
    rough = [name for name, case in outcome.cases.items() if case["network"] == "50 ± 20 ms each way"]
    held = [note for name in rough for note in network_notes(outcome, name) if note["what"] == "line.held"]
    assert len(rough) == len(SOME) - 1
    assert all(50 < note["to_agent"] <= 70 for note in held)
    dead = network_notes(outcome, "a line that goes dead")
    assert [note["what"] for note in dead] == ["line", "line.dead", "line", "line.held", "line.held"]


@pytest.mark.parametrize(
    ("fault", "case", "symptom"),
    [("holds-dead-line", "goes dead in mid-answer", "next-call-lost"), ("ignores-pings", "a ping", "ping-unanswered")],
)
@pytest.mark.parametrize("dialect", ["canonical", pytest.param("openai-realtime", marks=pytest.mark.long)])
def test_what_it_does_to_the_next_is_found(
    dialect: str, fault: str, case: str, symptom: str, gate: Gate, tmp_path: Path
) -> None:
    outcome = run(gate, tmp_path, "--suite", "reconnect", "--case", case, dialect=dialect, faults=(fault,))
    assert outcome.exit == 1, outcome.out + outcome.err
    shown = [finding for finding in outcome.failures() if not finding["folded"]]
    assert [(finding["symptom"], finding["layer"]) for finding in shown] == [(symptom, "close")]
