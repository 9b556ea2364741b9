"""What decent agents do in different ways turns nothing red: each habit of the clean agent, in virtual time. By the
agent's own log each of them is another behaviour, so that there is something that turns nothing red."""

from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from gate.core.findings import Outcome, Verdict
from gate.core.plan import Plan
from gate.core.vault import Vault
from gate.reference.faults import Faults
from gate.reference.habits import HABITS
from tests.matrix.witness import Log, WatchedHouse
from tests.rehearsal import begun, demo_plan, drive, house_for, rehearse

SPOKEN = ("canonical", "openai-realtime", "twilio-media-streams", "template")
TYPED = "retell"
ALONE = {
    "cancels-first": ("canonical", "openai-realtime"),  # whose agents also tell that they hear speech
    "nameless-marks": ("canonical", "twilio-media-streams"),  # whose audio has marks
    "refuses-by-close": ("canonical", "openai-realtime", "template"),  # where somebody is refused
    "tools-without-ids": ("template",),  # whose protocol can do without
    "greets-first": (*SPOKEN, TYPED),  # what needs no voice
    "undocumented": (*SPOKEN, TYPED),
}
LISTED = {(habit, dialect) for habit in HABITS for dialect in ALONE.get(habit, SPOKEN)}
UNSEEN = sorted({*product(("cancels-first", "nameless-marks", "refuses-by-close"), SPOKEN)} - LISTED)
SHOWN_IN = {
    "greets-first": "a ping",
    "undocumented": "a ping",
    "cancels-first": "an interruption",
    "refuses-by-close": "no token",
    "tools-without-ids": "Caller reschedules",
}
SHOWS_MOST = (
    "a question is answered", "a pause in mid-sentence", "an interruption", "a cough", "noise alone",
    "garbage is rejected", "a caller who hangs up in mid-answer", "a ping", "Caller reschedules", "A write that works",
    "no token", "expired token", "wrong-tenant token",
)  # fmt: skip


@cache
def demo(dialect: str) -> tuple[Plan, Vault]:
    plan, vault = demo_plan(dialect)
    cases = tuple(case for case in plan.cases if case.name.startswith(SHOWS_MOST) and case.skip is None)
    return replace(plan, cases=tuple(case for case in cases if case.target in (cases[0].target, "http"))), vault


@cache
def sent(dialect: str, name: str, *habits: str) -> Log:
    """By the agent's own log, in the first case whose name begins so."""
    plan, vault = demo(dialect)
    case = next(case for case in plan.cases if case.name.startswith(name))
    house = house_for(plan, case, Faults(habits=habits), kind=WatchedHouse)
    assert isinstance(house, WatchedHouse)
    with TemporaryDirectory() as folder:
        begun(Path(folder) / "evidence", plan, vault)
        drive(plan, vault, Path(folder) / "evidence", case, house)
    return house.log


def differs(habit: str, dialect: str, name: str) -> bool:
    return sent(dialect, name, habit).differs(sent(dialect, name))


QUICKLY = ("canonical", TYPED)
SOME = [name if name in QUICKLY else pytest.param(name, marks=pytest.mark.long) for name in (*SPOKEN, TYPED)]


@pytest.mark.parametrize("dialect", SOME)
def test_each_habit_is_another_behaviour(dialect: str) -> None:
    for habit in HABITS:
        if (habit, dialect) in LISTED:
            assert differs(habit, dialect, SHOWN_IN.get(habit, "a question is answered")), habit


@pytest.mark.long
@pytest.mark.parametrize(("habit", "dialect"), UNSEEN)
def test_where_a_habit_is_not_listed_it_is_none(habit: str, dialect: str) -> None:
    assert {case.name for case in demo(dialect)[0].cases if differs(habit, dialect, case.name)} == set()


def often(habit: str, dialect: str) -> object:
    """The others are for `make long`."""
    quick = dialect == TYPED or (dialect, habit) == ("canonical", "greets-first")
    return pytest.param(habit, dialect, marks=() if quick else (pytest.mark.long,))


@pytest.mark.parametrize(("habit", "dialect"), [often(habit, dialect) for habit, dialect in sorted(LISTED)])
def test_a_healthy_habit_turns_nothing_red(tmp_path: Path, habit: str, dialect: str) -> None:
    report = rehearse(*demo(dialect), tmp_path / "evidence", habits=(habit,))
    told = [(case.name, finding.check, finding.actual) for case in report.cases
            for finding in (*case.failures, *case.doubts) if finding.blocks]  # fmt: skip
    assert told == []
    assert {case.verdict for case in report.cases} <= {Verdict.PASS, Verdict.SKIP}
    assert report.outcome is Outcome.PASSED


def test_a_name_that_is_none_is_told_with_what_was_meant() -> None:
    with pytest.raises(ValueError, match="no habit is called 'burst'; did you mean 'bursts'"):
        Faults(habits=["burst"])
