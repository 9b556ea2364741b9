"""Whether the agent turns away what it must: callers without the right to call, and messages that make no sense."""

from dataclasses import dataclass, replace
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown, unproven_here
from gate.checks.session import BEHIND
from gate.checks.view import View
from gate.core.capabilities import Capabilities
from gate.core.ends import CallEnd
from gate.core.findings import Layer, Verdict
from gate.core.frames import MESSAGES
from gate.core.signals import Closed, Configured, Fault, Ready, Refused, Transcript

REFUSAL_CODES = (1008, 3000, 3003, 4001, 4003, 4401, 4403)
"""1008 is a policy violation (RFC 6455), 3000 and 3003 are Unauthorized and Forbidden (IANA), the rest is custom."""

OTHER_CODES = "refuse with 1008, 4401 or 4403; or name the code that is your refusal under refusal_codes"


@dataclass(frozen=True, slots=True)
class CallerRefused:
    """The call is refused: HTTP `statuses` on the upgrade, or a close with one of `codes` before the session is ready.
    It counts only beside call number `control`, which must have been let in. `by_message`: what the caller shows stands
    in its configuration, so that a session which is ready before that has let nobody in."""

    CHECK: ClassVar[str] = "refused"
    control: int
    statuses: tuple[int, ...] = (401, 403)
    codes: tuple[int, ...] = REFUSAL_CODES
    by_message: bool = False


@dataclass(frozen=True, slots=True)
class MessageRejected:
    """What the gate injected gets an error message or a close frame. `may_ignore`: to pass it over is no fault, if what
    the caller says behind it is answered; unless nothing is said to the same words in call number `control` either,
    which proves nothing. `may_drop`: where the line is dropped behind it, the close frame may have been lost."""

    CHECK: ClassVar[str] = "rejected"
    may_ignore: bool = False
    may_drop: bool = False
    control: int | None = None


def answers_proof(can: Capabilities, *, by_message: bool) -> bool:
    """Whether a message of the agent's says that a caller was let in."""
    return _welcome(can, by_message=by_message) is not None


def _welcome(can: Capabilities, *, by_message: bool) -> type[Ready] | type[Configured] | None:
    """What the agent says to a caller that it lets in: behind the message with the token, if that is the way."""
    if can.announces_ready and (can.configures_first or not by_message):
        return Ready
    return Configured if by_message and can.acknowledges_configuration else None


def refused(view: View, params: CallerRefused) -> Answer:
    expected = f"refused with HTTP {either(params.statuses)}, or closed with {either(params.codes)} before it is ready"
    welcome = _welcome(view.can, by_message=params.by_message)
    welcomed = view.first(welcome) if welcome else None
    if not let_in(replace(view, call=params.control), by_message=params.by_message):
        actual = "the same call with the right token was not let in either, so a refusal proves nothing"
        return unknown(Layer.HANDSHAKE, expected, actual, "make the positive control work first")
    if view.refused and isinstance(view.refused.signal, Refused):
        return _status(view, params, expected, view.refused.signal.status)
    if welcomed:
        actual = f"the caller was let in, and the session was {'ready' if welcome is Ready else 'configured'}"
        next_action = "check that the token is verified before the upgrade is accepted"
        if params.by_message:
            next_action = "check that the token is verified before the session is set up"
        return failed(Layer.HANDSHAKE, expected, actual, next_action, at=(welcomed.frame,))
    if view.closed_by_agent and isinstance(view.closed_by_agent.signal, Closed):
        return _close(view, params, expected, view.closed_by_agent.signal.code)
    actual = "the socket was opened and neither closed nor made ready"
    if welcome is None:
        actual = "the caller was let stay: the socket was opened and not closed"
    advice = "refuse on the upgrade, or close with 1008, 4401 or 4403"
    missing = view.missing(Layer.HANDSHAKE, expected, actual, advice)
    return replace(missing, symptom="refusal-silent") if welcome and missing.verdict is Verdict.FAIL else missing


def let_in(control: View, *, by_message: bool = False) -> bool:
    """Where no message says that a caller is let in, a call that was let in is one that the agent did not end."""
    welcome = _welcome(control.can, by_message=by_message)
    if control.refused:
        return False
    return control.first(welcome) is not None if welcome else control.end is CallEnd.FINISHED


def _status(view: View, params: CallerRefused, expected: str, status: int) -> Answer:
    at = (view.refused.frame,) if view.refused else ()
    if status in params.statuses:
        return passed(Layer.HANDSHAKE, expected, f"HTTP {status}", at=at)
    next_action = "answer a bad token with 401 or 403: another status looks like a broken server, not like a refusal"
    return failed(Layer.HANDSHAKE, expected, f"HTTP {status}, which is no refusal", next_action, at=at)


