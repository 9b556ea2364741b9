"""`--fail-on`: which doubts turn a build red. A proven failure always does, and mistakes of the user
and of ours do."""

import argparse

from gate.core.findings import Blame, Outcome, Report, Verdict
from gate.core.suggest import did_you_mean

ALL = frozenset({Outcome.FAILED, Outcome.INCONCLUSIVE, Outcome.ENVIRONMENT, Outcome.NO_TESTS, Outcome.FLAKY})


def fail_on(text: str) -> frozenset[Outcome]:
    """`failed`, or `failed,environment`: the type of the option."""
    known = {outcome.value: outcome for outcome in sorted(ALL)}
    given = [name.strip() for name in text.split(",") if name.strip()]
    for name in given:
        if name not in known:
            raise argparse.ArgumentTypeError(f"{name!r} is no reason to fail; {did_you_mean(name, known)}")
    if not given:
        raise argparse.ArgumentTypeError(f"names no reason; give some of {', '.join(known)}")
    return frozenset({Outcome.FAILED, *(known[name] for name in given)})


def tolerant(report: Report, reasons: frozenset[Outcome]) -> int:
    """The exit code, where only these reasons fail. One doubt that is let pass hides no other."""
    if report.outcome not in ALL or report.outcome is Outcome.FAILED:
        return report.exit_code
    return report.exit_code if {report.outcome, *_doubts(report)} & reasons else 0


def _doubts(report: Report) -> set[Outcome]:
    found: set[Outcome] = set()
    for case in report.cases:
        if case.proven_flaky:
            found.add(Outcome.FLAKY)
        if case.verdict is Verdict.UNKNOWN and not case.findings:
            found.add(Outcome.INCONCLUSIVE)
        for finding in case.findings:
            if finding.blocks and finding.verdict is Verdict.UNKNOWN:
                is_elsewhere = finding.blame is Blame.ENVIRONMENT
                found.add(Outcome.ENVIRONMENT if is_elsewhere else Outcome.INCONCLUSIVE)
    return found
