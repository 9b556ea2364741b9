"""What every dialect has in common: the frames around the socket (HTTP, upgrade, ping, close) mean the same in all."""

from gate.core import jsons
from gate.core.frames import Frame, Opcode
from gate.core.jsons import Json
from gate.core.signals import Closed, Other, Ponged, Refused, Signal, Violation

SWITCHING = 101


def observe_transport(frame: Frame) -> tuple[Signal, ...]:
    """Signals of a frame that is neither TEXT nor BINARY."""
    try:
        data = jsons.parse(frame.data)
    except ValueError:
        data = None
    if not isinstance(data, dict):  # the gate itself writes these frames, so somebody changed the evidence
        return (Violation(f"{frame.opcode.value}: not the JSON object that the gate writes"),)
    match frame.opcode:
        case Opcode.CLOSE:
            return (Closed(_int(data.get("code")), str(data.get("reason", ""))),)
        case Opcode.LOST:
            return (Closed(None, str(data.get("reason", ""))),)
        case Opcode.PONG:
            return (Ponged(),)
        case Opcode.UPGRADE if not frame.sent and data.get("status") != SWITCHING:
            return (Refused(_int(data.get("status")) or 0, str(data.get("body", ""))),)
        case Opcode.HTTP if not frame.sent and not 200 <= (_int(data.get("status")) or 0) < 300:
            return (Refused(_int(data.get("status")) or 0, str(data.get("body", ""))),)
        case _:
            return (Other(frame.opcode.value),)


def _int(value: Json) -> int | None:
    return value if isinstance(value, int) else None
