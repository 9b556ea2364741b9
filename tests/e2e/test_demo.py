"""The demo, as a newcomer runs it."""

import itertools
from pathlib import Path

import pytest
from junitparser import Error, Failure, JUnitXml

from tests.e2e.conftest import Gate
from tests.rehearsal import demo_plan


@pytest.mark.long
@pytest.mark.parametrize("dialect", ["canonical", "openai-realtime", "template"])
def test_the_demo_is_green_in_all_four_suites(dialect: str, gate: Gate) -> None:
    """As it is in virtual time: see `test_a_clean_agent_passes_every_case`."""
    outcome = gate("demo", "--dialect", dialect)
    assert outcome.exit == 0, outcome.out + outcome.err
    cases = outcome.report["cases"]
    assert {case["suite"] for case in cases} == {"handshake", "smoke", "tools", "reconnect"}
    assert len(cases) >= 12
    due = {case.id: "skip" if case.skip else "pass" for case in demo_plan(dialect)[0].cases}
    assert {case["id"]: case["verdict"] for case in cases} == due


@pytest.mark.parametrize(
    ("dialect", "suite"), [("canonical", "smoke"), pytest.param("template", "handshake", marks=pytest.mark.long)]
)
def test_a_suite_of_the_demo_is_green(dialect: str, suite: str, gate: Gate) -> None:
    outcome = gate("demo", "--dialect", dialect, "--suite", suite)
    assert outcome.exit == 0, outcome.out + outcome.err
    due = {case.id: "skip" if case.skip else "pass" for case in demo_plan(dialect)[0].cases if case.suite == suite}
    assert {case["id"]: case["verdict"] for case in outcome.report["cases"]} == due


WAYS = {"socket", "http", "mcp"}
MODES = {
    "A write that works is confirmed, once",
    "A write that finds the calendar busy is tried again",
    "A write that nobody answers is not confirmed",
    "A write that fails is not confirmed",
}


@pytest.mark.long
def test_a_success_after_a_timeout_is_found_whichever_way_the_tool_was_called(gate: Gate) -> None:
    outcome = gate("demo", "--fault", "confirms-after-timeout", "--suite", "tools", "--case", "A write that")
    assert outcome.exit == 1, outcome.out + outcome.err
    cases = outcome.report["cases"]
    assert {(case["target"], case["name"]) for case in cases} == set(itertools.product(WAYS, MODES))
    red = {(case["target"], case["name"]) for case in cases if case["verdict"] != "pass"}
    assert red == {(way, "A write that nobody answers is not confirmed") for way in WAYS}
    assert {finding["layer"] for finding in outcome.failures()} == {"tools"}


def test_no_secret_stands_in_any_file_of_the_results(gate: Gate, tmp_path: Path) -> None:
    outcome = gate("demo", "--case", "opens", "--case", "is refused", "--log-level", "debug", again=False)
    assert outcome.exit == 0, outcome.out + outcome.err
    files = [path for path in outcome.results.rglob("*") if path.is_file()]
    sent = next(path for path in files if path.name == "frames.bin" and "opens" in str(path)).read_bytes()
    assert b"Bearer [secret:token]" in sent
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
CASES = {
    "accepts-any-token": ("--case", "is refused"),
    "no-config-ack": ("--case", "opens and is ready", "--case", "a question is answered"),
    "canned-reply": ("--case", "a question is answered"),
    "tool-twice": ("--case", "A write that works"),
    "no-final-marker": ("--case", "a question is answered"),
    "wrong-close-code": ("--case", "After goodbye"),
}
"""Where one case of a suite shows it, the others are not waited for."""


SLOW = ("canned-reply", "no-final-marker")
"""They wait a long time for what does not come: for `make long`."""


@pytest.mark.parametrize(
    "fault", [pytest.param(one, marks=pytest.mark.long) if one in SLOW else one for one in SIX_FAULTS]
)
def test_a_fault_is_found_in_its_layer(fault: str, gate: Gate) -> None:
    suites, layer = SIX_FAULTS[fault]
    outcome = gate("demo", "--fault", fault, "--suite", suites, *CASES.get(fault, ()))
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
