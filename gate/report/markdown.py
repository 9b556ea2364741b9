"""`summary.md`: the verdict, the suites and the failures in short Markdown, for a job summary or a comment.

What the agent said stands in code only: nothing of it is a link, a mention, an image or HTML. Its pictures are made of
letters, since the pages that show it load no image but those of a server."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from gate.core.findings import CaseResult, Finding, Outcome, Report, Verdict
from gate.report.answering import answers_line
from gate.report.closing import WHY, counts
from gate.report.comparison import comparison_lines
from gate.report.escape import code_block, code_span, markdown_safe, shortened, trace_address
from gate.report.figures import figures
from gate.report.text import NOTHING_JUDGED, following_text, ranked, skips, title
from gate.report.timeline import timeline_lines
from gate.report.unsteady import unsteady_lines
from gate.report.workspace import NOWHERE, Workspace

MOST_BYTES: Final = 1_000_000
"""GitHub shows nothing at all of a summary of more than 1 MiB."""
_CASES_TOLD = 40
_FINDINGS_TOLD = 3
_PROBLEMS_TOLD = 10
_TIMELINES = 8
_REFUSAL_LIMIT = 20_000
_SQUARES = {Verdict.PASS: "🟩", Verdict.FAIL: "🟥", Verdict.UNKNOWN: "🟨", Verdict.SKIP: "⬜"}
_MOST_SQUARES = 12
_COLUMNS = tuple(_SQUARES)


def render(report: Report, workspace: Workspace = NOWHERE) -> str:
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
    parts += [
        _case(report, case, workspace, with_timeline=number < _TIMELINES)
        for number, case in enumerate(red[:_CASES_TOLD])
    ]
    if len(red) > _CASES_TOLD:
        parts.append(f"… and {len(red) - _CASES_TOLD} more cases in `report.json`.")
    parts += _section("Notes", [f"- {code_span(remark, 300)}" for remark in report.remarks])
    parts += _section("Does not block", [line for case in report.cases for line in _remarks(case)])
    skipped = [case.verdict is Verdict.SKIP for case in report.cases]
    for name, whole in (("Not put to the test", False), ("Skipped", True)):
        shown = (case for case, is_skipped in zip(report.cases, skipped, strict=True) if is_skipped is whole)
        parts += _section(name, [line for case in shown for line in _skipped(case)])
    return "\n\n".join(_fitting(parts)) + "\n"


def refusal(reason: Outcome, text: str) -> str:
    """In the place of a summary, where nothing was judged at all."""
    lines = shortened(text, _REFUSAL_LIMIT).split("\n")
    return f"## Voxgate: {reason.upper()}\n\n{WHY[reason]}\n\n{code_block(lines)}\n"


def _fitting(parts: Iterable[str]) -> list[str]:
    """Whole parts, the first ones first, as many as a page shows."""
    fitting, left = list[str](), MOST_BYTES
    for part in parts:
        left -= len(part.encode()) + 2
        if left < 0:
            return [*fitting, "… the rest is in `report.html`."]
        fitting.append(part)
    return fitting


def _shown(lines: Iterable[str]) -> list[str]:
    return [f"- {code_span(line)}" for line in lines]


def _table(report: Report) -> str:
    rows = ["| suite | target | | passed | failed | unknown | skipped |",
            "| --- | --- | --- | ---: | ---: | ---: | ---: |"]  # fmt: skip
    for suite, target in dict.fromkeys((case.suite, case.target) for case in report.cases):
        verdicts = [case.verdict for case in report.cases if (case.suite, case.target) == (suite, target)]
        numbers = " | ".join(str(verdicts.count(column)) for column in _COLUMNS)
        rows.append(f"| {markdown_safe(suite)} | {markdown_safe(target)} | {_squares(verdicts)} | {numbers} |")
    return "\n".join(rows)


def _squares(verdicts: list[Verdict]) -> str:
    """A square for each case, or, of many, in proportion; no verdict that there is goes without one."""
    counts = {verdict: verdicts.count(verdict) for verdict in _COLUMNS}
    share = min(1.0, _MOST_SQUARES / max(len(verdicts), 1))
    return "".join(_SQUARES[verdict] * max(1, round(count * share)) for verdict, count in counts.items() if count)


def _case(report: Report, case: CaseResult, workspace: Workspace, *, with_timeline: bool) -> str:
    where = f"target {markdown_safe(case.target)} \\({markdown_safe(case.dialect)}\\)"
    lines = [f"### {case.verdict.upper()}: {markdown_safe(title(case), 300)}", "", where]
    findings = [finding for finding in ranked(case) if finding.blocks]
    for finding in findings[:_FINDINGS_TOLD]:
        lines += ["", *_finding(finding, following_text(case, finding), workspace)]
    if not findings:
        lines += [
            "",
            f"- **actual**: {NOTHING_JUDGED}",
            f"- **manifest**: {code_span(str(workspace.place(case.place)))}",
        ]
    if len(findings) > _FINDINGS_TOLD:
        lines += ["", f"… and {len(findings) - _FINDINGS_TOLD} more findings in `report.json`."]
    if answers := answers_line(case):
        lines += ["", f"Tools: {code_span(answers)}"]
    if case.evidence:
        lines += ["", f"Evidence: {code_span(workspace.evidence(case.evidence))}{_trace(report, case)}"]
    if with_timeline and (timeline := timeline_lines(case.timeline)):
        lines += ["", code_block(timeline)]
    return "\n".join(lines)


def _trace(report: Report, case: CaseResult) -> str:
    """A link to the backend's trace. Where it leads is the manifest's word, and no part of it the agent's."""
    url = trace_address(report.trace_url, case.trace_id)
    return f", [trace](<{quote(url, safe=_URL, errors='replace')}>)" if url else ""


_URL: Final = "/:?#[]@!$&'()*+,;=%-._~"


def _finding(finding: Finding, follows: str, workspace: Workspace) -> list[str]:
    unknown = f" \\(unknown, blame: {finding.blame}\\)" if finding.verdict is Verdict.UNKNOWN else ""
    shown = [
        ("layer", f"{finding.layer}{unknown}"),
        ("expected", code_span(finding.expected)),
        ("actual", code_span(finding.actual)),
        ("manifest", code_span(str(workspace.place(finding.place)))),
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
