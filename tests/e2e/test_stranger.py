"""The bare suites on an agent that is not ours: what is right is green, what is wrong is red in its layer."""

import sys
from pathlib import Path

import pytest

from gate.core.findings import Verdict
from gate.reference.faults import FAULTS as REFERENCE
from gate.report.documents import from_json
from gate.report.text import ranked
from tests.e2e.conftest import HOUSE, Gate
from tests.e2e.stranger_faults import FAULTS
from tests.e2e.test_outcomes import free_port, write

MANIFEST = """\
version: 1
target:
  url: ws://127.0.0.1:{port}/
  dialect: template
  options: {{receive_rate_hz: {rate}}}
  start: {{command: ["{python}", "{agent}", "{port}", "{manner}"], ready: {{port: {port}}}}}
suites:
  handshake: {{}}
  smoke: {{}}
  reconnect: {{}}
"""


def manifest(folder: Path, *, rate: int = 16_000, manner: str = "--patient") -> None:
    agent = Path(__file__).with_name("stranger.py")
    write(folder, MANIFEST.format(port=free_port(), python=sys.executable, agent=agent, rate=rate, manner=manner))


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
    (case,) = from_json((outcome.results / "report.json").read_text("utf-8")).cases
    top = next(finding for finding in ranked(case) if finding.blocks)
    assert (top.verdict, top.check, top.layer) == (Verdict.FAIL, expected.check, REFERENCE[fault].layer), outcome.out
    assert outcome.exit == 1


def rows() -> str:
    """The table of docs/mutants.md."""
    lines = ["| fault | layer | found by | in the case |", "| --- " * 4 + "|"]
    lines += [f"| `{name}` | {REFERENCE[name].layer} | {e.check} | {e.case} |" for name, e in FAULTS.items()]
    return "\n".join(lines) + "\n"


def test_twenty_faults_stand_in_the_page() -> None:
    assert len(FAULTS) == 20
    assert rows() in (HOUSE / "docs" / "mutants.md").read_text("utf-8")
