"""Asks every claim of a case of its recording. A claim that cannot be answered is UNKNOWN, never a pass."""

from dataclasses import replace

from gate.checks import CHECKS
from gate.checks.answer import Answer, unknown, unproven_here
from gate.checks.hidden import in_doubt
from gate.checks.triage.roots import Asked, triaged
from gate.checks.view import View
from gate.core.capabilities import Capabilities
from gate.core.findings import Blame, Finding, Layer, Verdict
from gate.core.measurement import Measurement
from gate.core.plan import FOUNDATIONS, Case, Claim, Clip
from gate.core.recording import Recording
from gate.measures import measure

REPORT = "this is a bug of Voxgate: please report it, with this case's evidence"


def judge(case: Case, recording: Recording, can: Capabilities, clips: tuple[Clip, ...]) -> tuple[Finding, ...]:
    """One finding for each claim, in order. Where a call never got as far as a configured session, that is the one
    finding that matters, and what was claimed of the rest of it, and of the calls behind it, is UNKNOWN."""
    return _answers(case, views_of(case, recording, can, clips))


def examine(case: Case, views: dict[int, View]) -> tuple[tuple[Finding, ...], tuple[Measurement, ...]]:
    """The findings of a case and its measurements, from the same facts."""
    findings = _answers(case, views)
    try:
        return findings, measure(views.values())
    except Exception as bug:
        answer = unknown(Layer.ORDER, "measurements", f"measuring broke ({_named(bug)})", REPORT, blame=Blame.GATE)
        return (*findings, *triaged([Asked(Claim("measures", case.place), answer)], views)), ()


def views_of(case: Case, recording: Recording, can: Capabilities, clips: tuple[Clip, ...]) -> dict[int, View]:
    """A view of each call that was made, or that something is claimed of."""
    named = {clip.name: clip for clip in clips}
    calls = {frame.call for frame in recording.frames} | {claim.call for claim in case.claims}
    return {call: View(recording, call, can, named, case) for call in sorted(calls)}


def _answers(case: Case, views: dict[int, View]) -> tuple[Finding, ...]:
    fallen: int | None = None
    asked: list[Asked] = []
    for number, claim in enumerate(case.claims):
        answer = _ask(claim, views[claim.call]) if fallen is None else _not_asked(asked[fallen])
        under = fallen if answer.verdict is not Verdict.SKIP else None
        asked.append(Asked(claim, answer, under=under, again=_failed_before(claim, asked)))
        if fallen is None and claim.check in FOUNDATIONS and answer.verdict is not Verdict.PASS:
            fallen = number
    return triaged(asked, views)


def _failed_before(claim: Claim, asked: list[Asked]) -> bool:
    """Whether the same check failed in an earlier call: then this one's failure is not about what lies between."""
    earlier = (one for one in asked if one.claim.check == claim.check and one.claim.call < claim.call)
    return any(one.answer.verdict is Verdict.FAIL for one in earlier)


def _ask(claim: Claim, view: View) -> Answer:
    check = CHECKS[claim.check]
    try:
        params = check.stored.validate_python(claim.params)
        return in_doubt(claim, params, check.ask(view, params), view)
    except Exception as bug:
        return unknown(Layer.ORDER, claim.check, f"the check itself broke ({_named(bug)})", REPORT, blame=Blame.GATE)


def _named(bug: Exception) -> str:
    return f"{type(bug).__name__}: {bug}"


def _not_asked(root: Asked) -> Answer:
    actual = f"not judged: the call did not get that far ({root.claim.check})"
    answer = root.answer
    if answer.verdict is Verdict.SKIP:
        return unproven_here(answer.layer, "a session that is ready", actual, "", at=answer.at)
    never = unknown(answer.layer, "a session that is ready", actual, at=answer.at, blame=answer.blame)
    return replace(never, late=answer.late)
