"""The canonical dialect: our own event names as JSON, 16 kHz PCM in base64. Pure; the model for every other one.

Gate to agent: `session.configure {session}`, `input_audio.append {audio, media_type?}` (a media type: a whole file as
it is), `text.input {text}`, `dtmf.input {digits}`, `image.input {name, media_type, image}`, `mark.played {name}`,
`tool.result {call_id, result | error}`. Agent to gate: the events of `core.signals`, with snake_case fields. `resume`
in the session is the id of an earlier one, to go on with it."""

import base64
from collections.abc import Callable
from typing import assert_never

from pydantic import BaseModel, ConfigDict

from gate.audio.pcm import silence
from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.frames import MESSAGES, Frame, Opcode
from gate.core.jsons import Json
from gate.core.paths import get
from gate.core.plan import Dial
from gate.core.ports import Change
from gate.core.signals import (
    EVENT_NAMES,
    Asked,
    AudioDone,
    AudioIn,
    AudioOut,
    Cancelled,
    Configured,
    Fault,
    FileIn,
    InputAccepted,
    Mark,
    MarkPlayed,
    Metadata,
    Other,
    Pressed,
    Ready,
    ResponseStarted,
    Role,
    Shown,
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
from gate.dialects.base import SilentEar
from gate.dialects.canonical.agent import RATE_HZ, Agent, media, pcm_of
from gate.dialects.fields import Illegal
from gate.dialects.transport import observe_transport

Object = dict[str, Json]


class CanonicalOptions(BaseModel):
    """The canonical dialect has nothing to set."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Canonical:
    name = "canonical"
    url_path = ""
    Options = CanonicalOptions
    capabilities = Capabilities(
        shows=frozenset(EVENT_NAMES),
        input_rate_hz=RATE_HZ,
        output_rate_hz=RATE_HZ,
        guarantees=frozenset(
            {
                "started-before-audio",
                "configured-before-audio",
                "transcript-before-answer",
                "final-marker",
                "session-id",
            }
        ),
        types=True,
        takes_files=True,
        presses=True,
        sees_images=True,
        echoes_marks=True,
        resumes="resume",
    )

    def __init__(self, options: CanonicalOptions | None = None, *, http_first: bool = False) -> None:
        pass

    def dial(self, dial: Dial, session: Object, call_id: str) -> Dial:
        return dial

    def session_mistakes(self, session: Object) -> tuple[str, ...]:
        return ()

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder()

    def observer(self) -> "Observer":
        return Observer()

    def agent(self) -> Agent:
        return Agent()

    def rewrite(self, data: str | bytes, change: Change) -> str | bytes:
        return fields.rewrite(data, change, _fixed(data).__contains__)

    def mute(self, data: str | bytes, fill: bytes) -> str | bytes:
        return fields.mute(data, _fixed(data).__contains__, fill)


_FIXED = frozenset({"type", "audio", "call_id", "response_id", "session_id"})
_FIXED_BY_TYPE = {
    "input_audio.append": {"media_type"}, "image.input": {"name", "media_type", "image"}, "mark": {"name"},
    "mark.played": {"name"},
}  # fmt: skip


def _fixed(data: str | bytes) -> frozenset[str]:
    """The paths of a message at which no words stand."""
    try:
        kind = fields.payload(data).get("type")
    except Illegal:
        return _FIXED
    return _FIXED | _FIXED_BY_TYPE.get(kind, set()) if isinstance(kind, str) else _FIXED


def _append(audio: bytes, **more: Json) -> str:
    return fields.dump({"type": "input_audio.append", "audio": base64.b64encode(audio).decode(), **more})


class Encoder(SilentEar):
    def encode(self, act: Act, t_ns: int) -> tuple[str | bytes, ...]:
        match act:
            case acts.Configure(session):
                return (fields.dump({"type": "session.configure", "session": session}),)
            case acts.Speak(pcm):
                return (_append(pcm),)
            case acts.Hush(count):
                return (_append(silence(count)),)
            case acts.Type(text):
                return (fields.dump({"type": "text.input", "text": text}),)
            case acts.Answer(call_id, _, result, None):
                return (fields.dump({"type": "tool.result", "call_id": call_id, "result": result}),)
            case acts.Answer(call_id, _, _, error):
                return (fields.dump({"type": "tool.result", "call_id": call_id, "error": error}),)
            case acts.SendFile(data, media_type):
                return (_append(data, media_type=media_type),)
            case acts.Show(name, data, media_type):
                image = base64.b64encode(data).decode()
                message: Object = {"type": "image.input", "name": name, "media_type": media_type, "image": image}
                return (fields.dump(message),)
            case acts.Press(digits):
                return (fields.dump({"type": "dtmf.input", "digits": digits}),)
            case acts.EchoMark(name):
                return (fields.dump({"type": "mark.played", "name": name}),)
            case acts.Send(frame):
                return (frame,)
            case acts.Interrupt() | acts.HangUp() | acts.Respond() | acts.Truncate() | acts.Cleared() | acts.Pong():
                return ()
            case _:
                assert_never(act)


class Observer:
    """Stateless: in this dialect every frame stands for itself."""

    def observe(self, frame: Frame) -> tuple[Signal, ...]:
        if frame.opcode not in MESSAGES:
            return observe_transport(frame)
        if frame.opcode is Opcode.BINARY:
            return (Violation("a binary frame, where this dialect has only text"),)
        try:
            data = fields.payload(frame.data)
            kind = fields.text(data, "type")
            read = (_SENT if frame.sent else _RECEIVED).get(kind)
            return read(data) if read else (Other(kind),)
        except Illegal as illegal:
            return (Violation(str(illegal)),)


def _response(data: Object) -> str | None:
    return fields.maybe_text(data, "response_id")


def _tool_call(data: Object) -> tuple[Signal, ...]:
    arguments, raw = fields.arguments(get(data, "arguments"))
    return (ToolCall(fields.text(data, "call_id"), fields.text(data, "name"), arguments, raw),)


def _tool_result(data: Object) -> tuple[Signal, ...]:
    error = fields.maybe_text(data, "error")
    return (ToolResult(fields.text(data, "call_id"), fields.maybe_text(data, "name") or "", data.get("result"), error),)


def _transcript(role: Role, final: bool) -> "Read":
    return lambda data: (Transcript(role, fields.text(data, "text"), final, _response(data)),)


def _appended(data: Object) -> tuple[Signal, ...]:
    media_type = fields.maybe_text(data, "media_type")
    if media_type is not None:
        return (FileIn(media_type, len(fields.audio(data, "audio"))),)
    return (AudioIn(pcm_of(data), RATE_HZ),)


def _shown(data: Object) -> tuple[Signal, ...]:
    name, media_type, image = media(data)
    return (Shown(name, media_type, len(image)),)


Read = Callable[[Object], tuple[Signal, ...]]

_SENT: dict[str, Read] = {
    "session.configure": lambda data: (Asked(fields.maybe_object(data, "session")),),
    "input_audio.append": _appended,
    "image.input": _shown,
    "dtmf.input": lambda data: (Pressed(fields.text(data, "digits")),),
    "mark.played": lambda data: (MarkPlayed(fields.text(data, "name")),),
    "text.input": lambda data: (Typed(fields.text(data, "text")),),
    "tool.result": _tool_result,
}

_RECEIVED: dict[str, Read] = {
    "session.started": lambda data: (Ready(fields.maybe_text(data, "session_id")),),
    "session.configured": lambda data: (Configured(fields.maybe_object(data, "session")),),
    "input_audio.accepted": lambda data: (InputAccepted(),),
    "speech.started": lambda data: (SpeechStarted(),),
    "speech.stopped": lambda data: (SpeechStopped(),),
    "transcript.delta": _transcript("caller", False),
    "transcript.final": _transcript("caller", True),
    "output_transcript.delta": _transcript("agent", False),
    "output_transcript.final": _transcript("agent", True),
    "tool.call": _tool_call,
    "tool.result": _tool_result,
    "response.started": lambda data: (ResponseStarted(_response(data)),),
    "output_audio.delta": lambda data: (AudioOut(pcm_of(data), RATE_HZ, _response(data)),),
    "mark": lambda data: (Mark(fields.text(data, "name")),),
    "output_audio.done": lambda data: (AudioDone(_response(data)),),
    "response.done": lambda data: (TurnDone(_response(data)),),
    "response.cancelled": lambda data: (Cancelled(_response(data)),),
    "metadata": lambda data: (Metadata(data.get("data")),),
    "error": lambda data: (Fault(fields.maybe_text(data, "code"), fields.maybe_text(data, "message") or ""),),
}
