"""`junit.xml`: failures of the agent as `<failure>`, what is not proven as `<error>`, a suite per suite and target.

A red run never gives a file without a failure or an error, and every failure has a text."""

from itertools import groupby
from typing import Final, NamedTuple

from junit_xml import TestCase, TestSuite, to_xml_report_string

from gate.core.findings import Blame, CaseResult, Finding, Outcome, Report, Verdict
from gate.report.answering import answers_line
from gate.report.closing import WHY
from gate.report.escape import one_line, terminal_safe
from gate.report.junit_out import FIELD_LIMIT, LABEL_LIMIT, system_out, undirected
from gate.report.junit_step import Rerun, amended
from gate.report.text import NOTHING_JUDGED, ranked, skips, told, undecided_text
from gate.report.timeline import timeline_lines
from gate.report.workspace import NOWHERE, Workspace

_ERROR_TYPES: Final = {
    Blame.GATE: "gate",
    Blame.ENVIRONMENT: "environment",
    Blame.CONFIGURATION: "configuration",
    Blame.AGENT: "inconclusive",
}
"""By blame, the one that decides first: as `outcome_of` ranks them."""

_RUN_ERROR_TYPES: Final = {
    Outcome.INTERNAL: "gate",
    Outcome.ENVIRONMENT: "environment",
    Outcome.CONFIGURATION: "configuration",
}


class _Result(NamedTuple):
    """What a case has in the place of a pass: `tag` is failure, error or skipped."""

    tag: str
    message: str
    type: str = ""
    text: str = ""


def render(report: Report, workspace: Workspace = NOWHERE) -> str:
    # Sorted by first appearance: `groupby` needs neighbours, and a reader the plan's order.
    keys = list(dict.fromkeys((case.target, case.suite) for case in report.cases))
    cases = sorted(report.cases, key=lambda case: keys.index((case.target, case.suite)))
    properties = _properties(report)
    suites = [
        TestSuite(
            _label(f"{target}.{suite}"), [_testcase(report, case, workspace) for case in group],
            package=_label(target), timestamp=_timestamp(report), properties=properties,
        )
        for (target, suite), group in groupby(cases, key=lambda case: (case.target, case.suite))
    ]  # fmt: skip
    reruns = [_reruns(report, case, workspace) for case in cases]
    red = any(test.is_failure() or test.is_error() for suite in suites for test in suite.test_cases)
    if report.problems or (report.exit_code and not red):
        suites.append(_run_suite(report))
        reruns += [[] for _ in suites[-1].test_cases]
    return amended(str(to_xml_report_string(suites, prettyprint=False, encoding="utf-8")), reruns)


def _testcase(report: Report, case: CaseResult, workspace: Workspace) -> TestCase:
    test = TestCase(
        _label(case.name),
        classname=_label(f"{case.target}.{case.dialect}.{case.suite}"),
        elapsed_sec=case.duration_ms / 1000,
        stdout=system_out(report, case, workspace),
    )
    match _result(case, workspace):
        case None:
            pass
        case _Result("skipped", message):
            test.add_skipped_info(message=message)
        case _Result("failure", message, kind, text):
            test.add_failure_info(message, text, kind)
        case _Result(_, message, kind, text):
            test.add_error_info(message, text, kind)
    return test


def _result(case: CaseResult, workspace: Workspace) -> _Result | None:
    roots = ranked(case)
    failures = [f for f in roots if f.blocks and f.verdict is Verdict.FAIL]
    doubts = [f for f in roots if f.blocks and f.verdict is Verdict.UNKNOWN]
    if case.verdict is Verdict.SKIP:
        return _Result("skipped", undirected(skips(case)[0]))
    if failures:
        return _Result("failure", _headline(failures[0]), failures[0].layer.value, _text(case, workspace))
    if doubts:
        return _Result("error", _headline(doubts[0]), _error_type(doubts), _text(case, workspace))
    if case.verdict is Verdict.UNKNOWN and not case.quarantine:
        return _Result("error", NOTHING_JUDGED, "inconclusive", _text(case, workspace))
    return None


def _reruns(report: Report, case: CaseResult, workspace: Workspace) -> list[Rerun]:
    """The other attempts that did not pass; one of those is told as it would have been told alone."""
    when = "flaky" if case.verdict is Verdict.PASS else "rerun"
    found = ((one, _result(one, workspace)) for one in case.tries)
    return [
        Rerun(
            f"{when}{result.tag.capitalize()}", result.message, result.type, result.text,
            system_out(report, one, workspace),
        )
        for one, result in found
        if result and result.tag != "skipped"
    ]  # fmt: skip


def _error_type(doubts: list[Finding]) -> str:
    blamed = {finding.blame for finding in doubts}
    return next(kind for blame, kind in _ERROR_TYPES.items() if blame in blamed)


def _headline(finding: Finding) -> str:
    expected = f"expected {finding.expected}, got " if finding.expected else ""
    return _label(f"{finding.layer}: {expected}{finding.actual}")


def _label(text: str) -> str:
    """What an attribute may hold: one bounded line."""
    return undirected(one_line(text, LABEL_LIMIT))


def _text(case: CaseResult, workspace: Workspace) -> str:
    parts = [told(case, finding, FIELD_LIMIT) for finding in ranked(case) if finding.blocks]
    evidence = one_line(workspace.evidence(case.evidence) if case.evidence else "none was recorded", LABEL_LIMIT)
    answers = answers_line(case)
    tools = f"\n  tools     {answers}" if answers else ""
    timeline = "".join(f"\n  {line}" for line in timeline_lines(case.timeline))
    whole = "\n\n".join(parts or [undecided_text(case)]) + f"{tools}\n  evidence  {evidence}\n"
    return undirected(f"\n{whole}{timeline}\n" if timeline else f"\n{whole}")


def _run_suite(report: Report) -> TestSuite:
    """What concerns the run and none of its cases: an error where the run is red, else no more than a remark."""
    text = undirected(terminal_safe("\n\n".join((WHY[report.outcome], *report.problems))))
    if not report.exit_code:
        return TestSuite("voxgate", [], properties=_properties(report), stdout=text)
    test = TestCase("run", classname="voxgate.run", elapsed_sec=report.duration_ms / 1000)
    message = _label(next(iter(report.problems), "") or WHY[report.outcome])
    test.add_error_info(message, text, _RUN_ERROR_TYPES.get(report.outcome, "inconclusive"))
    return TestSuite("voxgate", [test], properties=_properties(report))


def _timestamp(report: Report) -> str:
    """UTC without saying so, as the readers of this format expect."""
    return _label(report.started_at.removesuffix("+00:00").removesuffix("Z"))


def _properties(report: Report) -> dict[str, str]:
    shown = {
        "run": report.run_id,
        "manifest": report.manifest,
        "outcome": report.outcome.value,
        "recorded_by": report.recorded_by,
        "judged_by": report.judged_by,
    }
    return {name: _label(value) for name, value in shown.items()}
