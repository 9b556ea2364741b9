"""What every call of every suite stands on: a session that is ready and configured as asked. And what holds of all that
an agent says, whatever it says."""

from collections.abc import Mapping

from gate.checks import claim
from gate.checks.flow import Flows
from gate.checks.script import ScriptFollowed
from gate.checks.session import ConfiguredAsAsked, ReadyInTime
from gate.checks.sound import InOrder, LoudEnough, Unclipped, Voiced, WholeWords, WithoutHoles
from gate.checks.tools.arguments import ArgumentsFit
from gate.core.findings import Layer
from gate.core.plan import Claim, Leave, Pause, Step, Wait
from gate.suites.brief import Brief, Location
from gate.suites.invariants import claims, held

STAY_MS = 2_000.0
LISTEN = Wait("quiet", 30_000.0, ms=3_000.0)
"""How a caller begins that expects nothing: many agents greet, and a person lets them finish."""

ANSWER_MS = 10_000.0
AUDIBLE_FOR_MS = 300.0

SANE = (Flows(), LoudEnough(), Voiced(), Unclipped(), WithoutHoles(), WholeWords(), InOrder())


def stays(brief: Brief) -> tuple[Step, ...]:
    """The steps of a call that is to be let in and no more. Where nothing says that a session is ready, it is that the
    agent lets the caller stay."""
    return (Leave(),) if brief.capabilities.announces_ready else (Pause(STAY_MS), Leave())


def short_question(brief: Brief) -> tuple[Step, ...]:
    """The steps of a caller who only wants to know whether there is an answer, and need not hear all of it."""
    asks = (LISTEN, brief.say("hello", ()))
    if not brief.capabilities.speaks:
        return (*asks, Wait("turn_done", ANSWER_MS))
    return (*asks, Wait("audible", ANSWER_MS, ms=AUDIBLE_FOR_MS), Leave())


def let_in(brief: Brief, layer: Layer | None = None, call: int = 1) -> tuple[Claim, ...]:
    """What is claimed of such a call, which is not the first of its case."""
    stayed = claim(ScriptFollowed(), brief.place(()), call=call, layer=layer)
    return foundation(brief, (), call=call, layer=layer) + (() if brief.capabilities.announces_ready else (stayed,))


def sane_audio(brief: Brief, loc: Location) -> tuple[Claim, ...]:
    """Of everything that the agent says in the first call of a case."""
    if not brief.capabilities.speaks:
        return ()
    return tuple(claim(sane, brief.place(loc)) for sane in SANE)


def calls_fit(brief: Brief, loc: Location) -> tuple[Claim, ...]:
    """Of every tool call of a case, where the schema of the tools is known."""
    return (claim(ArgumentsFit(), brief.place(loc)),) if brief.tools.schemas is not None else ()


def foundation(
    brief: Brief, loc: Location, call: int = 0, layer: Layer | None = None, switches: Mapping[str, bool] | None = None
) -> tuple[Claim, ...]:
    """`switches`: of invariants, as the case has them."""
    place, budgets = brief.place(loc), brief.target.budgets
    first = "configured-before-audio" in held(brief, switches or {})
    made = [claim(ReadyInTime(budgets.ready_ms), place, call=call, layer=layer)]
    if brief.capabilities.acknowledges_configuration:
        made.append(claim(ConfiguredAsAsked(budgets.configure_ms, first), place, call=call, layer=layer))
    return tuple(made)


def asked_anyway(brief: Brief) -> tuple[Claim, ...]:
    """The invariants of a question and its answer. An end to the answer is asked for in every dialect, unless the
    manifest says not to: a quiet gap where it has no marker."""
    ends = frozenset() if brief.invariants.get("final-marker") is False else frozenset({"final-marker"})
    return claims(held(brief) | ends, brief, ())
