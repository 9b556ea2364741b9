"""How often an event came in the whole call. That it came often enough is proven as soon as it is seen; that it came
no more than so often, only over a call that was followed to its end."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.events.describing import ms, named, times
from gate.checks.events.eventlog import fits, layer_of, lines
from gate.checks.view import View
from gate.core.matchers import Where

FEW = 5


@dataclass(frozen=True, slots=True)
class Times:
    """`at_most` None: as often as it likes."""

    at_least: int = 0
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class EventCount:
    """The event comes so many times, exactly or within bounds."""

    CHECK: ClassVar[str] = "count"
    event: str
    where: Where
    times: int | Times


def count(view: View, params: EventCount) -> Answer:
    bounds = params.times if isinstance(params.times, Times) else Times(params.times, params.times)
    layer = layer_of(params.event)
    expected = f"{named(params.event, params.where)} {_told(bounds)}"
    found = [event for event in view.log if fits(event, params.event, params.where)]
    at = lines(found)
    if bounds.at_most is not None and len(found) > bounds.at_most:
        when = ", ".join(f"{ms(view, event):.0f}" for event in found[:FEW])
        more = ", …" if len(found) > FEW else ""
        next_action = "check retries and duplicate events; give the write an idempotency key"
        return failed(layer, expected, f"{times(len(found))}, at {when}{more} ms", next_action, at=at)
    if bounds.at_least and not found and view.watched:
        return unknown(layer, expected, "never, so there is nothing to count", "see the finding on the events in order")
    if len(found) < bounds.at_least:
        return view.missing(layer, expected, times(len(found)), "see the finding on the events in order", at)
    if bounds.at_most is None:
        return passed(layer, expected, times(len(found)), at=at)
    return passed(layer, expected, view.watch, at=at) if view.whole else view.unproven(layer, expected)


def _told(bounds: Times) -> str:
    match bounds:
        case Times(least, most) if least == most:
            return f"exactly {times(least)}"
        case Times(least, None):
            return f"at least {times(least)}"
        case Times(0, int(most)):
            return f"at most {times(most)}"
        case Times(least, most):
            return f"{least} to {most} times"
