"""The agent's half of the canonical dialect: what the gate sends comes in as acts, what the agent means goes out as
frames. Pure."""

import base64
from typing import assert_never

from gate.audio.pcm import WIDTH, pack, samples
from gate.audio.resample import resample
from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json
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

RATE_HZ = 16_000

Object = dict[str, Json]


def pcm_of(data: Object) -> bytes:
    """The samples of a message with audio, s16le at RATE_HZ. Raises Illegal."""
    pcm = fields.audio(data, "audio")
    if len(pcm) % WIDTH:
        raise Illegal(f"audio of {len(pcm)} bytes is no whole number of 16-bit samples")
    return pcm


def media(data: Object) -> tuple[str, str, bytes]:
    """Name, media type and bytes of an image. Raises Illegal."""
    return fields.text(data, "name"), fields.text(data, "media_type"), fields.audio(data, "image")


class Agent:
    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        """Raises Illegal for a frame that this dialect does not allow: what to do then is the agent's own affair."""
        if isinstance(data, bytes):
            raise Illegal("a binary frame, where this dialect has only text")
        message = fields.payload(data)
        match fields.text(message, "type"):
            case "session.configure":
                return (acts.Configure(fields.maybe_object(message, "session")),)
            case "input_audio.append":
                return (_audio(message),)
            case "text.input":
                return (acts.Type(fields.text(message, "text")),)
            case "tool.result":
                error = fields.maybe_text(message, "error")
                return (acts.Answer(fields.text(message, "call_id"), "", message.get("result"), error),)
            case "dtmf.input":
                return (acts.Press(fields.text(message, "digits")),)
            case "image.input":
                name, media_type, data = media(message)
                return (acts.Show(name, data, media_type),)
            case "mark.played":
                return (acts.EchoMark(fields.text(message, "name")),)
            case unknown:
                raise Illegal(f"type {unknown!r} is not known")

    def say(self, signal: Signal) -> tuple[str | bytes, ...]:
        body = _body(signal)
        if body is None:
            return ()
        named: Object = {"type": signal.EVENT}
        return (fields.dump(named | body),)


def _audio(message: Object) -> Act:
    media_type = fields.maybe_text(message, "media_type")
    if media_type is not None:
        return acts.SendFile(fields.audio(message, "audio"), media_type)
    return acts.Speak(pcm_of(message))


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
        case AudioOut(pcm, rate_hz, response_id, _):
            voice = pack(resample(samples(pcm), rate_hz, RATE_HZ))
            return {"audio": base64.b64encode(voice).decode(), **_of(response_id)}
        case ResponseStarted(response_id) | AudioDone(response_id) | TurnDone(response_id) | Cancelled(response_id):
            return _of(response_id)
        case Mark(name):
            return {"name": name}
        case Metadata(data):
            return {"data": data}
        case Fault(code, message):
            return {"code": code, "message": message}
        case InputAccepted() | SpeechStarted() | SpeechStopped():
            return {}
        case Asked() | Typed() | AudioIn() | FileIn() | Shown() | Pressed() | MarkPlayed() | ToolCancelled() | Ping():
            return None
        case Refused() | Closed() | Violation() | Other() | HungUp() | Ponged():
            return None
        case _:
            assert_never(signal)


def _of(response_id: str | None) -> Object:
    return {} if response_id is None else {"response_id": response_id}
