"""The end of a run in plain text: what is to be said of its cases, the worst nearest to the eye, and the last lines.

Pure, and no colour: every word of the agent is already terminal-safe in what leaves here."""

from gate.core.findings import CaseResult, Finding, Outcome, Report, Verdict
from gate.report.answering import remark_lines
from gate.report.comparison import comparison_lines
from gate.report.escape import one_line, shortened, terminal_safe
from gate.report.figures import figures
from gate.report.text import case_block, ranked, skips, title
from gate.report.unsteady import unsteady_lines

WHY = {
    Outcome.PASSED: "everything that blocks has passed",
    Outcome.FAILED: "the agent does not do what is claimed of it",
    Outcome.INCONCLUSIVE: "something could not be proven either way, and the gate fails closed",
    Outcome.ENVIRONMENT: "something around the agent stood in the way, so that nothing is proven against it",
    Outcome.NO_TESTS: "no case was judged, and the gate fails closed",
    Outcome.CONFIGURATION: "the manifest or the command line is wrong; nothing was judged",
    Outcome.INTERNAL: "this is a bug in the gate; please report it",
    Outcome.REGRESSED: "the agent does something worse than in the baseline",
    Outcome.FLAKY: "something failed, and passed when it was tried again",
}

PROBLEM_LIMIT = 4_000
UNDRIVEN_SHOWN = 3
MANY = 3
TIMELINES = 8
"""As many as a person scrolls through; `report.html` has all of them."""


def skip_lines(report: Report) -> tuple[str, ...]:
    """What was left out, and why: a line for each case, but one for all of a target that share a reason."""
    alike: dict[tuple[str, str], list[CaseResult]] = {}
    for case in report.cases:
        part = case.verdict is not Verdict.SKIP
        where = f"target {one_line(case.target)} ({one_line(case.dialect)})"
        for reason in skips(case):
            why = f"not put to the test: {reason}" if part else reason
            alike.setdefault(("NOTE" if part else "SKIP", f"{why}  {where}"), []).append(case)
    return tuple(
        f"{label}  {named}: {why}"
        for (label, why), cases in alike.items()
        for named in ([_cases(len(cases))] if len(cases) >= MANY else map(title, cases))
    )


def notes(case: CaseResult) -> tuple[str, ...]:
    """What did not pass in a case that did: a line each, since none of it blocks."""
    return tuple(
        f"NOTE  {title(case)}: {finding.layer}: {one_line(finding.actual)}, expected {one_line(finding.expected)}"
        for finding in ranked(case)
    )


def claim_lines(case: CaseResult) -> tuple[str, ...]:
    """The answer to every claim of a case, a line each, and what was measured."""
    claims = (f"  {one.verdict:<8}{one.layer}: {_claimed(one)}{'' if one.blocks else '  (does not block)'}"
              for one in case.findings)  # fmt: skip
    measured = (f"  {one.name}: {one}" for one in case.measurements if one.value is not None)
    return (*claims, *measured)


def _claimed(finding: Finding) -> str:
    expected, actual = one_line(finding.expected), one_line(finding.actual)
    return f"{expected}: {actual}" if expected and actual else expected or actual or finding.check


def problem_block(problem: str) -> str:
    return "PROBLEM  " + shortened(terminal_safe(problem).strip(), PROBLEM_LIMIT).replace("\n", "\n  ")


def closing_blocks(report: Report, results_dir: str = "") -> tuple[str, ...]:
    """Everything that has to be said about the cases, the worst at the end, nearest to the eye."""
    skipped = "\n".join(skip_lines(report))
    noted = "\n".join(note for case in report.cases if case.verdict is Verdict.PASS for note in notes(case))
    harmless = (skipped, noted, remark_lines(report.remarks), "\n".join(unsteady_lines(report)))
    return tuple(filter(None, (*harmless, *red_blocks(report, results_dir))))


def red_blocks(report: Report, results_dir: str = "") -> tuple[str, ...]:
    """What turned the run red, and nothing else."""
    shown = _with_timelines(report)
    told = {
        verdict: [
            case_block(case, results_dir, with_timeline=case.id in shown)
            for case in report.cases
            if case.verdict is verdict and case.evidence
        ]
        for verdict in (Verdict.UNKNOWN, Verdict.FAIL)
    }
    problems = [problem_block(problem) for problem in report.problems]
    undriven = [case for case in report.cases if case.verdict is Verdict.UNKNOWN and not case.evidence]
    unseen = f"UNKNOWN  {_cases(len(undriven))} could not be driven or read" if undriven else ""
    if undriven and not problems:
        told[Verdict.UNKNOWN] += [case_block(case, results_dir) for case in undriven[:UNDRIVEN_SHOWN]]
    changed = "\n".join(comparison_lines(report.comparison))
    return tuple(filter(None, (*told[Verdict.UNKNOWN], unseen, *problems, *told[Verdict.FAIL], changed)))


def _with_timelines(report: Report) -> set[str]:
    """The cases whose timeline is shown: failures first."""
    red = [case for verdict in (Verdict.FAIL, Verdict.UNKNOWN) for case in report.cases if case.verdict is verdict]
    return {case.id for case in red[:TIMELINES]}


def counts(report: Report) -> str:
    """`14 cases: 12 passed, 1 failed, 1 unknown, 0 skipped in 31.4 s`."""
    words = {"passed": Verdict.PASS, "failed": Verdict.FAIL, "unknown": Verdict.UNKNOWN, "skipped": Verdict.SKIP}
    parts = ", ".join(f"{report.count(verdict)} {word}" for word, verdict in words.items())
    return f"{_cases(len(report.cases))}: {parts} in {report.duration_ms / 1000:.1f} s"


def _cases(number: int) -> str:
    return "1 case" if number == 1 else f"{number} cases"


def summary(report: Report, results_dir: str = "") -> str:
    """The last lines: why the run ended so, where its results are, and the verdict with its counts."""
    lines = list(figures(report))
    if report.recorded_by != report.judged_by:
        lines.append(f"recorded by {one_line(report.recorded_by)}, judged by {one_line(report.judged_by)}")
    if results_dir:
        lines.append(f"results in {one_line(results_dir).rstrip('/')}/")
    if report.outcome not in (Outcome.PASSED, Outcome.FAILED):
        lines.append(WHY[report.outcome])
    return "\n".join([*lines, verdict_line(report)])


def verdict_line(report: Report) -> str:
    return f"{report.outcome.upper()}  {counts(report)}"
