"""What frames of a Vapi call mean, both ways. Pure. The state is whether the agent's turn was cut: what then says that
it stopped speaking is no end of a turn."""

from typing import Literal

from gate.core.paths import get
from gate.core.signals import (
    AudioDone,
    Cancelled,
    Metadata,
    ResponseStarted,
    Role,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    Transcript,
    TurnDone,
    Typed,
)
from gate.dialects import fields
from gate.dialects.base import Object, Read, Signals, StreamObserver
from gate.dialects.fields import Illegal

ROLES: dict[str, Role] = {"user": "caller", "assistant": "agent", "bot": "agent"}


class Observer(StreamObserver):
    def __init__(self, encoding: Literal["pcm", "mulaw"], rate_hz: int) -> None:
        super().__init__(encoding, rate_hz)
        self._cut = False
        self._calls: set[str] = set()
        self.readers: dict[str, Read] = {
            "speech-update": self._speech,
            "transcript": _transcript,
            'transcript[transcriptType="final"]': _transcript,
            "user-interrupted": self._interrupted,
            "tool-calls": self._called,
            "metadata": lambda message: (Metadata(message.get("metadata")),),
        }

    def sent(self, message: Object) -> Signals:
        return (Typed(fields.text(message, "message.content")),) if message.get("type") == "add-message" else ()

    def _speech(self, message: Object) -> Signals:
        match _role(message), fields.text(message, "status"):
            case "caller", "started":
                return (SpeechStarted(),)
            case "caller", "stopped":
                return (SpeechStopped(),)
            case "agent", "started":
                self._cut = False
                return (ResponseStarted(),)
            case "agent", "stopped":
                was_cut, self._cut = self._cut, False
                return () if was_cut else (AudioDone(), TurnDone())
            case _:
                raise Illegal("status is neither started nor stopped")

    def _interrupted(self, message: Object) -> Signals:
        self._cut = True
        return (Cancelled(),)

    def _called(self, message: Object) -> Signals:
        calls = message.get("toolCallList")
        if not isinstance(calls, list):
            raise Illegal("toolCallList is no list")
        return tuple(signal for call in calls for signal in self._call(call if isinstance(call, dict) else {}))

    def _call(self, call: Object) -> Signals:
        call_id, name = fields.text(call, "id"), fields.text(call, "function.name")
        if call_id in self._calls:
            return ()
        self._calls.add(call_id)
        arguments, raw = fields.arguments(get(call, "function.arguments"))
        return (ToolCall(call_id, name, arguments, raw),)


def _role(message: Object) -> Role:
    role = ROLES.get(fields.text(message, "role"))
    if role is None:
        raise Illegal("role is neither user nor assistant")
    return role


def _transcript(message: Object) -> Signals:
    final = fields.text(message, "transcriptType") == "final"
    return (Transcript(_role(message), fields.text(message, "transcript"), final),)
