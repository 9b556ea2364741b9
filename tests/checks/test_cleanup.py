"""What is left of a session: proven only by a probe that showed it, and that was asked for long enough."""

from pathlib import Path
from typing import Any

import pytest

from gate.checks.cleanup import SessionGone
from gate.core.findings import Blame, Finding, Layer
from tests.checks.notation import BASE_MS, FAIL, OPENING, PASS, UNKNOWN, Line, ask, ended, note

CHECK = SessionGone(5_000.0)
END = 4_005.0
"""When the driver writes down that the call is over."""


def look(ms: float, phase: str, *, took: float = 0.0, what: str = "session", **reading: Any) -> Line:
    """Asked for at `ms`."""
    shown = {"status": 200, "there": None, "count": None, "error": None, **reading}
    asked_ns = int((BASE_MS + ms) * 1e6)
    return note(ms + took, "probe", what=what, phase=phase, known_as="s-1", asked_ns=asked_ns, **shown)


def there(ms: float, phase: str = "behind", **more: Any) -> Line:
    return look(ms, phase, there=True, **more)


def gone(ms: float, phase: str = "behind", **more: Any) -> Line:
    return look(ms, phase, there=False, **more)


def silent(ms: float, phase: str, error: str = "no answer within 5 s", status: int | None = None) -> Line:
    return look(ms, phase, error=error, status=status)


SEEN = there(500, "beside")
CALL = (*OPENING, ended("finished", 4_000, linger=0))


def found(folder: Path, *looks: Line, check: SessionGone = CHECK) -> Finding:
    return ask(folder, check, *CALL, *looks)


def test_seen_and_then_gone_passes(tmp_path: Path) -> None:
    finding = found(tmp_path, SEEN, there(END), gone(END + 250))
    assert (finding.verdict, finding.layer, finding.actual) == (PASS, Layer.CLOSE, "gone 250 ms after the call")
    assert finding.expected == "its session is there during the call, and gone within 5 s after the call"
    assert len(finding.at) == 2


def test_what_is_there_at_the_end_of_the_time_is_a_leak(tmp_path: Path) -> None:
    finding = found(tmp_path, SEEN, there(END), there(END + 5_000))
    assert (finding.verdict, finding.layer, finding.blame) == (FAIL, Layer.CLOSE, Blame.AGENT)
    assert finding.actual == "s-1 still there 5.0 s after the call was over"
    assert finding.symptom == "session-left"


def test_a_leak_is_one_also_if_it_was_first_seen_behind_the_call(tmp_path: Path) -> None:
    assert found(tmp_path, gone(500, "beside"), there(END), there(END + 5_000)).verdict is FAIL


def test_gone_at_the_last_look_is_in_time(tmp_path: Path) -> None:
    assert found(tmp_path, SEEN, there(END + 4_800), gone(END + 5_000)).verdict is PASS


def test_a_probe_that_was_asked_too_late_proves_nothing(tmp_path: Path) -> None:
    finding = found(tmp_path, SEEN, there(END, took=4_900), gone(END + 8_000))
    assert (finding.verdict, finding.blame, finding.symptom) == (UNKNOWN, Blame.ENVIRONMENT, "probe-unusable")


def test_a_session_that_was_never_shown_proves_nothing(tmp_path: Path) -> None:
    finding = found(tmp_path, gone(500, "beside"), gone(750, "beside"), gone(END))
    assert (finding.verdict, finding.blame, finding.symptom) == (UNKNOWN, Blame.CONFIGURATION, "probe-unusable")
    assert finding.actual.startswith("not proven: the probe showed no s-1 while the call was up")


