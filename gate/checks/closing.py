"""How the connection ended."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, passed, unknown
from gate.checks.view import View
from gate.core.findings import Blame, Layer
from gate.core.signals import Closed


@dataclass(frozen=True, slots=True)
class CloseCode:
    """The agent's close frame carries one of these codes. 1005 stands for a close frame without a code."""

    CHECK: ClassVar[str] = "close-code"
    codes: tuple[int, ...]


def close_code(view: View, params: CloseCode) -> Answer:
    expected = f"a close frame with {' or '.join(map(str, params.codes))}"
    closed = view.closed
    cut = view.hung_up is not None and view.hung_up.data["code"] is None
    if closed is None and cut:
        actual = "the line was lost before anybody closed it, so no close frame could come"
        return unknown(Layer.CLOSE, expected, actual, "hang up with a code instead", blame=Blame.CONFIGURATION)
    if closed is None or not isinstance(closed.signal, Closed):
        return _did_not_close(view, expected, "the agent did not close", ())
    if view.notes("expired") and view.closed_by_agent is None:
        actual = "the agent did not close: the gate hung up when a wait had run out, and the agent only answered that"
        return _did_not_close(view, expected, actual, (closed.frame,))
    code, reason = closed.signal.code, closed.signal.reason
    if code in params.codes:
        return passed(Layer.CLOSE, expected, f"{code}", at=(closed.frame,))
    if code is None and cut:
        actual = "the caller cut the line, so no close frame could come"
        return unknown(Layer.CLOSE, expected, actual, "hang up with a code instead", blame=Blame.CONFIGURATION)
    if view.close_unanswered:
        next_action = "answer a close frame with one (RFC 6455 section 5.5.1), also when busy"
        return view.missing(Layer.CLOSE, expected, view.close_unanswered, next_action, (closed.frame,))
    actual = "the connection was dropped without a close frame" if code is None else f"{code} {reason}".strip()
    next_action = "check how the agent ends a call: what ended well closes with 1000"
    return view.missing(Layer.CLOSE, expected, actual, next_action, (closed.frame,))


def _did_not_close(view: View, expected: str, actual: str, at: tuple[int, ...]) -> Answer:
    next_action = "check that the agent closes its socket when the call is over"
    last = view.turns[-1].number if view.turns else 0
    return view.missing(view.layer_of_silence(last, Layer.CLOSE), expected, actual, next_action, at)
