"""Whole runs in virtual time against their baseline."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from gate.cli.selection import repeated, with_cases
from gate.compare.latency import Tolerance
from gate.core.comparison import Kind
from gate.core.findings import Outcome
from gate.core.plan import Plan
from gate.core.vault import Vault
from gate.reference.slow import AnswerDelay
from gate.run.comparing import Past, Unlike, check_alike, compare_runs, with_comparison
from gate.run.judging import judge_evidence
from tests.rehearsal import demo_plan, rehearse


@cache
def some() -> tuple[Plan, Vault]:
    plan, vault = demo_plan("canonical")
    cases = [case for case in plan.cases if case.target == "socket" and case.suite == "smoke" and len(case.calls) == 1]
    return with_cases(plan, cases[:3]), vault


def driven(faults: tuple[str, ...] = (), delay: str = "", plan: Plan | None = None) -> Path:
    known, vault = some()
    folder = Path(mkdtemp()) / "evidence"
    rehearse(plan or known, vault, folder, faults, delay=AnswerDelay.parse(delay, 1) if delay else None)
    return folder


@pytest.fixture(scope="module")
def baseline() -> Path:
    return driven()


def test_a_healthy_run_against_its_baseline_shows_nothing_and_writes_nothing(baseline: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in baseline.rglob("*")}
    comparison = compare_runs(Past.read(baseline), Past.read(driven()), Tolerance(), whole=True)
    assert comparison.compared == len(some()[0].cases)
    assert comparison.changes == ()
    assert comparison.alone == ()
    assert {path: path.stat().st_mtime_ns for path in baseline.rglob("*")} == before


def test_300_ms_more_before_every_answer_are_found(baseline: Path) -> None:
    new = driven(("answers-later",))
    comparison = compare_runs(Past.read(baseline), Past.read(new), Tolerance())
    (found,) = [change for change in comparison.regressions if change.kind is Kind.LATENCY]
    assert (found.where, found.what) == ("target socket", "first audible sample")
    assert "+3" in found.after
    report = judge_evidence(new)
    assert report.outcome is Outcome.PASSED, "no claim of the suites is broken by it"
    assert with_comparison(report, comparison).outcome is Outcome.REGRESSED


def test_verdicts_and_the_order_of_events_of_a_run_that_failed(baseline: Path) -> None:
    new = driven(("no-final-marker",))
    comparison = compare_runs(Past.read(baseline), Past.read(new), Tolerance())
    assert {Kind.VERDICT, Kind.ORDER} <= {change.kind for change in comparison.regressions}
    assert any(change.what.startswith("response.done") for change in comparison.regressions)
    assert with_comparison(judge_evidence(new), comparison).outcome is Outcome.FAILED


def test_runs_that_asked_otherwise_are_refused_and_named(baseline: Path) -> None:
    plan, _ = some()
    other = replace(plan, clips=tuple(replace(clip, sha256="f" * 64) for clip in plan.clips))
    with pytest.raises(Unlike, match=r"smoke.*: the clip [a-z-]+ was sha256 [0-9a-f]{12}…, and is ffffffffffff…"):
        check_alike(Past.read(baseline).plan, other)
    another = replace(plan, targets=tuple(replace(target, dialect="template") for target in plan.targets))
    with pytest.raises(Unlike, match="its dialect was canonical, and is template"):
        check_alike(plan, another)
    shorter = [replace(case, calls=tuple(replace(call, steps=call.steps[:-1]) for call in case.calls))
               for case in plan.cases]  # fmt: skip
    with pytest.raises(Unlike, match="its caller had another script"):
        check_alike(plan, with_cases(plan, shorter))
    with pytest.raises(Unlike, match="no case in common"):
        check_alike(plan, with_cases(plan, [replace(plan.cases[0], id="another")]))


def test_a_part_is_compared_with_the_whole_and_repeats_with_single_drives(baseline: Path) -> None:
    plan, _ = some()
    twice = repeated(with_cases(plan, plan.cases[:1]), 2)
    comparison = compare_runs(Past.read(baseline), Past.read(driven(plan=twice)), Tolerance())
    assert (comparison.compared, comparison.changes, comparison.alone) == (1, (), ())
