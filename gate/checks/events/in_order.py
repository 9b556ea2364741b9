"""Expected events: one behind the other with gaps allowed, or in groups, and how soon each of them came.

`sequence` says where they are. Their time is no part of that: the first event that fits is the wanted one, and if it is
late, it is late. Of several that would do (`any_of`), one that came too late is none: the others are asked for then."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from gate.checks.answer import Answer, failed, gate_late, passed
from gate.checks.events.eventlog import fits, layer_here, layer_of, lines
from gate.checks.events.explaining import not_found
from gate.checks.events.sequence import AnyOf, Chain, Found, Item, Log, Member, Run, Unordered, fit
from gate.checks.events.wanted import Expectation, Group, Wanted, anchor_ns, described, members, sketched
from gate.checks.view import LATE_MS, View
from gate.core.findings import Verdict
from gate.core.jsons import digest
from gate.core.paths import Missing, get
from gate.core.recording import Event
from gate.core.signals import PAYLOADS

__all__ = ["EventsInOrder", "Expectation", "Group", "in_order"]

Means = Callable[[Event, Expectation], bool]
NO_KEY = (None, "")


@dataclass(frozen=True, slots=True)
class EventsInOrder:
    CHECK: ClassVar[str] = "events"
    expectations: tuple[Wanted, ...]


def in_order(view: View, params: EventsInOrder) -> Answer:
    log, expectations, told = view.log, params.expectations, dict[int, Answer]()
    means = partial(_meant, view)
    while True:
        found = fit([_item(log, wanted, means) for wanted in expectations], _names(log))
        reached: list[Event] = []
        for number, (wanted, taken) in enumerate(zip(expectations, found.taken, strict=False)):
            if late := _late(view, log, wanted, taken, reached):
                told.setdefault(number, late)
                break
            reached += [log[at] for at in sorted(at for at in taken if at is not None)]
        else:
            break
        if (others := _others(wanted, taken)) is None:
            return told[number]
        expectations = (*expectations[:number], others, *expectations[number + 1 :])
    if found.stuck is not None:
        missing = not_found(view, log, expectations, found)
        return told.get(len(found.taken), missing) if missing.verdict is Verdict.FAIL else missing
    everything = " → ".join(sketched(wanted) for wanted in params.expectations)
    return passed(layer_of(reached[-1].name), everything, at=lines(reached))


def _others(wanted: Wanted, taken: Found) -> Wanted | None:
    """What is left of an `any_of` when the one that came, came too late."""
    if not isinstance(wanted, Group) or wanted.how != "any_of":
        return None
    left = tuple(one for one, at in zip(wanted.of, taken, strict=True) if at is None)
    return replace(wanted, of=left) if left else None


def _names(log: list[Event]) -> Log:
    return Log([event.name for event in log])


def _item(log: list[Event], wanted: Wanted, means: Means) -> Item:
    of = tuple(Member(one.event, _place(log, one, means)) for one in members(wanted))
    match wanted:
        case Group("unordered"):
            return Unordered(of)
        case Group("strict", _, ignoring):
            return Run(of, frozenset(ignoring) | {event.name for event in log if event.name not in PAYLOADS})
        case Group("same", _, _, path):
            return Chain(of, _key(log, path))
        case _:
            return AnyOf(of)


def _place(log: list[Event], wanted: Expectation, means: Means) -> Callable[[int], bool]:
    return lambda at: means(log[at], wanted)


def _key(log: list[Event], path: str) -> Callable[[int], Hashable | None]:
    """The value that the events of a chain share. None and the empty text are no value: that is how an id is left
    out."""

    def key(at: int) -> str | None:
        value = get(log[at].payload, path)
        return None if isinstance(value, Missing) or value in NO_KEY else digest(value)

    return key


def _meant(view: View, event: Event, wanted: Expectation) -> bool:
    """Whether this event can be the wanted one. What comes before there is anything to measure from, as a greeting
    comes before the caller's first word, is another one."""
    if not fits(event, wanted.event, wanted.where):
        return False
    return wanted.within_ms is None or anchor_ns(view, event, wanted) is not None


def _in_time(view: View, event: Event, wanted: Expectation) -> bool:
    return _meant(view, event, wanted) and _too_late(view, event, wanted) is None


def _late(view: View, log: list[Event], wanted: Wanted, taken: Found, reached: list[Event]) -> Answer | None:
    """What is to be said of the first of these events that came too late, if one did. In a group another event may be
    meant by each member: none is late if they can be told apart so that all are in time."""
    placed = [(log[at], one) for at, one in zip(taken, members(wanted), strict=True) if at is not None]
    if all(_too_late(view, event, one) is None for event, one in placed):
        return None
    among = sorted((event for event, _ in placed), key=lambda event: event.index)
    if fit([_item(among, wanted, partial(_in_time, view))], _names(among)).stuck is None:
        return None
    for event, one in sorted(placed, key=lambda pair: pair[0].index):
        if told := _too_late(view, event, one):
            return _told_late(view, event, one, told, reached)
    return None


def _told_late(view: View, event: Event, wanted: Expectation, told: str, reached: list[Event]) -> Answer:
    layer, at = layer_here(wanted.event, reached), (*lines(reached), event.at)
    late_ms = view.lateness_ms(reached[-1].at if reached else 0, event.at)
    if wanted.after.startswith("caller.") and late_ms > LATE_MS:
        return gate_late(layer, described(wanted), told, late_ms, at=at)
    next_action = "look at the agent's own trace between these two events"
    return failed(layer, described(wanted) + view.over_network, told, next_action, at=at)


def _too_late(view: View, event: Event, wanted: Expectation) -> str | None:
    since_ns = anchor_ns(view, event, wanted)
    if wanted.within_ms is None or since_ns is None:
        return None
    took_ms = (event.t_ns - since_ns) / 1e6
    return f"it came {took_ms:.0f} ms after {wanted.after}" if took_ms > wanted.within_ms + view.held_ms else None
