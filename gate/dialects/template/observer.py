"""What frames mean in the template dialect, both ways: our own by the templates that made them, the agent's by its
events. Pure."""

from typing import TYPE_CHECKING

from gate.audio import formats
from gate.core.frames import MESSAGES, Frame
from gate.core.jsons import Json
from gate.core.paths import get
from gate.core.signals import (
    Asked,
    AudioDone,
    AudioIn,
    Cancelled,
    FileIn,
    Other,
    Pressed,
    Shown,
    Signal,
    ToolResult,
    TurnDone,
    Typed,
    Violation,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.fields import Illegal
from gate.dialects.sound import decoded
from gate.dialects.template.events import audio_out, signals_of
from gate.dialects.template.pattern import AUDIO, parsed
from gate.dialects.template.values import answer, binary
from gate.dialects.transport import observe_transport

if TYPE_CHECKING:
    from gate.dialects.template.dialect import Template

Object = dict[str, Json]


class Observer:
    """Holds a decoder for each way, and the odd byte that a raw binary stream may cut in two."""

    def __init__(self, dialect: "Template") -> None:
        self._dialect = dialect
        options = dialect.options
        self._said = formats.decoder(options.send_encoding, options.send_rate_hz)
        self._heard = formats.decoder(options.encoding, options.receive_rate_hz)
        self._rest = b""

    def observe(self, frame: Frame) -> tuple[Signal, ...]:
        if frame.opcode not in MESSAGES:
            return observe_transport(frame)
        try:
            if frame.sent:
                return self._sent(frame.data)
            if isinstance(frame.data, bytes):
                return self._stream(frame.data)
            return self._received(fields.payload(frame.data))
        except Illegal as illegal:
            return (Violation(str(illegal)),)

    def _sent(self, data: str | bytes) -> tuple[Signal, ...]:
        value = parsed(data)
        for shape, pattern in self._dialect.sends.items():
            values = pattern.fit(data, value)
            if values is None:
                continue
            match shape:
                case "audio":
                    return (AudioIn(*decoded(self._said, binary(values, AUDIO))),)
                case "configure":
                    session = values.get("session")
                    return (Asked(session if isinstance(session, dict) else {}),)
                case "text":
                    return (Typed(_text(values.get("text"))),)
                case "file":
                    return (FileIn(_text(values.get("media_type")), len(binary(values, "file_data"))),)
                case "image":
                    name, media_type = _text(values.get("media_name")), _text(values.get("mime_type"))
                    return (Shown(name, media_type, len(binary(values, "media_data"))),)
                case "dtmf":
                    return (Pressed(_text(values.get("digits"))),)
                case "tool_result" | "tool_error":
                    result, error = answer(shape, values, self._dialect.sends)
                    return (ToolResult(_text(values.get("call_id")), _text(values.get("name")), result, error),)
                case _:
                    return (Other(shape),)
        return (Other(_kind(data, self._dialect.options.type_path)),)

    def _stream(self, data: bytes) -> tuple[Signal, ...]:
        data = self._rest + data
        whole = len(data) - len(data) % formats.sample_bytes(self._dialect.options.encoding)
        self._rest = data[whole:]
        return (audio_out(self._heard, data[:whole]),) if whole else (Other("half a sample"),)

    def _received(self, data: Object) -> tuple[Signal, ...]:
        kind = get(data, self._dialect.options.type_path)
        meant = signals_of(data, self._dialect.options, self._dialect.ready, self._heard)
        if any(isinstance(signal, AudioDone | TurnDone | Cancelled) for signal in meant):
            self._heard.end()
        return tuple(meant) or (Other(kind if isinstance(kind, str) else ""),)


def _kind(data: str | bytes, type_path: str) -> str:
    try:
        kind = get(fields.payload(data), type_path)
    except Illegal:
        return ""
    return kind if isinstance(kind, str) else ""


def _text(value: Json | bytes) -> str:
    return value if isinstance(value, str) else ""
