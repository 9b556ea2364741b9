"""Pipecat bots behind a WebSocket: RTVI inside protobuf frames, or Pipecat's own JSON eval wire. Pure.

Source: pipecat-ai 1.14.0 and its frames.proto; each part of this dialect names its own. A bot runs its tools itself,
except for those that `client_tools` says it leaves to the client, in RTVI's older way (`handle_function_call`)."""

from dataclasses import replace

from gate.core.capabilities import Capabilities
from gate.core.ports import Change
from gate.dialects import fields
from gate.dialects.base import About, Base, Object
from gate.dialects.fields import Illegal
from gate.dialects.pipecat import rtvi as pipecat_rtvi
from gate.dialects.pipecat.agent import Agent
from gate.dialects.pipecat.encoder import Encoder
from gate.dialects.pipecat.observer import Observer
from gate.dialects.pipecat.options import PipecatOptions
from gate.dialects.pipecat.protobuf import AudioRawFrame, MessageFrame, TextFrame, TranscriptionFrame, read, write
from gate.dialects.pipecat.rtvi import HEARS_HZ, METADATA, SPEAKS_HZ

_PLAIN = frozenset({"output_audio.delta", "response.cancelled", "session.closed"})
_RTVI = _PLAIN | {
    "session.started", "speech.started", "speech.stopped", "transcript.delta", "transcript.final", "tool.call",
    "tool.result", "output_audio.done", "output_transcript.delta", "output_transcript.final", "response.started",
    "response.done", "metadata", "error",
}  # fmt: skip


class Pipecat(Base[PipecatOptions]):
    name = "pipecat"
    Options = PipecatOptions
    url_path = "wsUrl"
    about = About(
        "Pipecat (WebSocket transports)",
        "app client",
        "high",
        "google.protobuf, Pipecat's serializers, and real Pipecat pipelines behind its FastAPI and eval transports",
    )

    def __init__(self, options: PipecatOptions | None = None, *, http_first: bool = False) -> None:
        super().__init__(options, http_first=http_first)
        rtvi = self.options.rtvi
        fields_ = {METADATA, "system_prompt"} if self.options.wire == "eval" else {METADATA}
        self.capabilities = Capabilities(
            shows=_RTVI if rtvi else _PLAIN,
            derives=frozenset({"output_transcript.final", "response.done"} if rtvi else ()),
            input_rate_hz=HEARS_HZ,
            output_rate_hz=SPEAKS_HZ,
            session=frozenset(fields_ if rtvi else ()),
            configures_first=True,
            announces_ready=rtvi,
            acknowledges_configuration=False,
            answers_tools=self.options.client_tools,
            types=rtvi,
            presses=rtvi,
            sees_images=rtvi,
            bursts=False,
        )

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder(self.options, call_id)

    def observer(self) -> Observer:
        return Observer(self.options.wire)

    def agent(self) -> Agent:
        return Agent(self.options.wire, rtvi=self.options.rtvi, client_tools=self.options.client_tools)

    def opaque(self, message: Object, path: str) -> bool:
        return pipecat_rtvi.opaque(path)

    def mute(self, data: str | bytes, fill: bytes) -> str | bytes:
        if isinstance(data, str):
            return super().mute(data, fill)
        try:
            frame = read(data)
        except Illegal:
            return data
        match frame:
            case AudioRawFrame(audio=audio):
                return write(replace(frame, audio=fields.muted(audio, fill)))
            case MessageFrame(text):
                return write(MessageFrame(str(super().mute(text, fill))))
            case _:
                return data

    def rewrite(self, data: str | bytes, change: Change) -> str | bytes:
        """Words stand in the texts of a frame and in the JSON of a message. What is no frame is left as it is."""
        if isinstance(data, str):
            return super().rewrite(data, change)
        try:
            frame = read(data)
        except Illegal:
            return data
        match frame:
            case TextFrame(text=text) | TranscriptionFrame(text=text):
                return write(replace(frame, text=change("text", text)))
            case MessageFrame(text):
                return write(MessageFrame(str(super().rewrite(text, change))))
            case _:
                return data
