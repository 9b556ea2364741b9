import json
from collections.abc import Callable

import pytest

from gate.core.comparison import Change, Comparison, Kind
from gate.core.findings import CaseResult, Finding, Outcome, Report, Verdict
from gate.report.closing import closing_blocks
from gate.report.comparison import comparison_lines
from gate.report.documents import from_json, to_json
from gate.report.junit import render as junit
from gate.report.markdown import render as markdown
from gate.report.unsteady import rates, unsteady_lines, wilson

Make = Callable[..., Finding]
MakeCase = Callable[..., CaseResult]
MakeReport = Callable[..., Report]


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [
        (20, 20, 0.8389, 1.0),
        (19, 20, 0.7639, 0.9911),
        (0, 20, 0.0, 0.1611),
        (5, 10, 0.2366, 0.7634),
        (1, 1, 0.2065, 1.0),
    ],
)
def test_wilsons_interval(hits: int, count: int, low: float, high: float) -> None:
    """As R's prop.test(..., correct=FALSE) gives it."""
    assert wilson(hits, count) == pytest.approx((low, high), abs=5e-5)


def repeated(case: MakeCase, *verdicts: Verdict) -> list[CaseResult]:
    return [
        case(verdict=verdict, repeats="a", name=f"hello · {number} of {len(verdicts)}", suite="smoke")
        for number, verdict in enumerate(verdicts, 1)
    ]


def test_what_always_passed_may_still_be_missed(case: MakeCase, report: MakeReport) -> None:
    told = report(*repeated(case, *[Verdict.PASS] * 20))
    (line,) = unsteady_lines(told)
    told, missed = line.split("(95% interval): ")
    assert told == "RATE  smoke · hello: passed 20 of 20; it probably passes between 84% and 100% of the time "
    assert missed == "what strikes less often than 16% of the time may have been missed"


def test_a_fault_that_strikes_one_time_in_five(case: MakeCase, report: MakeReport) -> None:
    drives = repeated(case, *([Verdict.PASS] * 4 + [Verdict.FAIL]) * 4)
    assert unsteady_lines(report(*drives)) == (
        "RATE  smoke · hello: passed 16 of 20; it probably passes between 58% and 92% of the time (95% interval)",
    )


def test_doubts_are_no_passes_and_no_failures(case: MakeCase, report: MakeReport) -> None:
    (rate,) = rates(report(*repeated(case, Verdict.PASS, Verdict.UNKNOWN, Verdict.FAIL)))
    assert (rate.passed, rate.failed, rate.unknown) == (1, 1, 1)
    assert "passed 1 of 2, 1 more in doubt" in str(rate)
    (rate,) = rates(report(*repeated(case, Verdict.UNKNOWN, Verdict.UNKNOWN)))
    assert str(rate) == "2 times in doubt: nothing is known of its rate"


def test_rates_stand_in_the_json(case: MakeCase, report: MakeReport) -> None:
    document = json.loads(to_json(report(*repeated(case, Verdict.PASS, Verdict.FAIL))))
    assert document["rates"][0]["wilson_95"] == pytest.approx([0.0945, 0.9055], abs=1e-4)


def test_flaky_is_shown_in_every_document(finding: Make, case: MakeCase, report: MakeReport) -> None:
    first = case(finding(actual="called twice"))
    flaky = case(finding(Verdict.PASS), attempt=2, tries=(first,))
    told = report(flaky)
    assert (told.outcome, told.exit_code) == (Outcome.FLAKY, 1)
    line = "failed at attempt 1, then passed at attempt 2: tools: called twice"
    for document in ("\n".join(closing_blocks(told)), junit(told), markdown(told)):
        assert line in document
    assert from_json(to_json(told)) == told
    assert 'errors="1"' in junit(told)


def test_a_quarantined_failure_is_shown_and_blocks_nothing(finding: Make, case: MakeCase, report: MakeReport) -> None:
    kept = case(finding(blocks=False), verdict=Verdict.FAIL, quarantine="until 2026-12-31: known")
    doubtful = case(
        finding(Verdict.UNKNOWN, blocks=False), verdict=Verdict.UNKNOWN, quarantine="until 2026-12-31: known"
    )
    told = report(kept, doubtful, case(finding(Verdict.PASS)))
    assert told.outcome is Outcome.PASSED
    assert "fail, and does not block; until 2026-12-31: known" in "\n".join(closing_blocks(told))
    assert 'failures="0"' in junit(told)
    assert 'errors="0"' in junit(told)
    assert "quarantine: until 2026-12-31: known" in junit(told)
    assert "2026-12-31" in markdown(told)


def test_a_comparison_names_the_run_and_what_became_worse(case: MakeCase, finding: Make, report: MakeReport) -> None:
    slower = Change(Kind.LATENCY, "target agent", "first audible sample", "940 ms", "+300 ms", regression=True)
    worded = Change(Kind.WORDS, "smoke · hello", "the agent's words", "'a'", "'\x1b[31mb'")
    compared = Comparison("r-0", "2026-01-01", 12, (slower, worded), ("x is not in the baseline",))
    assert comparison_lines(compared) == (
        "BASELINE  12 cases compared with run r-0 of 2026-01-01: 1 regression",
        "NOTE  x is not in the baseline",
        "CHANGED  words: smoke · hello: the agent's words: before 'a', now '\\x1b[31mb'",
        "REGRESSION  latency: target agent: first audible sample: before 940 ms, now +300 ms",
    )
    told = report(case(finding(Verdict.PASS)), comparison=compared, outcome=Outcome.REGRESSED)
    assert told.exit_code == 1
    for document in ("\n".join(closing_blocks(told)), markdown(told)):
        assert "first audible sample" in document
    assert 'errors="1"' in junit(told)
    assert from_json(to_json(told)) == told


def test_no_baseline_no_lines() -> None:
    assert comparison_lines(None) == ()
