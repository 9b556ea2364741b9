"""Whether a caller who comes in by another door than the usual one gets an answer, whatever it is: an HTTP status, an
error, a close frame, a session. Decent agents differ in what they answer; none leaves the caller before a silent line.

Silence, or a line that just breaks, counts only beside an ordinary call of the same case that was let in."""

from dataclasses import dataclass, replace
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown, unproven_here
from gate.checks.refusal import either, let_in
from gate.checks.replies import reply
from gate.checks.session import upgraded
from gate.checks.view import View
from gate.core import jsons
from gate.core.findings import Layer, Verdict
from gate.core.frames import Frame
from gate.core.recording import Heard
from gate.core.signals import Asked, Closed, Configured, Fault, Ready, Refused


@dataclass(frozen=True, slots=True)
class DoorAnswered:
    """`what` the call brings that an ordinary one does not. `may_drop`: servers that cannot read it have no word for
    that, so an upgrade that nobody answers is no fault where the line is closed. `session`: it is the configuration,
    which only something that comes behind it can answer. With `statuses` or `codes`, it must be refused with one of
    them. Call number `control` is the ordinary one."""

    CHECK: ClassVar[str] = "door"
    what: str
    control: int = 0
    may_drop: bool = False
    session: bool = False
    statuses: tuple[int, ...] = ()
    codes: tuple[int, ...] = ()


def answered(view: View, params: DoorAnswered) -> Answer:
    layer = Layer.CONFIG if params.session else Layer.HANDSHAKE
    expected = f"{params.what} is answered: by an HTTP status, an error, a close frame or a session that is ready"
    if not let_in(replace(view, call=params.control)):
        actual = "the same call without it was not let in either, so silence proves nothing"
        return unknown(layer, expected, actual, "make the ordinary call work first")
    if params.statuses or params.codes:
        return _refused(view, params)
    answers = list(_answers(view, session=params.session))
    if answers:
        return passed(layer, expected, _told(answers[0]), at=(answers[0].frame,))
    opened = upgraded(view)
    if view.closed_by_agent:
        at = (view.closed_by_agent.frame,)
        if opened is None and _was_answered(view, view.closed_by_agent):
            return passed(layer, expected, view.end_detail, at=at)
        if params.may_drop and opened is None:
            return passed(layer, expected, "the line was closed without an answer to the upgrade", at=at)
        actual = "the line was dropped: no HTTP status and no close frame"
        return failed(layer, expected, actual, "catch what is not known there: it crashed the handler", at=at)
    if not view.can.announces_ready and opened is not None and not params.session:
        return _behind(view, params, expected, opened)
    open_and_silent = "the line stays open and nothing comes"
    actual = open_and_silent if opened is not None else view.end_detail or "the upgrade was never answered"
    return _silent(view, layer, expected, actual, (opened.index,) if opened is not None else ())


def _silent(view: View, layer: Layer, expected: str, actual: str, at: tuple[int, ...]) -> Answer:
    """Where the ordinary call behind it meets the same silence, this one proves nothing of the door: nobody is served
    any more since the ordinary call before it was over."""
    behind = replace(view, call=view.call + 1)
    if behind.call < len(view.case.calls) and upgraded(behind) is not None and not _is_served(behind):
        actual += ", and so it is in the ordinary call behind it"
        next_action = "look at what the end of an ordinary call leaves behind: locks, tasks, a worker that died"
        return replace(view.missing(Layer.CLOSE, expected, actual, next_action, at), symptom="next-call-lost")
    next_action = "refuse what is not known, with an HTTP status, an error or a close code: a caller waits for ever"
    return view.missing(layer, expected, actual, next_action, at)


def _is_served(view: View) -> bool:
    return let_in(view) and (view.turn(1) is None or reply(view).verdict is Verdict.PASS)


def _behind(view: View, params: DoorAnswered, expected: str, opened: Frame) -> Answer:
    """Where nothing says that a session is ready, what is behind an open socket shows where the caller asks something
    that is answered in the ordinary call."""
    ordinary = replace(view, call=params.control)
    if view.turn(1) is None and ordinary.turn(1) is None:
        actual = "the upgrade was accepted, as in the ordinary call"
        return passed(Layer.HANDSHAKE, expected, actual, at=(opened.index,))
    own = reply(view)
    if own.verdict is Verdict.PASS:
        return passed(Layer.HANDSHAKE, expected, "the caller was answered, as in the ordinary call", at=own.at)
    if reply(ordinary).verdict is not Verdict.PASS:
        actual = "the upgrade was accepted; what is behind it is not known: the ordinary call got no answer either"
        return unproven_here(Layer.HANDSHAKE, expected, actual, "make the agent answer the ordinary caller first")
    actual = "the line stays open, and the caller gets no answer, other than in the ordinary call before it"
    return _silent(view, Layer.HANDSHAKE, expected, actual, (opened.index,))


def _refused(view: View, params: DoorAnswered) -> Answer:
    statuses, codes = either(params.statuses), either(params.codes)
    expected = f"{params.what} is refused, with HTTP {statuses}, or closed with {codes} before the session is ready"
    answers = _answers(view, session=params.session)
    for heard in answers:
        match heard.signal:
            case Refused(status) if status in params.statuses:
                return passed(Layer.HANDSHAKE, expected, _told(heard), at=(heard.frame,))
            case Closed(code) if code in params.codes and view.ready is None:
                return passed(Layer.HANDSHAKE, expected, _told(heard), at=(heard.frame,))
    opened = upgraded(view)
    at = (answers[0].frame,) if answers else (opened.index,) if opened else ()
    actual = _told(answers[0]) if answers else "the socket was opened" if opened else "the upgrade was not answered"
    next_action = "refuse it on the upgrade, or say in the manifest that it may come in"
    return replace(view.missing(Layer.HANDSHAKE, expected, actual, next_action, at), symptom="door-open", absent=False)


def _was_answered(view: View, lost: Heard) -> bool:
    """Whether the upgrade was answered by something that no client may accept: a subprotocol that nobody offered."""
    frame = next(frame for frame in view.recording.frames if frame.index == lost.frame)
    data = jsons.parse(frame.data)
    return isinstance(data, dict) and data.get("answered") is True


def _answers(view: View, *, session: bool) -> list[Heard]:
    """What answers the call; of a configuration, only behind it, and not a session that is ready whatever was asked."""
    asked = next((heard.frame for heard in view.heard if isinstance(heard.signal, Asked)), -1) if session else -1
    told = session and view.can.acknowledges_configuration
    answers = (heard for heard in view.received if heard.frame > asked and _is_answer(heard, view))
    return [heard for heard in answers if not (told and isinstance(heard.signal, Ready))]


def _is_answer(heard: Heard, view: View) -> bool:
    match heard.signal:
        case Refused() | Fault() | Ready() | Configured():
            return True
        case Closed(code):
            return code is not None and heard is view.closed_by_agent
        case _:
            return False


def _told(answer: Heard) -> str:
    match answer.signal:
        case Refused(status):
            return f"HTTP {status}"
        case Fault(code, message):
            return f"error {code or ''} {message}".replace("  ", " ").strip()
        case Closed(code):
            return f"closed with {code}"
        case Configured():
            return "it was acknowledged"
        case _:
            return "the session was ready"
