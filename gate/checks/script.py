"""Whether the caller could say and do all that it meant to: a wait in vain, or an agent that hangs up, is a finding."""

from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, passed, unknown
from gate.checks.events import layer_of
from gate.checks.view import View
from gate.core.ends import CallEnd
from gate.core.findings import Blame, Layer
from gate.core.signals import Closed

WAITS = {
    "ready": Layer.HANDSHAKE,
    "configured": Layer.CONFIG,
    "turn_done": Layer.OUTPUT,
    "audible": Layer.OUTPUT,
    "quiet": Layer.OUTPUT,
    "closed": Layer.CLOSE,
    "rejected": Layer.HANDSHAKE,
    "call": Layer.OUTPUT,
}


@dataclass(frozen=True, slots=True)
class ScriptFollowed:
    """Every step of the call was done, and every wait was over within its budget."""

    CHECK: ClassVar[str] = "script"


def followed(view: View, params: ScriptFollowed) -> Answer:
    expected = "the caller gets through the call as written"
    if view.end is CallEnd.FINISHED:
        return passed(Layer.ORDER, expected)
    last = view.turns[-1].number if view.turns else 0
    expired = view.notes("expired")
    if expired:
        what, budget_ms = str(expired[-1].data["what"]), expired[-1].data["budget_ms"]
        layer = WAITS.get(what) or layer_of(what)
        if what == "audible" and view.pieces:
            actual = "the agent was heard, but never for as long as this call needs"
            next_action = "ask something that takes longer to answer, or let the wait be shorter (`for:`)"
            return unknown(layer, expected, actual, next_action, at=(expired[-1].index,), blame=Blame.CONFIGURATION)
        if layer in (Layer.OUTPUT, Layer.TOOLS, Layer.CLOSE):
            layer = view.layer_of_silence(last, layer)
        next_action = (
            "see what came instead in events.jsonl; give the wait a larger budget only if the agent may be so slow"
        )
        return view.missing(
            layer, expected, f"waited {budget_ms:g} ms for {what} in vain", next_action, [expired[-1].index]
        )
    closed = view.closed_by_agent
    code = closed.signal.code if closed and isinstance(closed.signal, Closed) else None
    ended = f"the agent ended the call before the caller was through, with {code or 'no close frame'}"
    actual, at = view.end_detail or ended, [closed.frame] if closed else []
    return view.missing(Layer.CLOSE, expected, actual, "look for the reason in the agent's log at that time", at)
