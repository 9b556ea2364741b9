"""What one run of the clean agent comes to: which of its cases count, what is wrong with it, and the sum of many."""

from dataclasses import dataclass, field, replace
from typing import Final

from gate.core.findings import CaseResult, Outcome, Report, Verdict
from gate.report.text import NOTHING_JUDGED

TIMED: Final = frozenset({"first-audio", "interrupted", "stalls", "prompt-alike", "pong"})
"""Checks that compare nothing but the time of what the agent did do with a limit. Only these can be wrong of an agent
that says itself that it was late: any other failure is no less a failure for that."""


@dataclass(frozen=True, slots=True)
class Run:
    """One suite of one dialect, in one way. `report`: None where there is none that counts, since the agent was late
    each time, or the run broke (`broke` says how). `thrown`: the reports of the runs before it in which the agent says
    that it was late. `seed`: that of the pauses, in virtual time."""

    suite: str
    dialect: str
    way: str
    report: Report | None
    thrown: tuple[Report, ...] = ()
    broke: str = ""
    seed: int = 0

    @property
    def cases(self) -> int:
        return len(judged(self.report, self.suite)) if self.report else 0


def judged(report: Report, suite: str = "") -> list[CaseResult]:
    """The cases (of this suite) that the plan does not leave out itself, whatever became of them."""
    return [case for case in report.cases if suite in ("", case.suite) and case.skip is None]


def problems_of(report: Report, cases: list[CaseResult]) -> list[str]:
    """What is wrong with a run beside these cases: its own problems, and a red end that no case of them explains."""
    if report.outcome is Outcome.PASSED or report.problems or any(case.verdict is not Verdict.PASS for case in cases):
        return list(report.problems)
    return [f"the run is {report.outcome}, and none of its {len(cases)} cases says why"]


def with_exit(report: Report, code: int) -> Report:
    """The report as its process ended: another exit code than the one that it tells is a problem."""
    if code == report.exit_code:
        return report
    return replace(report, problems=(*report.problems, f"exit {code}, though the report says {report.exit_code}"))


def reasons(case: CaseResult) -> list[str]:
    """Why it did not pass, in a line each; a case in doubt may have no finding at all."""
    found = [one for one in case.findings if one.verdict is case.verdict and one.blocks and not one.folded]
    return [f"{one.check}: {one.actual}" for one in found] or [NOTHING_JUDGED]


def is_of_time(case: CaseResult) -> bool:
    """Whether all that it failed by is a time. What only follows from another failure counts with that."""
    failed = [one for one in case.failures if one.blocks and not one.folded]
    return bool(failed) and all(one.check in TIMED for one in failed)


@dataclass
class Tally:
    """Of one dialect in one way: case runs, and in words each that failed, each that was late, each other doubt.
    `again`: how many runs did not count because the agent was late; `excused`: what failed by a time in those.
    `suites`: those of which a run counted."""

    cases: int = 0
    failed: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    doubted: list[str] = field(default_factory=list)
    again: int = 0
    excused: list[str] = field(default_factory=list)
    suites: set[str] = field(default_factory=set)

    def take(self, run: Run) -> None:
        if run.broke:
            self.failed.append(f"{run.suite}: {run.broke}")
        if run.report:
            self._count(run.report, run.suite)
        for report in run.thrown:
            self.again += 1
            for case in judged(report, run.suite):
                if case.verdict is Verdict.FAIL:
                    kind = self.excused if is_of_time(case) else self.failed
                    kind.append(f"{_words(case)} (in a run that was thrown away: the agent was late)")

    def _count(self, report: Report, suite: str) -> None:
        cases = judged(report, suite)
        self.cases += len(cases)
        self.suites |= {suite} if cases else set()
        self.failed += [f"{suite}: {problem}" for problem in problems_of(report, cases)]
        for case in cases:
            if case.verdict is not Verdict.PASS:
                failed = case.verdict is Verdict.FAIL
                kind = self.failed if failed else self.late if case.only_late else self.doubted
                kind.append(_words(case))

    @property
    def told(self) -> list[str]:
        """A line for each that is not clean."""
        return [
            *(f"NOT CLEAN  {line}" for line in (*self.failed, *self.late, *self.doubted)),
            *(f"EXCUSED    {line}" for line in self.excused),
        ]


def _words(case: CaseResult) -> str:
    return f"{case.suite} · {case.name}: {'; '.join(reasons(case))}"
