"""A caller that did not get through its call is a finding: whatever was claimed, something did not happen."""

from pathlib import Path

import pytest

from gate.checks.script import ScriptFollowed
from gate.core.findings import Blame, Layer
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    UNKNOWN,
    Line,
    ask,
    audio,
    closed,
    ended,
    heard_as,
    note,
    said,
    started,
)

CALL = (*OPENING, said("hello", 1000), heard_as(3000, "hello there"))


def test_a_call_that_went_as_written_passes(tmp_path: Path) -> None:
    assert ask(tmp_path, ScriptFollowed(), *CALL, ended("finished", 9000)).verdict is PASS


WAITS = [("turn_done", Layer.OUTPUT), ("closed", Layer.CLOSE), ("tool.call", Layer.TOOLS), ("configured", Layer.CONFIG)]


@pytest.mark.parametrize(("what", "layer"), WAITS)
def test_a_wait_in_vain_fails_in_the_layer_that_was_waited_for(tmp_path: Path, what: str, layer: Layer) -> None:
    finding = ask(tmp_path, ScriptFollowed(), *CALL, started(3200), ended("expired", 18_000, what=what))
    assert (finding.verdict, finding.layer, finding.actual) == (FAIL, layer, f"waited 15000 ms for {what} in vain")
    assert len(finding.at) == 1


def test_a_wait_in_vain_of_a_caller_that_was_not_heard_is_an_ear_problem(tmp_path: Path) -> None:
    lines = (*OPENING, said("hello", 1000), ended("expired", 18_000))
    assert ask(tmp_path, ScriptFollowed(), *lines).layer is Layer.INPUT


def test_a_terse_answer_is_no_failure_where_a_long_one_was_hoped_for(tmp_path: Path) -> None:
    lines = (*CALL, audio(3300, 500), ended("expired", 18_000, what="audible"))
    terse = ask(tmp_path, ScriptFollowed(), *lines)
    assert (terse.verdict, terse.blame) == (UNKNOWN, Blame.CONFIGURATION)
    assert ask(tmp_path, ScriptFollowed(), *CALL, ended("expired", 18_000, what="audible")).verdict is FAIL


@pytest.mark.parametrize(("code", "told"), [(1011, "1011"), (1000, "1000"), (None, "no close frame")])
def test_an_agent_that_hangs_up_in_between_fails(tmp_path: Path, code: int | None, told: str) -> None:
    finding = ask(tmp_path, ScriptFollowed(), *CALL, closed(4000, code), ended("closed", 4000))
    assert (finding.verdict, finding.layer) == (FAIL, Layer.CLOSE)
    assert finding.actual == f"the agent ended the call before the caller was through, with {told}"


STUMPS = [
    (ended("aborted", 4000), Blame.ENVIRONMENT),
    (ended("broken", 4000), Blame.GATE),
    (ended("unreachable", 4000), Blame.ENVIRONMENT),
    ((note(4000, "x"),), Blame.ENVIRONMENT),
]


@pytest.mark.parametrize(("last", "blame"), STUMPS)
def test_a_call_that_was_cut_by_the_gate_is_nobodys_failure(
    tmp_path: Path, last: tuple[Line, ...], blame: Blame
) -> None:
    finding = ask(tmp_path, ScriptFollowed(), *CALL, *last, killed=True)
    assert (finding.verdict, finding.blame) == (UNKNOWN, blame)


@pytest.mark.parametrize(("code", "layer"), [(1000, Layer.OUTPUT), (None, Layer.INPUT)])
def test_a_call_whose_close_nobody_answers_was_not_read(tmp_path: Path, code: int | None, layer: Layer) -> None:
    over = ended("expired", 9000, what="call")
    left = note(9000, "hang-up", code=1000, why="a wait ran out of its budget")
    finding = ask(tmp_path, ScriptFollowed(), *CALL, over[0], left, closed(9500, code), over[-1])
    assert (finding.verdict, finding.layer) == (FAIL, layer)
    assert finding.actual.startswith("the call was not through within its budget of 15000 ms")
    assert finding.actual.endswith("the agent no longer reads") == (code is None)


def test_an_agent_that_says_the_same_over_and_over_answers_nobody(tmp_path: Path) -> None:
    again = [line for n in range(6) for line in audio(4000 + 2000 * n, 900)]
    finding = ask(tmp_path, ScriptFollowed(), *OPENING, said("hello", 2000), *again, ended("expired", 18_000))
    assert (finding.verdict, finding.layer, finding.symptom) == (FAIL, Layer.INPUT, "answers-nobody")
    assert finding.actual == "the agent said the same 6 times over, while the caller said nothing"
    other = [line for n in range(6) for line in audio(4000 + 2000 * n, 900 + 20 * n)]
    talks = ask(tmp_path, ScriptFollowed(), *OPENING, said("hello", 2000), *other, ended("expired", 18_000))
    assert (talks.verdict, talks.symptom) != (FAIL, "answers-nobody")
