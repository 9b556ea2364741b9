"""The raw-pcm dialect: binary frames of audio both ways and nothing else, for agents of the plainest kind. Pure.

No provider's protocol but the least that a socket can carry: headerless mono samples, s16le or G.711, in frames of any
length. What text frames say is unknown here. Nothing takes audio back: such an agent must not send ahead of what it
wants to be heard."""

from typing import Literal

from pydantic import Field, model_validator

from gate.audio import formats
from gate.audio.pcm import silence
from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.frames import MESSAGES, Frame
from gate.core.signals import AudioDone, AudioIn, AudioOut, Cancelled, Other, Signal
from gate.dialects import base
from gate.dialects.base import About, Base, Frames, Object, SilentEar
from gate.dialects.fields import Illegal
from gate.dialects.sound import Framed, Speech
from gate.dialects.transport import observe_transport

RawEncoding = Literal["pcm", "mulaw", "alaw"]
Rate = Literal[8000, 12000, 16000, 22050, 24000, 32000, 44100, 48000]


class RawPcmOptions(base.Options):
    """`encoding` is that of both ways unless `send_encoding` says another for the gate's, `send_rate_hz` the rate of
    both unless `receive_rate_hz` says another for the agent's."""

    encoding: RawEncoding = "pcm"
    send_encoding: RawEncoding | None = None
    send_rate_hz: Rate = 16000
    receive_rate_hz: Rate | None = None
    frame_ms: int = Field(default=20, ge=10, le=200)

    @model_validator(mode="after")
    def _whole_frames(self) -> "RawPcmOptions":
        if self.send_rate_hz * self.frame_ms % 1000:
            raise ValueError(f"frame_ms: {self.frame_ms} ms at {self.send_rate_hz} Hz are no whole number of samples")
        return self

    @property
    def said(self) -> tuple[RawEncoding, int]:
        """Encoding and rate in Hz of what the gate sends."""
        return self.send_encoding or self.encoding, self.send_rate_hz

    @property
    def heard(self) -> tuple[RawEncoding, int]:
        """Encoding and rate in Hz of what the agent sends."""
        return self.encoding, self.receive_rate_hz or self.send_rate_hz


class RawPcm(Base[RawPcmOptions]):
    name = "raw-pcm"
    Options = RawPcmOptions
    about = About(
        "raw audio in binary frames",
        "app client",
        "high",
        "the websockets library as a plain client; there is no protocol that anybody could implement otherwise",
    )

    def __init__(self, options: RawPcmOptions | None = None, *, http_first: bool = False) -> None:
        super().__init__(options, http_first=http_first)
        self.capabilities = Capabilities(
            shows=frozenset({"output_audio.delta", "session.closed"}),
            input_rate_hz=self.options.send_rate_hz,
            output_rate_hz=self.options.heard[1],
            frame_ms=self.options.frame_ms,
            session=frozenset(),
            announces_ready=False,
            acknowledges_configuration=False,
            answers_tools=False,
        )

    def encoder(self, call_id: str = "") -> "Encoder":
        return Encoder(self.options)

    def observer(self) -> "Observer":
        return Observer(self.options)

    def agent(self) -> "Agent":
        return Agent(self.options)

    def opaque(self, message: Object, path: str) -> bool:
        return False


class Encoder(SilentEar):
    def __init__(self, options: RawPcmOptions) -> None:
        self._encoding, self._rate_hz = options.said

    def encode(self, act: Act, t_ns: int) -> Frames:
        match act:
            case acts.Speak(pcm):
                return (self._audio(pcm),)
            case acts.Hush(count):
                return (self._audio(silence(count)),)
            case acts.Send(frame):
                return (frame,)
            case _:
                return ()

    def _audio(self, pcm: bytes) -> bytes:
        return formats.encode(self._encoding, pcm, self._rate_hz)


class Observer:
    """Holds the half sample that a frame may end with, for each way."""

    def __init__(self, options: RawPcmOptions) -> None:
        self._said = Framed(*options.said)
        self._heard = Framed(*options.heard)

    def observe(self, frame: Frame) -> tuple[Signal, ...]:
        if frame.opcode not in MESSAGES:
            return observe_transport(frame)
        if isinstance(frame.data, str):
            return (Other("text"),)
        pcm, rate_hz = (self._said if frame.sent else self._heard).feed(frame.data)
        if not pcm:
            return (Other("audio that the next frame completes"),)
        return (AudioIn(pcm, rate_hz),) if frame.sent else (AudioOut(pcm, rate_hz),)


class Agent:
    """Says its audio and nothing else: an interruption takes back only what it had not sent yet."""

    def __init__(self, options: RawPcmOptions) -> None:
        self._ears = Framed(*options.said)
        self._encoding, self._rate_hz = options.heard
        self._speech = Speech(self._rate_hz)

    def hear(self, data: str | bytes) -> tuple[Act, ...]:
        if isinstance(data, str):
            raise Illegal("a text frame, where this dialect has only binary ones")
        pcm, _ = self._ears.feed(data)
        return (acts.Speak(pcm),) if pcm else ()

    def say(self, signal: Signal) -> Frames:
        match signal:
            case AudioOut(pcm, rate_hz):
                return self._frame(self._speech.feed(pcm, rate_hz))
            case AudioDone():
                return self._frame(self._speech.end())
            case Cancelled():
                self._speech.cut()
                return ()
            case _:
                return ()

    def _frame(self, pcm: bytes) -> Frames:
        return (formats.encode(self._encoding, pcm, self._rate_hz),) if pcm else ()
