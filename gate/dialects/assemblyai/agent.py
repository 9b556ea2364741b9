"""The agent's half of the assemblyai dialect: the server's side of the Voice Agent API. Pure.

`session.ready` is the answer to the first `session.update`. A tool is called inside a reply of its own, and takes its
result once that reply is done.

Source: assemblyai.com/docs/voice-agents/voice-agent-api (events reference, tool calling)."""

from gate.audio import formats
from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json
from gate.core.signals import (
    AudioDone,
    AudioOut,
    Cancelled,
    Configured,
    Fault,
    Ready,
    ResponseStarted,
    Signal,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    Transcript,
    TurnDone,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.assemblyai.observer import answer_of
from gate.dialects.assemblyai.session import FORMS, AssemblyAIOptions, settings_of, unlike
from gate.dialects.base import Frames, Object, frame_of
from gate.dialects.fields import Illegal
from gate.dialects.sound import Speech, decoded, encoded

ALLOWED = frozenset({"session.end", "session.resume", "reply.create"})


class Agent:
    def __init__(self, options: AssemblyAIOptions) -> None:
        self._options = options
        self._ears = formats.decoder(*FORMS[options.input_encoding])
        self._encoding, self._rate_hz = FORMS[options.output_encoding]
        self._speech = Speech(self._rate_hz)
        self._session_id = ""
        self._replies = 0
        self._reply = ""

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        if isinstance(data, bytes):
            raise Illegal("a binary frame, where this dialect has only text")
        message = fields.payload(data)
        match fields.text(message, "type"):
            case "input.audio":
                return (acts.Speak(decoded(self._ears, fields.audio(message, "audio"))[0]),)
            case "session.update":
                if (difference := unlike(message, self._options)) is not None:
                    raise Illegal(difference)
                return (acts.Configure(settings_of(message)),)
            case "tool.result":
                told = answer_of(message)
                return (acts.Answer(told.call_id, "", told.result, told.error),)
            case kind if kind in ALLOWED:
                return ()
            case unknown:
                raise Illegal(f"type {unknown!r} is not known")

    def say(self, signal: Signal) -> Frames:
        match signal:
            case Ready(session_id):
                self._session_id = session_id or ""
                return ()
            case Configured():
                return frame_of("session.ready", session_id=self._session_id)
            case ResponseStarted():
                return self._begun()
            case AudioOut(pcm, rate_hz, _, _):
                return self._audio(self._speech.feed(pcm, rate_hz))
            case AudioDone():
                return self._audio(self._speech.end())
            case Cancelled():
                self._speech.cut()
                return frame_of("reply.done", status="interrupted")
            case ToolCall(call_id, name, arguments, raw):
                given: Json = raw if arguments is None else arguments
                call = frame_of("tool.call", call_id=call_id, name=name, arguments=given)
                return self._begun() + call + frame_of("reply.done", status="completed")
            case Transcript("agent", text, True):
                about: Object = {"reply_id": self._reply, "item_id": f"item-{self._replies}", "interrupted": False}
                return frame_of("transcript.agent", text=text, **about)
            case _:
                return _said(signal)

    def _begun(self) -> Frames:
        self._replies += 1
        self._reply = f"reply_{self._replies}"
        return frame_of("reply.started", reply_id=self._reply)

    def _audio(self, pcm: bytes) -> Frames:
        return frame_of("reply.audio", data=encoded(pcm, self._rate_hz, self._encoding)) if pcm else ()


def _said(signal: Signal) -> Frames:
    """What stands for itself."""
    match signal:
        case SpeechStarted():
            return frame_of("input.speech.started")
        case SpeechStopped():
            return frame_of("input.speech.stopped")
        case Transcript("caller", text, False):
            return frame_of("transcript.user.delta", text=text)
        case Transcript("caller", text, True):
            return frame_of("transcript.user", text=text)
        case TurnDone():
            return frame_of("reply.done", status="completed")
        case Fault(code, message):
            return frame_of("session.error", code=code or "internal_error", message=message)
        case _:
            return ()
