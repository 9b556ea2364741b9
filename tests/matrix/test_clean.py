"""What `make false-alarms` makes of a run that is not clean."""

from types import SimpleNamespace

import pytest

from gate.core.findings import CaseResult, Outcome, Verdict
from tests.matrix import clean
from tests.report.conftest import make_case, make_finding, make_report

PASSED = make_case(make_finding(Verdict.PASS))
FAILED = make_case(make_finding(Verdict.FAIL))
DOUBTED = make_case(make_finding(Verdict.UNKNOWN))
NOTHING = make_case(verdict=Verdict.UNKNOWN)
SKIPPED = make_case(verdict=Verdict.SKIP, skip="this dialect cannot")
LEFT_OUT = make_case(make_finding(Verdict.SKIP, actual="not here"), verdict=Verdict.SKIP)
SHOWN = make_case(make_finding(Verdict.PASS), make_finding(Verdict.FAIL, blocks=False), verdict=Verdict.PASS)


def told(*cases: CaseResult, **changes: object) -> clean.Told:
    return clean.told("canonical", "tools", "sockets", make_report(*cases, **changes))


def run(monkeypatch: pytest.MonkeyPatch, *runs: clean.Told) -> int:
    monkeypatch.setattr(clean, "every_run", lambda options: iter(runs))
    return clean.main(["--virtual", "1"])


def test_a_clean_run_is_green_and_counted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, told(PASSED, SHOWN, SKIPPED), told(PASSED)) == 0
    assert "| `canonical` | tools | sockets | 2 | 3 | 0 | 0 |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("case", "row", "why"),
    [
        (FAILED, "1 | 1 | 1 | 0", "tool-calls: called 2 times"),
        (DOUBTED, "1 | 1 | 0 | 1", "tool-calls: called 2 times"),
        (NOTHING, "1 | 1 | 0 | 1", "no claim that blocks was judged"),
        (LEFT_OUT, "1 | 1 | 0 | 1", "tool-calls: not here"),
    ],
)
def test_one_that_is_not_is_red_and_says_why(
    case: CaseResult, row: str, why: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, told(case)) == 1
    shown = capsys.readouterr()
    assert f"| `canonical` | tools | sockets | {row} |" in shown.out
    assert shown.err.startswith("NOT CLEAN  canonical tools (sockets): ")
    assert why in shown.err


def test_a_run_in_which_nothing_was_judged_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, told(SKIPPED)) == 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"problems": ("the log is gone",)}, "the log is gone"),
        ({"outcome": Outcome.INTERNAL}, "the run is internal, and none of its 1 cases says why"),
    ],
)
def test_a_red_run_whose_cases_are_green_failed(
    changes: dict[str, object], why: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, told(PASSED, **changes)) == 1
    shown = capsys.readouterr()
    assert "| `canonical` | tools | sockets | 1 | 1 | 1 | 0 |" in shown.out
    assert shown.err == f"NOT CLEAN  canonical tools (sockets): {why}\n"


def test_a_run_that_breaks_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = SimpleNamespace(returncode=3, stderr="a bug")
    monkeypatch.setattr(clean, "subprocess", SimpleNamespace(run=lambda *_, **__: ended))
    broken = clean.sockets("canonical", "tools", 4)
    assert (broken.failed, broken.unknown) == (("run 4 broke: a bug",), ())
    assert run(monkeypatch, broken) == 1
