"""What every call of every suite stands on: a session that is ready and configured as asked. And what holds of all that
an agent says, whatever it says."""

from gate.checks import claim
from gate.checks.flow import Flows
from gate.checks.session import ConfiguredAsAsked, ReadyInTime
from gate.checks.sound import InOrder, LoudEnough, Unclipped, WholeWords, WithoutHoles
from gate.core.findings import Layer
from gate.core.plan import Claim, Wait
from gate.suites.brief import Brief, Location

LISTEN = Wait("quiet", 30_000.0, ms=3_000.0)
"""How a caller begins that expects nothing: many agents greet, and a person lets them finish."""

SANE = (Flows(), LoudEnough(), Unclipped(), WithoutHoles(), WholeWords(), InOrder())


def sane_audio(brief: Brief, loc: Location) -> tuple[Claim, ...]:
    """Of everything that the agent says in the first call of a case."""
    if not brief.capabilities.speaks:
        return ()
    return tuple(claim(sane, brief.place(loc)) for sane in SANE)


def foundation(brief: Brief, loc: Location, call: int = 0, layer: Layer | None = None) -> tuple[Claim, ...]:
    place, budgets = brief.place(loc), brief.target.budgets
    claims = [claim(ReadyInTime(budgets.ready_ms), place, call=call, layer=layer)]
    if brief.capabilities.acknowledges_configuration:
        claims.append(claim(ConfiguredAsAsked(budgets.configure_ms), place, call=call, layer=layer))
    return tuple(claims)
