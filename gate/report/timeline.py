"""A timeline as text: lanes of letters, and below them what happened when. Pure and terminal-safe."""

from typing import Final

from gate.core.timelines import Moment, Stretch, Timeline
from gate.report.escape import one_line

WIDTH: Final = 60
QUIET: Final = "."
MARKS: Final = {"caller": "#", "agent": "=", "tools": "T", "found": "^"}
_LABEL_WIDTH: Final = 8
_TEXT_LIMIT: Final = 160


def timeline_lines(timeline: Timeline | None) -> tuple[str, ...]:
    """Nothing where nothing happened."""
    if timeline is None or not timeline.moments:
        return ()
    more = (f"{timeline.left_out} more moments: derived/events.jsonl",) if timeline.left_out else ()
    return (*_lanes(timeline), *map(_moment, timeline.moments), *more)


def _lanes(timeline: Timeline) -> tuple[str, ...]:
    found = tuple((moment.ms, moment.ms) for moment in timeline.moments if moment.found)
    lanes = {"caller": timeline.caller, "agent": timeline.agent, "tools": timeline.tools, "found": found}
    drawn = tuple(
        f"{name:<{_LABEL_WIDTH}}{_lane(stretches, MARKS[name], timeline.ms)}"
        for name, stretches in lanes.items()
        if stretches
    )
    return (" " * _LABEL_WIDTH + _scale(timeline.ms), *drawn) if drawn else ()


def _scale(ms: float) -> str:
    middle = f"{ms / 2000:.1f}"
    return f"{'0':<{WIDTH // 2 - 1}}{middle}".ljust(WIDTH // 2 + 4) + f"{ms / 1000:.1f} s".rjust(WIDTH // 2 - 4)


def _lane(stretches: tuple[Stretch, ...], mark: str, ms: float) -> str:
    """A letter for each sixtieth of the call in which it was at it, however shortly."""
    columns = [QUIET] * WIDTH
    for start, end in stretches:
        first, last = (min(WIDTH - 1, max(0, int(at * WIDTH / max(ms, 1.0)))) for at in (start, end))
        columns[first : last + 1] = mark * (last + 1 - first)
    return "".join(columns)


def _moment(moment: Moment) -> str:
    who = f"{'>' if moment.found else ' '} {one_line(moment.who, 12)}"
    return f"{moment.ms / 1000:8.2f} s {who:<9} {one_line(moment.what, _TEXT_LIMIT)}"
