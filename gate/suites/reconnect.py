"""The reconnect suite: how a call ends, in good order and in bad, and that the next one works at once."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from gate.checks import claim
from gate.checks.closing import CloseCode
from gate.checks.pinging import PingAnswered
from gate.checks.replies import Replied
from gate.checks.script import ScriptFollowed
from gate.checks.speech import Answered
from gate.core.findings import Layer
from gate.core.plan import Call, Case, Claim, Leave, Pause, Ping, Step, Wait
from gate.suites.brief import Brief
from gate.suites.cases import Code, SuiteSettings
from gate.suites.clearing import session_gone
from gate.suites.foundation import LISTEN, STAY_MS, foundation, let_in, stays
from gate.suites.written import all_written

GOOD_CODES = [1000, 1001, 1005]
PONG_MS = 5_000.0
RESET, DEAD = Leave(None, loss="reset"), Leave(None, loss="dead")
AUDIBLE_FOR_MS = 500.0


class Settings(SuiteSettings):
    """`close_codes`: with what the agent may answer a close of 1000; 1005 is a close frame without a code."""

    close_codes: Annotated[list[Code], Field(min_length=1)] = Field(default_factory=lambda: list(GOOD_CODES))


def expand(settings: Settings, brief: Brief) -> tuple[Case, ...]:
    return (
        _normal_close(settings, brief),
        _left_in_the_middle(brief, "a caller who hangs up in mid-answer is followed by the next", Leave(1000)),
        _left_in_the_middle(brief, "a line cut in mid-answer is followed by the next call", Leave(None)),
        _left_in_the_middle(
            brief, "a line reset in mid-answer is followed by the next call", Leave(None, loss="reset")
        ),
        _left_in_the_middle(brief, "a line that goes dead in mid-answer does not hold up the next call", DEAD),
        _pinged(brief),
        *_cleaned_up(brief),
        *all_written(settings, brief),
    )


def _normal_close(settings: Settings, brief: Brief) -> Case:
    claims = (*foundation(brief, ()), claim(CloseCode(tuple(settings.close_codes)), brief.place(())))
    calls = (brief.call("call", Leave(1000)), brief.call("next call", *stays(brief)))
    return _case(brief, "a normal close is answered", calls, (*claims, *let_in(brief, Layer.CLOSE)))


def _left_in_the_middle(brief: Brief, name: str, leave: Leave) -> Case:
    question = brief.say("hello", ())
    speaks = brief.capabilities.speaks
    heard = (Wait("audible", ms=AUDIBLE_FOR_MS),) if speaks else ()
    answered = Answered(1) if speaks else Replied(1)
    left = brief.call("left in mid-answer", LISTEN, question, *heard, leave)
    following = brief.call("next call", LISTEN, question, Wait("turn_done"))
    claims = (
        *foundation(brief, ()),
        *((claim(answered, brief.place(())),) if speaks else ()),
        claim(ScriptFollowed(), brief.place(())),
        *foundation(brief, (), call=1, layer=Layer.CLOSE),
        claim(answered, brief.place(()), call=1, layer=Layer.CLOSE),
        claim(ScriptFollowed(), brief.place(()), call=1, layer=Layer.CLOSE),
    )
    return _case(brief, name, (left, following), claims)


def _cleaned_up(brief: Brief) -> tuple[Case, ...]:
    """Of what is left of a session the caller's socket shows nothing."""
    if brief.target.probe is None:
        skip = "not proven: only the agent's backend can show it; declare a probe"
        return (replace(_case(brief, "a session that ended is gone from the backend", (), ()), skip=skip),)
    heard = (Wait("audible", ms=AUDIBLE_FOR_MS),) if brief.capabilities.speaks else ()
    in_mid_answer = (LISTEN, brief.say("hello", ()), *heard)
    return (
        _gone(brief, "a session that was closed is gone from the backend", Pause(STAY_MS), Leave(1000)),
        _gone(brief, "a session left in mid-answer is gone from the backend", *in_mid_answer, Leave(1000)),
        _gone(brief, "a session whose line was cut is gone from the backend", *in_mid_answer, Leave(None)),
    )


def _gone(brief: Brief, name: str, *steps: Step) -> Case:
    assert brief.target.probe is not None
    place = brief.place(())
    claims = (*foundation(brief, ()), claim(ScriptFollowed(), place), *session_gone(brief.target.probe, place))
    return replace(_case(brief, name, (brief.call("call", *steps),), claims), probe=brief.target.probe)


def _pinged(brief: Brief) -> Case:
    """As soon as the session is there: whoever answers then does so later too."""
    claims = (*foundation(brief, ()), claim(PingAnswered(PONG_MS), brief.place(())))
    call = brief.call("call", Ping(), Wait("pong", PONG_MS), Leave())
    return _case(brief, "a ping is answered", (call,), claims)


def _case(brief: Brief, name: str, calls: tuple[Call, ...], claims: tuple[Claim, ...]) -> Case:
    return Case(brief.case_id(name), brief.target.name, brief.suite, name, brief.place(()), calls, claims, brief.tools)
