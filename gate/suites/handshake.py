"""The handshake suite: opens in time, ready and configured as asked; who may not call is refused while who may is let
in; what cannot be read gets an error or a close, and the next call still works."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from gate.checks import claim
from gate.checks.refusal import REFUSAL_CODES, CallerRefused, MessageRejected
from gate.checks.script import ScriptFollowed
from gate.core.dialling import authorised
from gate.core.durations import Duration
from gate.core.plan import Call, Case, Claim, Dial, Inject, Leave, Pause, Step, Wait
from gate.suites import company
from gate.suites.brief import Brief
from gate.suites.cases import Code, SuiteSettings
from gate.suites.foundation import STAY_MS, foundation, let_in, stays
from gate.suites.written import all_written

REFUSAL_MS = 5_000.0
REJECTION_MS = 5_000.0
CROWDS = (2, 5)
MALFORMED = "voxgate-this-is-not-a-token"
GARBAGE = "this is not the message that you expect {"


class Settings(SuiteSettings):
    """`refusal_codes` and `refusal_statuses` replace what counts as a refusal. `slower_at_once` and `slower_cold`: how
    much later an answer may come with several callers on the line, or in the first call after a start; they block only
    if given."""

    refusal_statuses: Annotated[list[int], Field(min_length=1)] = Field(default_factory=lambda: [401, 403])
    slower_at_once: Duration | None = None
    slower_cold: Duration | None = None
    refusal_codes: Annotated[list[Code], Field(min_length=1)] = Field(default_factory=lambda: list(REFUSAL_CODES))


def expand(settings: Settings, brief: Brief) -> tuple[Case, ...]:
    return (
        _opens(brief),
        *_refusals(settings, brief),
        _garbage(brief),
        company.at_once(brief, CROWDS, settings.slower_at_once),
        company.cold(brief, settings.slower_cold),
        *all_written(settings, brief),
    )


def _opens(brief: Brief) -> Case:
    """The caller stays a moment: a socket that opens and is closed at once is no session."""
    claims = (*foundation(brief, ()), claim(ScriptFollowed(), brief.place(())))
    return _case(brief, "opens and is ready", (brief.call("call", Pause(STAY_MS), Leave()),), claims=claims)


def _refusals(settings: Settings, brief: Brief) -> tuple[Case, ...]:
    target, credential = brief.target, brief.target.credential
    if credential is None:
        skip = "the manifest gives no credential, so there is nothing to withhold"
        return (_case(brief, "no token is refused", (), skip=skip),)
    cases = [
        _refusal(settings, brief, "no token is refused", target.dial),
        _refusal(settings, brief, "malformed token is refused", authorised(target.dial, credential, MALFORMED)),
    ]
    for kind, token in target.negative_tokens.items():
        dial = authorised(target.dial, credential, token)
        cases.append(_refusal(settings, brief, f"{kind} token is refused", dial))
    if not target.negative_tokens:
        skip = "not proven: the token is opaque; give one that must be refused under negative_tokens"
        cases.append(_case(brief, "expired token is refused", (), skip=skip))
    return tuple(cases)


def _refusal(settings: Settings, brief: Brief, name: str, dial: Dial) -> Case:
    """First the control, with the right token, then the call that must be refused. Where no message says that a
    session is ready, a caller is let in if the agent lets it stay: so the control stays, and the other waits."""
    waits: tuple[Step, ...] = (Leave(),) if brief.capabilities.announces_ready else (Wait("closed", REFUSAL_MS),)
    patience = replace(brief.target.budgets, ready_ms=min(brief.target.budgets.ready_ms, REFUSAL_MS))
    refused = replace(brief.call("to be refused", *waits, dial=dial), budgets=patience)
    params = CallerRefused(0, tuple(settings.refusal_statuses), tuple(settings.refusal_codes))
    claims = (*foundation(brief, ()), claim(params, brief.place(()), call=1))
    return _case(brief, name, (brief.call("control", *stays(brief)), refused), claims=claims)


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
