"""An agent that tells its caller's token back, in every spelling and everywhere: no file of the results holds it."""

import contextlib
import socket
import sys
from pathlib import Path

import pytest

from gate.core.vault import Vault
from gate.reference.echo import PIECE, spellings
from tests.e2e.conftest import Gate

TOKEN = "t0k/3n+of=the&caller"
CARD = "4111 1111 1111 1111"

MANIFEST = """\
version: 1
targets:
  loud:
    url: ws://127.0.0.1:{port}/voice
    dialect: canonical
    auth: {{bearer: "${{env.ECHO_TOKEN}}"}}
    start:
      command: [{python}, -P, -m, gate, agent, --port, "{port}", --until-eof, --fault, echoes-token]
      ready: {{port: {port}}}
  away:
    url: ws://127.0.0.1:{nowhere}/voice
    dialect: canonical
    auth: {{query: {{name: token, value: "${{env.ECHO_TOKEN}}"}}}}
redact: {{patterns: {{cards: true}}}}
suites:
  tools:
    cases:
      - name: a typed line
        caller:
          - type: "my card is {card}"
          - wait: turn_done
        expect: [{{event: output_transcript.final}}]
        says: [{{contains: "{card}"}}]
"""


@pytest.fixture
def free_ports() -> list[int]:
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(2)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def test_a_planted_secret_is_found_in_no_file_of_the_results(gate: Gate, tmp_path: Path, free_ports: list[int]) -> None:
    port, nowhere = free_ports
    text = MANIFEST.format(port=port, nowhere=nowhere, python=sys.executable, card=CARD)
    (tmp_path / "voice-tests.yaml").write_text(text, "utf-8")
    outcome = gate("run", ECHO_TOKEN=TOKEN)
    assert outcome.exit == 1, outcome.out + outcome.err
    files = [path for path in outcome.results.rglob("*") if path.is_file()]
    names = {path.name for path in files}
    assert names >= {"junit.xml", "report.json", "summary.md", "gate.log", "frames.bin", "wire.jsonl", "transcript.txt"}
    vault = Vault({"ECHO_TOKEN": TOKEN})
    told = {Path("out"): outcome.out.encode(), Path("err"): outcome.err.encode()}
    shown = {path: path.read_bytes() for path in files} | told
    assert [path for path, data in shown.items() if vault.holds(data)] == []
    assert [path for path, data in shown.items() if vault.holds(data.decode("utf-8", "replace"))] == []
    assert [path for path, data in shown.items() for one in spellings(TOKEN) if one.encode() in data] == []
    wire = b"".join(data for path, data in shown.items() if path.name == "frames.bin")
    assert wire.count(b"[secret:ECHO_TOKEN]") > 10, "it was told back, and seen to be"
    pieces = [TOKEN[at : at + PIECE] for at in range(len(TOKEN) - PIECE)]
    assert [piece for piece in pieces if f'"{piece}"'.encode() in wire] == [], "nor is a piece of it"
    assert CARD.encode() not in wire
