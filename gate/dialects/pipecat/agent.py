"""The agent's half of the Pipecat dialect: a bot with an RTVI processor, or (rtvi: false) one without. Pure.

Source: pipecat-ai 1.14.0, `processors/frameworks/rtvi/processor.py`, `serializers/protobuf.py`, `evals/serializer.py`.
`bot-ready` answers `client-ready`. On the eval wire tools are named only after `eval-configure`, and audio comes only
if `eval-connect` asked for it; on the other one this is a bot whose author has raised the report level."""

from gate.core import acts
from gate.core.acts import Act
from gate.core.jsons import Json
from gate.core.paths import get
from gate.core.signals import AudioDone, AudioOut, Cancelled, ResponseStarted, Signal
from gate.dialects import fields
from gate.dialects.base import Frames, Object
from gate.dialects.fields import Illegal
from gate.dialects.pipecat.protobuf import (
    AudioRawFrame,
    InterruptionFrame,
    MessageFrame,
    TextFrame,
    TranscriptionFrame,
    read,
    write,
)  # fmt: skip
from gate.dialects.pipecat.reports import Reports
from gate.dialects.pipecat.rtvi import (
    CONFIGURE,
    CONNECT,
    HEARS_HZ,
    LABEL,
    SPEAKS_HZ,
    Wire,
    audio_frame,
    base64_of,
    framed,
    keys_of,
    message,
    of_frame,
    of_raw_audio,
)  # fmt: skip
from gate.dialects.sound import Speech


class Agent:
    def __init__(self, wire: Wire, *, rtvi: bool, client_tools: bool) -> None:
        self._wire = wire
        self._rtvi = rtvi
        self._reports = Reports("full" if wire == "protobuf" else "none", client_tools=client_tools)
        self._sends_audio = wire == "protobuf"
        self._ears = Speech(HEARS_HZ)
        self._voice = Speech(SPEAKS_HZ)
        self._mute = self._speaks = False

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        if isinstance(data, str):
            if self._wire == "protobuf":
                raise Illegal("a text frame, where Pipecat's protobuf wire has only binary ones")
            return self._message(fields.payload(data))
        if self._wire == "eval":
            raise Illegal("a binary frame, where Pipecat's eval wire has only text")
        match read(data):
            case AudioRawFrame() as frame:
                return self._listen(*of_frame(frame))
            case MessageFrame(text):
                return self._message(fields.payload(text))
            case TextFrame(text=text) | TranscriptionFrame(text=text):
                return (acts.Type(text),)
            case _:
                return ()

    def _message(self, said: Object) -> tuple[Act, ...]:
        """What has another label is the app's own affair (`_handle_transport_message`)."""
        if said.get("label") != LABEL or not self._rtvi:
            return ()
        self._reports.heard_id = fields.text(said, "id")
        data = fields.maybe_object(said, "data")
        match fields.text(said, "type"):
            case "client-ready":
                self._reports.ready_id = self._reports.heard_id
                return (acts.Configure(),)
            case "raw-audio" | "raw-audio-batch":
                return self._listen(*of_raw_audio(data))
            case "send-text":
                return (acts.Type(fields.text(data, "content")),)
            case "send-file":
                image = fields.audio(data, "file.source.bytes")
                return (acts.Show(fields.maybe_text(data, "file.name") or "", image, fields.text(data, "file.format")),)
            case "dtmf":
                return (acts.Press(keys_of(data)),)
            case "client-message":
                return self._told(fields.text(data, "t"), data.get("d"))
            case "llm-function-call-result":
                name = fields.text(data, "function_name")
                return (acts.Answer(fields.text(data, "tool_call_id"), name, data.get("result")),)
            case "disconnect-bot" | "ui-event" | "ui-snapshot" | "ui-cancel-job-group":
                return ()
            case unknown:
                raise Illegal(f"Unsupported type {unknown}")

    def _told(self, what: str, data: Json) -> tuple[Act, ...]:
        if self._wire == "eval" and what == CONNECT:
            self._sends_audio = get(data, "capture_bot_audio") is True and get(data, "skip_tts") is not True
        if self._wire == "eval" and what == CONFIGURE and isinstance(data, dict):
            levels = fields.maybe_object(data, "function_call_report_level")
            self._reports.level = fields.maybe_text(levels, "*") or self._reports.level
        return ()

    def _listen(self, pcm: bytes, rate_hz: int) -> tuple[Act, ...]:
        heard = self._ears.feed(pcm, rate_hz)
        return (acts.Speak(heard),) if heard else ()

    def say(self, signal: Signal) -> Frames:
        match signal:
            case AudioOut(pcm, rate_hz):
                return (*self._begun(), *self._audio(self._voice.feed(pcm, rate_hz)))
            case AudioDone():
                return (*self._audio(self._voice.end()), *self._stopped())
            case Cancelled():
                self._voice.cut()
                own = (write(InterruptionFrame()),) if self._wire == "protobuf" else ()
                return (*self._rtvi_says(message("bot-interrupted")), *own, *(self._stopped() if self._speaks else ()))
            case ResponseStarted():
                self._mute = True
        return self._rtvi_says(*self._reports.of(signal))

    def _begun(self) -> Frames:
        """Before the first audio of a response, and no other."""
        if not self._mute:
            return ()
        self._mute, self._speaks = False, True
        return self._rtvi_says(message("bot-tts-started"), message("bot-started-speaking"))

    def _stopped(self) -> Frames:
        self._speaks = False
        return self._rtvi_says(message("bot-tts-stopped"), message("bot-stopped-speaking"))

    def _audio(self, pcm: bytes) -> Frames:
        if not pcm or not self._sends_audio:
            return ()
        if self._wire == "protobuf":
            return (audio_frame(pcm, SPEAKS_HZ),)
        return (framed(message("eval-bot-audio", {"audio": base64_of(pcm), "sampleRate": SPEAKS_HZ}), self._wire),)

    def _rtvi_says(self, *said: Object) -> Frames:
        return tuple(framed(one, self._wire) for one in said) if self._rtvi else ()
