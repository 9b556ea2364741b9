"""A silent caller: kept, sent away with a word, or dropped."""

from pathlib import Path

import pytest

from gate.checks.idling import ERROR_CODES, IdleCallerKept
from gate.core.findings import Layer
from tests.checks.notation import FAIL, OPENING, PASS, SKIP, UNKNOWN, ask, closed, ended, received

CHECK = IdleCallerKept(10_000.0)


def test_an_agent_may_stay_and_may_speak(tmp_path: Path) -> None:
    assert ask(tmp_path, CHECK, *OPENING, ended("finished", 13_000)).verdict is PASS
    nudge = received(8_000, "output_transcript.final", text="are you still there?")
    assert ask(tmp_path, CHECK, *OPENING, nudge, ended("finished", 13_000)).verdict is PASS


@pytest.mark.parametrize("code", [1000, 1001, 1005, 1008, 1013, 4000, 4408])
def test_it_may_close_with_any_code_that_is_no_error(tmp_path: Path, code: int) -> None:
    finding = ask(tmp_path, CHECK, *OPENING, closed(9_000, code), ended("closed", 9_000))
    assert (finding.verdict, finding.actual) == (PASS, f"closed with {code}")


@pytest.mark.parametrize("code", [None, *(code for code in ERROR_CODES if code not in (1006, 1015))])
def test_a_drop_and_an_error_are_failures(tmp_path: Path, code: int | None) -> None:
    finding = ask(tmp_path, CHECK, *OPENING, closed(9_000, code), ended("closed", 9_000))
    assert (finding.verdict, finding.layer, finding.symptom) == (FAIL, Layer.CLOSE, "idle-dropped")
    what = "the connection was dropped without a close frame" if code is None else f"closed with {code}"
    assert finding.actual == f"{what}, 9100 ms after the call began"


def test_the_user_may_say_which_codes_are_good(tmp_path: Path) -> None:
    mine = IdleCallerKept(10_000.0, (4408, 1011))
    assert ask(tmp_path, mine, *OPENING, closed(9_000, 1011), ended("closed", 9_000)).verdict is PASS
    assert ask(tmp_path, mine, *OPENING, closed(9_000, 1000), ended("closed", 9_000)).verdict is FAIL


def test_an_agent_that_talks_on_leaves_nobody_idle(tmp_path: Path) -> None:
    assert ask(tmp_path, CHECK, *OPENING, ended("expired", 30_000, what="quiet")).verdict is SKIP
    assert ask(tmp_path, CHECK, *OPENING, ended("aborted", 5_000)).verdict is UNKNOWN
