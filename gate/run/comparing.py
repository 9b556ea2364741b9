"""Two evidence folders to what differs between the runs in them. Both are judged by this version, from their frames, so
that nothing differs that the agent has not made; nothing is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gate.checks.judge import views_of
from gate.compare.compare import compared
from gate.compare.latency import Tolerance
from gate.compare.likeness import unlike
from gate.compare.outline import Outline, outline
from gate.core.comparison import Comparison
from gate.core.findings import Outcome, Report
from gate.core.plan import Case, Plan
from gate.dialects import dialect_of
from gate.evidence import store
from gate.evidence.reader import Unreadable, read
from gate.run.judging import result_of, undriven

MOST_TOLD = 10


class Unlike(Exception):
    """Why two runs cannot be compared, in a sentence for each case that differs."""


@dataclass(frozen=True, slots=True)
class Past:
    """A run on disk."""

    folder: Path
    plan: Plan
    run_id: str
    started_at: str

    @classmethod
    def read(cls, folder: Path) -> "Past":
        """Raises Unreadable."""
        run = store.read_run(folder)
        return cls(folder, store.read_plan(folder), str(run["run_id"]), str(run.get("started_at", "")))

    def outlines(self, wanted: Iterable[str]) -> Iterator[Outline]:
        """Of the cases in these groups, one for each drive that left something to read."""
        groups = set(wanted)
        for case in self.plan.cases:
            if case.group in groups:
                yield self._outline(case)

    def _outline(self, case: Case) -> Outline:
        attempts = store.attempts(self.folder, case.id)
        dialect = dialect_of(self.plan.target(case.target))
        if case.skip is not None or not attempts:
            return Outline(case, undriven(self.plan, case))
        try:
            recording = read(attempts[-1], dialect, self.plan.clips)
        except Unreadable:
            return Outline(case, undriven(self.plan, case))
        can, clips = dialect.capabilities, self.plan.clips
        result = result_of(self.plan, case, recording, views_of(case, recording, can, clips), str(attempts[-1]))
        return outline(case, result, recording, can, clips)


def check_alike(old: Plan, new: Plan) -> None:
    """Raises Unlike, before anything is driven or judged."""
    if not _groups(old) & _groups(new):
        raise Unlike("the two runs have no case in common")
    found = list(unlike(old, new))
    if found:
        more = [f"… and {len(found) - MOST_TOLD} more"] if len(found) > MOST_TOLD else []
        raise Unlike("\n".join(f"  {sentence}" for sentence in [*found[:MOST_TOLD], *more]))


def compare_runs(old: Past, new: Past, tolerance: Tolerance, *, whole: bool = False) -> Comparison:
    """Raises Unlike."""
    check_alike(old.plan, new.plan)
    wanted = _groups(old.plan) & _groups(new.plan) if not whole else _groups(old.plan) | _groups(new.plan)
    return compared(old, old.outlines(wanted), new.outlines(wanted | _groups(new.plan)), tolerance, whole=whole)


def with_comparison(report: Report, comparison: Comparison) -> Report:
    """A regression is proven: it goes before any doubt, and behind a failure."""
    weaker = report.outcome not in (Outcome.FAILED, Outcome.INTERNAL, Outcome.CONFIGURATION)
    outcome = Outcome.REGRESSED if comparison.regressions and weaker else report.outcome
    return replace(report, comparison=comparison, outcome=outcome)


def _groups(plan: Plan) -> set[str]:
    return {case.group for case in plan.cases}
