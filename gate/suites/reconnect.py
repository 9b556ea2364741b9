"""The reconnect suite: how a call ends, in good order and in bad, that the next one works at once, and what it knows of
the one before."""

from typing import Annotated

from pydantic import Field, model_validator

from gate.checks import claim
from gate.checks.closing import CloseCode
from gate.core.durations import Budget
from gate.core.findings import Layer
from gate.core.plan import Case, Leave
from gate.core.wrong import Wrong
from gate.suites import leaving, resuming
from gate.suites.brief import Brief
from gate.suites.cases import Code, SuiteSettings
from gate.suites.foundation import foundation, let_in, stays
from gate.suites.keys import Given
from gate.suites.nextcall import begun, case, heard, next_call, served
from gate.suites.resuming import MemorySettings, State, StepsToTheWrite
from gate.suites.written import all_written

GOOD_CODES = [1000, 1001, 1005]
INTERNAL_ERROR = 1011
IDLE_MS = 10_000.0


class Settings(SuiteSettings):
    """`close_codes`: with what the agent may answer a close of 1000; 1005 is a close frame without a code. `idle`: how
    long a caller is silent, and `idle_codes`: with what it may be sent away then. `restart: false` leaves the agent
    running. `state` and `memory`: what becomes of a conversation, and how that shows. `write`: what makes the agent
    call a tool that writes."""

    close_codes: Annotated[list[Code], Field(min_length=1)] = Field(default_factory=lambda: list(GOOD_CODES))
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
        _left_in_the_middle(brief, "a caller who hangs up in mid-answer is followed by the next", 1000),
        _left_in_the_middle(brief, "a line cut in mid-answer is followed by the next call", None),
        _left_in_the_middle(brief, "a close with an error in mid-answer is followed by the next call", INTERNAL_ERROR),
        leaving.quick(brief),
        leaving.early(brief),
        leaving.idle(brief, settings.idle, tuple(settings.idle_codes or ())),
        *((leaving.restarted(brief),) if settings.restart else ()),
        *resuming.remembering(settings.state, settings.memory, brief),
        *resuming.writing(settings.write, brief),
        *all_written(settings, brief),
    )


def _normal_close(settings: Settings, brief: Brief) -> Case:
    claims = (*foundation(brief, ()), claim(CloseCode(tuple(settings.close_codes)), brief.place(())))
    calls = (brief.call("call", Leave(1000)), brief.call("next call", *stays(brief)))
    return case(brief, "a normal close is answered", calls, (*claims, *let_in(brief, Layer.CLOSE)))


def _left_in_the_middle(brief: Brief, name: str, code: int | None) -> Case:
    calls = (brief.call("left in mid-answer", *heard(brief), Leave(code)), next_call(brief))
    return case(brief, name, calls, (*begun(brief), *served(brief, 1)))
