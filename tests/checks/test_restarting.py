"""Whether the program came back."""

from pathlib import Path

from gate.checks.restarting import CameBack
from gate.core.findings import Blame, Layer
from tests.checks.notation import FAIL, OPENING, PASS, UNKNOWN, ask, closed, ended, note

STOPPED = (*OPENING, closed(2_000, 1001), ended("finished", 2_001, linger=0))


def test_it_is_back_when_the_note_has_no_problem(tmp_path: Path) -> None:
    assert ask(tmp_path, CameBack(), *STOPPED, note(3_000, "restarted")).verdict is PASS


def test_a_program_that_does_not_come_back_is_told_with_its_last_words(tmp_path: Path) -> None:
    finding = ask(tmp_path, CameBack(), *STOPPED, note(3_000, "restarted", problem="it ended with exit code 1"))
    assert (finding.verdict, finding.layer, finding.symptom) == (FAIL, Layer.CLOSE, "not-back")
    assert finding.actual == "it ended with exit code 1"


def test_what_the_gate_could_not_stop_is_no_fault_of_the_agent(tmp_path: Path) -> None:
    noted = note(3_000, "restarted", problem="port 8765 was still taken", stopped=False)
    finding = ask(tmp_path, CameBack(), *STOPPED, noted)
    assert (finding.verdict, finding.blame, finding.actual) == (
        UNKNOWN, Blame.CONFIGURATION, "port 8765 was still taken")  # fmt: skip
    assert "restart: false" in finding.next_action


def test_a_call_that_did_not_get_there_proves_nothing(tmp_path: Path) -> None:
    assert ask(tmp_path, CameBack(), *OPENING, ended("closed", 900)).verdict is UNKNOWN
