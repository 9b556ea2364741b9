"""The template dialect: a user's own JSON protocol, described in the manifest by templates and dotted paths. Pure.

The defaults are those of Coval's WebSocket connection (direct mode): `session_ready` with a session id, `audio_chunk`
messages with base64 PCM in `data`, 16 kHz to the agent, 48 kHz back. Everything else (transcripts, tools, the end of a
turn) is observed only where `events:` says how."""

from typing import assert_never

from gate.audio import formats
from gate.audio.pcm import silence
from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.jsons import Json
from gate.core.paths import get
from gate.core.plan import Dial
from gate.core.ports import Change
from gate.dialects import fields
from gate.dialects.base import SilentEar
from gate.dialects.fields import Illegal, Renamed
from gate.dialects.template.agent import Agent
from gate.dialects.template.events import is_event
from gate.dialects.template.observer import Observer
from gate.dialects.template.options import DIRECT_READY, ReadyTemplate, TemplateOptions
from gate.dialects.template.pattern import Pattern, parsed

Object = dict[str, Json]

PAYLOADS = ("arguments", "result")


class Template:
    name = "template"
    url_path = ""
    Options = TemplateOptions

    def __init__(self, options: TemplateOptions | None = None, *, http_first: bool = False) -> None:
        self.options = options or TemplateOptions()
        self.ready = _ready(self.options, http_first)
        self.sends = self.options.sends()
        self.capabilities = _capabilities(self.options, self.ready, self.sends)
        self._named = _named(self.options, self.sends)

    def dial(self, dial: Dial, session: Object, call_id: str) -> Dial:
        return dial

    def session_mistakes(self, session: Object) -> tuple[str, ...]:
        return ()

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder(self)

    def observer(self) -> Observer:
        return Observer(self)

    def agent(self) -> Agent:
        return Agent(self)

    def rewrite(self, data: str | bytes, change: Change) -> str | bytes:
        if isinstance(data, bytes):
            return data
        return fields.rewrite(data, Renamed(change, self._named), self._fixed(data).__contains__)

    def mute(self, data: str | bytes, fill: bytes) -> str | bytes:
        return (
            fields.muted(data, fill)
            if isinstance(data, bytes)
            else fields.mute(data, self._fixed(data).__contains__, fill)
        )

    def _fixed(self, data: str) -> frozenset[str]:
        """Where in this frame no words stand. The same path can hold audio in one message and words in another."""
        value = parsed(data)
        fixed = frozenset().union(*(send.fixed for send in self.sends.values() if send.fit(data, value) is not None))
        try:
            return fixed | _fixed_received(self.options, self.ready, fields.payload(data))
        except Illegal:
            return fixed


def _ready(options: TemplateOptions, http_first: bool) -> ReadyTemplate | None:
    if options.ready is None:
        return None if http_first else DIRECT_READY
    return options.ready or None


def _named(options: TemplateOptions, sends: dict[str, Pattern]) -> dict[str, str]:
    """Where messages have what a tool is called with and answers, and what that is called everywhere else."""
    named = {path: name for send in sends.values() for name in PAYLOADS for path in send.places(name)}
    for event, shape in options.events.items():
        if event in ("tool.call", "tool.result"):
            name = "arguments" if event == "tool.call" else "result"
            named[getattr(shape, name)] = name
    return named


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
        session=None if "configure" in sends else frozenset(),
        answers_tools="tool_result" in sends,
        cancels="cancel" in sends,
        types="text" in sends,
        takes_files="file" in sends,
        sees_images="image" in sends,
        presses="dtmf" in sends,
    )


class Encoder(SilentEar):
    def __init__(self, dialect: Template) -> None:
        self._sends = dialect.sends
        self._options = dialect.options

    def encode(self, act: Act, t_ns: int) -> tuple[str | bytes, ...]:
        match act:
            case acts.Configure(session):
                init = () if self._options.init is None else (fields.dump(self._options.init),)
                return init + self._send("configure", session=dict(session))
            case acts.Speak(pcm):
                return self._audio(pcm)
            case acts.Hush(samples):
                return self._audio(silence(samples))
            case acts.Type(text):
                return self._send("text", text=text)
            case acts.SendFile(data, media_type):
                return self._send("file", file_data=data, media_type=media_type)
            case acts.Show(name, data, media_type):
                return self._send("image", media_name=name, mime_type=media_type, media_data=data)
            case acts.Press(digits):
                return self._send("dtmf", digits=digits)
            case acts.Answer(call_id, name, result, error):
                shape = "tool_error" if error is not None and "tool_error" in self._sends else "tool_result"
                value: Json = result if error is None else {"error": error}
                return self._send(shape, call_id=call_id, name=name, result=value, error=error)
            case acts.Interrupt():
                return self._send("cancel")
            case acts.Send(frame):
                return (frame,)
            case acts.EchoMark() | acts.Respond() | acts.Truncate() | acts.Cleared() | acts.Pong():
                return ()
            case acts.HangUp():
                return self._send("goodbye")
            case _:
                assert_never(act)

    def _audio(self, pcm: bytes) -> tuple[str | bytes, ...]:
        data = formats.encode(self._options.send_encoding, pcm, self._options.send_rate_hz)
        return self._send("audio", audio_data=data)

    def _send(self, shape: str, **values: Json | bytes) -> tuple[str | bytes, ...]:
        pattern = self._sends.get(shape)
        return (pattern.fill(dict(values)),) if pattern else ()
