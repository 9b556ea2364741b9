"""The smoke suite over a wire of text alone: the caller types its words. What needs a voice is skipped."""

from gate.checks import claim
from gate.checks.events.never import EventNever
from gate.checks.protocol import ProtocolKept
from gate.checks.replies import Replied
from gate.checks.script import ScriptFollowed
from gate.core.plan import Case, Claim, Wait
from gate.suites.brief import Brief
from gate.suites.foundation import LISTEN, asked_anyway, calls_fit, foundation

NO_VOICE = "the wire carries text alone, and this needs a voice"


def question(brief: Brief, name: str, clip: str) -> Case:
    place = brief.place(())
    steps = (LISTEN, brief.say(clip, ()), Wait("turn_done"))
    claims: list[Claim] = [
        *foundation(brief, ()),
        claim(Replied(1), place),
        *asked_anyway(brief),
        claim(ProtocolKept(), place),
        claim(ScriptFollowed(), place),
        *calls_fit(brief, ()),
    ]
    if "error" in brief.capabilities.shows:
        claims.append(claim(EventNever("error"), place, blocks=False))
    return Case(brief.case_id(name), brief.target.name, brief.suite, name, place, (brief.call("call", *steps),),
                tuple(claims), brief.tools)  # fmt: skip


def skipped(brief: Brief, name: str) -> Case:
    return Case(brief.case_id(name), brief.target.name, brief.suite, name, brief.place(()), skip=NO_VOICE)
