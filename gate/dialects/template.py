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
from gate.core.paths import get
from gate.core.ports import Change
from gate.core.signals import Asked, AudioIn, AudioOut, Other, Signal, ToolResult, Typed, Violation
from gate.dialects import fields
from gate.dialects.fields import Illegal
from gate.dialects.pattern import AUDIO, Pattern
from gate.dialects.template_agent import Agent, answer
from gate.dialects.template_events import is_event, signals_of, whole_samples
from gate.dialects.template_options import DIRECT_READY, ReadyTemplate, TemplateOptions
from gate.dialects.transport import observe_transport

Object = dict[str, Json]


class Template:
    name = "template"
    Options = TemplateOptions

    def __init__(self, options: TemplateOptions | None = None, *, http_first: bool = False) -> None:
        self.options = options or TemplateOptions()
        self.ready = _ready(self.options, http_first)
        self.sends = self.options.sends()
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
        return fields.rewrite(data, change, self._fixed(data).__contains__)

    def _fixed(self, data: str) -> frozenset[str]:
        """Where in this frame no words stand. The same path can hold audio in one message and words in another."""
        fixed = frozenset().union(*(send.fixed for send in self.sends.values() if send.match(data) is not None))
        try:
            return fixed | _fixed_received(self.options, self.ready, fields.payload(data))
        except Illegal:
            return fixed


def _ready(options: TemplateOptions, http_first: bool) -> ReadyTemplate | None:
    if options.ready is None:
        return None if http_first else DIRECT_READY
    return options.ready or None


def _fixed_received(options: TemplateOptions, ready: ReadyTemplate | None, data: Object) -> frozenset[str]:
    kind = get(data, options.type_path)
    fixed = {options.type_path}
    if kind == options.audio_type:
        fixed.add(options.audio_path)
    if ready and kind == ready.type and ready.session_id:
        fixed.add(ready.session_id)
    for shape in options.events.values():
        if is_event(shape, data, options.type_path):
            fixed |= {shape.call_id, *shape.where}
    return frozenset(fixed)


def _capabilities(options: TemplateOptions, ready: ReadyTemplate | None, sends: dict[str, Pattern]) -> Capabilities:
    always = {"output_audio.delta", "session.closed"}
    if ready:
        always.add("session.started")
    if "tool_result" in sends or "tool_error" in sends:
        always.add("tool.result")
    return Capabilities(
        shows=frozenset(always | set(options.events)),
        input_rate_hz=options.send_rate_hz,
        output_rate_hz=options.receive_rate_hz,
        configures_first=True,
        announces_ready=ready is not None,
        acknowledges_configuration="session.configured" in options.events,
        configures="configure" in sends,
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
                    pcm = whole_samples(_bytes(values[AUDIO]))
                    return (AudioIn(pcm, self._dialect.options.send_rate_hz),)
                case "configure":
                    session = values.get("session")
                    return (Asked(session if isinstance(session, dict) else {}),)
                case "text":
                    return (Typed(_text(values.get("text"))),)
                case "tool_result" | "tool_error":
                    result, error = answer(shape, values, self._dialect.sends)
                    return (ToolResult(_text(values.get("call_id")), _text(values.get("name")), result, error),)
                case _:
                    return (Other(shape),)
        return (Other(_kind(data, self._dialect.options.type_path)),)

    def _stream(self, data: bytes) -> tuple[Signal, ...]:
        data = self._rest + data
        whole = len(data) - len(data) % WIDTH
        self._rest = data[whole:]
        return (AudioOut(data[:whole], self._dialect.options.receive_rate_hz),) if whole else (Other("half a sample"),)

    def _received(self, data: Object) -> tuple[Signal, ...]:
        kind = get(data, self._dialect.options.type_path)
        meant = signals_of(data, self._dialect.options, self._dialect.ready)
        return tuple(meant) or (Other(kind if isinstance(kind, str) else ""),)


def _kind(data: str | bytes, type_path: str) -> str:
    try:
        kind = get(fields.payload(data), type_path)
    except Illegal:
        return ""
    return kind if isinstance(kind, str) else ""


def _text(value: Json | bytes) -> str:
    return value if isinstance(value, str) else ""


def _bytes(value: Json | bytes) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except ValueError:
        raise Illegal("audio_data is not base64") from None
