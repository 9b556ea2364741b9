from typing import Any

import pytest

from gate.core.findings import Blame, CaseResult, Finding, Layer, Outcome, Verdict, outcome_of
from gate.core.places import Place
from gate.run.attempts import Retries, together

HERE = Place("m.yaml", 1, 1)


def attempt(verdict: Verdict, number: int = 1, **more: Any) -> CaseResult:
    found = Finding("first-audio", verdict, Layer.OUTPUT, Blame.AGENT, "soon", "late", HERE, **more)
    return CaseResult("a", "t", "canonical", "smoke", "a", HERE, verdict, (found,), attempt=number)


PASS, FAIL, DOUBT = (attempt(verdict) for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN))
LATE = attempt(Verdict.UNKNOWN, late=True)


def test_one_attempt_is_the_case() -> None:
    assert together([FAIL]) == FAIL


def test_what_failed_and_then_passed_is_flaky_and_keeps_the_failure() -> None:
    told = together([FAIL, attempt(Verdict.PASS, 2)])
    assert (told.verdict, told.attempt, told.flaky, told.proven_flaky) == (Verdict.PASS, 2, True, True)
    assert told.tries == (FAIL,)
    assert outcome_of([told]) is Outcome.FLAKY


def test_what_was_in_doubt_and_then_passed_is_flaky_and_passes() -> None:
    told = together([DOUBT, PASS])
    assert (told.flaky, told.proven_flaky) == (True, False)
    assert outcome_of([told]) is Outcome.PASSED


def test_a_failure_is_not_undone_by_a_doubt() -> None:
    told = together([FAIL, DOUBT])
    assert told.verdict is Verdict.FAIL
    assert not told.flaky
    assert outcome_of([told]) is Outcome.FAILED


def test_an_attempt_that_the_gate_spoiled_itself_does_not_count() -> None:
    assert together([LATE, PASS]) == PASS
    assert together([LATE, LATE]).tries == ()


@pytest.mark.parametrize(
    ("retries", "result", "used", "wanted"),
    [
        (Retries(), DOUBT, 0, False),
        (Retries(2), DOUBT, 1, True),
        (Retries(2), DOUBT, 2, False),
        (Retries(2), FAIL, 0, False),
        (Retries(2, failures=True), FAIL, 0, True),
        (Retries(2, failures=True), PASS, 0, False),
        (Retries(2, failures=True), attempt(Verdict.FAIL, blocks=False), 0, False),
    ],
)
def test_what_is_tried_again(retries: Retries, result: CaseResult, used: int, wanted: bool) -> None:
    assert retries.wants(result, used) is wanted
