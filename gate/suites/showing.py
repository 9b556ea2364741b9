"""What a dialect can show of what a case asks about; what it cannot is a mistake before any socket opens."""

from typing import Any

from gate.core.paths import parts
from gate.core.signals import PAYLOADS
from gate.core.suggest import did_you_mean
from gate.suites.brief import Brief, Location
from gate.suites.matching import CALLER_EVENTS
from gate.suites.nearest import nearest


def known(event: str, where: dict[str, Any], brief: Brief, loc: Location) -> None:
    """A field that no such event has would fit nothing, so that a `never` with it could not fail."""
    fields = PAYLOADS[event]
    for path in where:
        first = (parts(path) or ("",))[0]
        if fields and first not in fields:
            brief.mistake((*loc, path), f"{event} has no field {first!r}", hint=did_you_mean(first, fields))


def shown(event: str, brief: Brief, loc: Location) -> None:
    """An event that the dialect cannot show can be neither waited for nor judged."""
    shows = brief.capabilities.shows
    sent_by_us = event == "tool.result" and brief.capabilities.answers_tools
    seen_elsewhere = event in ("tool.call", "tool.result") and brief.tools.sandbox is not None
    if event in shows or event in CALLER_EVENTS or sent_by_us or seen_elsewhere:
        return
    what = f"the dialect {brief.target.dialect} does not show the event {event}"
    brief.mistake(loc, what, hint=nearest(event, shows))
