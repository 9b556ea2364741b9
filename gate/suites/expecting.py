"""What a case expects of the events of its call, and what must not come: the claims that its settings make."""

from typing import Annotated, Any

from pydantic import Field

from gate.checks import claim
from gate.checks.events.counting import EventCount
from gate.checks.events.ending import EndsWith
from gate.checks.events.in_order import EventsInOrder
from gate.checks.events.never import Bound, EventNever
from gate.checks.events.wanted import Expectation, Group, Wanted
from gate.core.matchers import Where as Matched
from gate.core.plan import Claim
from gate.core.signals import PAYLOADS
from gate.suites import invariants
from gate.suites.brief import Brief, Location
from gate.suites.expectation import EndName, ExpectationSettings, MemberSettings, NeverSettings, PatternSettings
from gate.suites.invariants import Switches
from gate.suites.matching import CALLER_EVENTS, EventName, Part, bounds
from gate.suites.showing import known, shown

PIECES = frozenset(name for name in PAYLOADS if name.endswith(".delta")) | {"mark", "metadata"}
"""What a run is not broken by, unless it says so itself: the pieces of something, and what may come at any time."""


class ExpectSettings(Part):
    """The part of a case that speaks of events."""

    expect: list[ExpectationSettings] = Field(default_factory=list)
    never: list[EventName | NeverSettings] = Field(default_factory=list)
    ends_with: Annotated[list[EndName], Field(min_length=1)] | None = None
    invariants: Switches = Field(default_factory=dict)


def claims(case: ExpectSettings, brief: Brief, loc: Location) -> tuple[Claim, ...]:
    made: list[Claim] = []
    wanted = [_wanted(one, brief, (*loc, "expect", i)) for i, one in enumerate(case.expect)]
    expected = tuple(one for one, given in zip(wanted, case.expect, strict=True) if bounds(given.times).at_least)
    if expected:
        made.append(claim(EventsInOrder(expected), brief.place((*loc, "expect"))))
    for i, one in enumerate(case.expect):
        if one.times is not None:
            counted = EventCount(str(one.event), matched(one.where), bounds(one.times))
            made.append(claim(counted, brief.place((*loc, "expect", i))))
    made += [_never(never, brief, (*loc, "never", i)) for i, never in enumerate(case.never)]
    if case.ends_with is not None:
        for i, name in enumerate(case.ends_with):
            shown(name, brief, (*loc, "ends_with", i))
        made.append(claim(EndsWith(tuple(case.ends_with)), brief.place((*loc, "ends_with"))))
    invariants.unseen(case.invariants, brief, (*loc, "invariants"))
    return (*made, *invariants.claims(invariants.held(brief, case.invariants), brief, loc))


def _wanted(given: ExpectationSettings, brief: Brief, loc: Location) -> Wanted:
    group = given.group
    if group is None:
        return _expectation(str(given.event), given, brief, loc)
    how, at, members = group
    of = tuple(_expectation(member.event, member, brief, (*loc, *at, i)) for i, member in enumerate(members))
    ignoring = _ignored(given, members) if how == "strict" else ()
    return Group(how, of, ignoring, given.same or "")


def _ignored(given: ExpectationSettings, members: list[MemberSettings]) -> tuple[str, ...]:
    """What a run is not broken by, the caller included, unless it is a member itself."""
    ignored = PIECES if given.ignoring is None else frozenset(given.ignoring)
    return tuple(sorted((ignored | set(CALLER_EVENTS)) - {member.event for member in members}))


def _expectation(event: str, given: MemberSettings | ExpectationSettings, brief: Brief, loc: Location) -> Expectation:
    shown(event, brief, loc)
    if given.within is not None and given.after != "start":
        shown(given.after, brief, (*loc, "after"))
    known(event, given.where, brief, (*loc, "where"))
    return Expectation(event, matched(given.where), given.within, given.after)


def _never(never: str | NeverSettings, brief: Brief, loc: Location) -> Claim:
    if isinstance(never, str):
        shown(never, brief, loc)
        return claim(EventNever(never), brief.place(loc))
    event, where = _pattern(never, brief, loc)
    before, after = (_bound(getattr(never, key), brief, (*loc, key)) for key in ("before", "after"))
    return claim(EventNever(event, where, before, after), brief.place(loc))


def _bound(given: str | PatternSettings | None, brief: Brief, loc: Location) -> Bound | None:
    if given is None:
        return None
    return Bound(*_pattern(PatternSettings(event=given) if isinstance(given, str) else given, brief, loc))


def _pattern(given: PatternSettings, brief: Brief, loc: Location) -> tuple[str, Matched]:
    shown(given.event, brief, loc)
    known(given.event, given.where, brief, (*loc, "where"))
    return given.event, matched(given.where)


def matched(given: dict[str, Any]) -> Matched:
    return tuple((path, matcher) for path, matchers in given.items() for matcher in matchers)
