"""What a running case is at, told as its recording is written: a sink in front of the sink. It changes nothing, and
tells nothing of what the agent says."""

from collections.abc import Callable
from typing import Final

from gate.core.frames import Frame, Opcode
from gate.core.jsons import Json
from gate.core.plan import Case
from gate.core.ports import Sink

JUDGED_NEXT: Final = "is being judged"
OPEN: Final = "waits until the session is ready"

_AT: Final = {
    "call": "dials",
    "write": "types",
    "press": "presses keys",
    "file": "sends a file",
    "image": "shows an image",
    "inject": "sends a frame of its own",
    "interrupt": "interrupts",
    "restart": "waits for the agent to restart",
    "linger": "lingers: whether anything still comes",
    "hang-up": "hangs up",
    "cut": "has cut the line",
    "probe.before": "asks the backend",
    "probe": "asks the backend",
}
_UNTIL: Final = {
    "turn_done": "the agent's turn to end",
    "audible": "the agent to be heard",
    "quiet": "the agent to be quiet",
    "tool_called": "a tool call",
    "tool_answered": "a tool to be answered",
    "closed": "the agent to close",
    "rejected": "the agent to refuse",
    "pong": "a pong",
}


class Watched:
    """Tells `doing` whatever the case turns to."""

    def __init__(self, sink: Sink, case: Case, doing: Callable[[str, str], None]) -> None:
        self._sink = sink
        self._case = case
        self._doing = doing

    def frame(self, frame: Frame) -> Frame:
        if frame.opcode is Opcode.UPGRADE and not frame.sent:
            self._tell(frame.call, OPEN)
        return self._sink.frame(frame)

    def note(self, kind: str, t_ns: int, call: int, data: dict[str, Json]) -> int:
        if what := at(kind, data):
            self._tell(call, what)
        return self._sink.note(kind, t_ns, call, data)

    def _tell(self, call: int, what: str) -> None:
        calls = len(self._case.calls)
        self._doing(self._case.id, f"call {call + 1} of {calls} {what}" if calls > 1 else what)


def at(kind: str, data: dict[str, Json]) -> str:
    """What a note says that the case is at from now on; empty where it says nothing of that."""
    match kind, data:
        case "play", {"clip": clip}:
            return f"says {clip}"
        case "wait", {"until": "event", "event": event}:
            return f"waits for {event}"
        case "wait", {"until": str(until)}:
            return f"waits for {_UNTIL.get(until, until)}"
        case "expired", {"what": what}:
            return f"gave up waiting for {what}"
        case _:
            return _AT.get(kind, "")
