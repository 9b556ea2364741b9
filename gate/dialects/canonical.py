"""The canonical dialect: our own event names as JSON, 16 kHz PCM in base64. Pure; the model for every other one.

Gate to agent: `session.configure {session}`, `input_audio.append {audio}`, `text.input {text}`, `tool.result {call_id,
result | error}`, `response.cancel`. Agent to gate: the events of `core.signals`, with snake_case fields."""

import base64
from collections.abc import Callable
from typing import assert_never

from pydantic import BaseModel, ConfigDict

from gate.audio.pcm import WIDTH, pack, samples, silence
from gate.audio.resample import resample
from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.frames import Frame, Opcode
from gate.core.jsons import Json
from gate.core.paths import get
from gate.core.ports import Change
from gate.core.signals import (
    EVENT_NAMES,
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
    Role,
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
from gate.dialects.transport import observe_transport

RATE_HZ = 16_000

Object = dict[str, Json]


class CanonicalOptions(BaseModel):
    """The canonical dialect has nothing to set."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Canonical:
    name = "canonical"
    Options = CanonicalOptions
    capabilities = Capabilities(
        shows=frozenset(EVENT_NAMES),
        input_rate_hz=RATE_HZ,
        output_rate_hz=RATE_HZ,
        guarantees=frozenset({"configured-before-audio", "transcript-before-response", "tool-result-before-answer"}),
        types=True,
    )

    def __init__(self, options: CanonicalOptions | None = None, *, http_first: bool = False) -> None:
        pass

    def encoder(self) -> "Encoder":
        return Encoder()

    def observer(self) -> "Observer":
        return Observer()

    def agent(self) -> "Agent":
        return Agent()

    def rewrite(self, data: str | bytes, change: Change) -> str | bytes:
        return fields.rewrite(data, change, _opaque)


def _opaque(path: str) -> bool:
    return path in ("type", "audio", "call_id", "response_id", "session_id")


def _append(pcm: bytes) -> str:
    return fields.dump({"type": "input_audio.append", "audio": base64.b64encode(pcm).decode()})


class Encoder:
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
            case acts.Interrupt():
                return (fields.dump({"type": "response.cancel"}),)
            case acts.Send(frame):
                return (frame,)
            case acts.HangUp():
                return ()
            case _:
                assert_never(act)


class Observer:
    """Stateless: in this dialect every frame stands for itself."""

    def observe(self, frame: Frame) -> tuple[Signal, ...]:
        if frame.opcode not in (Opcode.TEXT, Opcode.BINARY):
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


def _pcm(data: Object) -> bytes:
    pcm = fields.audio(data, "audio")
    if len(pcm) % WIDTH:
        raise Illegal(f"audio of {len(pcm)} bytes is no whole number of 16-bit samples")
    return pcm


def _object(data: Object, key: str) -> Object:
    found = data.get(key)
    if found is not None and not isinstance(found, dict):
        raise Illegal(f"{key} is no object")
    return found or {}


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


Read = Callable[[Object], tuple[Signal, ...]]

_SENT: dict[str, Read] = {
    "session.configure": lambda data: (Asked(_object(data, "session")),),
    "input_audio.append": lambda data: (AudioIn(_pcm(data), RATE_HZ),),
    "text.input": lambda data: (Typed(fields.text(data, "text")),),
    "tool.result": _tool_result,
}

_RECEIVED: dict[str, Read] = {
    "session.started": lambda data: (Ready(fields.maybe_text(data, "session_id")),),
    "session.configured": lambda data: (Configured(_object(data, "session")),),
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
    "output_audio.delta": lambda data: (AudioOut(_pcm(data), RATE_HZ, _response(data)),),
    "output_audio.done": lambda data: (AudioDone(_response(data)),),
    "response.done": lambda data: (TurnDone(_response(data)),),
    "response.cancelled": lambda data: (Cancelled(_response(data)),),
    "metadata": lambda data: (Metadata(data.get("data")),),
    "error": lambda data: (Fault(fields.maybe_text(data, "code"), fields.maybe_text(data, "message") or ""),),
}


class Agent:
    """The agent's half: what the gate sends comes in as acts, what the agent means goes out as frames."""

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        """Raises Illegal for a frame that this dialect does not allow: what to do then is the agent's own affair."""
        if isinstance(data, bytes):
            raise Illegal("a binary frame, where this dialect has only text")
        message = fields.payload(data)
        match fields.text(message, "type"):
            case "session.configure":
                return (acts.Configure(_object(message, "session")),)
            case "input_audio.append":
                return (acts.Speak(_pcm(message)),)
            case "text.input":
                return (acts.Type(fields.text(message, "text")),)
            case "tool.result":
                error = fields.maybe_text(message, "error")
                return (acts.Answer(fields.text(message, "call_id"), "", message.get("result"), error),)
            case "response.cancel":
                return (acts.Interrupt(),)
            case unknown:
                raise Illegal(f"type {unknown!r} is not known")

    def say(self, signal: Signal) -> tuple[str | bytes, ...]:
        body = _body(signal)
        if body is None:
            return ()
        named: Object = {"type": signal.EVENT}
        return (fields.dump(named | body),)


def _body(signal: Signal) -> Object | None:
    match signal:
        case Ready(session_id):
            return {"session_id": session_id}
        case Configured(settings):
            return {"session": settings}
        case Transcript(_, text, _, response_id):
            return {"text": text, **_of(response_id)}
        case ToolCall(call_id, name, arguments, raw):
            return {"call_id": call_id, "name": name, "arguments": raw if arguments is None else arguments}
        case ToolResult(call_id, name, result, error):
            answer: Object = {"result": result} if error is None else {"error": error}
            return {"call_id": call_id, "name": name, **answer}
        case AudioOut(pcm, rate_hz, response_id):
            voice = pack(resample(samples(pcm), rate_hz, RATE_HZ))
            return {"audio": base64.b64encode(voice).decode(), **_of(response_id)}
        case ResponseStarted(response_id) | AudioDone(response_id) | TurnDone(response_id) | Cancelled(response_id):
            return _of(response_id)
        case Metadata(data):
            return {"data": data}
        case Fault(code, message):
            return {"code": code, "message": message}
        case InputAccepted() | SpeechStarted() | SpeechStopped():
            return {}
        case Asked() | Typed() | AudioIn() | Refused() | Closed() | Violation() | Other():
            return None
        case _:
            assert_never(signal)


def _of(response_id: str | None) -> Object:
    return {} if response_id is None else {"response_id": response_id}
