"""Which doubts turn a build red, and that none hides behind another."""

import argparse

import pytest

from gate.cli.failing import ALL, fail_on, tolerant
from gate.core.findings import Blame, CaseResult, Finding, Layer, Outcome, Report, Verdict, outcome_of
from gate.core.places import Place

HERE = Place("m.yaml", 1, 1)


def case(name: str, verdict: Verdict, blame: Blame = Blame.AGENT, *, found: bool = True) -> CaseResult:
    finding = Finding("ready", verdict, Layer.HANDSHAKE, blame, "a", "b", HERE)
    return CaseResult(name, "agent", "canonical", "handshake", name, HERE, verdict, (finding,) if found else ())


def code(reasons: str | None, *cases: CaseResult) -> int:
    report = Report("r", "m.yaml", "1", "1", outcome_of(cases), cases)
    return tolerant(report, fail_on(reasons) if reasons else ALL)


PASS = case("good", Verdict.PASS)
FAIL = case("bad", Verdict.FAIL)
AWAY = case("away", Verdict.UNKNOWN, Blame.ENVIRONMENT)
UNSURE = case("unsure", Verdict.UNKNOWN)
EMPTY = case("empty", Verdict.UNKNOWN, found=False)
OURS = case("ours", Verdict.UNKNOWN, Blame.GATE)


def test_by_default_every_doubt_fails() -> None:
    assert [code(None, PASS, doubt) for doubt in (AWAY, UNSURE, EMPTY)] == [1, 1, 1]
    assert code(None) == 1
    assert code(None, PASS) == 0


def test_what_is_not_named_is_let_pass() -> None:
    assert [code("failed", PASS, doubt) for doubt in (AWAY, UNSURE, EMPTY)] == [0, 0, 0]
    assert code("failed") == 0
    assert code("environment", PASS, AWAY) == 1
    assert code("environment", PASS, UNSURE) == 0


def test_one_doubt_hides_no_other() -> None:
    assert code("inconclusive", AWAY, UNSURE) == 1
    assert code("inconclusive", AWAY, EMPTY) == 1
    assert code("environment", AWAY, UNSURE) == 1


def test_a_proven_failure_and_a_bug_of_ours_are_never_let_pass() -> None:
    assert code("environment", FAIL) == 1
    assert code("failed", FAIL, AWAY) == 1
    assert code("failed", OURS) == 3


def test_what_is_no_reason_is_told() -> None:
    assert fail_on("environment, no-tests") == {Outcome.FAILED, Outcome.ENVIRONMENT, Outcome.NO_TESTS}
    with pytest.raises(argparse.ArgumentTypeError, match="names no reason"):
        fail_on(" , ")
