"""Which row of the table one answer is: by its check, by the event that it asks for, and by how far the call got. Pure.

What came and is wrong is named by what it is. What never came is named by the earliest broken link of its turn, for
whatever is missed behind that only follows from it."""

from dataclasses import dataclass

from gate.checks.answer import Answer
from gate.checks.triage import chain
from gate.checks.triage.eventnaming import of_events, unwanted
from gate.checks.triage.halting import broken_for, stalled
from gate.checks.triage.rows import ABSENT, AFTER_EARS, AFTER_TOOL, BY_CHECK, OF_THE_MANIFEST
from gate.checks.view import View
from gate.core.ends import CallEnd
from gate.core.findings import Blame, Layer, Verdict
from gate.core.plan import Claim, Leave, Pause, Wait
from gate.core.signals import AudioOut

OVER_ALL = ("flooded", "protocol-broken")


@dataclass(frozen=True, slots=True)
class Named:
    """A symptom, the turn of its call that it is about, and whether it is another one than was asked about."""

    symptom: str
    turn: int = 0
    moved: bool = False


def named(claim: Claim, answer: Answer, view: View) -> Named:
    """The row for an answer that is no pass."""
    turn = _turn(claim, answer, view)
    if answer.symptom:
        return Named(answer.symptom, 0 if answer.symptom in OVER_ALL else turn)
    if answer.absent and (over := _line_given_up(view)):
        return Named(over, moved=True)
    if ours := _not_the_agents(claim, answer, view):
        return Named(ours)
    if answer.verdict is Verdict.UNKNOWN and not answer.absent:
        return Named("inconclusive" if answer.at else "not-judged", turn)
    if claim.check == "script":
        turn, symptom = stalled(view)
        return Named(symptom, turn)
    if claim.check == "ready" and answer.absent:
        return Named(chain.broken(view, 0) or "slow-to-be-ready")
    own = _own(claim, answer, view)
    if not (answer.absent or own == "interruption-ignored"):
        return Named(own, turn)
    return _earliest(own, turn, isinstance(claim.params.get("turn"), int), view)


def _line_given_up(view: View) -> str:
    """What ended a call of which nobody can say what else would have come."""
    if view.end is CallEnd.FLOODED:
        return "flooded"
    return "protocol-broken" if view.notes("forbidden") else ""


def _not_the_agents(claim: Claim, answer: Answer, view: View) -> str:
    if answer.late:
        return "gate-late"
    match answer.blame:
        case Blame.GATE:
            return "gate-bug"
        case Blame.CONFIGURATION:
            if answer.absent and view.unanswered_tools:
                return "tool-without-mock"
            return BY_CHECK[claim.check] if claim.check in OF_THE_MANIFEST else "manifest-too-little"
        case Blame.ENVIRONMENT if view.end is CallEnd.UNREACHABLE:
            return "unreachable"
        case Blame.ENVIRONMENT if view.end is CallEnd.UNTRUSTED:
            return "certificate-refused"
        case Blame.ENVIRONMENT if view.end is CallEnd.TOKENLESS:
            return "no-token"
        case Blame.ENVIRONMENT:
            return "recording-damaged" if view.recording.problems else "stopped"
        case Blame.AGENT:
            return ""


def _turn(claim: Claim, answer: Answer, view: View) -> int:
    number = claim.params.get("turn")
    if isinstance(number, int):
        return number
    if claim.check in ("script", "close-code", "final-marker"):
        return chain.last_turn(view)
    lines = {event.at: event.t_ns for event in view.events}
    return chain.turn_behind(view, max((lines.get(at, 0) for at in answer.at), default=0))


def _earliest(own: str, turn: int, told: bool, view: View) -> Named:
    """What was missed, or the link before it that is broken: in its own turn; or, for what is claimed of no one turn,
    where the call came to a halt before everything was said, or because nothing was heard."""
    found = "" if own == "no-audio" and _inaudible(view, turn) else broken_for(own, turn, view)
    if found:
        return Named(found, turn, moved=found != own and not {found, own} <= set(chain.EARS))
    if not told and own in AFTER_EARS and view.end in (CallEnd.EXPIRED, CallEnd.CLOSED, CallEnd.FLOODED):
        halt, symptom = stalled(view)
        deaf = symptom in (*chain.EARS, *chain.MIND) and halt >= turn
        if deaf or (_more_to_say(view) and symptom != own):
            return Named(symptom, halt, moved=True)
    return Named(own, turn, moved=own in AFTER_TOOL)


def _inaudible(view: View, number: int) -> bool:
    """Whether there was an answer, of which nothing can be heard: then what is missing is the voice alone."""
    turn, until_ns = view.turn(number), view.turn_limit_ns(number)
    if turn is None or view.playback.sounds_after(turn.end_ns):
        return False
    return any(isinstance(h.signal, AudioOut) and turn.end_ns <= h.t_ns < until_ns for h in view.received)


def _more_to_say(view: View) -> bool:
    """Whether there were turns that the caller did not come to."""
    steps = view.case.calls[view.call].steps if view.call < len(view.case.calls) else ()
    return sum(not isinstance(step, Pause | Wait | Leave) for step in steps) > chain.begun(view)


def _own(claim: Claim, answer: Answer, view: View) -> str:
    match claim.check:
        case "configured" if not answer.absent and len(answer.at) > 1:
            return "config-late"
        case "never":
            return unwanted(claim, answer, view)
        case "count" if not answer.absent:
            return "tool-twice" if claim.params.get("event") == "tool.call" else "event-repeated"
        case "close-code" if view.closed is None or (view.notes("expired") and view.closed_by_agent is None):
            return "close-missing"
        case "close-code" if view.close_unanswered:
            return "close-unanswered"
        case "voiced" if not view.playback.sounds_after(0):
            return "no-audio"
        case "ends-with":
            return "no-final-marker" if answer.layer is Layer.OUTPUT else "event-missing"
        case check if answer.absent and check in ABSENT:
            return ABSENT[check]
        case check if check in BY_CHECK:
            return BY_CHECK[check]
        case _:
            return of_events(claim, answer, view)
