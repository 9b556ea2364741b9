from datetime import date
from pathlib import Path

import pytest

from gate.core.mistakes import ManifestError
from gate.core.plan import Plan
from gate.manifest import read_plan
from tests.rehearsal import library

MANIFEST = """version: 1
target: {{url: "ws://127.0.0.1:9", dialect: canonical}}
quarantine:
  - {{case: {case}, until: {until}, reason: issue 12}}
suites: {{smoke: {{}}}}
"""
TODAY = date(2026, 6, 15)


def plan(tmp_path: Path, until: str = "2026-06-15", case: str = "Cough") -> Plan:
    file = tmp_path / "voice-tests.yaml"
    file.write_text(MANIFEST.format(until=until, case=case))
    return read_plan(file, {}, library(), today=TODAY)[0]


def test_until_the_day_is_over_its_cases_are_shown_and_block_nothing(tmp_path: Path) -> None:
    kept = [case for case in plan(tmp_path).cases if case.quarantine]
    assert [case.quarantine for case in kept] == ["until 2026-06-15: issue 12"]
    assert kept[0].claims
    assert not any(claim.blocks for claim in kept[0].claims)
    assert any(claim.blocks for case in plan(tmp_path).cases if not case.quarantine for claim in case.claims)


def test_on_the_next_day_it_blocks_again_and_says_so(tmp_path: Path) -> None:
    over = plan(tmp_path, "2026-06-14")
    assert not any(case.quarantine for case in over.cases)
    assert over.remarks[0].endswith("the quarantine of 'Cough' ended on 2026-06-14: it blocks again (issue 12)")
    assert plan(tmp_path).remarks == ()


@pytest.mark.parametrize(
    ("until", "case", "told"),
    [
        ("2026-06-31", "Cough", "is no day, found the text '2026-06-31', expected a day such as 2026-12-31"),
        ("tomorrow", "Cough", "is no day"),
        ("2099-01-01", "Cough", "expected a day within a year"),
        ("2026-06-20", "Coughing fit", "'Coughing fit' fits no case"),
    ],
)
def test_mistakes(until: str, case: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=told):
        plan(tmp_path, until, case)
