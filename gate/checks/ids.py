"""What belongs together by its ids, where ids are shown: results to calls, audio to responses, a call to one session.

An id that is left out, or empty, belongs to nothing and breaks nothing."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed
from gate.checks.events.describing import short, told
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.recording import Event
from gate.core.signals import AudioOut, Cancelled, Ready, ResponseStarted, TurnDone


@dataclass(frozen=True, slots=True)
class CallIds:
    """The call id of each tool result is that of an earlier tool call."""

    CHECK: ClassVar[str] = "call-ids"


@dataclass(frozen=True, slots=True)
class ResponseIds:
    """The response id of audio is that of a response that has begun and is not over."""

    CHECK: ClassVar[str] = "response-ids"


@dataclass(frozen=True, slots=True)
class SessionId:
    """A call has one session id throughout; and it has one, if it must be `present`."""

    CHECK: ClassVar[str] = "session-id"
    present: bool = False


def call_ids(view: View, params: CallIds) -> Answer:
    expected = "each tool result has the id of an earlier tool call"
    called: dict[str, Event] = {}
    checked = 0
    for event in view.log:
        call_id = event.payload.get("call_id")
        if not isinstance(call_id, str) or not call_id:
            continue
        if event.name == "tool.call":
            called[call_id] = event
        elif event.name == "tool.result" and called:
            checked += 1
            if call_id not in called:
                known = ", ".join(short(one) for one in list(called)[-3:])
                actual = f"{told(event)} has the id {short(call_id)}, and the calls before it {known}"
                next_action = "check which call this result belongs to: a model gives it to another one, or drops it"
                return failed(Layer.TOOLS, expected, actual, next_action, at=(event.at, *_last(called)))
    return _kept(view, Layer.TOOLS, expected, checked, "no result came behind a call with an id")


def _last(called: dict[str, Event]) -> tuple[int, ...]:
    return (list(called.values())[-1].at,)


def response_ids(view: View, params: ResponseIds) -> Answer:
    expected = "audio belongs to a response that has begun and is not over"
    begun: dict[str, int] = {}
    over: dict[str, int] = {}
    checked = 0
    for heard in view.received:
        match heard.signal:
            case ResponseStarted(str(response_id)):
                begun[response_id] = heard.frame
                over.pop(response_id, None)
            case TurnDone(str(response_id)) | Cancelled(str(response_id)) if response_id in begun:
                over[response_id] = heard.frame
            case AudioOut(_, _, str(response_id)) if begun and response_id:
                checked += 1
                why = "is over" if response_id in over else "" if response_id in begun else "has not begun"
                if why:
                    at = (*((over[response_id],) if response_id in over else ()), heard.frame)
                    actual = f"audio of {short(response_id)}, a response that {why}"
                    next_action = "check what still sends audio: a client plays it in the wrong turn, or not at all"
                    return failed(Layer.ORDER, expected, actual, next_action, at=at)
            case _:
                pass
    return _kept(view, Layer.ORDER, expected, checked, "no audio shows which response it belongs to")


def session_id(view: View, params: SessionId) -> Answer:
    expected = "one session id throughout the call"
    seen = [heard for heard in view.received if isinstance(heard.signal, Ready) and heard.signal.session_id]
    ids = {heard.signal.session_id: heard.frame for heard in reversed(seen) if isinstance(heard.signal, Ready)}
    if len(ids) > 1:
        actual = f"{len(ids)} of them: {', '.join(short(str(one)) for one in reversed(ids))}"
        next_action = "check that the agent keeps its session, and does not begin another one under way"
        return failed(Layer.HANDSHAKE, expected, actual, next_action, at=tuple(sorted(ids.values())))
    if params.present and view.ready and not ids:
        next_action = "send the id with the message that says the session is ready"
        return failed(Layer.HANDSHAKE, "a session that has an id", "the session is ready and has no id", next_action,
                      at=(view.ready.frame,), symptom="session-unnamed")  # fmt: skip
    return _kept(view, Layer.HANDSHAKE, expected, len(ids), "no session id is shown")


def _kept(view: View, layer: Layer, expected: str, checked: int, nothing: str) -> Answer:
    if not view.whole:
        return view.unproven(layer, expected)
    return passed(layer, expected, "" if checked else nothing)
