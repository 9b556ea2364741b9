"""Baseline, shards and repeats through the command, over real sockets."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Gate

pytestmark = pytest.mark.long

FEW = ("--suite", "handshake", "--case", "token is refused")
ANY_SPEED = ("--latency-floor", "60000")
"""How busy this machine is decides nothing here: latencies are compared in virtual time."""

ENV = {"VOXGATE_DEMO_KEY": "a-key-for-the-tests-0123456789abcdef0123456789"}


@pytest.fixture
def base(gate: Gate, tmp_path: Path) -> Path:
    assert gate("demo", *FEW, again=False).exit == 0
    return (tmp_path / "voxgate-results").rename(tmp_path / "base")


def test_a_run_against_its_baseline(base: Path, gate: Gate) -> None:
    healthy = gate("demo", *FEW, "--baseline", "base", *ANY_SPEED, again=False)
    assert healthy.exit == 0, healthy.out + healthy.err
    assert "no regression" in healthy.out
    assert healthy.report["comparison"]["compared"] == len(healthy.report["cases"])
    worse = gate("demo", *FEW, "--baseline", "base", "--fault", "accepts-any-token", *ANY_SPEED, again=False)
    assert worse.exit == 1
    assert "REGRESSION  verdict: handshake · " in worse.out
    assert gate("diff", "base", "voxgate-results", *ANY_SPEED, again=False).exit == 1
    assert gate("diff", "base", "base", again=False).exit == 0


def test_what_is_no_baseline_is_refused_before_any_call(base: Path, gate: Gate) -> None:
    same = gate("demo", *FEW, "--out", "base", "--baseline", "base", again=False)
    assert (same.exit, "would be written over by this run" in same.err) == (2, True)
    other = gate("demo", "--suite", "handshake", "--case", "garbage", "--baseline", "base", again=False)
    assert (other.exit, "no case in common" in other.err) == (2, True)
    assert not (other.results / "evidence").exists()
    assert (base / "evidence" / "plan.json").is_file()


def test_three_shards_are_merged_to_the_report_of_the_whole_and_two_are_refused(
    base: Path, gate: Gate, tmp_path: Path
) -> None:
    for number in ("1", "2", "3"):
        part = ("--shard", f"{number}/3", "--durations", "base", "--out", f"part-{number}")
        done = gate("run", "base/voice-tests.yaml", *FEW, *part, again=False, **ENV)
        assert done.exit == 0, done.out + done.err
    whole = gate("merge", "part-1", "part-2", "part-3", again=True)
    assert whole.exit == 0, whole.out + whole.err
    driven = json.loads((base / "report.json").read_text("utf-8"))
    assert but_for_times(whole.report) == but_for_times(driven)
    two = gate("merge", "part-1", "part-3", "--out", "some", again=False)
    assert (two.exit, "of 3 shards 2/3 is missing" in two.err) == (2, True)
    assert not (tmp_path / "some").exists()


def but_for_times(report: dict[str, Any]) -> list[Any]:
    """What no clock has a hand in: every case in its order, what it was asked, and the answer."""
    asked = ("check", "verdict", "layer", "blame", "expected", "blocks", "manifest")
    cases = [
        (case["id"], case["verdict"], [[finding.get(name) for name in asked] for finding in case["findings"]])
        for case in report["cases"]
    ]
    return [report["outcome"], report["exit_code"], *cases]


def test_repeats_tell_their_rate(gate: Gate) -> None:
    done = gate("demo", "--suite", "handshake", "--case", "no token is refused", "--repeat", "3", again=False)
    assert done.exit == 0
    told = "passed 3 of 3; it probably passes between 44% and 100% of the time (95% interval)"
    assert f"RATE  handshake · no token is refused: {told}" in done.out
