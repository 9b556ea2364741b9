"""The agent's half of the vapi dialect: the server's side of the socket, as far as it is known. Pure.

Source of the messages: vapi_server_sdk 3.0, `types/client_message_*.py` and `types/client_inbound_message_*.py`."""

from typing import Literal

from gate.audio import formats
from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json, canonical
from gate.core.signals import (
    AudioDone,
    AudioOut,
    Cancelled,
    Metadata,
    ResponseStarted,
    Signal,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    Transcript,
    TurnDone,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.base import Frames, Object, frame_of
from gate.dialects.fields import Illegal
from gate.dialects.sound import Framed, Speech


class Agent:
    def __init__(self, encoding: Literal["pcm", "mulaw"], rate_hz: int) -> None:
        self._encoding: Literal["pcm", "mulaw"] = encoding
        self._rate_hz = rate_hz
        self._ears = Framed(encoding, rate_hz)
        self._speech = Speech(rate_hz)

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        if isinstance(data, bytes):
            pcm, _ = self._ears.feed(data)
            return (acts.Speak(pcm),) if pcm else ()
        message = fields.payload(data)
        match fields.text(message, "type"):
            case "add-message":
                return (acts.Type(fields.text(message, "message.content")),)
            case "hangup" | "end-call":
                return (acts.HangUp(),)
            case "say" | "control":
                return ()
            case unknown:
                raise Illegal(f"type {unknown!r} is not known")

    def say(self, signal: Signal) -> Frames:
        match signal:
            case AudioOut(pcm, rate_hz):
                return self._audio(self._speech.feed(pcm, rate_hz))
            case AudioDone():
                return self._audio(self._speech.end())
            case Cancelled():
                self._speech.cut()
                return frame_of("user-interrupted") + _speech("assistant", "stopped")
            case _:
                return _said(signal)

    def _audio(self, pcm: bytes) -> Frames:
        return (formats.encode(self._encoding, pcm, self._rate_hz),) if pcm else ()


def _said(signal: Signal) -> Frames:
    """What stands for itself."""
    match signal:
        case SpeechStarted():
            return _speech("user", "started")
        case SpeechStopped():
            return _speech("user", "stopped")
        case ResponseStarted():
            return _speech("assistant", "started")
        case TurnDone():
            return _speech("assistant", "stopped")
        case Transcript(role, text, final):
            speaker, kind = "user" if role == "caller" else "assistant", "final" if final else "partial"
            return frame_of("transcript", role=speaker, transcriptType=kind, transcript=text)
        case ToolCall(call_id, name, arguments, raw):
            called: Object = {"name": name, "arguments": raw if arguments is None else arguments}
            call: Json = {"id": call_id, "type": "function", "function": called}
            return frame_of("tool-calls", toolCallList=[call], toolWithToolCallList=[])
        case Metadata(data):
            return frame_of("metadata", metadata=canonical(data))
        case _:
            return ()


def _speech(role: str, status: str) -> Frames:
    return frame_of("speech-update", status=status, role=role)
