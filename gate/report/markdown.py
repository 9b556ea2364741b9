"""`summary.md`: the verdict, the suites and the failures in short Markdown, for a job summary or a comment.

What the agent said stands in code spans only: nothing of it is a link, a mention, an image or HTML."""

from collections.abc import Iterable

from gate.core.findings import CaseResult, Finding, Report, Verdict
from gate.report.answering import answers_line
from gate.report.closing import WHY, counts
from gate.report.comparison import comparison_lines
from gate.report.escape import code_span, markdown_safe
from gate.report.figures import figures
from gate.report.text import NOTHING_JUDGED, following_text, ranked, skips, title
from gate.report.unsteady import unsteady_lines

_CASES_TOLD = 40
_FINDINGS_TOLD = 3
_PROBLEMS_TOLD = 10


def render(report: Report) -> str:
    parts = [f"## Voxgate: {report.outcome.upper()}", f"{counts(report)}: {WHY[report.outcome]}."]
    if report.recorded_by != report.judged_by:
        parts.append(f"Recorded by {code_span(report.recorded_by)}, judged by {code_span(report.judged_by)}.")
    if report.problems:
        parts.append("\n".join(f"- Problem: {code_span(problem)}" for problem in report.problems[:_PROBLEMS_TOLD]))
    if report.cases:
        parts.append(_table(report))
    parts += figures(report)
    parts += _section("Compared with the baseline", _shown(comparison_lines(report.comparison)))
    parts += _section("Rates, quarantine and flaky cases", _shown(unsteady_lines(report)))
    red = [case for case in report.cases if case.verdict is Verdict.FAIL]
    red += [case for case in report.cases if case.verdict is Verdict.UNKNOWN]
    parts += [_case(case) for case in red[:_CASES_TOLD]]
    if len(red) > _CASES_TOLD:
        parts.append(f"… and {len(red) - _CASES_TOLD} more cases in `report.json`.")
    parts += _section("Notes", [f"- {code_span(remark, 300)}" for remark in report.remarks])
    parts += _section("Does not block", [line for case in report.cases for line in _remarks(case)])
    skipped = [case.verdict is Verdict.SKIP for case in report.cases]
    for name, whole in (("Not put to the test", False), ("Skipped", True)):
        shown = (case for case, is_skipped in zip(report.cases, skipped, strict=True) if is_skipped is whole)
        parts += _section(name, [line for case in shown for line in _skipped(case)])
    return "\n\n".join(parts) + "\n"


def _shown(lines: Iterable[str]) -> list[str]:
    return [f"- {code_span(line)}" for line in lines]


def _table(report: Report) -> str:
    rows = ["| suite | target | passed | failed | unknown | skipped |", "| --- | --- | ---: | ---: | ---: | ---: |"]
    columns = (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.SKIP)
    for suite, target in dict.fromkeys((case.suite, case.target) for case in report.cases):
        verdicts = [case.verdict for case in report.cases if (case.suite, case.target) == (suite, target)]
        numbers = " | ".join(str(verdicts.count(column)) for column in columns)
        rows.append(f"| {markdown_safe(suite)} | {markdown_safe(target)} | {numbers} |")
    return "\n".join(rows)


def _case(case: CaseResult) -> str:
    where = f"target {markdown_safe(case.target)} \\({markdown_safe(case.dialect)}\\)"
    lines = [f"### {case.verdict.upper()}: {markdown_safe(title(case), 300)}", "", where]
    findings = [finding for finding in ranked(case) if finding.blocks]
    for finding in findings[:_FINDINGS_TOLD]:
        lines += ["", *_finding(finding, following_text(case, finding))]
    if not findings:
        lines += ["", f"- **actual**: {NOTHING_JUDGED}", f"- **manifest**: {code_span(str(case.place))}"]
    if len(findings) > _FINDINGS_TOLD:
        lines += ["", f"… and {len(findings) - _FINDINGS_TOLD} more findings in `report.json`."]
    if answers := answers_line(case):
        lines += ["", f"Tools: {code_span(answers)}"]
    if case.evidence:
        lines += ["", f"Evidence: {code_span(case.evidence)}"]
    return "\n".join(lines)


def _finding(finding: Finding, follows: str) -> list[str]:
    unknown = f" \\(unknown, blame: {finding.blame}\\)" if finding.verdict is Verdict.UNKNOWN else ""
    shown = [
        ("layer", f"{finding.layer}{unknown}"),
        ("expected", code_span(finding.expected)),
        ("actual", code_span(finding.actual)),
        ("manifest", code_span(str(finding.place))),
        ("cause", markdown_safe(finding.cause, 300)),
        ("check", code_span(finding.first_check)),
        ("do next", code_span(finding.next_action)),
        ("follows", markdown_safe(follows)),
    ]
    return [f"- **{label}**: {text}" for label, text in shown if text]


def _remarks(case: CaseResult) -> list[str]:
    return [
        f"- {markdown_safe(title(case), 300)}: {finding.layer}, expected {code_span(finding.expected, 200)}, "
        f"actual {code_span(finding.actual, 200)}"
        for finding in ranked(case)
        if not finding.blocks
    ]


def _skipped(case: CaseResult) -> list[str]:
    return [f"- {markdown_safe(title(case), 300)}: {code_span(reason, 300)}" for reason in skips(case)]


def _section(name: str, lines: list[str]) -> list[str]:
    """A folded list, so that it does not stand between the reader and the failures."""
    if not lines:
        return []
    more = [f"- … and {len(lines) - _CASES_TOLD} more in `report.json`"] if len(lines) > _CASES_TOLD else []
    listed = "\n".join(lines[:_CASES_TOLD] + more)
    return [f"<details><summary>{name}: {len(lines)}</summary>\n\n{listed}\n\n</details>"]
