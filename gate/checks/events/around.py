"""The events around the place where a sequence got stuck, in a few short lines. Pure."""

from collections.abc import Iterator, Sequence
from itertools import islice

from gate.checks.events.describing import ms, told
from gate.checks.events.wanted import Expectation
from gate.checks.view import View
from gate.core.recording import Event

BEFORE, BEHIND = 2, 3
"""So many lines; events of one name in a row are one line."""


def around(
    view: View, log: list[Event], stuck_at: int, taken: list[Event], near: Event | None, waiting: list[Expectation]
) -> Iterator[str]:
    """The events around the place where it got stuck: those that were taken are marked, the place, and the nearest
    miss, however far behind it that is."""
    marked = {event.index for event in taken}
    for row in reversed(list(islice(_rows(log[stuck_at - 1 :: -1] if stuck_at else []), BEFORE))):
        yield _row(view, row[::-1], "✓" if any(event.index in marked for event in row) else " ")
    yield f"> here it waited for {' or '.join(dict.fromkeys(one.event for one in waiting))}"
    behind = list(islice(_rows(log[stuck_at:]), BEHIND))
    for row in behind:
        yield _row(view, row, "~" if near in row else " ")
    if near is not None and behind and near.index > behind[-1][-1].index:
        yield "  …"
        yield _row(view, [near], "~")
    if not behind:
        yield "  and nothing more came"


def _rows(events: Sequence[Event]) -> Iterator[list[Event]]:
    """Events of one name in a row, together; those without a meaning are left out."""
    row: list[Event] = []
    for event in events:
        if event.name == "other":
            continue
        if row and row[-1].name != event.name:
            yield row
            row = []
        row.append(event)
    if row:
        yield row


def _row(view: View, row: list[Event], mark: str) -> str:
    what = told(row[0]) if len(row) == 1 else f"{len(row)} {row[0].name}"
    return f"{mark} {ms(view, row[0]):.0f} ms {what}"
