"""Asks every claim of a case of its recording. A claim that cannot be answered is UNKNOWN, never a pass."""

from pydantic import TypeAdapter

from gate.checks import CHECKS
from gate.checks.answer import Answer, unknown
from gate.checks.view import View
from gate.core.capabilities import Capabilities
from gate.core.findings import Blame, Finding, Layer, Verdict
from gate.core.measurement import Measurement
from gate.core.plan import Case, Claim, Clip
from gate.core.recording import Recording
from gate.measures import measure

REPORT = "this is a bug of Voxgate: please report it, with this case's evidence"
FOUNDATIONS = ("ready", "configured")


def judge(case: Case, recording: Recording, can: Capabilities, clips: tuple[Clip, ...]) -> tuple[Finding, ...]:
    """One finding for each claim, in order. Where a call never got as far as a configured session, that is the one
    finding that matters, and what was claimed of the rest of it, and of the calls behind it, is UNKNOWN."""
    return _answers(case, views_of(case, recording, can, clips))


def examine(
    case: Case, recording: Recording, can: Capabilities, clips: tuple[Clip, ...]
) -> tuple[tuple[Finding, ...], tuple[Measurement, ...]]:
    """The findings of a case and its measurements, from the same facts."""
    views = views_of(case, recording, can, clips)
    findings = _answers(case, views)
    try:
        return findings, measure(views.values())
    except Exception as bug:
        answer = unknown(Layer.ORDER, "measurements", f"measuring broke ({_named(bug)})", REPORT, blame=Blame.GATE)
        return (*findings, _finding(Claim("measures", case.place), answer, folded=False, again=False)), ()


def views_of(case: Case, recording: Recording, can: Capabilities, clips: tuple[Clip, ...]) -> dict[int, View]:
    """A view of each call that was made, or that something is claimed of."""
    named = {clip.name: clip for clip in clips}
    calls = {frame.call for frame in recording.frames} | {claim.call for claim in case.claims}
    return {call: View(recording, call, can, named, case) for call in sorted(calls)}


def _answers(case: Case, views: dict[int, View]) -> tuple[Finding, ...]:
    fallen: Finding | None = None
    findings: list[Finding] = []
    for claim in case.claims:
        answer = _folded(fallen) if fallen else _ask(claim, views[claim.call])
        finding = _finding(claim, answer, folded=fallen is not None, again=_failed_before(claim, findings))
        if claim.check in FOUNDATIONS and finding.verdict is not Verdict.PASS:
            fallen = fallen or finding
        findings.append(finding)
    return tuple(findings)


def _failed_before(claim: Claim, findings: list[Finding]) -> bool:
    """Whether the same check failed in an earlier call: then this one's failure is not about what lies between."""
    return any(f.check == claim.check and f.call < claim.call and f.verdict is Verdict.FAIL for f in findings)


def _ask(claim: Claim, view: View) -> Answer:
    check = CHECKS[claim.check]
    try:
        return check.ask(view, TypeAdapter(check.params).validate_python(claim.params))
    except Exception as bug:
        return unknown(Layer.ORDER, claim.check, f"the check itself broke ({_named(bug)})", REPORT, blame=Blame.GATE)


def _named(bug: Exception) -> str:
    return f"{type(bug).__name__}: {bug}"


def _folded(root: Finding) -> Answer:
    actual = f"not judged: the call did not get that far ({root.check})"
    return unknown(root.layer, "a session that is ready", actual, at=root.at, blame=root.blame)


def _finding(claim: Claim, answer: Answer, *, folded: bool, again: bool) -> Finding:
    layer = Layer(claim.layer) if claim.layer and answer.verdict is Verdict.FAIL and not again else answer.layer
    return Finding(
        claim.check, answer.verdict, layer, answer.blame, answer.expected, answer.actual, claim.place,
        answer.next_action, answer.at, claim.call, claim.blocks, folded, answer.late,
    )  # fmt: skip
