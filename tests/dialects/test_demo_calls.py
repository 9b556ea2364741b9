"""One good call and one bad one in every dialect, in virtual time. `make dialects` rehearses all of every demo."""

from dataclasses import replace
from pathlib import Path

import pytest

from gate.core.findings import Verdict
from gate.dialects import DIALECTS
from gate.reference.faults import FAULTS
from tests.matrix.dialects import Outcome, told
from tests.rehearsal import demo_plan, rehearse

QUESTION = "a question is answered"
BOOKING = "Caller reschedules after correcting the day"


def rehearsed(dialect: str, name: str, fault: str | None, folder: Path) -> Outcome:
    plan, vault = demo_plan(dialect)
    only = tuple(case for case in plan.cases if case.name == name)
    assert len(only) == 1
    report = rehearse(replace(plan, cases=only), vault, folder / "evidence", (fault,) if fault else ())
    assert report.cases[0].verdict is not Verdict.SKIP
    return told(dialect, fault, report)


def speaks(dialect: str) -> bool:
    return DIALECTS[dialect]().capabilities.speaks


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_question_and_its_answer(dialect: str, tmp_path: Path) -> None:
    outcome = rehearsed(dialect, QUESTION, None, tmp_path)
    assert outcome.failed == []
    assert outcome.claims["smoke"][0] >= 4


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_fault_is_found_in_its_layer(dialect: str, tmp_path: Path) -> None:
    fault, name = ("deaf", QUESTION) if speaks(dialect) else ("wrong-day", BOOKING)
    outcome = rehearsed(dialect, name, fault, tmp_path)
    assert outcome.layers[FAULTS[fault].layer.value], outcome.failed
