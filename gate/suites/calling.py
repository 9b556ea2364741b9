"""What a case says of the agent's tools: which answers they give in it, which are called, in which order and with what.
Settings, and the claims that they make."""

from gate.core.plan import Claim
from gate.suites.brief import Brief, Location
from gate.suites.matching import Part


class CallingSettings(Part):
    """The part of a case that speaks of tools."""


def claims(case: CallingSettings, brief: Brief, loc: Location) -> tuple[Claim, ...]:
    return ()
