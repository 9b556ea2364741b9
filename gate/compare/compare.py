"""Two runs as outlines to what differs between them."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from gate.compare.cases import case_changes
from gate.compare.latency import Tolerance, latency_changes
from gate.compare.outline import Outline
from gate.core.comparison import Change, Comparison


class Run(Protocol):
    """Whose outlines these are."""

    @property
    def run_id(self) -> str: ...
    @property
    def started_at(self) -> str: ...


def compared(
    baseline: Run, old: Iterable[Outline], new: Iterable[Outline], tolerance: Tolerance, *, whole: bool
) -> Comparison:
    """`whole`: the newer run had everything to ask, so that a case that it lacks is gone."""
    before, after = _groups(old), _groups(new)
    both = [case for case in after if case in before]
    changes: list[Change] = []
    for case in both:
        changes += case_changes(before[case], after[case])
    kept, now = ([one for case in both for one in drives[case]] for drives in (before, after))
    changes += latency_changes(kept, now, tolerance)
    alone = [f"{case} is not in the baseline" for case in after if case not in before]
    alone += [f"{case} is in the baseline alone" for case in before if case not in after] if whole else []
    return Comparison(baseline.run_id, baseline.started_at, len(both), tuple(changes), tuple(alone))


def _groups(outlines: Iterable[Outline]) -> dict[str, Sequence[Outline]]:
    groups: dict[str, list[Outline]] = {}
    for one in outlines:
        groups.setdefault(one.case.group, []).append(one)
    return dict(groups)
