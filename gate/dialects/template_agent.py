"""The agent's half of the template dialect: the same options, read from the other side. Pure."""

import base64
from typing import TYPE_CHECKING, assert_never

from gate.audio.pcm import Samples, pack, samples
from gate.audio.resample import Stream
from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json
from gate.core.paths import put
from gate.core.signals import (
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Closed,
    Configured,
    Fault,
    InputAccepted,
    Metadata,
    Other,
    Ready,
    Refused,
    ResponseStarted,
    Signal,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
    Typed,
    Violation,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.fields import Illegal

if TYPE_CHECKING:
    from gate.dialects.template import Template

Values = dict[str, Json]


class Agent:
    def __init__(self, dialect: "Template") -> None:
        self._options = dialect.options
        self._ready = dialect.ready
        self._sends = dialect.sends
        self._to_wire: Stream | None = None

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        """Raises Illegal for a frame that fits none of the templates."""
        for shape, pattern in self._sends.items():
            values = pattern.match(data)
            if values is not None:
                return _act(shape, values)
        if isinstance(data, str) and self._options.init is not None and fields.payload(data) == self._options.init:
            return () if "configure" in self._sends else (acts.Configure({}),)
        raise Illegal("no known message")

    def say(self, signal: Signal) -> tuple[str | bytes, ...]:
        match signal:
            case AudioOut(pcm, rate_hz, _):
                return self._audio(pcm, rate_hz)
            case AudioDone():
                return self._last_audio() + self._event(signal)
            case Cancelled():
                self._to_wire = None
                return self._event(signal)
            case Ready(session_id):
                return self._started(session_id)
            case Asked() | Typed() | AudioIn() | Refused() | Closed() | Violation() | Other():
                return ()
            case _:
                return self._event(signal)

    def _audio(self, pcm: bytes, rate_hz: int) -> tuple[str | bytes, ...]:
        self._to_wire = self._to_wire or Stream(rate_hz, self._options.receive_rate_hz)
        return self._chunk(self._to_wire.feed(samples(pcm)))

    def _last_audio(self) -> tuple[str | bytes, ...]:
        """What the resampler has held back of a response."""
        stream, self._to_wire = self._to_wire, None
        return self._chunk(stream.feed(samples(b""), last=True)) if stream else ()

    def _chunk(self, values: Samples) -> tuple[str | bytes, ...]:
        if not len(values):
            return ()
        message: Values = {}
        put(message, self._options.type_path, self._options.audio_type)
        put(message, self._options.audio_path, base64.b64encode(pack(values)).decode())
        return (fields.dump(message),)

    def _started(self, session_id: str | None) -> tuple[str | bytes, ...]:
        if self._ready is None:
            return ()
        message: Values = {}
        put(message, self._options.type_path, self._ready.type)
        if self._ready.session_id:
            put(message, self._ready.session_id, session_id)
        return (fields.dump(message),)

    def _event(self, signal: Signal) -> tuple[str | bytes, ...]:
        shape = next((shape for name, shape in self._options.events.items() if name == signal.EVENT), None)
        if shape is None:
            return ()
        message: Values = {}
        if shape.type is not None:
            put(message, self._options.type_path, shape.type)
        for path, value in shape.where.items():
            put(message, path, value)
        for field, value in _values(signal).items():
            put(message, getattr(shape, field), value)
        return (fields.dump(message),)


def _act(shape: str, values: dict[str, Json | bytes]) -> tuple[Act, ...]:
    call_id, text = values.get("call_id"), values.get("text")
    result, error, session = values.get("result"), values.get("error"), values.get("session")
    match shape:
        case "audio":
            return (acts.Speak(_audio(values.get("audio_data"))),)
        case "configure":
            return (acts.Configure(session if isinstance(session, dict) else {}),)
        case "text":
            return (acts.Type(str(text)),)
        case "tool_result" | "tool_error":
            if isinstance(result, dict) and set(result) == {"error"}:
                error = result["error"]
            failed = str(error) if error is not None else None
            return (acts.Answer(str(call_id), "", None if isinstance(result, bytes) else result, failed),)
        case "cancel":
            return (acts.Interrupt(),)
        case _:
            return (acts.HangUp(),)


def _audio(value: Json | bytes) -> bytes:
    if isinstance(value, bytes):
        return value
    return fields.audio({"audio_data": value}, "audio_data")


def _values(signal: Signal) -> Values:
    match signal:
        case Transcript(_, text, _, _):
            return {"text": text}
        case ToolCall(call_id, name, arguments, _):
            return {"call_id": call_id, "name": name, "arguments": arguments}
        case ToolResult(call_id, name, result, error):
            return {"call_id": call_id, "name": name, "result": result if error is None else {"error": error}}
        case Configured(settings):
            return {"settings": settings}
        case Fault(code, message):
            return {"code": code, "message": message}
        case InputAccepted() | SpeechStarted() | SpeechStopped() | ResponseStarted() | AudioDone() | TurnDone():
            return {}
        case Cancelled() | Metadata() | Ready() | AudioOut():
            return {}
        case Asked() | Typed() | AudioIn() | Refused() | Closed() | Violation() | Other():
            return {}
        case _:
            assert_never(signal)
