"""Whether the agent's socket answers a ping of the WebSocket protocol itself: who does not is taken for dead by load
balancers and clients. Pure."""

from dataclasses import dataclass, replace
from typing import ClassVar

from gate.checks.answer import Answer, failed, passed, unknown
from gate.checks.view import View
from gate.core.findings import Layer
from gate.core.frames import Opcode

UNANSWERED = "ping-unanswered"
ADVICE = "check what serves the socket: a library answers pings by itself unless its loop is blocked, or told not to"


@dataclass(frozen=True, slots=True)
class PingAnswered:
    """A pong comes within this time of the ping (RFC 6455 section 5.5.2: as soon as is practical)."""

    CHECK: ClassVar[str] = "pong"
    within_ms: float


def answered(view: View, params: PingAnswered) -> Answer:
    within_ms = params.within_ms + view.held_ms
    expected = f"a pong within {params.within_ms:g} ms of the ping{view.over_network}"
    frames = [frame for frame in view.recording.frames if frame.call == view.call]
    ping = next((frame for frame in frames if frame.opcode is Opcode.PING), None)
    pong = next((frame for frame in frames if frame.opcode is Opcode.PONG), None)
    if ping is None:
        return unknown(Layer.CLOSE, expected, "no ping was sent", "see this case's other findings")
    if pong is None:
        return replace(view.missing(Layer.CLOSE, expected, "no pong came", ADVICE, (ping.index,)), symptom=UNANSWERED)
    took_ms, at = (pong.t_ns - ping.t_ns) / 1e6, (ping.index, pong.index)
    if took_ms > within_ms:
        return failed(Layer.CLOSE, expected, f"it came after {took_ms:.0f} ms", ADVICE, at=at, symptom=UNANSWERED)
    return passed(Layer.CLOSE, expected, f"after {took_ms:.0f} ms", at=at)
