"""Which sessions the reference agent's backend shows, and how its faults leave some behind."""

import pytest

from gate.reference.faults import Faults
from gate.reference.register import SWEEP_NS, Register


def register(*faults: str, clean: bool = True, in_mid_answer: bool = False) -> Register:
    """Of a session that ended at 100 ns."""
    made = Register(Faults(faults))
    made.enter("s-1")
    made.enter("s-2")
    made.leave("s-1", clean=clean, in_mid_answer=in_mid_answer, t_ns=100)
    return made


def test_sessions_are_shown_as_a_list_and_one_by_one() -> None:
    made = register()
    assert made.shown("/sessions", 100) == (200, {"sessions": ["s-2"], "count": 1})
    assert made.shown("/sessions/s-2", 100) == (200, {"id": "s-2"})
    assert made.shown("/sessions/s-1", 100) == (404, {"error": "no such session"})
    assert made.shown("/voice", 100) is None
    assert made.shown("/sessionsx", 100) is None


@pytest.mark.parametrize(
    ("fault", "clean", "in_mid_answer", "stays"),
    [
        ("leaves-session-open", True, True, False),
        ("leaves-session-open", False, False, True),
        ("leaks-after-hangup", True, True, True),
        ("leaks-after-hangup", True, False, False),
        ("leaks-after-hangup", False, True, False),
    ],
)
def test_what_stays(fault: str, clean: bool, in_mid_answer: bool, stays: bool) -> None:
    made = register(fault, clean=clean, in_mid_answer=in_mid_answer)
    assert ("s-1" in made.listed(10**15)) is stays


def test_a_slow_cleanup_takes_20_s() -> None:
    made = register("slow-cleanup")
    assert made.listed(100 + SWEEP_NS - 1) == ["s-1", "s-2"]
    assert made.listed(100 + SWEEP_NS) == ["s-2"]
