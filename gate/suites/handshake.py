"""The handshake suite: opens in time, ready and configured as asked; who may not call is refused while who may is let
in; what cannot be read gets an error or a close, and the next call still works."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from gate.checks import claim
from gate.checks.ids import SessionId
from gate.checks.refusal import REFUSAL_CODES, CallerRefused, answers_proof
from gate.checks.script import ScriptFollowed
from gate.core.durations import Duration
from gate.core.plan import Call, Case, Claim, Leave, Pause, Step, Wait
from gate.suites import company
from gate.suites.brief import Brief
from gate.suites.cases import Code, SuiteSettings
from gate.suites.doors import FOREIGN_ORIGIN, UNKNOWN_PATH, Refusals, doors
from gate.suites.foundation import STAY_MS, foundation, stays
from gate.suites.garbage import garbage
from gate.suites.refusals import Wrong, wrongs
from gate.suites.written import all_written

REFUSAL_MS = 5_000.0
CROWDS = (2, 5)
NOT_FOUND = 404
Wanted = Literal["answered", "refused"]


class Settings(SuiteSettings):
    """`refusal_codes` and `refusal_statuses` replace what counts as a refusal. `slower_at_once` and `slower_cold`: how
    much later an answer may come with several callers on the line, or in the first call after a start; they block only
    if given. `foreign_origin`, `unknown_path`: what is to become of such a call. `oversized_header`: whether its answer
    blocks, since common servers give none."""

    refusal_statuses: Annotated[list[int], Field(min_length=1)] = Field(default_factory=lambda: [401, 403])
    slower_at_once: Duration | None = None
    slower_cold: Duration | None = None
    refusal_codes: Annotated[list[Code], Field(min_length=1)] = Field(default_factory=lambda: list(REFUSAL_CODES))
    foreign_origin: Wanted = "answered"
    unknown_path: Wanted = "answered"
    oversized_header: Literal["shown", "answered"] = "shown"


def expand(settings: Settings, brief: Brief) -> tuple[Case, ...]:
    return (
        _opens(brief),
        *_refusals(settings, brief),
        *doors(brief, _must_be_refused(settings), header_blocks=settings.oversized_header == "answered"),
        *garbage(brief),
        company.at_once(brief, CROWDS, settings.slower_at_once),
        company.cold(brief, settings.slower_cold),
        *all_written(settings, brief),
    )


def _opens(brief: Brief) -> Case:
    """The caller stays a moment: a socket that opens and is closed at once is no session."""
    claims = (*foundation(brief, ()), *_named(brief), claim(ScriptFollowed(), brief.place(())))
    return _case(brief, "opens and is ready", (brief.call("call", Pause(STAY_MS), Leave()),), claims=claims)


def _named(brief: Brief) -> tuple[Claim, ...]:
    """That a session has an id, where the dialect has a word for that. Nobody needs one to talk: so it blocks only
    where the manifest asks for it."""
    asked = brief.invariants.get("session-id")
    if "session-id" not in brief.capabilities.guarantees or asked is False:
        return ()
    return (claim(SessionId(present=True), brief.place(()), blocks=asked is True),)


def _must_be_refused(settings: Settings) -> dict[str, Refusals]:
    statuses, codes = tuple(settings.refusal_statuses), tuple(settings.refusal_codes)
    origin = {FOREIGN_ORIGIN: (statuses, codes)} if settings.foreign_origin == "refused" else {}
    path = {UNKNOWN_PATH: ((*statuses, NOT_FOUND), codes)} if settings.unknown_path == "refused" else {}
    return origin | path


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


def _case(
    brief: Brief, name: str, calls: tuple[Call, ...], *, claims: tuple[Claim, ...] = (), skip: str | None = None
) -> Case:
    case_id, place = brief.case_id(name), brief.place(())
    return Case(case_id, brief.target.name, brief.suite, name, place, calls, claims, skip=skip)
