"""What a case says of the words that are spoken in it, and of what they confirm. Settings, and the claims that they
make."""

from gate.core.plan import Claim
from gate.suites.brief import Brief, Location
from gate.suites.matching import Part


class SayingSettings(Part):
    """The part of a case that speaks of words."""


def claims(case: SayingSettings, brief: Brief, loc: Location) -> tuple[Claim, ...]:
    return ()
