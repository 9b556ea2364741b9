"""Why expected events were not found: how far it got, what it waited for, the nearest miss, what came instead. Pure.

What is told is bounded, and on lines of its own where it shows the events around."""

from gate.checks.answer import Answer
from gate.checks.events.around import around
from gate.checks.events.describing import short, told
from gate.checks.events.eventlog import fits, layer_here, lines
from gate.checks.events.sequence import Fit, Found
from gate.checks.events.wanted import Expectation, Group, Wanted, described, members
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.matchers import lacking, misses
from gate.core.paths import get
from gate.core.recording import Event

SHOWN = 6
COMPARE = "compare the values with what the caller said, in transcript.txt"


def not_found(view: View, log: list[Event], wanted: tuple[Wanted, ...], found: Fit) -> Answer:
    assert found.stuck is not None
    number = len(found.taken)
    stuck = wanted[number]
    reached = [log[at] for taken in found.taken for at in _places(taken)]
    since = max((at for taken in found.taken for at in _places(taken)), default=-1) + 1
    part = [log[at] for at in _places(found.stuck)]
    waiting = [one for one, at in zip(members(stuck), found.stuck, strict=True) if at is None]
    expected = f"{described(stuck)} (expectation {number + 1} of {len(wanted)})"
    if early := _too_early(view, log[:since], reached, waiting):
        actual = f"{told(early)} came too early: before {told(reached[-1])}"
        next_action = "check the order in which the agent does these two things"
        return view.missing(Layer.ORDER, expected, actual, next_action, (early.at, reached[-1].at))
    layer = layer_here(waiting[0].event, reached)
    if layer in (Layer.TOOLS, Layer.OUTPUT):
        layer = view.layer_of_silence(_turn_at(view, reached), layer)
    behind = f"behind {reached[-1].name} " if reached else ""
    rest = log[since:]
    stuck_at = max(_places(found.stuck), default=since - 1) + 1
    near = _nearest(rest, part, waiting)
    why = _instead(log[stuck_at:], behind) if near is None else _missed(rest, stuck, part, *near, behind)
    came = f"{len(part)} of {len(members(stuck))} came ({', '.join(map(told, part))}), then " if part else ""
    actual = f"{came}{why}\n" + "\n".join(around(view, log, stuck_at, [*reached, *part], near and near[1], waiting))
    at = (*lines(reached), *lines(part), *((near[1].at,) if near else ()))
    return view.missing(layer, expected, actual, COMPARE if near and near[2] else _advice(layer), at)


def _places(found: Found) -> list[int]:
    return sorted(at for at in found if at is not None)


def _too_early(view: View, before: list[Event], reached: list[Event], waiting: list[Expectation]) -> Event | None:
    """What was waited for and came, in this turn of the caller's, before what it should come behind."""
    if not reached:
        return None
    used = {event.index for event in reached}
    since_ns = max((turn.start_ns for turn in view.turns if turn.start_ns <= reached[-1].t_ns), default=0)
    for one in waiting:
        early = [event for event in before if fits(event, one.event, one.where)]
        if early and early[-1].index not in used and early[-1].t_ns >= since_ns:
            return early[-1]
    return None


Near = tuple[Expectation, Event, tuple[str, ...]]


def _nearest(rest: list[Event], part: list[Event], waiting: list[Expectation]) -> Near | None:
    """The event that misses least of what it should hold, and what it misses; of several, the last."""
    used = {event.index for event in part}
    near: tuple[int, Expectation, Event] | None = None
    for event in rest:
        for one in waiting:
            if event.name == one.event and event.index not in used:
                missed = lacking(one.where, event.payload)
                if near is None or missed <= near[0]:
                    near = missed, one, event
    return near and (near[1], near[2], misses(near[1].where, near[2].payload))


def _missed(
    rest: list[Event], stuck: Wanted, part: list[Event], one: Expectation, event: Event, missed: tuple[str, ...],
    behind: str,
) -> str:  # fmt: skip
    if missed:
        return f"{event.name} came {behind}with other values: {'; '.join(missed)}"
    match stuck:
        case Group("same", _, _, path):
            return f"{told(event)} came {behind}with {path} {_value(event, path)}, expected {_key(part, path)}"
        case Group("strict"):
            return f"{told(event)} came {behind}but not right where it should stand"
        case _:
            return f"{event.name} came {behind}only before any {one.after}, so there is nothing to measure from"


def _key(part: list[Event], path: str) -> str:
    return _value(part[0], path) if part else "one that the others have"


def _value(event: Event, path: str) -> str:
    return short(str(get(event.payload, path)))


def _instead(rest: list[Event], behind: str) -> str:
    names = [event.name for event in rest if not event.name.startswith(("caller.", "other"))]
    came = ", ".join(list(dict.fromkeys(names))[:SHOWN]) or "nothing"
    return f"none {behind}came; what came: {came}"


def _turn_at(view: View, reached: list[Event]) -> int:
    """The turn during which the walk got stuck."""
    since_ns = reached[-1].t_ns if reached else 0
    ended = [turn for turn in view.turns if turn.end_ns <= since_ns]
    following = [turn for turn in view.turns if turn.end_ns > since_ns]
    return (following[0] if following else ended[-1]).number if view.turns else 0


def _advice(layer: Layer) -> str:
    if layer is Layer.INPUT:
        return "check what the agent heard: no transcript came; compare sample rate and encoding with caller.wav"
    if layer is Layer.TOOLS:
        return "check that the tool's schema is loaded and its choice allowed, then the prompt's path to it"
    return "look at events.jsonl: what came instead is there"
