"""Expected events, in order, with gaps allowed; events that must not come; and how often one came.

The matcher walks the log once: each expectation takes the first fitting event behind the one before it. That is the
whole algorithm; if some order fits, the earliest fit leaves the most room for the rest. It explains a failure by how
far it got, the nearest miss, and what came instead."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, gate_late, passed, unknown
from gate.checks.view import LATE_MS, View
from gate.core.findings import Layer
from gate.core.jsons import canonical
from gate.core.matchers import Where, describe, matches
from gate.core.paths import Missing, get
from gate.core.plan import Leave
from gate.core.recording import Event

SHOWN = 6

LAYERS = {
    "session.closed": Layer.CLOSE, "session.configured": Layer.CONFIG, "session": Layer.HANDSHAKE,
    "input_audio": Layer.INPUT, "speech": Layer.INPUT, "transcript": Layer.INPUT,
    "tool": Layer.TOOLS, "response": Layer.OUTPUT, "output_audio": Layer.OUTPUT, "output_transcript": Layer.OUTPUT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expectation:
    """One event to come: its name, what its payload holds, and how soon after an anchor (`start`, or an event)."""

    event: str
    where: Where = ()
    within_ms: float | None = None
    after: str = "caller.speech_end"


@dataclass(frozen=True, slots=True)
class EventsInOrder:
    CHECK: ClassVar[str] = "events"
    expectations: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class EventNever:
    CHECK: ClassVar[str] = "never"
    event: str
    where: Where = ()


@dataclass(frozen=True, slots=True)
class EventCount:
    """The event comes so many times in the whole call, exactly."""

    CHECK: ClassVar[str] = "count"
    event: str
    where: Where
    times: int


def in_order(view: View, params: EventsInOrder) -> Answer:
    log = _log(view)
    reached: list[Event] = []
    position = 0
    for number, wanted in enumerate(params.expectations, 1):
        found = next((i for i in range(position, len(log)) if _meant(view, log[i], wanted)), None)
        if found is None:
            return _not_found(view, log, position, reached, number, params.expectations)
        late = _too_late(view, log[found], wanted)
        if late:
            layer, at = _layer_here(wanted.event, reached), (*_at(reached), log[found].at)
            since = reached[-1].at if reached else 0
            late_ms = view.lateness_ms(since, log[found].at)
            if wanted.after.startswith("caller.") and late_ms > LATE_MS:
                return gate_late(layer, _describe(wanted), late, late_ms, at=at)
            next_action = "look at the agent's own trace between these two events"
            return failed(layer, _describe(wanted), late, next_action, at=at)
        reached.append(log[found])
        position = found + 1
    wanted_all = " → ".join(expectation.event for expectation in params.expectations)
    return passed(layer_of(params.expectations[-1].event), wanted_all, at=_at(reached))


def never(view: View, params: EventNever) -> Answer:
    layer = layer_of(params.event)
    expected = f"no {_named(params.event, params.where)}"
    for event in _log(view):
        if _fits(event, params.event, params.where):
            actual = f"{event.name} {_short(event)} at {_ms(view, event):.0f} ms"
            before = [other for other in view.events if other.index < event.index]
            next_action = "see what came just before it in events.jsonl"
            return failed(_layer_here(params.event, before), expected, actual, next_action, at=(event.at,))
    return passed(layer, expected, view.watch) if view.whole else view.unproven(layer, expected)


def count(view: View, params: EventCount) -> Answer:
    layer = layer_of(params.event)
    expected = f"{_named(params.event, params.where)} exactly {_times(params.times)}"
    found = [event for event in _log(view) if _fits(event, params.event, params.where)]
    at = tuple(event.at for event in found)
    if len(found) > params.times:
        gaps = [f"{_ms(view, event):.0f}" for event in found]
        next_action = "check retries and duplicate events; give the write an idempotency key"
        return failed(layer, expected, f"{_times(len(found))}, at {', '.join(gaps)} ms", next_action, at=at)
    if params.times and not found and view.watched:
        return unknown(layer, expected, "never, so there is nothing to count", "see the finding on the events in order")
    if len(found) < params.times:
        return view.missing(layer, expected, _times(len(found)), "see the finding on the events in order", at)
    return passed(layer, expected, view.watch, at=at) if view.whole else view.unproven(layer, expected)


def layer_of(event: str) -> Layer:
    return LAYERS.get(event) or LAYERS.get(event.split(".")[0], Layer.ORDER)


def _layer_here(event: str, before: list[Event]) -> Layer:
    """What is said once a tool was called is about that tool: it belongs to the tools."""
    told = event.startswith("output_transcript") and any(other.name.startswith("tool.") for other in before)
    return Layer.TOOLS if told else layer_of(event)


def _log(view: View) -> list[Event]:
    """What came from the agent, what the caller said, and answers to tools whoever gave them. A close that only
    answers the gate's own is no event of the agent's, unless hanging up was a step of the caller's."""
    leaves = any(isinstance(step, Leave) for step in view.case.calls[view.call].steps)
    echo = view.closed if view.closed is not view.closed_by_agent and not leaves else None
    return [event for event in view.events if _is_expectable(event) and not (echo and event.at == echo.frame)]


