from collections.abc import Sequence
from typing import Any

import pytest

from gate.core.findings import (
    EXIT_CODES,
    Blame,
    CaseResult,
    Finding,
    Layer,
    Outcome,
    Report,
    Verdict,
    outcome_of,
    worst,
)
from gate.core.places import Place

PLACE = Place("voice-tests.yaml", 1, 1)
P, F, U, S = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.SKIP


def finding(verdict: Verdict, blame: Blame = Blame.AGENT, **changes: Any) -> Finding:
    return Finding("check", verdict, Layer.OUTPUT, blame, "this", "that", PLACE, **changes)


def case(*findings: Finding, verdict: Verdict = P) -> CaseResult:
    return CaseResult("id", "target", "canonical", "smoke", "name", PLACE, verdict, findings)


@pytest.mark.parametrize(
    ("verdicts", "one"),
    [
        ([], U),
        ([P], P),
        ([P, P], P),
        ([P, U], U),
        ([U, F, P], F),
        ([F, S], F),
        ([P, S], P),
        ([U, S], U),
        ([S], S),
        ([S, S], S),
    ],
)
def test_the_worst_of_verdicts(verdicts: Sequence[Verdict], one: Verdict) -> None:
    assert worst(iter(verdicts)) is worst(reversed(verdicts)) is one


@pytest.mark.parametrize("blame", [Blame.GATE, Blame.ENVIRONMENT, Blame.CONFIGURATION])
def test_a_failure_that_is_not_the_agents_is_refused(blame: Blame) -> None:
    with pytest.raises(ValueError, match="the agent's"):
        finding(F, blame)
    assert finding(U, blame).verdict is U


@pytest.mark.parametrize("verdict", [F, U, S])
def test_a_finding_without_what_came_is_refused_unless_it_passes(verdict: Verdict) -> None:
    with pytest.raises(ValueError, match="what came instead"):
        Finding("check", verdict, Layer.OUTPUT, Blame.AGENT, "this", "", PLACE)
    assert Finding("check", P, Layer.OUTPUT, Blame.AGENT, "this", "", PLACE).actual == ""


GATE, ENV, CONF = finding(U, Blame.GATE), finding(U, Blame.ENVIRONMENT), finding(U, Blame.CONFIGURATION)
DOUBT, PASSED, FAILED = finding(U), finding(P), finding(F)


@pytest.mark.parametrize(
    ("cases", "internal", "outcome"),
    [
        ([], False, Outcome.NO_TESTS),
        ([case(verdict=S), case(verdict=S)], False, Outcome.NO_TESTS),
        ([case(PASSED)], False, Outcome.PASSED),
        ([case(PASSED), case(verdict=S)], False, Outcome.PASSED),
        ([case(PASSED, FAILED), case(GATE), case(ENV)], True, Outcome.FAILED),
        ([case(PASSED)], True, Outcome.INTERNAL),
        ([], True, Outcome.INTERNAL),
        ([case(GATE, ENV, DOUBT)], False, Outcome.INTERNAL),
        ([case(ENV), case(DOUBT), case(PASSED)], False, Outcome.ENVIRONMENT),
        ([case(DOUBT), case(PASSED)], False, Outcome.INCONCLUSIVE),
        ([case(CONF)], False, Outcome.INCONCLUSIVE),
        ([case(), case(PASSED)], False, Outcome.INCONCLUSIVE),
        ([case(PASSED, finding(F, blocks=False))], False, Outcome.PASSED),
        ([case(PASSED, finding(U, Blame.GATE, blocks=False))], False, Outcome.PASSED),
        ([case(finding(F, blocks=False)), case(FAILED)], False, Outcome.FAILED),
        ([case(FAILED, verdict=S)], False, Outcome.NO_TESTS),
    ],
)
def test_the_outcome_of_a_run(cases: list[CaseResult], internal: bool, outcome: Outcome) -> None:
    assert outcome_of(iter(cases), internal) is outcome


def test_exit_codes_are_the_contract() -> None:
    assert {outcome.value: code for outcome, code in EXIT_CODES.items()} == {
        "passed": 0,
        "failed": 1,
        "regressed": 1,
        "flaky": 1,
        "inconclusive": 1,
        "environment": 1,
        "no-tests": 1,
        "configuration": 2,
        "internal": 3,
    }


def test_a_case_sorts_its_findings_and_a_report_counts_its_cases() -> None:
    mixed = case(PASSED, FAILED, DOUBT, verdict=F)
    assert mixed.failures == (FAILED,)
    assert mixed.doubts == (DOUBT,)
    report = Report("run", "m.yaml", "1", "1", Outcome.FAILED, (mixed, case(PASSED), case(verdict=S)))
    assert [report.count(verdict) for verdict in (P, F, U, S)] == [1, 1, 0, 1]
    assert report.exit_code == 1
