"""The few numbers that everybody asks for, in a line each: how soon agents answer, how soon they fall silent."""

from collections.abc import Iterable
from statistics import median

from gate.core.findings import Report
from gate.core.measurement import Measurement

SHOWN = {"first_audible": "first audible sample", "barge_in_stop": "silent after an interruption"}


def figures(report: Report) -> tuple[str, ...]:
    """A line for each measure of SHOWN, and target where there are several; none where nothing was measured.
    What was measured over a network that was made bad on purpose says nothing of that kind."""
    targets = dict.fromkeys(case.target for case in report.cases)
    lines = []
    for target in targets:
        behind = f", target {target}" if len(targets) > 1 else ""
        fair = (case for case in report.cases if case.target == target and not case.network)
        found = [one for case in fair for one in case.measurements]
        for name, shown in SHOWN.items():
            if text := _told([one for one in found if one.name == name]):
                lines.append(f"{shown}: {text}{behind}")
    return tuple(lines)


def _told(numbers: Iterable[Measurement]) -> str:
    measured = [(one, one.value) for one in numbers if one.value is not None]
    if not measured:
        return ""
    worst, value = max(measured, key=lambda pair: pair[1])
    off = max(one.uncertainty for one, _ in measured)
    bound = f"{worst.bound} " if worst.bound else ""
    middle = median(number for _, number in measured)
    times = "once" if len(measured) == 1 else f"{len(measured)} times"
    return f"median {middle:.0f} ms, worst {bound}{value:.0f} ms (measured {times}, ± {off:.0f} ms)"
