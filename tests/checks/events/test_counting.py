"""How often an event came: bounds below are proven when seen, bounds above only at the end."""

from pathlib import Path
from typing import Any

import pytest

from gate.checks.events.counting import EventCount, Times
from gate.core.findings import Blame, Layer
from gate.core.matchers import Matcher
from tests.checks.notation import FAIL, OPENING, PASS, UNKNOWN, ask, ended, note, said, tool_call

CALL = (*OPENING, said("hello", 1000))
END = ended("finished", 12_000)


def where(**fields: Any) -> tuple[tuple[str, Matcher], ...]:
    return tuple((path, Matcher("exact", value)) for path, value in fields.items())


WRITE_ONCE = EventCount("tool.call", where(name="write"), 1)


def test_exactly_once_is_not_twice(tmp_path: Path) -> None:
    once = ask(tmp_path, WRITE_ONCE, *CALL, tool_call(3000, "write"), END)
    assert once.verdict is PASS
    twice = ask(tmp_path, WRITE_ONCE, *CALL, tool_call(3000, "write"), tool_call(3100, "write", "c2"), END)
    assert (twice.verdict, twice.layer, twice.actual) == (FAIL, Layer.TOOLS, "twice, at 3100, 3200 ms")
    assert len(twice.at) == 2


def test_fewer_than_expected_fails_and_none_at_all_is_left_to_the_order(tmp_path: Path) -> None:
    twice = EventCount("tool.call", (), 2)
    assert ask(tmp_path, twice, *CALL, tool_call(3000, "write"), END).verdict is FAIL
    assert ask(tmp_path, WRITE_ONCE, *CALL, END).verdict is UNKNOWN


STUMPS = [
    (ended("aborted", 9000), False, Blame.ENVIRONMENT),
    (ended("broken", 9000), False, Blame.GATE),
    (ended("unreachable", 9000), False, Blame.ENVIRONMENT),
    (ended("expired", 9000), False, Blame.AGENT),
    (ended("closed", 9000), False, Blame.AGENT),
    ((note(9000, "x"),), True, Blame.ENVIRONMENT),
    (END, True, Blame.ENVIRONMENT),
]


@pytest.mark.parametrize(("last", "killed", "blame"), STUMPS)
@pytest.mark.parametrize("params", [EventCount("error", (), 0), WRITE_ONCE, EventCount("error", (), Times(0, 2))])
def test_a_stump_proves_no_bound_above(
    tmp_path: Path, params: object, last: tuple[Any, ...], killed: bool, blame: Blame
) -> None:
    finding = ask(tmp_path, params, *CALL, tool_call(3000, "write"), last, killed=killed)
    assert (finding.verdict, finding.blame) == (UNKNOWN, blame)


def calls(number: int) -> tuple[Any, ...]:
    return tuple(tool_call(3000 + 100 * i, "write", f"c{i}") for i in range(number))


def test_at_least_is_proven_as_soon_as_it_is_seen(tmp_path: Path) -> None:
    twice = EventCount("tool.call", (), Times(2))
    seen = ask(tmp_path, twice, *CALL, *calls(3), ended("closed", 5000))
    assert (seen.verdict, seen.actual, seen.expected) == (PASS, "3 times", "tool.call at least twice")
    assert ask(tmp_path, twice, *CALL, *calls(1), END).verdict is FAIL
    assert ask(tmp_path, twice, *CALL, *calls(1), ended("aborted", 5000)).verdict is UNKNOWN


@pytest.mark.parametrize(("number", "verdict"), [(1, PASS), (3, PASS), (4, FAIL)])
def test_both_bounds_are_inside(tmp_path: Path, number: int, verdict: object) -> None:
    finding = ask(tmp_path, EventCount("tool.call", (), Times(1, 3)), *CALL, *calls(number), END)
    assert (finding.verdict, finding.expected) == (verdict, "tool.call 1 to 3 times")


def test_too_many_are_told_with_a_few_of_their_times(tmp_path: Path) -> None:
    finding = ask(tmp_path, EventCount("tool.call", (), Times(0, 1)), *CALL, *calls(8), END)
    assert finding.actual == "8 times, at 3100, 3200, 3300, 3400, 3500, … ms"
    assert finding.expected == "tool.call at most once"