def _close(view: View, params: CallerRefused, expected: str, code: int | None) -> Answer:
    at = (view.closed_by_agent.frame,) if view.closed_by_agent else ()
    if code in params.codes:
        return passed(Layer.HANDSHAKE, expected, f"closed with {code}", at=at)
    actual = f"closed with {code}" if code is not None else "the connection was dropped without a close frame"
    return failed(Layer.HANDSHAKE, expected, actual, OTHER_CODES, at=at)


def rejected(view: View, params: MessageRejected) -> Answer:
    expected = "an error message or a close frame" + ", or an answer to what comes next" * params.may_ignore
    injected = view.notes("inject")
    since_ns = injected[0].t_ns if injected else 0
    behind = [heard for heard in view.received if heard.t_ns >= since_ns]
    answers = [heard for heard in behind if isinstance(heard.signal, Fault) or heard is view.closed_by_agent]
    at = (injected[0].index,) if injected else ()
    if params.may_ignore and injected and not answers:
        return _passed_over(view, params, expected, at)
    if not answers or not injected:
        if "error" not in view.can.shows and view.end is CallEnd.EXPIRED:
            actual = "no close came, and how this agent reports an error the manifest does not say"
            return unproven_here(Layer.HANDSHAKE, expected, actual, "describe it under options.events.error", at=at)
        next_action = "answer what cannot be read with an error message: a caller who hears nothing waits for ever"
        return view.missing(Layer.HANDSHAKE, expected, "neither came", next_action, at)
    first = answers[0]
    if isinstance(first.signal, Closed) and first.signal.code is None:
        if params.may_drop:
            return passed(Layer.HANDSHAKE, expected, "the line was dropped", at=(*at, first.frame))
        actual = "the connection was dropped without a close frame"
        return failed(Layer.HANDSHAKE, expected, actual, "catch what cannot be read: it crashed the handler",
                      at=(*at, first.frame))  # fmt: skip
    if params.may_ignore or view.end is CallEnd.FINISHED or isinstance(first.signal, Closed):
        return passed(Layer.HANDSHAKE, expected, first.signal.EVENT, at=(*at, first.frame))
    return view.unproven(Layer.HANDSHAKE, expected)


def _passed_over(view: View, params: MessageRejected, expected: str, at: tuple[int, ...]) -> Answer:
    if _answers_words(view):
        return passed(Layer.HANDSHAKE, expected, "it was passed over, and the caller answered", at=at)
    stopped = [note for note in view.notes("expired") if note.data["what"] in ("ready", "configured")]
    control = None if params.control is None else replace(view, call=params.control)
    if control and _is_empty(view) and _is_empty(control):
        actual = "not one message came, neither behind this nor in an ordinary call"
        missing = view.missing(Layer.HANDSHAKE, expected, actual, BEHIND, at)
        return replace(missing, symptom="nothing-behind", absent=False)
    if view.turn(1) is None and not stopped:
        return view.not_spoken(Layer.HANDSHAKE, expected)
    if control and not (let_in(control) if stopped else _answers_words(control)):
        actual = "an ordinary call came no further, so silence proves nothing"
        return unproven_here(Layer.HANDSHAKE, expected, actual, "make the agent answer the caller first")
    next_action = "catch what cannot be read: whatever handles this call has stopped"
    return view.missing(Layer.HANDSHAKE, expected, "nothing came any more, also not to the caller", next_action, at)


def _is_empty(view: View) -> bool:
    """Whether the caller spoke, over a wire that has no word for readiness, and the agent never sent anything."""
    spoken = not view.can.announces_ready and view.turn(1) is not None
    came = (frame for frame in view.recording.frames if frame.call == view.call and not frame.sent)
    return spoken and view.closed_by_agent is None and not any(frame.opcode in MESSAGES for frame in came)


def _answers_words(view: View) -> bool:
    """Whether the caller's first words got an answer: a voice, or words of the agent's."""
    turn = view.turn(1)
    if turn is None:
        return False
    words = (h for h in view.received if isinstance(h.signal, Transcript) and h.signal.role == "agent")
    return bool(view.answer_to(turn)) or any(heard.t_ns >= turn.end_ns for heard in words)


def either(numbers: tuple[int, ...]) -> str:
    *most, last = map(str, numbers)
    return f"{', '.join(most)} or {last}" if most else last
