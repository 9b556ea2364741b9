"""What several attempts at one case say together, and whether one more is made. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gate.core.findings import CaseResult, Verdict


@dataclass(frozen=True, slots=True)
class Retries:
    """So many more attempts at a case that is in doubt; with `failures`, also at one that has failed."""

    count: int = 0
    failures: bool = False

    def wants(self, result: CaseResult, used: int) -> bool:
        blocking = {finding.verdict for finding in result.findings if finding.blocks}
        wanted = {Verdict.FAIL, Verdict.UNKNOWN} if self.failures else {Verdict.UNKNOWN}
        return used < self.count and result.verdict in wanted & blocking


ONCE = Retries()


def together(attempts: Sequence[CaseResult]) -> CaseResult:
    """The last attempt if it passed, else the worst one: a failure that is proven is not undone by a doubt. An attempt
    that was in doubt only because the gate was late does not count, unless it is the last."""
    counted = [*(one for one in attempts[:-1] if not one.only_late), attempts[-1]]
    told = counted[-1]
    if told.verdict is not Verdict.PASS:
        told = next((one for one in reversed(counted) if one.verdict is Verdict.FAIL), told)
    return replace(told, tries=tuple(one for one in counted if one is not told))
