"""Whether the caller could say and do all that it meant to: a wait in vain, or an agent that hangs up, is a finding."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.events.eventlog import layer_of
from gate.checks.view import View
from gate.core.ends import CallEnd
from gate.core.findings import Blame, Layer
from gate.core.recording import Note
from gate.core.signals import AudioOut, Closed, ToolCall
from gate.core.sizes import told

WAITS = {
    "ready": Layer.HANDSHAKE,
    "configured": Layer.CONFIG,
    "turn_done": Layer.OUTPUT,
    "audible": Layer.OUTPUT,
    "quiet": Layer.OUTPUT,
    "closed": Layer.CLOSE,
    "tool_called": Layer.TOOLS,
    "tool_answered": Layer.TOOLS,
    "rejected": Layer.HANDSHAKE,
}


SAME_AGAIN = 5


@dataclass(frozen=True, slots=True)
class ScriptFollowed:
    """Every step of the call was done, and every wait was over within its budget."""

    CHECK: ClassVar[str] = "script"


def followed(view: View, params: ScriptFollowed) -> Answer:
    expected = "the caller gets through the call as written"
    if view.end is CallEnd.FINISHED:
        return passed(Layer.ORDER, expected)
    if flooded := view.notes("over-budget"):
        return _flooded(view, flooded[0], expected)
    if forbidden := view.notes("forbidden"):
        return _forbidden(forbidden[0], expected)
    expired = view.notes("expired")
    if expired:
        return _in_vain(view, expired[-1], expected)
    if view.notes("unread"):
        return _unread(view, view.end_detail, expected)
    closed = view.closed_by_agent
    code = closed.signal.code if closed and isinstance(closed.signal, Closed) else None
    ended = f"the agent ended the call before the caller was through, with {code or 'no close frame'}"
    actual, at = view.end_detail or ended, [closed.frame] if closed else []
    return view.missing(Layer.CLOSE, expected, actual, "look for the reason in the agent's log at that time", at)


def _unread(view: View, actual: str, expected: str) -> Answer:
    """What the caller sent and nobody took, though the line was open all the time: that alone proves that the agent
    does not read. A close without an answer does not."""
    note = view.notes("unread")[-1]
    left = f"{actual}, and {told(int(str(note.data['bytes'])))} of what was sent were never taken"
    next_action = "look for what keeps the agent from reading its socket at that time"
    return view.missing(Layer.INPUT, expected, f"{left}: the agent no longer reads", next_action, [note.index])


def _forbidden(note: Note, expected: str) -> Answer:
    actual = f"the agent sent what WebSocket (RFC 6455) forbids, and the line was given up: {note.data['why']}"
    next_action = "look at what writes to the socket beside your agent's library, and at the proxies between"
    return failed(Layer.ORDER, expected, actual, next_action, at=(note.index,), symptom="protocol-broken")


def _flooded(view: View, flooded: Note, expected: str) -> Answer:
    what, most = str(flooded.data["what"]), int(str(flooded.data["most"]))
    actual = {
        "frames": f"the agent sent more than {most} frames in one call",
        "received": f"the agent sent more than {told(most)} in one call",
        "message": f"the agent sent a message of more than {told(most)}",
    }[what]
    last = next((heard.signal for heard in reversed(view.received) if not isinstance(heard.signal, Closed)), None)
    layer = Layer.OUTPUT if isinstance(last, AudioOut) else Layer.TOOLS if isinstance(last, ToolCall) else Layer.ORDER
    next_action = f"if an agent of yours may send as much, raise target.budgets.{what}"
    return failed(layer, expected, actual, next_action, at=(flooded.index,), symptom="flooded")


def _over_and_over(view: View) -> tuple[int, ...]:
    """Where the agent began to say what it says again and again, sample by sample the same, since the caller's
    last word; empty where it says anything else. Decent agents ask a few times whether somebody is still there."""
    since_ns = view.turns[-1].end_ns if view.turns else 0
    said = [(h.frame, h.signal.pcm) for h in view.received if isinstance(h.signal, AudioOut) and h.t_ns >= since_ns]
    period = _period([pcm for _, pcm in said])
    if not any(any(pcm) for _, pcm in said[:period]):
        return ()
    return tuple(frame for frame, _ in said[::period])


def _period(values: Sequence[bytes]) -> int:
    """After how many they come again, to the end (by the failure function of Knuth, Morris and Pratt); at least 1."""
    borders = [0]
    for value in values[1:]:
        border = borders[-1]
        while border and values[border] != value:
            border = borders[border - 1]
        borders.append(border + (values[border] == value))
    return max(1, len(values) - borders[-1])


def _in_vain(view: View, expired: Note, expected: str) -> Answer:
    what, budget_ms = str(expired.data["what"]), expired.data["budget_ms"]
    if len(same := _over_and_over(view)) >= SAME_AGAIN:
        actual = f"the agent said the same {len(same)} times over, while the caller said nothing"
        next_action = "check what makes it answer: the caller's words, or every pause"
        return failed(Layer.INPUT, expected, actual, next_action, at=same[:SAME_AGAIN], symptom="answers-nobody")
    if what == "call":
        actual = view.end_detail or f"the call was not through within its budget of {budget_ms:g} ms"
        if view.notes("unread"):
            return _unread(view, actual, expected)
        if view.close_unanswered:
            actual = f"{actual}, and {view.close_unanswered}"
        next_action = "see where the time went, in events.jsonl"
        return view.missing(Layer.OUTPUT, expected, actual, next_action, [expired.index])
    layer = WAITS.get(what) or layer_of(what)
    if view.too_terse:
        actual = "the agent was heard, but never for as long as this call needs"
        next_action = "ask something that takes longer to answer, or let the wait be shorter (`for:`)"
        return unknown(layer, expected, actual, next_action, at=(expired.index,), blame=Blame.CONFIGURATION)
    if layer in (Layer.OUTPUT, Layer.TOOLS, Layer.CLOSE):
        layer = view.layer_of_silence(view.turns[-1].number if view.turns else 0, layer)
    actual = f"waited {budget_ms:g} ms for {what} in vain"
    next_action = "see what came instead, in events.jsonl; a larger budget helps only an agent that may be so slow"
    return view.missing(layer, expected, actual, next_action, [expired.index])
