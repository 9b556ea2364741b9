"""The demo, as a newcomer runs it."""

from pathlib import Path

import pytest
from junitparser import Error, Failure, JUnitXml

from tests.e2e.conftest import Gate
from tests.rehearsal import demo_plan, rehearse


@pytest.mark.parametrize("dialect", ["canonical", "template"])
def test_the_demo_is_green_in_all_four_suites_and_as_in_virtual_time(dialect: str, gate: Gate, tmp_path: Path) -> None:
    outcome = gate("demo", "--dialect", dialect)
    assert outcome.exit == 0, outcome.out + outcome.err
    cases = outcome.report["cases"]
    assert {case["suite"] for case in cases} == {"handshake", "smoke", "tools", "reconnect"}
    assert len(cases) >= 12
    rehearsed = rehearse(*demo_plan(dialect), tmp_path / "rehearsed")
    assert {case["name"]: case["verdict"] for case in cases} == {c.name: c.verdict.value for c in rehearsed.cases}
    assert outcome.report["duration_ms"] < 60_000


def test_no_secret_stands_in_any_file_of_the_results(gate: Gate, tmp_path: Path) -> None:
    outcome = gate("demo", "--suite", "handshake", "--log-level", "debug", again=False)
    assert outcome.exit == 0, outcome.out + outcome.err
    files = [path for path in outcome.results.rglob("*") if path.is_file()]
    sent = next(path for path in files if path.name == "frames.bin" and "opens" in str(path)).read_bytes()
    assert b"Bearer [secret:VOXGATE_DEMO_TOKEN]" in sent
    jwt_header = b"eyJhbGciOi"
    assert not [path for path in files if jwt_header in path.read_bytes()]


SIX_FAULTS = {
    "accepts-any-token": ("handshake", "handshake"),
    "no-config-ack": ("handshake,smoke", "session config"),
    "canned-reply": ("smoke", "audio input"),
    "tool-twice": ("tools", "tools"),
    "no-final-marker": ("smoke", "output audio"),
    "wrong-close-code": ("reconnect", "close"),
}


@pytest.mark.parametrize("fault", SIX_FAULTS)
def test_a_fault_is_found_in_its_layer(fault: str, gate: Gate) -> None:
    suites, layer = SIX_FAULTS[fault]
    outcome = gate("demo", "--fault", fault, "--suite", suites)
    assert outcome.exit == 1, outcome.out + outcome.err
    assert outcome.report["outcome"] == "failed"
    assert {finding["layer"] for finding in outcome.failures()} == {layer}
    assert f"layer     {layer}" in outcome.out
    results = [
        result
        for suite in JUnitXml.fromfile(str(outcome.results / "junit.xml"))
        for case in suite
        for result in case.result
    ]
    failures = [result for result in results if isinstance(result, Failure)]
    assert failures
    assert all(result.text.strip() for result in failures)
    assert not [result for result in results if isinstance(result, Error)]
