"""What a case expects of the events of its call, and what must not come: settings, and the claims that they make."""

from typing import Annotated, Any

from pydantic import Field

from gate.checks import claim
from gate.checks.events import EventCount, EventNever, EventsInOrder, Expectation
from gate.core.durations import Duration
from gate.core.matchers import Where as Matched
from gate.core.paths import parts
from gate.core.plan import Claim
from gate.core.signals import PAYLOADS
from gate.core.suggest import did_you_mean
from gate.suites.brief import Brief, Location
from gate.suites.matching import CALLER_EVENTS, Anchor, EventName, Part, Where
from gate.suites.nearest import nearest


class EventSettings(Part):
    """One expected event."""

    event: EventName
    where: Where = Field(default_factory=dict)
    within: Duration | None = None
    after: Anchor = "caller.speech_end"
    times: Annotated[int, Field(ge=0)] | None = None


class NeverSettings(Part):
    event: EventName
    where: Where = Field(default_factory=dict)


class ExpectSettings(Part):
    """The part of a case that speaks of events."""

    expect: list[EventSettings] = Field(default_factory=list)
    never: list[EventName | NeverSettings] = Field(default_factory=list)


def claims(case: ExpectSettings, brief: Brief, loc: Location) -> tuple[Claim, ...]:
    made: list[Claim] = []
    expected = [Expectation(e.event, _where(e.where), e.within, e.after) for e in case.expect if e.times != 0]
    for i, event in enumerate(case.expect):
        shown(event.event, brief, (*loc, "expect", i))
        if event.within is not None and event.after != "start":
            shown(event.after, brief, (*loc, "expect", i, "after"))
        _known(event.event, event.where, brief, (*loc, "expect", i, "where"))
    if expected:
        made.append(claim(EventsInOrder(tuple(expected)), brief.place((*loc, "expect"))))
    for i, event in enumerate(case.expect):
        if event.times is not None:
            place = brief.place((*loc, "expect", i))
            made.append(claim(EventCount(event.event, _where(event.where), event.times), place))
    for i, never in enumerate(case.never):
        made.append(_never(never, brief, (*loc, "never", i)))
    return tuple(made)


def _never(never: str | NeverSettings, brief: Brief, loc: Location) -> Claim:
    name = never if isinstance(never, str) else never.event
    shown(name, brief, loc)
    where = () if isinstance(never, str) else _where(never.where)
    if not isinstance(never, str):
        _known(name, never.where, brief, (*loc, "where"))
    return claim(EventNever(name, where), brief.place(loc))


def _where(given: dict[str, Any]) -> Matched:
    return tuple((path, matcher) for path, matchers in given.items() for matcher in matchers)


def _known(event: str, where: dict[str, Any], brief: Brief, loc: Location) -> None:
    """A field that no such event has would fit nothing, so that a `never` with it could not fail."""
    known = PAYLOADS[event]
    for path in where:
        first = (parts(path) or ("",))[0]
        if known and first not in known:
            brief.mistake((*loc, path), f"{event} has no field {first!r}", hint=did_you_mean(first, known))


def shown(event: str, brief: Brief, loc: Location) -> None:
    """An event that the dialect cannot show can be neither waited for nor judged."""
    shows = brief.capabilities.shows
    sent_by_us = event == "tool.result" and brief.capabilities.answers_tools
    if event in shows or event in CALLER_EVENTS or sent_by_us:
        return
    what = f"the dialect {brief.target.dialect} does not show the event {event}"
    brief.mistake(loc, what, hint=nearest(event, shows))
