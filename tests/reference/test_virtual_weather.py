"""Weather where time is virtual: late, narrow, stalled and broken lines, and that no agent is blamed for any of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from gate.core.findings import CaseResult, Layer, Verdict
from gate.core.frames import Opcode
from gate.manifest import read_plan
from gate.report.text import ranked
from tests.rehearsal import library, rehearse

MANIFEST = """\
version: 1
target: {{url: "ws://127.0.0.1:8765/voice", dialect: {dialect}}}
suites:
  tools:
    cases:
      - name: in weather
        caller: [play: hello, {{wait: {{until: turn_done, budget: {budget}}}}}]
        expect: [{{event: output_audio.delta, within: {within}}}]
        close: [1000]
        network: {network}
"""


def driven(
    folder: Path, network: dict[str, Any], *faults: str, dialect: str = "canonical", within: str = "1500ms",
    budget: str = "15s",
) -> CaseResult:  # fmt: skip
    file = folder / "voice-tests.yaml"
    text = MANIFEST.format(network=json.dumps(network), dialect=dialect, within=within, budget=budget)
    file.write_text(text, "utf-8")
    (case,) = rehearse(*read_plan(file, {}, library()), folder / "evidence", faults).cases
    return case


def lines(folder: Path) -> list[dict[str, Any]]:
    (wire,) = folder.rglob("wire.jsonl")
    return [json.loads(line) for line in wire.read_text("utf-8").splitlines()]


def noted(folder: Path) -> list[dict[str, Any]]:
    return [line["data"] for line in lines(folder) if line.get("note") == "network"]


ROUGH = [
    {"latency": "50ms", "jitter": "20ms"},
    {"latency": "400ms", "jitter": "400ms", "seed": 3},
    {"latency": "50ms", "bandwidth": "700kbps", "slices": 7},
    {"stall": {"after": "4s", "for": "1500ms"}},
]


OTHER = pytest.param("openai-realtime", marks=pytest.mark.long)


@pytest.mark.parametrize("network", ROUGH, ids=str)
@pytest.mark.parametrize("dialect", ["canonical", OTHER])
def test_a_clean_agent_passes_in_rough_weather(dialect: str, network: dict[str, Any], tmp_path: Path) -> None:
    case = driven(tmp_path, network, dialect=dialect)
    assert [(finding.check, finding.actual) for finding in (*case.failures, *case.doubts)] == []
    assert case.verdict is Verdict.PASS
    first, last = noted(tmp_path)
    assert (first["what"], last["what"]) == ("line", "line.held")
    assert last["to_agent"] > 0


def test_what_the_network_took_is_granted_and_said(tmp_path: Path) -> None:
    measured = {}
    for name, network in (("fair", {"latency": "0ms"}), ("late", {"latency": "200ms"})):
        (tmp_path / name).mkdir()
        case = driven(tmp_path / name, network, within="100ms")
        (finding,) = [one for one in case.failures if one.check == "events"]
        measured[name] = float(finding.actual.split()[2])
        assert ("at most 400 ms more for the network of this case" in finding.expected) == (name == "late")
    assert measured["late"] - measured["fair"] == pytest.approx(400, abs=40)


def test_the_same_seed_is_the_same_recording_and_another_is_not(tmp_path: Path) -> None:
    told = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        (tmp_path / name).mkdir()
        driven(tmp_path / name, {"latency": "50ms", "jitter": "20ms", "seed": seed})
        told.append([line.get("t") for line in lines(tmp_path / name)])
    assert told[0] == told[1] != told[2]


@pytest.mark.parametrize("toward", ["agent", "caller"])
def test_a_wait_in_vain_over_a_line_that_stalled_is_not_the_agents(toward: str, tmp_path: Path) -> None:
    case = driven(tmp_path, {"stall": {"after": "2s", "toward": toward}}, budget="5s")
    assert case.failures == ()
    assert case.verdict is Verdict.UNKNOWN
    assert "the network of this case had stalled for good" in ranked(case)[0].actual
    assert ranked(case)[0].symptom == "manifest-too-little"


def test_an_agent_that_is_deaf_is_deaf_in_any_weather(tmp_path: Path) -> None:
    case = driven(tmp_path, {"latency": "50ms", "jitter": "20ms"}, "deaf")
    assert {finding.layer for finding in case.failures} == {Layer.INPUT}


@pytest.mark.parametrize("how", ["reset", "half_open"])
@pytest.mark.parametrize("dialect", ["canonical", "openai-realtime"])
def test_behind_a_line_that_breaks_the_call_is_made_again(dialect: str, how: str, tmp_path: Path) -> None:
    case = driven(tmp_path, {"latency": "20ms", how: {"after": "2500ms"}}, dialect=dialect)
    assert case.verdict is Verdict.PASS, case.failures + case.doubts
    name = {"reset": "line.reset", "half_open": "line.dead"}[how]
    assert [data["what"] for data in noted(tmp_path)] == ["line", name, "line.held", "line", "line.held"]
    ended = [line for line in lines(tmp_path) if line.get("op") == Opcode.LOST.value]
    assert len(ended) == (how == "reset")


@pytest.mark.parametrize(("how", "fault"), [("reset", "first-call-only"), ("half_open", "holds-dead-line")])
def test_a_call_that_is_lost_behind_a_broken_line_is_found(how: str, fault: str, tmp_path: Path) -> None:
    case = driven(tmp_path, {how: {"after": "2500ms"}}, fault)
    (root,) = ranked(case)
    assert (root.symptom, root.layer, root.call) == ("next-call-lost", Layer.CLOSE, 1)


def test_a_line_may_break_before_anything_was_said(tmp_path: Path) -> None:
    assert driven(tmp_path, {"reset": {"after": "1ms"}}).verdict is Verdict.PASS


def test_what_is_of_tcp_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="slow_close is of TCP"):
        driven(tmp_path, {"slow_close": "1s"})


BARE = """\
version: 1
target: {{url: "ws://127.0.0.1:8765/voice", dialect: {dialect}}}
suites: {{reconnect: {network}}}
"""
FOUND = {
    "": (),
    "holds-dead-line": ("a line that goes dead in mid-answer does not hold up the next call",),
    "ignores-pings": ("a ping is answered",),
    "first-call-only": (
        "a line cut in mid-answer is followed by the next call",
        "a line reset in mid-answer is followed by the next call",
    ),
}  # fmt: skip


SELDOM = ("ignores-pings", "first-call-only")
OFTEN = [pytest.param(one, marks=pytest.mark.long) if one in SELDOM else one for one in FOUND]
ROUGHER = pytest.param("{network: {latency: 50ms, jitter: 20ms, seed: 5}}", marks=pytest.mark.long)


@pytest.mark.parametrize("network", ["{}", ROUGHER])
@pytest.mark.parametrize(
    "fault", [pytest.param(one, marks=pytest.mark.long) if one in SELDOM else one for one in FOUND]
)
@pytest.mark.parametrize("dialect", ["canonical", OTHER])
def test_a_bare_suite_finds_what_a_lost_line_leaves_behind(
    dialect: str, fault: str, network: str, tmp_path: Path
) -> None:
    file = tmp_path / "voice-tests.yaml"
    file.write_text(BARE.format(dialect=dialect, network=network), "utf-8")
    faults = (fault,) if fault else ()
    report = rehearse(*read_plan(file, {}, library()), tmp_path / "evidence", faults)
    driven = [case for case in report.cases if case.verdict is not Verdict.SKIP]
    assert {case.name for case in driven if case.verdict is not Verdict.PASS} == set(FOUND[fault])
    told = {(root.symptom, root.layer) for case in report.cases for root in ranked(case)}
    symptom = "ping-unanswered" if fault == "ignores-pings" else "next-call-lost"
    assert told == ({(symptom, Layer.CLOSE)} if fault else set())
