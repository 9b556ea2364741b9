"""Whether callers are answered as another one is: the one who is alone on the line, or the one who came later. Pure.

An agent that has no room may say so (HTTP 429 or 503, or a close with 1013, "try again later"): that turns a caller
away and disturbs nobody. What is asked of several calls is one answer, which names the first that was not served."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from gate.checks.answer import Answer, failed, gate_late, passed, unknown, unproven_here
from gate.checks.replies import reply
from gate.checks.view import LATE_MS, UNPROVEN, View
from gate.core.findings import Layer, Verdict
from gate.core.signals import Closed, Refused
from gate.measures.latency import first_audible

NO_ROOM_STATUSES = (429, 503)
NO_ROOM_CODE = 1013
SLOWER_MS = 3_000.0

Because = Literal["callers-disturb", "cold-start"]
LOOK_AT: dict[Because, str] = {
    "callers-disturb": "look for what calls share: a global session, a single upstream connection, one worker",
    "cold-start": "start what is slow (models, pools, connections) before the port is opened, not with the first call",
}


@dataclass(frozen=True, slots=True)
class ServedAlike:
    """In each of `calls` the caller's first question is answered, as it is in call number `control`. `situation` says
    what differs."""

    CHECK: ClassVar[str] = "served-alike"
    control: int
    calls: tuple[int, ...]
    situation: str
    because: Because


@dataclass(frozen=True, slots=True)
class PromptAlike:
    """And at most `slower_ms` later."""

    CHECK: ClassVar[str] = "prompt-alike"
    control: int
    calls: tuple[int, ...]
    situation: str
    because: Because
    slower_ms: float


def served(view: View, params: ServedAlike) -> Answer:
    expected = f"an answer {params.situation}"
    if reply(replace(view, call=params.control)).verdict is not Verdict.PASS:
        actual = "the call to compare with was not answered either, so this proves nothing"
        return unknown(Layer.HANDSHAKE, expected, actual, "see this case's other findings")
    calls = [replace(view, call=number) for number in params.calls]
    left = [call for call in calls if not _no_room(call) and reply(call).verdict is not Verdict.PASS]
    if not left:
        away = [no_room for call in calls if (no_room := _no_room(call))]
        told = f"{len(away)} of {len(calls)} were turned away for want of room: {away[0]}" if away else ""
        return passed(Layer.HANDSHAKE, expected, told)
    return _unserved(left[0], params, expected, f"{len(left)} of {len(calls)} got none: " * (len(calls) > 1))


def _unserved(call: View, params: ServedAlike, expected: str, told: str) -> Answer:
    own = reply(call)
    actual, at = _broken_off(call) or (own.actual, own.at)
    next_action = LOOK_AT[params.because]
    if call.end in UNPROVEN or call.recording.problems or call.unanswered_tools:
        return call.missing(Layer.HANDSHAKE, expected, told + actual, next_action, at)
    return failed(Layer.HANDSHAKE, expected, told + actual, next_action, at=at, symptom=params.because)


def prompt(view: View, params: PromptAlike) -> Answer:
    expected = f"an answer {params.situation} at most {params.slower_ms:g} ms later than without that"
    alone = _latency_ms(replace(view, call=params.control))
    calls = [replace(view, call=number) for number in params.calls]
    took = [(ms, call) for call in calls if (ms := _latency_ms(call)) is not None]
    if alone is None or not took:
        return unproven_here(
            Layer.HANDSHAKE, expected, "there is no answer to compare", "see this case's other findings"
        )
    slowest_ms, call = max(took, key=lambda one: one[0])
    actual = f"after up to {slowest_ms:.0f} ms, and after {alone:.0f} ms without that"
    if slowest_ms - alone <= params.slower_ms:
        return passed(Layer.HANDSHAKE, expected, actual)
    late_ms = max(call.lateness_ms(turn.at[0], turn.at[1]) for turn in call.turns)
    if late_ms > LATE_MS:
        return gate_late(Layer.HANDSHAKE, expected, actual, late_ms)
    return failed(Layer.HANDSHAKE, expected, actual, LOOK_AT[params.because], symptom=params.because)


def _latency_ms(view: View) -> float | None:
    turn = view.turn(1)
    return first_audible(view, turn).value if turn else None


def _no_room(view: View) -> str:
    if view.refused and isinstance(view.refused.signal, Refused) and view.refused.signal.status in NO_ROOM_STATUSES:
        return f"HTTP {view.refused.signal.status}"
    closed = view.closed_by_agent
    if closed and isinstance(closed.signal, Closed) and closed.signal.code == NO_ROOM_CODE:
        return f"closed with {NO_ROOM_CODE}"
    return ""


def _broken_off(view: View) -> tuple[str, tuple[int, ...]] | None:
    if view.refused and isinstance(view.refused.signal, Refused):
        return f"refused with HTTP {view.refused.signal.status}", (view.refused.frame,)
    closed = view.closed_by_agent
    if closed and isinstance(closed.signal, Closed):
        code = closed.signal.code
        how = "the connection was dropped without a close frame" if code is None else f"closed with {code}"
        return f"{how} before it", (closed.frame,)
    if view.can.announces_ready and not view.ready:
        return "the socket was opened, and no session became ready", ()
    return None
