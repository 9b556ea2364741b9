"""A caller that did not get through its call is a finding: whatever was claimed, something did not happen."""

from pathlib import Path

import pytest

from gate.checks import claim
from gate.checks.script import ScriptFollowed
from gate.core.findings import Blame, Layer
from tests.checks.notation import (
    FAIL,
    OPENING,
    PASS,
    PLACE,
    UNKNOWN,
    Line,
    ask,
    audio,
    closed,
    ended,
    findings,
    heard_as,
    hung_up,
    note,
    recording,
    said,
    started,
    unanswered,
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


NOT_THROUGH = "the call was not through within its budget of 15000 ms"
UNANSWERED = "and nobody answered the close frame within 5000 ms"
UNREAD = "and 190.512 kB of what was sent were never taken: the agent no longer reads"


@pytest.mark.parametrize(
    ("last", "layer", "actual", "symptom"),
    [
        (hung_up(9000), Layer.OUTPUT, NOT_THROUGH, "late"),
        (hung_up(9000, echo=None), Layer.OUTPUT, NOT_THROUGH, "late"),
        (unanswered(9000), Layer.OUTPUT, f"{NOT_THROUGH}, {UNANSWERED}", "late"),
        (unanswered(9000, unread=190_512), Layer.INPUT, f"{NOT_THROUGH}, {UNREAD}", "not-read"),
    ],
)
def test_an_agent_reads_no_longer_only_where_something_was_left_unread(
    tmp_path: Path, last: tuple[Line, ...], layer: Layer, actual: str, symptom: str
) -> None:
    over = ended("expired", 9000, what="call")
    (finding,) = findings(
        recording(tmp_path, *CALL, *audio(3300, 900), over[0], *last, over[-1]), claim(ScriptFollowed(), PLACE)
    )
    assert (finding.verdict, finding.layer, finding.actual, finding.symptom) == (FAIL, layer, actual, symptom)


def test_a_send_that_never_went_out_is_told_as_that(tmp_path: Path) -> None:
    stuck = "what the gate sent did not go out within the budget of the call"
    lines = (*CALL, note(9000, "unread", bytes=3_000_000), ended("expired", 9000, detail=stuck)[-1])
    (finding,) = findings(recording(tmp_path, *lines), claim(ScriptFollowed(), PLACE))
    assert (finding.verdict, finding.layer) == (FAIL, Layer.INPUT)
    assert finding.actual == f"{stuck}, and 3 MB of what was sent were never taken: the agent no longer reads"


def test_an_agent_that_says_the_same_over_and_over_answers_nobody(tmp_path: Path) -> None:
    again = [line for n in range(6) for line in audio(4000 + 2000 * n, 900)]
    finding = ask(tmp_path, ScriptFollowed(), *OPENING, said("hello", 2000), *again, ended("expired", 18_000))
    assert (finding.verdict, finding.layer, finding.symptom) == (FAIL, Layer.INPUT, "answers-nobody")
    assert finding.actual == "the agent said the same 6 times over, while the caller said nothing"
    other = [line for n in range(6) for line in audio(4000 + 2000 * n, 900 + 20 * n)]
    talks = ask(tmp_path, ScriptFollowed(), *OPENING, said("hello", 2000), *other, ended("expired", 18_000))
    assert (talks.verdict, talks.symptom) != (FAIL, "answers-nobody")
