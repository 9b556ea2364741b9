"""Whatever a peer does, the gate comes to its end, in time and memory that are known beforehand, with a finding that
names it: `make hostile` makes the table of them all."""

import json
from pathlib import Path

import pytest

from tests.e2e.hostile import BY_DEFAULT, PEERS
from tests.matrix.hostile import SECRET, amiss, met

MET = PEERS | BY_DEFAULT
NAMES = [pytest.param(name, marks=() if peer.runs else pytest.mark.long) for name, peer in MET.items()]
MARKUP = "<script>alert(1)</script>"


@pytest.mark.parametrize("name", NAMES)
def test_the_gate_ends_with_a_finding(name: str, tmp_path: Path) -> None:
    seen = met(MET[name], tmp_path)
    assert amiss(MET[name], seen) == [], seen.out + seen.err
    assert not [letter for letter in seen.out if ord(letter) < 32 and letter != "\n"]
    results = tmp_path / "voxgate-results"
    assert json.loads((results / "report.json").read_text("utf-8"))["outcome"] == "failed"
    assert not [path for path in results.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert MARKUP not in (results / "report.html").read_text("utf-8")
