"""`junit.xml`: failures of the agent as `<failure>`, what is not proven as `<error>`, a suite per suite and target.

A red run never gives a file without a failure or an error, and every failure has a text."""

from itertools import groupby

from junit_xml import TestCase, TestSuite, to_xml_report_string

from gate.core.findings import Blame, CaseResult, Finding, Outcome, Report, Verdict
from gate.report.answering import answers_line
from gate.report.closing import WHY
from gate.report.escape import one_line, terminal_safe, xml_safe
from gate.report.text import NOTHING_JUDGED, finding_text, ranked, skips, told, undecided_text
from gate.report.unsteady import flaky_line

_FIELD_LIMIT = 4_000
_LABEL_LIMIT = 400

_ERROR_TYPES = {
    Blame.GATE: "gate",
    Blame.ENVIRONMENT: "environment",
    Blame.CONFIGURATION: "configuration",
    Blame.AGENT: "inconclusive",
}
"""By blame, the one that decides first: as `outcome_of` ranks them."""

_RUN_ERROR_TYPES = {
    Outcome.INTERNAL: "gate",
    Outcome.ENVIRONMENT: "environment",
    Outcome.CONFIGURATION: "configuration",
}


def render(report: Report) -> str:
    # Sorted by first appearance: `groupby` needs neighbours, and a reader the plan's order.
    keys = list(dict.fromkeys((case.target, case.suite) for case in report.cases))
    cases = sorted(report.cases, key=lambda case: keys.index((case.target, case.suite)))
    properties = _properties(report)
    suites = [
        TestSuite(_label(f"{target}.{suite}"), [_testcase(case) for case in group], properties=properties)
        for (target, suite), group in groupby(cases, key=lambda case: (case.target, case.suite))
    ]
    red = any(test.is_failure() or test.is_error() for suite in suites for test in suite.test_cases)
    if report.problems or (report.exit_code and not red):
        suites.append(_run_suite(report))
    return str(to_xml_report_string(suites, prettyprint=True, encoding="utf-8"))


def _testcase(case: CaseResult) -> TestCase:
    test = TestCase(
        _label(case.name),
        classname=_label(f"{case.target}.{case.dialect}.{case.suite}"),
        elapsed_sec=case.duration_ms / 1000,
        stdout=xml_safe(_remarks(case)),
    )
    roots = ranked(case)
    failures = [f for f in roots if f.blocks and f.verdict is Verdict.FAIL]
    doubts = [f for f in roots if f.blocks and f.verdict is Verdict.UNKNOWN]
    if case.verdict is Verdict.SKIP:
        test.add_skipped_info(message=xml_safe(skips(case)[0]))
    elif failures:
        test.add_failure_info(_headline(failures[0]), _text(case), failures[0].layer.value)
    elif doubts:
        test.add_error_info(_headline(doubts[0]), _text(case), _error_type(doubts))
    elif case.verdict is Verdict.UNKNOWN and not case.quarantine:
        test.add_error_info(NOTHING_JUDGED, _text(case), "inconclusive")
    return test


def _error_type(doubts: list[Finding]) -> str:
    blamed = {finding.blame for finding in doubts}
    return next(kind for blame, kind in _ERROR_TYPES.items() if blame in blamed)


def _headline(finding: Finding) -> str:
    expected = f"expected {finding.expected}, got " if finding.expected else ""
    return _label(f"{finding.layer}: {expected}{finding.actual}")


def _label(text: str) -> str:
    """What an attribute may hold: one bounded line."""
    return xml_safe(one_line(text, _LABEL_LIMIT))


def _text(case: CaseResult) -> str:
    parts = [told(case, finding, _FIELD_LIMIT) for finding in ranked(case) if finding.blocks]
    evidence = one_line(case.evidence or "none was recorded", _LABEL_LIMIT)
    answers = answers_line(case)
    tools = f"\n  tools     {answers}" if answers else ""
    return xml_safe("\n" + "\n\n".join(parts or [undecided_text(case)]) + f"{tools}\n  evidence  {evidence}\n")


def _remarks(case: CaseResult) -> str:
    """What stands in system-out: where to look further, and what was seen but does not block."""
    lines = [f"trace id: {one_line(case.trace_id)}"] if case.trace_id else []
    lines += [f"evidence: {one_line(case.evidence, _LABEL_LIMIT)}"] if case.evidence else []
    lines += [f"network: {case.network}"] if case.network else []
    lines += [f"quarantine: {one_line(case.quarantine, _LABEL_LIMIT)}"] if case.quarantine else []
    lines += [f"flaky: {flaky_line(case)}"] if case.flaky else []
    for finding in ranked(case):
        if not finding.blocks:
            lines.append(f"not blocking: {finding.verdict}\n{finding_text(finding, _FIELD_LIMIT)}")
    if case.verdict is not Verdict.SKIP:
        lines += [f"skipped: {reason}" for reason in skips(case)]
    return "\n".join(lines)


def _run_suite(report: Report) -> TestSuite:
    """What concerns the run and none of its cases: an error where the run is red, else no more than a remark."""
    text = xml_safe(terminal_safe("\n\n".join((WHY[report.outcome], *report.problems))))
    if not report.exit_code:
        return TestSuite("voxgate", [], properties=_properties(report), stdout=text)
    test = TestCase("run", classname="voxgate.run", elapsed_sec=report.duration_ms / 1000)
    message = _label(next(iter(report.problems), "") or WHY[report.outcome])
    test.add_error_info(message, text, _RUN_ERROR_TYPES.get(report.outcome, "inconclusive"))
    return TestSuite("voxgate", [test], properties=_properties(report))


def _properties(report: Report) -> dict[str, str]:
    shown = {
        "run": report.run_id,
        "manifest": report.manifest,
        "outcome": report.outcome.value,
        "recorded_by": report.recorded_by,
        "judged_by": report.judged_by,
    }
    return {name: _label(value) for name, value in shown.items()}
