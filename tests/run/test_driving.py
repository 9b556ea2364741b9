"""Which cases are driven when, and how often; what driving itself does is tested in tests/e2e."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from gate.core.findings import Blame, CaseResult, Finding, Layer, Report, Verdict
from gate.core.places import Place
from gate.core.plan import Case, Dial, Lane, Plan, Target
from gate.core.vault import Vault
from gate.fixtures.library import Library, home
from gate.run import driving
from gate.run.attempts import ONCE, Retries
from gate.run.driving import Run

HERE = Place("m.yaml", 1, 1)


def finding(verdict: Verdict, **more: Any) -> Finding:
    return Finding("first-audio", verdict, Layer.OUTPUT, Blame.AGENT, "soon", "late", HERE, **more)


LATE = finding(Verdict.UNKNOWN, late=True)
DOUBT = finding(Verdict.UNKNOWN)
FAIL = finding(Verdict.FAIL)
PASS = finding(Verdict.PASS)


class Watch:
    def __init__(self) -> None:
        self.finished_: list[tuple[str, Verdict]] = []

    def planned(self, cases: int, targets: tuple[str, ...]) -> None: ...
    def started(self, case_id: str, name: str) -> None: ...
    def doing(self, case_id: str, what: str) -> None: ...
    def closing(self, report: Report, results_dir: str) -> None: ...
    def finished(self, result: CaseResult) -> None:
        self.finished_.append((result.id, result.verdict))


def drive(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    answers: dict[str, list[Finding]],
    alone: tuple[str, ...] = (),
    retries: Retries = ONCE,
) -> tuple[list[tuple[str, int]], list[tuple[str, Verdict]]]:
    """Drives cases whose judgement is given by attempt; returns what was recorded, in order, and what was told."""
    lanes = {name: Lane.ALONE if name in alone else Lane.PARALLEL for name in answers}
    cases = tuple(Case(name, "t", "smoke", name, HERE, lane=lane) for name, lane in lanes.items())
    target = Target("t", "canonical", Dial("ws://127.0.0.1:9"), HERE)
    watch, recorded = Watch(), []
    plan = Plan("m.yaml", "0", (target,), (), cases)
    run = Run(plan, Vault({}), Library(home() / "audio", folder), folder, 8, {}, watch, retries)

    async def record(case: Case, attempt: int) -> None:
        recorded.append((case.id, attempt))

    class FakeBench:
        async def judge(self, case_id: str) -> CaseResult:
            found = answers[case_id].pop(0)
            return CaseResult(case_id, "t", "canonical", "smoke", case_id, HERE, found.verdict, (PASS, found))

        async def close(self) -> None: ...

    async def open_bench(evidence: Path) -> FakeBench:
        return FakeBench()

    monkeypatch.setattr(driving.Bench, "open", open_bench)
    monkeypatch.setattr(run, "_record", record)
    run.prepare()
    asyncio.run(run.drive())
    return recorded, watch.finished_


def test_a_case_in_doubt_only_because_we_were_late_is_driven_again_alone_and_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {"a": [LATE, PASS], "b": [PASS], "c": [PASS]}
    recorded, told = drive(tmp_path, monkeypatch, answers, alone=("c",))
    assert recorded == [("a", 1), ("b", 1), ("c", 1), ("a", 2)]
    assert told == [("b", Verdict.PASS), ("c", Verdict.PASS), ("a", Verdict.PASS)]


def test_once_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded, told = drive(tmp_path, monkeypatch, {"a": [LATE, LATE]})
    assert recorded == [("a", 1), ("a", 2)]
    assert told == [("a", Verdict.UNKNOWN)]


@pytest.mark.parametrize("found", [DOUBT, FAIL, finding(Verdict.UNKNOWN, late=True, blocks=False)])
def test_nothing_else_is_driven_again(found: Finding, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure is a failure: driving it again until it passes would be a retry."""
    recorded, told = drive(tmp_path, monkeypatch, {"a": [found]})
    assert recorded == [("a", 1)]
    assert told == [("a", found.verdict)]


def test_what_must_be_alone_comes_after_the_parallel_lane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded, _ = drive(tmp_path, monkeypatch, {"x": [PASS], "y": [PASS], "z": [PASS]}, alone=("x", "y"))
    assert recorded == [("z", 1), ("x", 1), ("y", 1)]


def test_what_is_in_doubt_is_tried_again_as_often_as_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"a": [DOUBT, DOUBT, PASS], "b": [FAIL], "c": [DOUBT, DOUBT, DOUBT]}
    recorded, told = drive(tmp_path, monkeypatch, answers, retries=Retries(2))
    assert recorded == [("a", 1), ("b", 1), ("c", 1), ("a", 2), ("c", 2), ("a", 3), ("c", 3)]
    assert told == [("b", Verdict.FAIL), ("a", Verdict.PASS), ("c", Verdict.UNKNOWN)]


def test_a_failure_is_tried_again_only_where_that_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded, _ = drive(tmp_path, monkeypatch, {"a": [FAIL, PASS]}, retries=Retries(1, failures=True))
    assert recorded == [("a", 1), ("a", 2)]


def test_lateness_of_our_own_costs_no_retry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded, _ = drive(tmp_path, monkeypatch, {"a": [LATE, DOUBT, PASS]}, retries=Retries(1))
    assert recorded == [("a", 1), ("a", 2), ("a", 3)]
