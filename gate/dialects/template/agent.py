"""The agent's half of the template dialect: the same options, read from the other side. Pure."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, assert_never

from gate.audio import formats
from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json, parse, same
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
    FileIn,
    HungUp,
    InputAccepted,
    Mark,
    MarkPlayed,
    Metadata,
    Other,
    Ping,
    Ponged,
    Pressed,
    Ready,
    Refused,
    ResponseStarted,
    Shown,
    Signal,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    ToolCancelled,
    ToolResult,
    Transcript,
    TurnDone,
    Typed,
    Violation,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.fields import Illegal
from gate.dialects.sound import Speech, decoded, encoded
from gate.dialects.template.pattern import AUDIO, Pattern, parsed
from gate.dialects.template.pattern import Values as Filled
from gate.dialects.template.values import answer, binary

if TYPE_CHECKING:
    from gate.dialects.template.dialect import Template

Values = dict[str, Json]


class Agent:
    def __init__(self, dialect: "Template") -> None:
        self._options = dialect.options
        self._ready = dialect.ready
        self._sends = dialect.sends
        self._ears = formats.decoder(dialect.options.send_encoding, dialect.options.send_rate_hz)
        self._encoding = _spoken(dialect.options.encoding)
        self._speech = Speech(dialect.options.receive_rate_hz)

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        """Raises Illegal for a frame that fits none of the templates."""
        if self._is_init(data):
            return () if "configure" in self._sends else (acts.Configure({}),)
        value = parsed(data)
        for shape, pattern in self._sends.items():
            values = pattern.fit(data, value)
            if values is not None and shape == "audio":
                return (acts.Speak(decoded(self._ears, binary(values, AUDIO))[0]),)
            if values is not None:
                return _act(shape, values, self._sends)
        raise Illegal("no known message")

    def _is_init(self, data: str | bytes) -> bool:
        try:
            return self._options.init is not None and isinstance(data, str) and same(parse(data), self._options.init)
        except ValueError:
            return False

    def say(self, signal: Signal) -> tuple[str | bytes, ...]:
        match signal:
            case AudioOut(pcm, rate_hz):
                return self._chunk(self._speech.feed(pcm, rate_hz))
            case AudioDone():
                return self._chunk(self._speech.end()) + self._event(signal)
            case Cancelled():
                self._speech.cut()
                return self._event(signal)
            case Ready(session_id):
                return self._started(session_id)
            case Asked() | Typed() | AudioIn() | FileIn() | Shown() | Pressed() | MarkPlayed():
                return ()
            case Refused() | Closed() | Violation() | Other():
                return ()
            case _:
                return self._event(signal)

    def _chunk(self, pcm: bytes) -> tuple[str | bytes, ...]:
        if not pcm:
            return ()
        message: Values = {}
        put(message, self._options.type_path, self._options.audio_type)
        put(message, self._options.audio_path, encoded(pcm, self._options.receive_rate_hz, self._encoding))
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


def _spoken(encoding: formats.Encoding) -> formats.Written:
    if encoding == "mp3":
        raise ValueError("an agent made of Python does not speak mp3, which needs an encoder: say another `encoding`")
    return encoding


def _act(shape: str, values: Filled, sends: Mapping[str, Pattern]) -> tuple[Act, ...]:
    call_id, name, text = values.get("call_id", ""), values.get("name", ""), values.get("text", "")
    session = values.get("session")
    match shape:
        case "configure":
            return (acts.Configure(session if isinstance(session, dict) else {}),)
        case "text":
            return (acts.Type(str(text)),)
        case "tool_result" | "tool_error":
            result, error = answer(shape, values, sends)
            return (acts.Answer(str(call_id), str(name), result, error),)
        case "file":
            return (acts.SendFile(binary(values, "file_data"), str(values.get("media_type", ""))),)
        case "image":
            name, media_type = str(values.get("media_name", "")), str(values.get("mime_type", ""))
            return (acts.Show(name, binary(values, "media_data"), media_type),)
        case "dtmf":
            return (acts.Press(str(values.get("digits"))),)
        case "cancel":
            return (acts.Interrupt(),)
        case _:
            return (acts.HangUp(),)


def _called(call_id: str, name: str) -> Values:
    """A tool is told by its name, and by an id if it has one."""
    return {"call_id": call_id, "name": name} if call_id else {"name": name}


def _values(signal: Signal) -> Values:
    match signal:
        case Transcript(_, text, _, _):
            return {"text": text}
        case ToolCall(call_id, name, arguments, raw):
            return _called(call_id, name) | {"arguments": raw if arguments is None else arguments}
        case ToolResult(call_id, name, result, error):
            return _called(call_id, name) | ({"result": result} if error is None else {"error": error})
        case Configured(settings):
            return {"settings": settings}
        case Fault(code, message):
            return {"code": code, "message": message}
        case InputAccepted() | SpeechStarted() | SpeechStopped() | ResponseStarted() | AudioDone() | TurnDone():
            return {}
        case Cancelled() | Metadata() | Ready() | AudioOut():
            return {}
        case Asked() | Typed() | AudioIn() | FileIn() | Shown() | Pressed() | Mark() | MarkPlayed() | ToolCancelled():
            return {}
        case Refused() | Closed() | Violation() | Other() | Ping() | Ponged() | HungUp():
            return {}
        case _:
            assert_never(signal)
