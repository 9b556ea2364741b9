"""What Pipecat's frames mean. Pure; what is said of a response in several messages is put together in `pipecat_turns`.

Source: pipecat-ai 1.14.0, `serializers/protobuf.py`, `evals/serializer.py`, `processors/frameworks/rtvi/observer.py`.
What the caller said comes twice, as `user-input` and in the older `user-transcription`: where the first was seen, the
second is passed over. A tool's name, arguments and result come only if the bot's report level allows it."""

from gate.core.jsons import Json
from gate.core.paths import ABSENT, Missing, get
from gate.core.signals import (
    Asked,
    Fault,
    Metadata,
    Other,
    Pressed,
    Ready,
    Shown,
    SpeechStarted,
    SpeechStopped,
    ToolCall,
    ToolCancelled,
    ToolResult,
    Transcript,
    Typed,
)  # fmt: skip
from gate.dialects import fields
from gate.dialects.base import JsonObserver, Object, Read, Signals
from gate.dialects.fields import Illegal
from gate.dialects.pipecat.protobuf import (
    AudioRawFrame,
    InterruptionFrame,
    MessageFrame,
    TextFrame,
    TranscriptionFrame,
    read,
)  # fmt: skip
from gate.dialects.pipecat.rtvi import LABEL, METADATA, Wire, keys_of, mono, of_frame, of_raw_audio
from gate.dialects.pipecat.turns import Turns


class Observer(JsonObserver):
    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._turns = turns = Turns()
        self._called: set[str] = set()
        self._returned: set[str] = set()
        self._has_input = False
        self._received: dict[str, Read] = {
            "bot-ready": lambda _: (Ready(),),
            "error": lambda data: (Fault("fatal" if data.get("fatal") is True else None, fields.text(data, "error")),),
            "error-response": lambda data: (Fault(None, fields.text(data, "error")),),
            "user-started-speaking": lambda _: (SpeechStarted(),),
            "user-stopped-speaking": lambda _: (SpeechStopped(),),
            "user-input": self._input,
            "user-transcription": lambda data: () if self._has_input else _heard(data),
            "bot-llm-started": lambda _: turns.thinks(),
            "bot-llm-text": lambda data: turns.words(fields.text(data, "text")),
            "bot-llm-stopped": lambda _: turns.thought(),
            "bot-started-speaking": lambda _: turns.speaks(),
            "bot-stopped-speaking": lambda _: turns.spoke(),
            "bot-output": lambda data: turns.wrote(fields.text(data, "text")) if _was_spoken(data) else (),
            "bot-interrupted": lambda _: turns.interrupted("message"),
            "llm-function-call-in-progress": lambda data: self._call(data, get(data, "arguments")),
            "llm-function-call": lambda data: self._call(data, get(data, "args")),
            "llm-function-call-stopped": self._stopped,
            "eval-bot-audio": lambda data: turns.sounds(*_bot_audio(data)),
        }
        self._sent: dict[str, Read] = {
            "client-ready": lambda _: (Asked(),),
            "client-message": _told,
            "send-text": lambda data: (Typed(fields.text(data, "content")),),
            "send-file": _file,
            "dtmf": lambda data: (Pressed(keys_of(data)),),
            "raw-audio": lambda data: turns.heard(*of_raw_audio(data)),
            "raw-audio-batch": lambda data: turns.heard(*of_raw_audio(data)),
            "llm-function-call-result": self._returns,
        }

    def sent(self, message: Object) -> Signals:
        return self._text(message, sent=True)

    def received(self, message: Object) -> Signals:
        return self._text(message, sent=False)

    def _text(self, message: Object, *, sent: bool) -> Signals:
        if self._wire == "protobuf":
            raise Illegal("a text frame, where Pipecat's protobuf wire has only binary ones")
        return self._message(message, sent=sent)

    def binary(self, data: bytes, *, sent: bool) -> Signals:
        if self._wire == "eval":
            raise Illegal("a binary frame, where Pipecat's eval wire has only text")
        match read(data):
            case AudioRawFrame() as frame:
                return (self._turns.heard if sent else self._turns.sounds)(*of_frame(frame))
            case MessageFrame(text):
                message = fields.payload(text)
                return self._message(message, sent=sent) or (Other(self.kind(message)),)
            case InterruptionFrame() if not sent:
                return self._turns.interrupted("frame") or (Other("interruption"),)
            case TextFrame(text=text) | TranscriptionFrame(text=text) if sent:
                return (Typed(text),)
            case TextFrame(text=text):
                return (Transcript("agent", text, final=True),)
            case TranscriptionFrame(text=text):
                return (Transcript("caller", text, final=True),)
            case _:
                return (Other("a frame of an unknown kind"),)

    def _message(self, message: Object, *, sent: bool) -> Signals:
        if message.get("label") != LABEL:
            return ()
        kind = fields.text(message, "type")
        if kind in ("server-message", "server-response", "metrics") and not sent:
            return (Metadata(message.get("data")),)
        known = (self._sent if sent else self._received).get(kind)
        return known(fields.maybe_object(message, "data")) if known else ()

    def _input(self, data: Object) -> Signals:
        """A backchannel stands beside the transcription that it was read from."""
        self._has_input = True
        return () if data.get("input_type") == "backchannel" else _heard(data)

    def _call(self, data: Object, given: Json | Missing) -> Signals:
        call_id = fields.text(data, "tool_call_id")
        if call_id in self._called:
            return ()
        self._called.add(call_id)
        arguments, raw = fields.arguments(ABSENT if given is None else given)
        return (ToolCall(call_id, fields.maybe_text(data, "function_name") or "", arguments, raw),)

    def _stopped(self, data: Object) -> Signals:
        call_id = fields.text(data, "tool_call_id")
        return (ToolCancelled(call_id),) if data.get("cancelled") is True else self._returns(data)

    def _returns(self, data: Object) -> Signals:
        call_id = fields.text(data, "tool_call_id")
        if call_id in self._returned:
            return ()
        self._returned.add(call_id)
        return (ToolResult(call_id, fields.maybe_text(data, "function_name") or "", data.get("result")),)


def _heard(data: Object) -> Signals:
    return (Transcript("caller", fields.text(data, "text"), data.get("final") is not False),)


def _was_spoken(data: Object) -> bool:
    """By `spoken_status`, or, up to protocol 1.4, by `spoken`."""
    status = data.get("spoken_status")
    spoken = status == "completed" or (status is None and data.get("spoken") is True)
    return spoken and data.get("output_type") != "backchannel"


def _bot_audio(data: Object) -> tuple[bytes, int]:
    rate_hz = fields.number(data, "sampleRate")
    return mono(fields.audio(data, "audio"), rate_hz, 1), rate_hz


def _told(data: Object) -> Signals:
    match data:
        case {"t": "metadata", "d": asked}:
            return (Asked({METADATA: asked}),)
        case {"t": "eval-context", "d": {"messages": [{"content": str(prompt)}, *_]}}:
            return (Asked({"system_prompt": prompt}),)
        case _:
            return ()


def _file(data: Object) -> Signals:
    media_type = fields.text(data, "file.format")
    if not media_type.startswith("image/") or get(data, "file.source.type") != "bytes":
        return ()
    size = len(fields.audio(data, "file.source.bytes"))
    return (Shown(fields.maybe_text(data, "file.name") or "", media_type, size),)
