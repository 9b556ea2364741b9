"""What is expected of the events of a call, as data, in words, and from when on its time counts. Pure."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Literal

from gate.checks.events.describing import named
from gate.checks.view import View
from gate.core.matchers import Where
from gate.core.recording import Event

How = Literal["any_of", "unordered", "strict", "same"]


@dataclass(frozen=True, slots=True)
class Expectation:
    """One event to come: its name, what its payload holds, and how soon after an anchor (`start`, or an event)."""

    event: str
    where: Where = ()
    within_ms: float | None = None
    after: str = "caller.speech_end"


@dataclass(frozen=True, slots=True)
class Group:
    """Events that belong together: one of them; all of them in any order; one right behind the other, but for the names
    that are ignored; or in this order and with the same value at `path`."""

    how: How
    of: tuple[Expectation, ...]
    ignoring: tuple[str, ...] = ()
    path: str = ""


Wanted = Expectation | Group


def members(wanted: Wanted) -> tuple[Expectation, ...]:
    return wanted.of if isinstance(wanted, Group) else (wanted,)


def described(wanted: Wanted) -> str:
    """In full, for `expected`."""
    if isinstance(wanted, Expectation):
        when = f" within {wanted.within_ms:g} ms of {wanted.after}" if wanted.within_ms is not None else ""
        return named(wanted.event, wanted.where) + when
    return _joined(wanted, [described(one) for one in wanted.of])


def sketched(wanted: Wanted) -> str:
    """By the names of its events alone."""
    if isinstance(wanted, Expectation):
        return wanted.event
    return _joined(wanted, [one.event for one in wanted.of])


def _joined(group: Group, told: list[str]) -> str:
    match group.how:
        case "any_of":
            return f"one of [{' | '.join(told)}]"
        case "unordered":
            return f"in any order [{' & '.join(told)}]"
        case "strict":
            return f"without a gap [{', '.join(told)}]"
        case "same":
            return f"with one {group.path} [{', '.join(told)}]"


def anchor_ns(view: View, event: Event, wanted: Expectation) -> int | None:
    """From when on the time of this event counts, if it is the wanted one: the last anchor before it. None where there
    is none."""
    if wanted.after == "start":
        return view.events[0].t_ns
    anchors = view.events_named(wanted.after)
    before = bisect_left(anchors, event.index, key=lambda anchor: anchor.index)
    told_once = (anchor.t_ns for anchor in reversed(anchors[:before]) if anchor.index not in view.echoes)
    return next(told_once, None)
