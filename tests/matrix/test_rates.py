"""A fault that strikes one time in five: a run of one drive may miss it, `--repeat 20` tells how often it strikes."""

from pathlib import Path

import pytest

from gate.cli.selection import repeated, with_cases
from gate.core.findings import Outcome
from gate.report.unsteady import rates
from tests.rehearsal import demo_plan, rehearse


@pytest.mark.long
def test_one_time_in_five_is_found_by_repeating(tmp_path: Path) -> None:
    plan, vault = demo_plan("openai-realtime")
    asked = next(case for case in plan.cases if case.name == "a question is answered")
    fault = ("deaf-every-fifth",)
    once = rehearse(with_cases(plan, [asked]), vault, tmp_path / "once", fault, one_house=True)
    assert once.outcome is Outcome.PASSED
    often = rehearse(repeated(with_cases(plan, [asked]), 20), vault, tmp_path / "often", fault, one_house=True)
    (rate,) = rates(often)
    assert (rate.passed, rate.failed, often.outcome) == (16, 4, Outcome.FAILED)
    assert str(rate) == "passed 16 of 20; it probably passes between 58% and 92% of the time (95% interval)"
