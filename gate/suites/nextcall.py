"""The call behind one that ended in some way: it is served like any other, or the end of the first is to blame."""

from dataclasses import replace

from gate.checks import claim
from gate.checks.replies import Replied
from gate.checks.script import ScriptFollowed
from gate.checks.speech import Answered
from gate.core.findings import Layer
from gate.core.plan import Call, Case, Claim, Lane, Step, Wait
from gate.suites.brief import Brief
from gate.suites.foundation import LISTEN, foundation


def asks(brief: Brief) -> tuple[Step, ...]:
    """The steps of a caller who asks something and hears the answer out."""
    return (LISTEN, brief.say("hello", ()), Wait("turn_done"))


def next_call(brief: Brief) -> Call:
    return brief.call("next call", *asks(brief))


def answered(brief: Brief, call: int, layer: Layer | None = None) -> tuple[Claim, ...]:
    """The first question of this call is answered, and all of it comes to its end."""
    answer = Answered(1) if brief.capabilities.speaks else Replied(1)
    made = (claim(params, brief.place(()), call=call, layer=layer) for params in (answer, ScriptFollowed()))
    return (*foundation(brief, (), call=call, layer=layer), *made)


def served(brief: Brief, call: int) -> tuple[Claim, ...]:
    """What is claimed of the next call, number `call` of its case."""
    return answered(brief, call, Layer.CLOSE)


def case(
    brief: Brief, name: str, calls: tuple[Call, ...], claims: tuple[Claim, ...], *, lane: Lane = Lane.PARALLEL
) -> Case:
    made = Case(brief.case_id(name), brief.target.name, brief.suite, name, brief.place(()), calls, claims, brief.tools)
    return replace(made, lane=lane)


def skipped(brief: Brief, name: str, why: str) -> Case:
    return Case(brief.case_id(name), brief.target.name, brief.suite, name, brief.place(()), skip=why)
