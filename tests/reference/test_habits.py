"""What decent agents do in different ways turns nothing red: each habit of the clean agent, in virtual time."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from gate.core.findings import Outcome, Verdict
from gate.core.plan import Plan
from gate.core.vault import Vault
from gate.reference.faults import Faults
from gate.reference.habits import HABITS
from tests.rehearsal import demo_plan, rehearse

ALONE = {
    "refuses-by-close": ("canonical", "openai-realtime", "template"),  # where somebody is refused
    "tools-without-ids": ("template",),  # whose protocol can do without
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


def often(habit: str, dialect: str) -> object:
    """The others are for `make long`."""
    marks = () if dialect == "canonical" and habit == "greets-first" else (pytest.mark.long,)
    return pytest.param(habit, dialect, marks=marks)


@pytest.mark.parametrize(
    ("habit", "dialect"),
    [
        often(habit, dialect)
        for habit in HABITS
        for dialect in ALONE.get(habit, ("canonical", "openai-realtime", "twilio-media-streams", "template"))
    ],
)
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
