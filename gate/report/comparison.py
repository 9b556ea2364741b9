"""What differs from the baseline, in a line each. Pure; what leaves here is terminal-safe, the agent's words too."""

from collections.abc import Iterator

from gate.core.comparison import Change, Comparison
from gate.report.escape import one_line

SHOWN = 20
TEXT_LIMIT = 120


def comparison_lines(comparison: Comparison | None) -> tuple[str, ...]:
    """The regressions last, nearest to the eye."""
    return tuple(_lines(comparison)) if comparison else ()


def _lines(comparison: Comparison) -> Iterator[str]:
    cases = "1 case" if comparison.compared == 1 else f"{comparison.compared} cases"
    began = f" of {one_line(comparison.started_at)}" if comparison.started_at else ""
    worse = comparison.regressions
    harmless = [change for change in comparison.changes if not change.regression]
    told = "no regression" if not worse else "1 regression" if len(worse) == 1 else f"{len(worse)} regressions"
    yield f"BASELINE  {cases} compared with run {one_line(comparison.baseline)}{began}: {told}"
    yield from (f"NOTE  {one_line(sentence)}" for sentence in comparison.alone[:SHOWN])
    yield from _more(len(comparison.alone) - SHOWN, "cases that only one of the runs has")
    yield from (f"CHANGED  {change_line(change)}" for change in harmless[:SHOWN])
    yield from _more(len(harmless) - SHOWN, "changes")
    yield from (f"REGRESSION  {change_line(change)}" for change in worse)


def _more(count: int, what: str) -> Iterator[str]:
    if count > 0:
        yield f"NOTE  … and {count} more {what} in report.json"


def change_line(change: Change) -> str:
    """`latency: smoke · hello: first audible sample: before 950 ms, now 1270 ms`."""
    before, after = one_line(change.before, TEXT_LIMIT), one_line(change.after, TEXT_LIMIT)
    return f"{change.kind}: {one_line(change.where)}: {one_line(change.what)}: before {before}, now {after}"
