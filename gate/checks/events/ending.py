"""How the agent leaves off: its last event before the close, whoever closes."""

from dataclasses import dataclass
from typing import ClassVar, Final

from gate.checks.answer import Answer, passed, unknown
from gate.checks.events.describing import ms, told
from gate.checks.events.eventlog import layer_of
from gate.checks.view import THEIRS, View
from gate.core.recording import Event
from gate.core.signals import EVENT_NAMES

PASSED_OVER: Final = frozenset({"session.closed", "mark", "metadata", "input_audio.accepted"})
"""What may come at any time and ends nothing: the close itself, and what is said beside a conversation."""

ENDS: Final = tuple(name for name in EVENT_NAMES if name not in PASSED_OVER)
STILL_BUSY_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class EndsWith:
    """The agent's last event is one of these."""

    CHECK: ClassVar[str] = "ends-with"
    events: tuple[str, ...]


def ends_with(view: View, params: EndsWith) -> Answer:
    expected = f"the agent's last event is {' or '.join(params.events)}"
    layer = layer_of(params.events[0])
    until = view.hung_up.index if view.hung_up else None
    last = next((event for event in reversed(view.log) if _counts(event, until)), None)
    if last is not None and last.name in params.events:
        return passed(layer, expected, told(last), at=(last.at,)) if view.whole else view.unproven(layer, expected)
    if last is None:
        return view.missing(layer, expected, "the agent sent nothing", "see this case's other findings")
    actual = f"{told(last)} at {ms(view, last):.0f} ms was the last"
    if view.hung_up and view.hung_up.t_ns - last.t_ns <= STILL_BUSY_NS:
        return unknown(layer, expected, f"{actual}, when the gate hung up", "give the case a longer linger",
                       at=(last.at,))  # fmt: skip
    if not view.whole:
        return view.unproven(layer, expected)
    return view.missing(layer, expected, actual, "check that the agent finishes what it began", (last.at,))


def _counts(event: Event, until: int | None) -> bool:
    return event.direction in THEIRS and event.name in ENDS and (until is None or event.at < until)
