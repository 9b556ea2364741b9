"""Which row of the table one answer is: by its check, by the event that it asks for, and by how far the call got. Pure.

What came and is wrong is named by what it is. What never came is named by the earliest broken link of its turn, for
whatever is missed behind that only follows from it."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from gate.checks import chain
from gate.checks.answer import Answer
from gate.checks.view import View
from gate.core.ends import CallEnd
from gate.core.findings import Blame, Layer, Verdict
from gate.core.jsons import Json
from gate.core.matchers import Where, describe, matches
from gate.core.paths import get
from gate.core.plan import Claim, Leave, Pause, Wait
from gate.core.recording import Event
from gate.core.signals import AudioOut

BY_CHECK = {
    "ready": "slow-to-be-ready", "configured": "config-differs", "refused": "caller-let-in",
    "rejected": "garbage-accepted", "transcript": "words-wrong", "answered": "no-audio", "replied": "no-response",
    "turn-respected": "turn-cut-short", "first-audio": "late", "interrupted": "interruption-ignored",
    "level": "too-quiet", "voiced": "not-speech", "clipping": "clipped", "dropouts": "audio-holes",
    "whole-words": "words-cut", "chunk-order": "chunks-disordered", "speech-rate": "wrong-rate", "stalls": "stalls",
    "undisturbed": "stopped-by-noise", "noise-ignored": "noise-answered", "final-marker": "no-final-marker",
    "started-before-audio": "event-order", "transcript-before-answer": "event-order",
    "result-before-answer": "event-order", "nothing-after-close": "close-wrong", "call-ids": "ids-mixed",
    "response-ids": "ids-mixed", "session-id": "ids-mixed", "says": "answer-differs", "hears": "words-wrong",
    "confirms": "unproven-confirmation", "must-not-confirm": "unproven-confirmation", "mocks-used": "mock-unused",
    "arguments": "tool-arguments", "ids-known": "tool-arguments", "writes-once": "tool-twice",
    "retry-key": "retry-without-key", "sandboxed": "tool-outside-sandbox", "dry-run": "no-dry-run",
    "calls": "tool-missing",
    "call-after-turn": "tool-unwanted", "mocks": "tool-without-mock", "protocol": "protocol-broken",
    "bad-audio": "bad-audio-taken", "close-code": "close-wrong", "recording": "recording-damaged",
}  # fmt: skip

OF_THE_MANIFEST = ("mocks", "mocks-used", "dry-run")

BY_LAYER = {
    Layer.HANDSHAKE: "nothing-behind", Layer.CONFIG: "config-differs", Layer.INPUT: "words-wrong",
    Layer.TOOLS: "tool-arguments", Layer.CLOSE: "close-wrong",
}  # fmt: skip

ABSENT = {
    "configured": "config-unacknowledged", "first-audio": "no-audio", "transcript": "no-transcript",
    "confirms": "result-ignored",
}  # fmt: skip

MISSED = {
    "tool.call": "tool-missing", "tool.result": "tool-unanswered", "session.started": "nothing-behind",
    "session.configured": "config-unacknowledged", "session.closed": "close-missing",
    "input_audio.accepted": "not-heard", "speech.started": "not-heard", "speech.stopped": "not-heard",
    "transcript.delta": "no-transcript", "transcript.final": "no-transcript", "response.started": "no-response",
    "output_audio.delta": "no-audio", "output_audio.done": "no-final-marker", "response.done": "no-final-marker",
    "output_transcript.delta": "answer-differs", "output_transcript.final": "answer-differs",
}  # fmt: skip

DIFFERS = {
    "tool.call": "tool-arguments", "tool.result": "event-differs", "transcript.final": "words-wrong",
    "transcript.delta": "words-wrong", "output_transcript.final": "answer-differs",
    "output_transcript.delta": "answer-differs", "session.closed": "close-wrong",
}  # fmt: skip

WAITS = {
    "ready": "nothing-behind", "configured": "config-unacknowledged", "audible": "no-audio", "quiet": "talks-on",
    "closed": "close-missing", "rejected": "garbage-accepted", "call": "late",
}  # fmt: skip

AFTER_EARS = frozenset(
    ("not-heard", "no-transcript", "no-response", "no-audio", "tool-missing", "tool-unanswered", "result-ignored",
     "answer-differs", "event-missing", "event-differs", "no-final-marker", "interruption-ignored", "close-missing",
     "talks-on", "words-wrong")
)  # fmt: skip
AFTER_TOOL = ("result-ignored", "unproven-confirmation")
"""What claims on events find without saying so: their advice is about something else."""
AFTER_MIND = frozenset(
    ("no-audio", "tool-missing", "tool-unanswered", "result-ignored", "no-final-marker", "answer-differs")
)


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
        return Named(answer.symptom, turn)
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
    return _earliest(own, turn, "turn" in claim.params, view)


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
    found = "" if own == "no-audio" and _inaudible(view, turn) else _broken_for(own, turn, view)
    if found:
        return Named(found, turn, moved=found != own and not {found, own} <= set(chain.EARS))
    if not told and own in AFTER_EARS and view.end in (CallEnd.EXPIRED, CallEnd.CLOSED):
        halt, symptom = stalled(view)
        deaf = symptom in (*chain.EARS, *chain.MIND) and halt >= turn
        if deaf or (_more_to_say(view) and symptom != own):
            return Named(symptom, halt, moved=True)
    return Named(own, turn, moved=own in AFTER_TOOL)


def _broken_for(own: str, turn: int, view: View) -> str:
    if own in AFTER_MIND:
        return chain.broken(view, turn)
    return chain.ears(view, turn) if own in AFTER_EARS else ""


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


def stalled(view: View) -> tuple[int, str]:
    """The turn in which a call that the caller did not get through came to a halt, and why."""
    turn = chain.last_turn(view)
    expired = view.notes("expired")
    if not expired:
        return turn, chain.broken(view, turn) or "closed-early"
    what = str(expired[-1].data["what"])
    own = WAITS.get(what) or ("no-final-marker" if what == "turn_done" else MISSED.get(what, "event-missing"))
    found = _broken_for(own, turn, view)
    if found or own != "no-final-marker" or what != "turn_done":
        return turn, found or own
    return turn, _after_the_tool(view, turn) or ("no-final-marker" if _heard(view, turn) else "no-audio")


def _heard(view: View, number: int) -> bool:
    turn = view.turn(number)
    return turn is None or not view.can.speaks or bool(view.answer_to(turn))


def _after_the_tool(view: View, number: int) -> str:
    """Whether the turn ends with a tool: nothing came behind the call, or behind its result."""
    turn = view.turn(number)
    since_ns = turn.end_ns if turn else 0
    told = [event for event in view.events if event.t_ns >= since_ns
            and event.name.startswith(("tool.", "output_", "response."))]  # fmt: skip
    calls = [at for at, event in enumerate(told) if event.name == "tool.call"]
    if not calls or any(event.name.startswith("output_") for event in told[calls[-1] :]):
        return ""
    answered = any(event.name == "tool.result" for event in told[calls[-1] :])
    return "result-ignored" if answered else "tool-unanswered"


def _own(claim: Claim, answer: Answer, view: View) -> str:
    match claim.check:
        case "configured" if not answer.absent and len(answer.at) > 1:
            return "config-late"
        case "never":
            return _unwanted(claim, answer, view)
        case "count" if not answer.absent:
            return "tool-twice" if claim.params.get("event") == "tool.call" else "event-repeated"
        case "close-code" if view.closed is None or (view.notes("expired") and view.closed_by_agent is None):
            return "close-missing"
        case "voiced" if not view.playback.sounds_after(0):
            return "no-audio"
        case "ends-with":
            return "no-final-marker" if answer.layer is Layer.OUTPUT else "event-missing"
        case check if answer.absent and check in ABSENT:
            return ABSENT[check]
        case check if check in BY_CHECK:
            return BY_CHECK[check]
        case _:
            return _of_events(claim, answer, view)


def _unwanted(claim: Claim, answer: Answer, view: View) -> str:
    match str(claim.params.get("event")):
        case "error":
            return "error-reported"
        case "tool.call":
            return "tool-unwanted"
        case event if event.startswith("output_transcript") and answer.layer is Layer.TOOLS:
            return "unproven-confirmation" if _without_success(answer, view) else "event-unwanted"
        case _:
            return "event-unwanted"


def _without_success(answer: Answer, view: View) -> bool:
    """Whether what was said rests on no tool of its turn, on one that has failed, or on one that had not answered."""
    said = max(answer.at, default=0)
    since = max((turn.at[1] for turn in view.turns if turn.at[1] < said), default=0)
    before = [event for event in view.events if since <= event.at < said and event.name.startswith("tool.")]
    return not before or before[-1].name == "tool.call" or before[-1].payload.get("error") is not None


def _of_events(claim: Claim, answer: Answer, view: View) -> str:
    """Of claims on events: what the first of them, of those that the answer speaks of, met in the recording."""
    wanted = sorted(_wanted(claim.params), key=lambda one: _told(one[0], one[1], answer.expected), reverse=True)
    if not wanted:
        return BY_LAYER.get(answer.layer, "event-missing" if answer.absent else "event-differs")
    if not answer.absent:
        return "late"
    name, where = wanted[0]
    if answer.layer is Layer.ORDER and len(answer.at) > 1:
        return "tool-order" if name.startswith("tool.") else "event-order"
    since = max(answer.at, default=0)
    near = any(_resembles(event, name, where) for event in view.events if event.at >= since)
    if answer.layer is Layer.TOOLS and name.startswith(("output_", "response.")):
        return "unproven-confirmation" if near and _without_success(answer, view) else "result-ignored"
    return DIFFERS.get(name, "event-differs") if near else MISSED.get(name, "event-missing")


def _told(name: str, where: Where, expected: str) -> tuple[bool, int]:
    """How much of this event the answer speaks of."""
    told = [f"{path} {describe(matcher)}" in expected for path, matcher in where]
    return name in expected and all(told), len(told)


def _resembles(event: Event, name: str, where: Where) -> bool:
    """Whether this event is meant, and only its values are other ones: a tool is meant by its name."""
    if event.name != name or all(matches(matcher, get(event.payload, path)) for path, matcher in where):
        return False
    return all(matches(matcher, get(event.payload, path)) for path, matcher in where if path == "name")


def _wanted(params: Json) -> Iterator[tuple[str, Where]]:
    """The events that a claim asks for, wherever they stand in its params."""
    match params:
        case {"event": str(name), **more}:
            yield name, _where(more.get("where"))
        case dict():
            for value in params.values():
                yield from _wanted(value)
        case list() | tuple():
            for value in params:
                yield from _wanted(value)


def _where(value: object) -> Where:
    """As a claim keeps it; a claim that keeps it in another form says nothing of it here."""
    try:
        return TypeAdapter(Where).validate_python(value or ())
    except ValidationError:
        return ()
