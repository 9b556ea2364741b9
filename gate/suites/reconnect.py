"""The reconnect suite: how a call ends, in good order and in bad, that the next one works at once, and what it knows of
the one before."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field, model_validator

from gate.checks import claim
from gate.checks.closing import CloseCode
from gate.checks.pinging import PingAnswered
from gate.checks.script import ScriptFollowed
from gate.core.durations import Budget
from gate.core.findings import Layer
from gate.core.plan import Case, Leave, Pause, Ping, Step, Wait
from gate.core.wrong import Wrong
from gate.suites import leaving, resuming
from gate.suites.brief import Brief
from gate.suites.cases import Code, SuiteSettings
from gate.suites.clearing import session_gone
from gate.suites.foundation import STAY_MS, foundation, let_in, stays
from gate.suites.keys import Given
from gate.suites.nextcall import begun, case, heard, next_call, served, skipped
from gate.suites.resuming import MemorySettings, State, StepsToTheWrite
from gate.suites.written import all_written

GOOD_CODES = [1000, 1001, 1005]
ERROR = Leave(1011)
IDLE_MS = 10_000.0
PONG_MS = 5_000.0
RESET, DEAD = Leave(None, loss="reset"), Leave(None, loss="dead")


class Settings(SuiteSettings):
    """`close_codes`: with what the agent may answer a close of 1000; 1005 is a close frame without a code. `hang_ups`:
    how many callers hang up at once, one behind the other, before one is to be answered. `idle`: how long a caller is
    silent, and `idle_codes`: with what it may be sent away then. `restart: false` leaves the agent running. `state` and
    `memory`: what becomes of a conversation, and how that shows. `write`: what makes the agent call a tool that
    writes."""

    close_codes: Annotated[list[Code], Field(min_length=1)] = Field(default_factory=lambda: list(GOOD_CODES))
    hang_ups: Annotated[int, Field(ge=2, le=200)] = leaving.QUICK
    idle: Budget = IDLE_MS
    idle_codes: Given[Annotated[list[Code], Field(min_length=1)]] = None
    restart: bool = True
    state: Given[State] = None
    memory: Given[MemorySettings] = None
    write: Given[StepsToTheWrite] = None

    @model_validator(mode="after")
    def _shows(self) -> "Settings":
        if (self.state is None) != (self.memory is None):
            told, missing = ("state", "memory") if self.memory is None else ("memory", "state")
            raise Wrong(f"has `{told}` without `{missing}`", "both, or neither")
        return self


def expand(settings: Settings, brief: Brief) -> tuple[Case, ...]:
    return (
        _normal_close(settings, brief),
        _left_in_the_middle(brief, "a caller who hangs up in mid-answer is followed by the next", Leave(1000)),
        _left_in_the_middle(brief, "a line cut in mid-answer is followed by the next call", Leave(None)),
        _left_in_the_middle(brief, "a line reset in mid-answer is followed by the next call", RESET),
        _left_in_the_middle(brief, "a line that goes dead in mid-answer does not hold up the next call", DEAD),
        _left_in_the_middle(brief, "a close with an error in mid-answer is followed by the next call", ERROR),
        leaving.quick(brief, settings.hang_ups),
        leaving.early(brief),
        leaving.idle(brief, settings.idle, tuple(settings.idle_codes or ())),
        *((leaving.restarted(brief),) if settings.restart else ()),
        *resuming.remembering(settings.state, settings.memory, brief),
        *resuming.writing(settings.write, brief),
        _pinged(brief),
        *_cleaned_up(brief),
        *all_written(settings, brief),
    )


def _normal_close(settings: Settings, brief: Brief) -> Case:
    claims = (*foundation(brief, ()), claim(CloseCode(tuple(settings.close_codes)), brief.place(())))
    calls = (brief.call("call", Leave(1000)), brief.call("next call", *stays(brief)))
    return case(brief, "a normal close is answered", calls, (*claims, *let_in(brief, Layer.CLOSE)))


def _left_in_the_middle(brief: Brief, name: str, leave: Leave) -> Case:
    calls = (brief.call("left in mid-answer", *heard(brief), leave), next_call(brief))
    return case(brief, name, calls, (*begun(brief), *served(brief, 1)))


def _cleaned_up(brief: Brief) -> tuple[Case, ...]:
    """Of what is left of a session the caller's socket shows nothing."""
    if brief.target.probe is None:
        skip = "not proven: only the agent's backend can show it; declare a probe"
        return (skipped(brief, "a session that ended is gone from the backend", skip),)
    in_mid_answer = heard(brief)
    return (
        _gone(brief, "a session that was closed is gone from the backend", Pause(STAY_MS), Leave(1000)),
        _gone(brief, "a session left in mid-answer is gone from the backend", *in_mid_answer, Leave(1000)),
        _gone(brief, "a session whose line was cut is gone from the backend", *in_mid_answer, Leave(None)),
    )


def _gone(brief: Brief, name: str, *steps: Step) -> Case:
    assert brief.target.probe is not None
    place = brief.place(())
    claims = (*foundation(brief, ()), claim(ScriptFollowed(), place), *session_gone(brief.target.probe, place))
    return replace(case(brief, name, (brief.call("call", *steps),), claims), probe=brief.target.probe)


def _pinged(brief: Brief) -> Case:
    """As soon as the session is there: whoever answers then does so later too."""
    claims = (*foundation(brief, ()), claim(PingAnswered(PONG_MS), brief.place(())))
    call = brief.call("call", Ping(), Wait("pong", PONG_MS), Leave())
    return case(brief, "a ping is answered", (call,), claims)
