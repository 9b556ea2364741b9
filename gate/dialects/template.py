"""The template dialect: a user's own JSON protocol, described in the manifest by templates and dotted paths. Pure.

The defaults are those of Coval's WebSocket connection (direct mode): `session_ready` with a session id, `audio_chunk`
messages with base64 PCM in `data`, 16 kHz to the agent, 48 kHz back. Everything else (transcripts, tools, the end of a
turn) is observed only where `events:` says how."""

import base64
from typing import assert_never

from gate.audio.pcm import WIDTH, silence
from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.frames import Frame, Opcode
from gate.core.jsons import Json
from gate.core.paths import Missing, get
from gate.core.ports import Change
from gate.core.signals import (
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Configured,
    Fault,
    InputAccepted,
    Metadata,
    Other,
    Ready,
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
from gate.dialects.pattern import Pattern
from gate.dialects.template_agent import Agent
from gate.dialects.template_options import DIRECT_READY, EventTemplate, ReadyTemplate, TemplateOptions
from gate.dialects.transport import observe_transport

Object = dict[str, Json]


class Template:
    name = "template"
    Options = TemplateOptions

    def __init__(self, options: TemplateOptions | None = None, *, http_first: bool = False) -> None:
        self.options = options or TemplateOptions()
        self.ready = _ready(self.options, http_first)
        self.sends = {name: Pattern.read(shape) for name, shape in self.options.send.shapes().items()}
        self.sends["audio"] = Pattern.read(self.options.send_audio)
        self.capabilities = _capabilities(self.options, self.ready, self.sends)

    def encoder(self) -> "Encoder":
        return Encoder(self)

    def observer(self) -> "Observer":
        return Observer(self)

    def agent(self) -> Agent:
        return Agent(self)

    def rewrite(self, data: str | bytes, change: Change) -> str | bytes:
        if isinstance(data, bytes):
            return data
        return fields.rewrite(data, change, {self.options.type_path, self.options.audio_path}.__contains__)


def _ready(options: TemplateOptions, http_first: bool) -> ReadyTemplate | None:
    if options.ready is None:
        return None if http_first else DIRECT_READY
    return options.ready or None


def _capabilities(options: TemplateOptions, ready: ReadyTemplate | None, sends: dict[str, Pattern]) -> Capabilities:
    always = {"output_audio.delta", "session.closed"} | ({"session.started"} if ready else set())
    return Capabilities(
        shows=frozenset(always | set(options.events)),
        input_rate_hz=options.send_rate_hz,
        output_rate_hz=options.receive_rate_hz,
        configures_first=True,
        announces_ready=ready is not None,
        acknowledges_configuration="session.configured" in options.events,
        answers_tools="tool_result" in sends,
        cancels="cancel" in sends,
        types="text" in sends,
    )


class Encoder:
    def __init__(self, dialect: Template) -> None:
        self._sends = dialect.sends
        self._init = dialect.options.init

    def encode(self, act: Act, t_ns: int) -> tuple[str | bytes, ...]:
        match act:
            case acts.Configure(session):
                init = () if self._init is None else (fields.dump(self._init),)
                return init + self._send("configure", session=dict(session))
            case acts.Speak(pcm):
                return self._send("audio", audio_data=pcm)
            case acts.Hush(samples):
                return self._send("audio", audio_data=silence(samples))
            case acts.Type(text):
                return self._send("text", text=text)
            case acts.Answer(call_id, name, result, error):
                shape = "tool_error" if error is not None and "tool_error" in self._sends else "tool_result"
                value: Json = result if error is None else {"error": error}
                return self._send(shape, call_id=call_id, name=name, result=value, error=error)
            case acts.Interrupt():
                return self._send("cancel")
            case acts.Send(frame):
                return (frame,)
            case acts.HangUp():
                return self._send("goodbye")
            case _:
                assert_never(act)

    def _send(self, shape: str, **values: Json | bytes) -> tuple[str | bytes, ...]:
        pattern = self._sends.get(shape)
        return (pattern.fill(dict(values)),) if pattern else ()


class Observer:
    """Holds one thing: the odd byte that a raw binary stream may cut in two."""

    def __init__(self, dialect: Template) -> None:
        self._dialect = dialect
        self._rest = b""

    def observe(self, frame: Frame) -> tuple[Signal, ...]:
        if frame.opcode not in (Opcode.TEXT, Opcode.BINARY):
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
        for shape, pattern in self._dialect.sends.items():
            values = pattern.match(data)
            if values is None:
                continue
            match shape:
                case "audio":
                    return (AudioIn(_bytes(values.get("audio_data")), self._dialect.options.send_rate_hz),)
                case "configure":
                    session = values.get("session")
                    return (Asked(session if isinstance(session, dict) else {}),)
                case "text":
                    return (Typed(_text(values.get("text"))),)
                case "tool_result" | "tool_error":
                    result, error = values.get("result"), values.get("error")
                    return (ToolResult(_text(values.get("call_id")), _text(values.get("name")),
                                       None if isinstance(result, bytes) else result,
                                       error if isinstance(error, str) else None),)  # fmt: skip
                case _:
                    return (Other(shape),)
        return (Other("init"),)

    def _stream(self, data: bytes) -> tuple[Signal, ...]:
        data = self._rest + data
        whole = len(data) - len(data) % WIDTH
        self._rest = data[whole:]
        return (AudioOut(data[:whole], self._dialect.options.receive_rate_hz),) if whole else (Other("half a sample"),)

    def _received(self, data: Object) -> tuple[Signal, ...]:
        options = self._dialect.options
        kind = get(data, options.type_path)
        if kind == options.audio_type:
            pcm = fields.audio(data, options.audio_path)
            if len(pcm) % WIDTH:
                raise Illegal(f"audio of {len(pcm)} bytes is no whole number of 16-bit samples")
            return (AudioOut(pcm, options.receive_rate_hz),)
        ready = self._dialect.ready
        if ready and kind == ready.type:
            return (Ready(fields.text(data, ready.session_id) if ready.session_id else None),)
        meant = [
            _signal(event, shape, data)
            for event, shape in options.events.items()
            if _is(shape, data, options.type_path)
        ]
        return tuple(meant) or (Other(kind if isinstance(kind, str) else ""),)


def _is(shape: EventTemplate, data: Object, type_path: str) -> bool:
    conditions = ({} if shape.type is None else {type_path: shape.type}) | shape.where
    return all(get(data, path) == value for path, value in conditions.items())


def _signal(event: str, shape: EventTemplate, data: Object) -> Signal:
    match event:
        case "transcript.delta" | "transcript.final" | "output_transcript.delta" | "output_transcript.final":
            role, _, form = event.rpartition(".")
            spoken = fields.text(data, shape.text)
            return Transcript("agent" if role == "output_transcript" else "caller", spoken, form == "final")
        case "tool.call":
            arguments, raw = fields.arguments(get(data, shape.arguments))
            return ToolCall(fields.maybe_text(data, shape.call_id) or "", fields.text(data, shape.name), arguments, raw)
        case "tool.result":
            result = get(data, shape.result)
            return ToolResult(fields.maybe_text(data, shape.call_id) or "", fields.maybe_text(data, shape.name) or "",
                              None if isinstance(result, Missing) else result)  # fmt: skip
        case "session.configured":
            settings = get(data, shape.settings)
            return Configured(settings if isinstance(settings, dict) else {})
        case "error":
            message = fields.maybe_text(data, shape.message) or ""
            return Fault(fields.maybe_text(data, shape.code), message)
        case "metadata":
            return Metadata(data)
        case _:
            return _BARE[event]


_BARE: dict[str, Signal] = {
    signal.EVENT: signal
    for signal in (
        InputAccepted(), SpeechStarted(), SpeechStopped(), ResponseStarted(), AudioDone(), TurnDone(), Cancelled(),
    )
}  # fmt: skip


def _text(value: Json | bytes) -> str:
    return value if isinstance(value, str) else ""


def _bytes(value: Json | bytes) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except ValueError:
        raise Illegal("audio_data is not base64") from None
