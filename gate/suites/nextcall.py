"""The call behind one that ended in some way: it is served like any other, or the end of the first is to blame."""

from dataclasses import replace

from gate.checks import claim
from gate.checks.replies import Replied
from gate.checks.script import ScriptFollowed
from gate.checks.speech import Answered
from gate.core.findings import Layer
from gate.core.plan import Call, Case, Claim, Lane, Leave, Step, Wait
from gate.suites.brief import Brief
from gate.suites.foundation import LISTEN, foundation

AUDIBLE_FOR_MS = 500.0


def asks(brief: Brief) -> tuple[Step, ...]:
    """The steps of a caller who asks something and hears the answer out."""
    return (LISTEN, brief.say("hello", ()), Wait("turn_done"))


def heard(brief: Brief) -> tuple[Step, ...]:
    """The steps of a caller who asks something and hears the beginning of the answer. What is typed is left at once:
    nobody knows whether an answer to it is under way."""
    audible = (Wait("audible", ms=AUDIBLE_FOR_MS),) if brief.capabilities.speaks else ()
    return (LISTEN, brief.say("hello", ()), *audible)


def control(brief: Brief) -> Call:
    """A call that shows that the agent answers at all."""
    return brief.call("control", *heard(brief), Leave())


def next_call(brief: Brief) -> Call:
    """No absence is claimed of it, so nobody lingers."""
    return brief.call("next call", *asks(brief), Leave())


def begun(brief: Brief) -> tuple[Claim, ...]:
    """What is claimed of the first call of a case that is left once the agent was heard."""
    return tuple(one for one in answered(brief, 0) if one.check != Replied.CHECK)


def answered(brief: Brief, call: int, layer: Layer | None = None) -> tuple[Claim, ...]:
    """This call gets ready, its first question is answered, and all of it comes to its end."""
    return (*foundation(brief, (), call=call, layer=layer), *answers(brief, call, layer))


def answers(brief: Brief, call: int, layer: Layer | None = None) -> tuple[Claim, ...]:
    answer = Answered(1) if brief.capabilities.speaks else Replied(1)
    return tuple(claim(params, brief.place(()), call=call, layer=layer) for params in (answer, ScriptFollowed()))


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
