"""Whether the caller could do what it was to do. No claim asks this: the judge does, of every call whose claims hold,
since what was seen before a wait ran out, or before the agent hung up, says nothing of what was still to come."""

from gate.checks.answer import Answer, unknown
from gate.checks.events import layer_of
from gate.checks.view import UNPROVEN, View
from gate.core.ends import CallEnd
from gate.core.findings import Layer
from gate.core.signals import Closed

EXPECTED = "the caller gets through all its steps"
LAYERS = {
    "ready": Layer.HANDSHAKE, "configured": Layer.CONFIG, "rejected": Layer.HANDSHAKE, "closed": Layer.CLOSE,
    "turn_done": Layer.OUTPUT, "audible": Layer.OUTPUT, "quiet": Layer.OUTPUT,
}  # fmt: skip


def unfinished(view: View) -> Answer | None:
    """What kept the caller from its end; None if nothing did."""
    if view.recording.problems or view.end in UNPROVEN:
        return view.unproven(Layer.HANDSHAKE, EXPECTED)
    if view.end is CallEnd.CLOSED:
        closed = view.closed_by_agent
        code = closed.signal.code if closed and isinstance(closed.signal, Closed) else None
        actual = f"the agent ended the call before that, with {code or 'no close frame'}"
        action = "check the agent's log; where it may hang up, end the caller's steps with `wait: closed`"
        return unknown(Layer.CLOSE, EXPECTED, actual, action, at=(closed.frame,) if closed else ())
    expired = view.notes("expired")
    if expired:
        what, budget_ms = str(expired[0].data["what"]), float(str(expired[0].data["budget_ms"]))
        actual = f"it waited {budget_ms / 1000:g} s in vain ({what})"
        action = "see in transcript.txt how far it came; give the wait a longer budget if that was no fault"
        layer = LAYERS.get(what) or layer_of(what)
        return unknown(layer, EXPECTED, actual, action, at=(expired[0].index,))
    if view.end is CallEnd.EXPIRED:
        return unknown(Layer.HANDSHAKE, EXPECTED, view.end_detail or "a budget ran out", "see the agent's log")
    if view.recording.ending is None:
        return view.unproven(Layer.HANDSHAKE, EXPECTED)
    return None
