"""The bare suites on an agent that is not ours: what is right is green, what is wrong is red in its layer."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from gate.core.findings import Layer, Verdict
from gate.reference.faults import FAULTS as REFERENCE
from gate.report.documents import from_json
from tests.e2e.bakery import manifest
from tests.e2e.conftest import HOUSE, Gate
from tests.e2e.stranger_faults import FAULTS
from tests.matrix.second_agent import COMMAND, Met, page, told


@pytest.mark.long
def test_the_bare_suites_are_true_of_another_agent(gate: Gate, tmp_path: Path) -> None:
    manifest(tmp_path)
    outcome = gate("run")
    verdicts = {name: case["verdict"] for name, case in outcome.cases.items()}
    assert {name for name, verdict in verdicts.items() if verdict == "skip"} == {
        "no token is refused", "audio that nobody can read does no harm",
        "a session that ended is gone from the backend", "a new session knows nothing of the one before",
    }, outcome.out  # fmt: skip
    assert set(verdicts.values()) == {"pass", "skip"}, outcome.out
    assert len(verdicts) >= 30
    assert outcome.exit == 0


@pytest.mark.parametrize(
    ("wrong", "case", "layer"),
    [
        pytest.param(
            {"manner": "--hasty"}, "a pause in mid-sentence is respected", "audio input", marks=pytest.mark.long
        ),
        pytest.param({"rate": 48_000}, "a question is answered", "output audio", marks=pytest.mark.long),
    ],
)
def test_what_is_wrong_with_it_is_found(
    gate: Gate, tmp_path: Path, wrong: dict[str, object], case: str, layer: str
) -> None:
    manifest(tmp_path, **wrong)  # type: ignore[arg-type]
    outcome = gate("run", "--suite", "smoke", "--case", case)
    assert outcome.cases[case]["verdict"] == "fail", outcome.out
    assert {finding["layer"] for finding in outcome.failures()} == {layer}
    assert outcome.exit == 1


def test_an_agent_that_does_not_start_a_second_time_is_found(gate: Gate, tmp_path: Path) -> None:
    case = "after a restart of the agent the next call works"
    manifest(tmp_path, manner=f"--lock={tmp_path / 'lock'}")
    outcome = gate("run", "--suite", "reconnect", "--case", case)
    (finding,) = outcome.failures()
    assert (finding["check"], finding["layer"], finding["symptom"]) == ("restarted", "close", "not-back")
    assert "its lock is there" in finding["actual"]
    assert [f["check"] for f in outcome.cases[case]["findings"] if f["verdict"] == "pass"][:2] == ["ready", "answered"]
    assert outcome.exit == 1


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
def test_its_faults_are_found_as_those_of_the_reference_agent_are(gate: Gate, tmp_path: Path, fault: str) -> None:
    expected = FAULTS[fault]
    manifest(tmp_path, manner=f"--fault={fault}")
    outcome = gate("run", "--suite", expected.suite, "--case", expected.case)
    found = told(fault, from_json((outcome.results / "report.json").read_text("utf-8")).cases, 0.0)
    assert found.verdicts == (Verdict.FAIL,), outcome.out
    assert (found.check, found.layer) == (expected.check, REFERENCE[fault].layer), outcome.out
    assert outcome.exit == 1


def test_what_the_page_says_was_seen_is_what_must_be() -> None:
    assert len(FAULTS) >= 20
    text = (HOUSE / "docs" / "mutants.md").read_text("utf-8")
    _, made, _ = re.split(f"<!-- made by `make {COMMAND}`: (?:begin|end) -->", text)
    rows = [[cell.strip() for cell in line.split("|")[1:5]] for line in made.splitlines() if line.startswith("| `")]
    assert rows == [[f"`{name}`", REFERENCE[name].layer, e.check, e.case] for name, e in FAULTS.items()]
    assert f"With faults: {len(FAULTS)} of {len(FAULTS)} as they must be" in made


CLEAN = Met("", (Verdict.PASS, Verdict.SKIP))
DEAF = Met("deaf", (Verdict.FAIL,), "answered", Layer.INPUT, 12.4)


@pytest.mark.parametrize(
    "other",
    [
        replace(CLEAN, verdicts=(Verdict.PASS, Verdict.UNKNOWN)),
        replace(CLEAN, verdicts=()),
        replace(DEAF, check="ready"),
        replace(DEAF, layer=Layer.OUTPUT),
        replace(DEAF, check="", layer=None),
    ],
)
def test_what_differs_from_what_must_be_is_wrong_and_told_in_the_page(other: Met) -> None:
    assert CLEAN.right
    assert DEAF.right
    assert not other.right
    if other.fault:
        assert "**must be** audio input, answered" in page(CLEAN, [DEAF, other], "2026-01-01", 60.0)
        assert "With faults: 1 of 2 as they must be" in page(CLEAN, [DEAF, other], "2026-01-01", 60.0)
