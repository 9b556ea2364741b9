"""Cases that are not the same each time: flaky ones, those in quarantine, and how often each passed when it was
repeated. Pure; every word of the agent is terminal-safe in what leaves here."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from gate.core.findings import CaseResult, Report, Verdict
from gate.report.escape import one_line
from gate.report.text import foremost, title

Z = 1.959964
"""Of a normal distribution: 95 % lie within so many standard deviations."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often one case passed of those times that it was decided; `unknown` of its drives say nothing."""

    case: str
    name: str
    target: str
    passed: int
    failed: int
    unknown: int

    @property
    def decided(self) -> int:
        return self.passed + self.failed

    def __str__(self) -> str:
        if not self.decided:
            return f"{self.unknown} times in doubt: nothing is known of its rate"
        low, high = wilson(self.passed, self.decided)
        doubt = f", {self.unknown} more in doubt" if self.unknown else ""
        span = f"between {low:.0%} and {high:.0%} of the time (95% interval)"
        told = f"passed {self.passed} of {self.decided}{doubt}; it probably passes {span}"
        if self.failed:
            return told
        return f"{told}: what strikes less often than {1 - low:.0%} of the time may have been missed"


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a rate, from `hits` of `count` independent trials (E. B. Wilson, JASA 22, 1927)."""
    rate, spread = hits / count, Z * Z / count
    middle = (rate + spread / 2) / (1 + spread)
    half = Z * sqrt(rate * (1 - rate) / count + spread / (4 * count)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def rates(report: Report) -> tuple[Rate, ...]:
    """One for each case that was repeated, in the plan's order."""
    drives: dict[str, list[CaseResult]] = {}
    for case in report.cases:
        if case.repeats:
            drives.setdefault(case.repeats, []).append(case)
    return tuple(_rate(case, cases) for case, cases in drives.items())


def _rate(case: str, drives: list[CaseResult]) -> Rate:
    counts = {verdict: sum(one.verdict is verdict for one in drives) for verdict in Verdict}
    name, _, _ = title(drives[0]).rpartition(" · ")
    passed, failed, unknown = (counts[verdict] for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN))
    return Rate(case, name, drives[0].target, passed, failed, unknown)


def flaky_line(case: CaseResult) -> str:
    """`failed, then passed at attempt 2 of 2: output audio: …`; empty for a case that is not flaky."""
    if not case.flaky:
        return ""
    first = next(one for one in case.tries if one.verdict is not Verdict.PASS)
    found = next(iter(foremost(first)), None)
    why = f": {found.layer}: {one_line(found.actual)}" if found else ""
    word = "failed" if first.verdict is Verdict.FAIL else "was in doubt"
    where = f"; evidence {one_line(first.evidence)}/" if first.evidence else ""
    return f"{word} at attempt {first.attempt}, then passed at attempt {case.attempt}{why}{where}"


def unsteady_lines(report: Report) -> tuple[str, ...]:
    """A line each: the rates, what is in quarantine, what is flaky."""
    return (*_rate_lines(report), *_quarantined(report.cases), *_flaky(report.cases))


def _rate_lines(report: Report) -> Iterable[str]:
    for rate in rates(report):
        yield f"RATE  {rate.name}: {rate}"


def _quarantined(cases: Iterable[CaseResult]) -> Iterable[str]:
    for case in cases:
        if case.quarantine:
            became = "passed" if case.verdict is Verdict.PASS else f"{case.verdict}, and does not block"
            yield f"QUARANTINE  {title(case)}: {became}; {one_line(case.quarantine)}"


def _flaky(cases: Iterable[CaseResult]) -> Iterable[str]:
    return (f"FLAKY  {title(case)}: {flaky_line(case)}" for case in cases if case.flaky)
