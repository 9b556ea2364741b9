"""What every call of every suite stands on: a session that is ready, and configured as asked."""

from gate.checks import claim
from gate.checks.session import ConfiguredAsAsked, ReadyInTime
from gate.core.findings import Layer
from gate.core.plan import Claim, Wait
from gate.suites.brief import Brief, Location

LISTEN = Wait("quiet", 30_000.0, ms=3_000.0)
"""How a caller begins that expects nothing: many agents greet, and a person lets them finish."""


def foundation(brief: Brief, loc: Location, call: int = 0, layer: Layer | None = None) -> tuple[Claim, ...]:
    place, budgets = brief.place(loc), brief.target.budgets
    claims = [claim(ReadyInTime(budgets.ready_ms), place, call=call, layer=layer)]
    if brief.capabilities.acknowledges_configuration:
        claims.append(claim(ConfiguredAsAsked(budgets.configure_ms), place, call=call, layer=layer))
    return tuple(claims)