def _is_expectable(event: Event) -> bool:
    from_agent = event.direction == "server_to_client"
    return from_agent or event.name == "tool.result" or event.name.startswith("caller.")


def _meant(view: View, event: Event, wanted: Expectation) -> bool:
    """Whether this event can be the wanted one. What comes before there is anything to measure from, as a greeting
    comes before the caller's first word, is another one."""
    fits = _fits(event, wanted.event, wanted.where)
    return fits and (wanted.within_ms is None or _anchor_ns(view, event, wanted) is not None)


def _fits(event: Event, name: str, where: Where) -> bool:
    return event.name == name and all(matches(matcher, get(event.payload, path)) for path, matcher in where)


def _not_found(
    view: View, log: list[Event], position: int, reached: list[Event], number: int, wanted: tuple[Expectation, ...]
) -> Answer:
    missed = wanted[number - 1]
    expected = f"{_describe(missed)} (expectation {number} of {len(wanted)})"
    early = [event for event in log[:position] if _fits(event, missed.event, missed.where)]
    if early and early[-1] not in reached and early[-1].t_ns >= _turn_began_ns(view, reached[-1]):
        actual = f"it came too early: before {reached[-1].name} {_short(reached[-1])}"
        next_action = "check the order in which the agent does these two things"
        return view.missing(Layer.ORDER, expected, actual, next_action, (early[-1].at, reached[-1].at))
    behind = f"behind {reached[-1].name} " if reached else ""
    layer = _layer_here(missed.event, reached)
    if layer in (Layer.TOOLS, Layer.OUTPUT):
        layer = view.layer_of_silence(_turn_at(view, reached), layer)
    near = [event for event in log[position:] if event.name == missed.event]
    if near and _fits(near[-1], missed.event, missed.where):
        actual = f"{missed.event} came {behind}only before any {missed.after}, so there is nothing to measure from"
        return view.missing(layer, expected, actual, _advice(layer), (*_at(reached), near[-1].at))
    if near:
        actual = f"{missed.event} came {behind}with {_misses(near[-1], missed.where)}"
        next_action = "compare the values with what the caller said, in transcript.txt"
        return view.missing(layer, expected, actual, next_action, (*_at(reached), near[-1].at))
    names = [event.name for event in log[position:] if not event.name.startswith(("caller.", "other"))]
    came = ", ".join(list(dict.fromkeys(names))[:SHOWN]) or "nothing"
    return view.missing(layer, expected, f"none {behind}came; what came: {came}", _advice(layer), _at(reached))


def _turn_began_ns(view: View, event: Event) -> int:
    """When the caller began the turn in which this event came: what came before that belongs to another turn."""
    return max((turn.start_ns for turn in view.turns if turn.start_ns <= event.t_ns), default=0)


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


def _too_late(view: View, found: Event, wanted: Expectation) -> str | None:
    since_ns = _anchor_ns(view, found, wanted)
    if wanted.within_ms is None or since_ns is None:
        return None
    took_ms = (found.t_ns - since_ns) / 1e6
    return f"it came {took_ms:.0f} ms after {wanted.after}" if took_ms > wanted.within_ms else None


def _anchor_ns(view: View, found: Event, wanted: Expectation) -> int | None:
    """From when on the wanted event's time counts: the last such event before it."""
    if wanted.after == "start":
        return view.events[0].t_ns
    named = view.events_named(wanted.after)
    before = bisect_left(named, found.index, key=lambda event: event.index)
    return named[before - 1].t_ns if before else None


def _misses(event: Event, where: Where) -> str:
    """The fields that did not fit, as they were."""
    wrong = [
        (path, get(event.payload, path)) for path, matcher in where if not matches(matcher, get(event.payload, path))
    ]
    return ", ".join(f"{path} {'missing' if isinstance(v, Missing) else canonical(v)}" for path, v in wrong)


def _describe(wanted: Expectation) -> str:
    when = f" within {wanted.within_ms:g} ms of {wanted.after}" if wanted.within_ms is not None else ""
    return _named(wanted.event, wanted.where) + when


def _named(event: str, where: Where) -> str:
    fields = ", ".join(f"{path} {describe(matcher)}" for path, matcher in where)
    return f"{event} with {fields}" if fields else event


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")


def _short(event: Event) -> str:
    named = event.payload.get("name") or event.payload.get("text") or ""
    return f"({named})" if named else ""


def _at(events: list[Event]) -> tuple[int, ...]:
    return tuple(event.at for event in events)


def _ms(view: View, event: Event) -> float:
    return (event.t_ns - view.events[0].t_ns) / 1e6