@pytest.mark.parametrize(
    ("looks", "blame", "told"),
    [
        ((SEEN, silent(END, "behind")), Blame.ENVIRONMENT, "the probe gave no answer within 5 s after the call"),
        ((SEEN, silent(END, "behind", "HTTP 503", 503)), Blame.ENVIRONMENT, "the probe gave HTTP 503 after the call"),
        ((SEEN, silent(END, "behind", "HTTP 401", 401)), Blame.CONFIGURATION, "the probe gave HTTP 401 after the call"),
        ((SEEN, silent(END, "behind", "no list at s of the answer", 200)), Blame.CONFIGURATION, "no list at s"),
        ((SEEN, there(END), silent(END + 5_000, "behind")), Blame.ENVIRONMENT, "at the end of that time"),
        ((silent(500, "beside"), gone(END)), Blame.ENVIRONMENT, "while the call was up"),
        ((gone(END),), Blame.ENVIRONMENT, "the probe had no time to answer while the call was up"),
        ((SEEN,), Blame.ENVIRONMENT, "the probe had no time to answer after the call"),
    ],
)
def test_a_probe_that_does_not_answer_is_no_fault_of_the_agents(
    looks: tuple[Line, ...], blame: Blame, told: str, tmp_path: Path
) -> None:
    finding = found(tmp_path, *looks)
    assert (finding.verdict, finding.blame, finding.symptom) == (UNKNOWN, blame, "probe-unusable")
    assert finding.actual.startswith("not proven: ")
    assert told in finding.actual


def test_a_call_that_was_cut_off_by_us_proves_nothing(tmp_path: Path) -> None:
    finding = ask(tmp_path, CHECK, *OPENING, SEEN, ended("aborted", 4_000))
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.ENVIRONMENT)
    assert ask(tmp_path, CHECK, *OPENING, SEEN, killed=True).verdict is UNKNOWN


def before(count: float | None, *, settled: bool = True) -> Line:
    return note(-200, "probe.before", what="session", count=count, settled=settled)


def number(ms: float, phase: str, count: float) -> Line:
    return look(ms, phase, count=count)


def test_a_number_must_be_back_at_what_it_was(tmp_path: Path) -> None:
    up = (before(3.0), number(500, "beside", 4.0))
    passing = found(tmp_path, *up, number(END, "behind", 4.0), number(END + 250, "behind", 3.0))
    assert (passing.verdict, passing.actual) == (PASS, "gone 250 ms after the call")
    assert passing.expected == "one session more during the call, and no more than before it within 5 s after the call"
    failing = found(tmp_path, *up, number(END + 5_000, "behind", 4.0))
    assert (failing.verdict, failing.layer) == (FAIL, Layer.CLOSE)
    assert failing.actual == "4 sessions, 3 before the call, still 5.0 s after the call was over"


def test_a_number_that_did_not_rise_counts_something_else(tmp_path: Path) -> None:
    finding = found(tmp_path, before(3.0), number(500, "beside", 3.0), number(END, "behind", 3.0))
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.CONFIGURATION)
    assert "showed 3, as before it" in finding.actual


def test_a_number_that_others_move_proves_nothing(tmp_path: Path) -> None:
    moving = (before(3.0, settled=False), number(500, "beside", 4.0), number(END + 5_000, "behind", 4.0))
    finding = found(tmp_path, *moving)
    assert (finding.verdict, finding.blame) == (UNKNOWN, Blame.CONFIGURATION)
    assert "others use this backend" in finding.actual
    down = found(tmp_path, silent(-300, "before", "HTTP 502", 502), before(None, settled=False))
    assert (down.verdict, down.blame) == (UNKNOWN, Blame.ENVIRONMENT)
    assert down.actual == "not proven: the probe gave HTTP 502 before the call"


def test_a_lock_need_not_have_been_there_and_must_not_be_left(tmp_path: Path) -> None:
    check = SessionGone(5_000.0, "locks")
    passing = found(tmp_path, SEEN, gone(END, what="locks"), there(END + 5_000), check=check)
    assert (passing.verdict, passing.expected) == (
        PASS, "nothing of its session among the locks within 5 s after the call",
    )  # fmt: skip
    failing = found(tmp_path, there(END + 5_000, what="locks"), check=check)
    assert (failing.verdict, failing.actual) == (FAIL, "locks of s-1 still there 5.0 s after the call was over")
