"""Whatever a peer does, the gate comes to its end, in time and memory that are known beforehand, with a finding that
names it: `make hostile` makes the table of them all."""

import json
from pathlib import Path

import pytest

from tests.e2e.hostile import PEERS
from tests.matrix.hostile import MOST_MEMORY_MB, MOST_S, SECRET, met

NAMES = [pytest.param(name, marks=() if peer.runs else pytest.mark.long) for name, peer in PEERS.items()]


@pytest.mark.parametrize("name", NAMES)
def test_the_gate_ends_with_a_finding(name: str, tmp_path: Path) -> None:
    seen = met(PEERS[name], tmp_path)
    assert seen.exit == 1, seen.err
    assert "bug of Voxgate" not in seen.out + seen.err
    assert seen.finding, seen.out
    assert seen.took_s < MOST_S
    assert seen.memory_mb < MOST_MEMORY_MB
    assert not [letter for letter in seen.out if ord(letter) < 32 and letter != "\n"]
    results = tmp_path / "voxgate-results"
    assert json.loads((results / "report.json").read_text("utf-8"))["outcome"] == "failed"
    assert not [path for path in results.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
