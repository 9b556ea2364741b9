"""The close frame: its code, its absence, and whose it was."""

from pathlib import Path

import pytest

from gate.checks.closing import CloseCode
from gate.core.findings import Blame, Layer
from tests.checks.notation import FAIL, OPENING, PASS, UNKNOWN, ask, closed, ended, heard_as, note, said, unanswered

CHECK = CloseCode((1000, 1001))
CALL = (*OPENING, said("hello", 0), heard_as(2000, "hello there"))


def test_a_right_code_passes(tmp_path: Path) -> None:
    finding = ask(tmp_path, CHECK, *CALL, closed(3000, 1001), ended("finished", 3001, linger=0))
    assert (finding.verdict, finding.layer, finding.actual) == (PASS, Layer.CLOSE, "1001")
    assert finding.expected == "a close frame with 1000 or 1001"


def test_another_code_or_none_fails(tmp_path: Path) -> None:
    wrong = ask(tmp_path, CHECK, *CALL, closed(3000, 1011), ended("closed", 3000))
    assert (wrong.verdict, wrong.layer, wrong.actual) == (FAIL, Layer.CLOSE, "1011")
    dropped = ask(tmp_path, CHECK, *CALL, closed(3000, None), ended("closed", 3000))
    assert (dropped.verdict, dropped.actual) == (FAIL, "the connection was dropped without a close frame")


def test_a_close_that_nobody_answers_is_told_as_that(tmp_path: Path) -> None:
    last = ended("finished", 8000)
    found = ask(tmp_path, CHECK, *CALL, last[0], unanswered(8000), last[-1])
    assert (found.verdict, found.layer) == (FAIL, Layer.CLOSE)
    assert found.actual == "nobody answered the close frame within 5000 ms"


def test_the_answer_to_a_normal_close_counts(tmp_path: Path) -> None:
    assert ask(tmp_path, CHECK, *CALL, ended("finished", 8000)).verdict is PASS


def test_an_agent_that_had_to_be_hung_up_on_did_not_close(tmp_path: Path) -> None:
    finding = ask(tmp_path, CHECK, *CALL, ended("expired", 10_000, what="closed"))
    assert (finding.verdict, finding.layer) == (FAIL, Layer.CLOSE)
    assert finding.actual.startswith("the agent did not close: the gate hung up")
    deaf = ask(tmp_path, CHECK, *OPENING, said("hello", 0), ended("expired", 10_000, what="closed"))
    assert deaf.layer is Layer.INPUT


@pytest.mark.parametrize(
    ("end", "blame"),
    [
        ("aborted", Blame.ENVIRONMENT),
        ("broken", Blame.GATE),
        ("unreachable", Blame.ENVIRONMENT),
        (None, Blame.ENVIRONMENT),
    ],
)
def test_a_cut_call_shows_no_close(tmp_path: Path, end: str | None, blame: Blame) -> None:
    last = (ended(end, 4000),) if end else (note(4000, "x"),)
    finding = ask(tmp_path, CHECK, *CALL, *last, killed=end is None)
    assert (finding.verdict, finding.blame) == (UNKNOWN, blame)


def test_a_line_that_the_caller_cut_has_no_close_to_judge(tmp_path: Path) -> None:
    cut = note(4000, "hang-up", code=None, why="cut the line")
    finding = ask(tmp_path, CHECK, *CALL, cut, closed(4001, None), ended("finished", 4001)[-1])
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.CONFIGURATION)


def test_a_drop_of_our_own_doing_is_not_the_agents(tmp_path: Path) -> None:
    assert ask(tmp_path, CHECK, *CALL, closed(4000, None), ended("aborted", 4000)).verdict is UNKNOWN
