"""Events that must not come: at all, before another one came, or after it did.

What stands before the first event that ends the prohibition is proven as soon as that event is seen; everything else is
proven only over a call that was followed to its end."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.events.describing import ms, named, told
from gate.checks.events.eventlog import fits, layer_here, layer_of, lines
from gate.checks.view import View
from gate.core.findings import Blame
from gate.core.matchers import Where
from gate.core.recording import Event


@dataclass(frozen=True, slots=True)
class Bound:
    """The event from which on, or up to which, another one must not come."""

    event: str
    where: Where = ()


@dataclass(frozen=True, slots=True)
class EventNever:
    """`before`: not until the first such event; where none comes, not at all. `after`: not behind the first such event;
    where none comes, nothing is said. Both: not behind the one, until the next of the other."""

    CHECK: ClassVar[str] = "never"
    event: str
    where: Where = ()
    before: Bound | None = None
    after: Bound | None = None


def never(view: View, params: EventNever) -> Answer:
    log = view.log
    layer, expected = layer_of(params.event), _described(params)
    first = _first(log, params.after, 0)
    if params.after is not None and first is None:
        return _nothing_to_measure_from(view, params.after, expected)
    since = 0 if first is None else first + 1
    until = _first(log, params.before, since)
    for event in log[since:until]:
        if fits(event, params.event, params.where):
            actual = f"{told(event)} at {ms(view, event):.0f} ms{_beside(params, log, until)}"
            before = [other for other in view.events if other.index < event.index]
            bounds = [log[at] for at in (first, until) if at is not None]
            next_action = "see what came just before it in events.jsonl"
            at = (event.at, *lines(bounds))
            return failed(layer_here(params.event, before), expected, actual, next_action, at=at)
    if until is not None and view.watched:
        return passed(layer, expected, f"nothing of it before {told(log[until])}", at=(log[until].at,))
    return passed(layer, expected, view.watch) if view.whole else view.unproven(layer, expected)


def _first(log: list[Event], bound: Bound | None, since: int) -> int | None:
    if bound is None:
        return None
    return next((i for i in range(since, len(log)) if fits(log[i], bound.event, bound.where)), None)


def _nothing_to_measure_from(view: View, after: Bound, expected: str) -> Answer:
    layer = layer_of(after.event)
    if not view.watched:
        return view.unproven(layer, expected)
    actual = f"{named(after.event, after.where)} never came, so there is nothing to measure from"
    next_action = "expect that event too, so that its absence is told by itself; or let this case bring it about"
    return unknown(layer, expected, actual, next_action, blame=Blame.CONFIGURATION)


def _beside(params: EventNever, log: list[Event], until: int | None) -> str:
    if params.before is None:
        return ""
    return f", and no {params.before.event} came at all" if until is None else f", before {told(log[until])}"


def _described(params: EventNever) -> str:
    bounds = (("after", params.after), ("before", params.before))
    when = "".join(f" {word} {named(bound.event, bound.where)}" for word, bound in bounds if bound)
    return f"no {named(params.event, params.where)}{when}"
