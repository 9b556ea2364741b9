"""The handshake suite: opens in time, ready and configured as asked; who may not call is refused while who may is let
in; what cannot be read gets an error or a close, and the next call still works."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from gate.checks import claim
from gate.checks.refusal import REFUSAL_CODES, CallerRefused, MessageRejected, answers_proof
from gate.checks.script import ScriptFollowed
from gate.core.plan import Call, Case, Claim, Inject, Leave, Pause, Step, Wait
from gate.suites.brief import Brief
from gate.suites.cases import Code, SuiteSettings
from gate.suites.foundation import STAY_MS, foundation, let_in, stays
from gate.suites.refusals import Wrong, wrongs
from gate.suites.written import all_written

REFUSAL_MS = 5_000.0
REJECTION_MS = 5_000.0
GARBAGE = "this is not the message that you expect {"


class Settings(SuiteSettings):
    """`refusal_codes` and `refusal_statuses` replace what counts as a refusal."""

    refusal_statuses: Annotated[list[int], Field(min_length=1)] = Field(default_factory=lambda: [401, 403])
    refusal_codes: Annotated[list[Code], Field(min_length=1)] = Field(default_factory=lambda: list(REFUSAL_CODES))


def expand(settings: Settings, brief: Brief) -> tuple[Case, ...]:
    return (
        _opens(brief),
        *_refusals(settings, brief),
        _garbage(brief),
        *all_written(settings, brief),
    )


def _opens(brief: Brief) -> Case:
    """The caller stays a moment: a socket that opens and is closed at once is no session."""
    claims = (*foundation(brief, ()), claim(ScriptFollowed(), brief.place(())))
    return _case(brief, "opens and is ready", (brief.call("call", Pause(STAY_MS), Leave()),), claims=claims)


def _refusals(settings: Settings, brief: Brief) -> tuple[Case, ...]:
    bare = brief.call("to be refused", dial=brief.target.dial)
    return tuple(_refusal(settings, brief, wrong) for wrong in wrongs(brief.target, bare))


def _refusal(settings: Settings, brief: Brief, wrong: Wrong) -> Case:
    """First the control, with the right credential, then the call that must be refused. Where no message says that a
    caller is let in, it is if the agent lets it stay: so the control stays, and the other waits, without a sound, since
    a caller need not speak to be thrown out."""
    if wrong.call is None:
        return _case(brief, wrong.name, (), skip=wrong.skip)
    credential = brief.target.credential
    by_message = credential is not None and credential.kind == "message"
    announced = answers_proof(brief.capabilities, by_message=by_message)
    waits: tuple[Step, ...] = (Leave(),) if announced else (Wait("closed", REFUSAL_MS),)
    patience = replace(brief.target.budgets, ready_ms=min(brief.target.budgets.ready_ms, REFUSAL_MS))
    refused = replace(wrong.call, steps=waits, budgets=patience, mute=True)
    params = CallerRefused(0, tuple(settings.refusal_statuses), tuple(settings.refusal_codes), by_message)
    claims = (*foundation(brief, ()), claim(params, brief.place(()), call=1))
    control = brief.call("control", *(stays(brief) if announced else (Pause(STAY_MS), Leave())))
    return _case(brief, wrong.name, (control, refused), claims=claims)


def _garbage(brief: Brief) -> Case:
    name = "garbage is rejected and the next call works"
    may_ignore = "error" not in brief.capabilities.shows and brief.target.dialect != "template"
    watched: tuple[Step, ...] = (Wait("rejected", REJECTION_MS),)
    if may_ignore:
        watched = (Pause(STAY_MS), brief.say("hello", ()), Wait("turn_done"))
    garbled = brief.call("garbage", Inject(text=GARBAGE), *watched)
    calls = (_hasty(garbled), brief.call("next call", *stays(brief)))
    rejected = claim(MessageRejected(may_ignore), brief.place(()))
    claims = (*foundation(brief, ()), rejected, *let_in(brief))
    return _case(brief, name, calls, claims=claims)


def _hasty(call: Call) -> Call:
    """A call that claims no absence need not linger."""
    return replace(call, budgets=replace(call.budgets, linger_ms=0.0))


def _case(
    brief: Brief, name: str, calls: tuple[Call, ...], *, claims: tuple[Claim, ...] = (), skip: str | None = None
) -> Case:
    case_id, place = brief.case_id(name), brief.place(())
    return Case(case_id, brief.target.name, brief.suite, name, place, calls, claims, skip=skip)
