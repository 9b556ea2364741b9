"""What both halves of the Pipecat dialect know: RTVI's envelope, the two wires that it travels on, and Pipecat's audio.
Pure. What the messages mean is no matter here.

Source: pipecat-ai 1.14.0, `processors/frameworks/rtvi/models.py` (protocol 2.2.0), `serializers/protobuf.py` and
`evals/serializer.py`. Pipelines hear at 16 kHz and speak at 24 kHz by default (`PipelineParams`)."""

import base64
from typing import Final, Literal

import numpy as np

from gate.audio import formats
from gate.audio.pcm import WIDTH, pack, samples
from gate.core.jsons import Json
from gate.core.paths import get
from gate.dialects import fields
from gate.dialects.base import Object
from gate.dialects.fields import Illegal
from gate.dialects.pipecat.protobuf import AudioRawFrame, MessageFrame, write
from gate.dialects.sound import decoded

Wire = Literal["protobuf", "eval"]

LABEL: Final = "rtvi-ai"
VERSION: Final = "2.2.0"
HEARS_HZ: Final = 16_000
SPEAKS_HZ: Final = 24_000
CONNECT: Final = "eval-connect"
CONFIGURE: Final = "eval-configure"
CONTEXT: Final = "eval-context"
METADATA: Final = "metadata"


def message(kind: str, data: Json = None, message_id: str | None = None) -> Object:
    """An RTVI message; without `data` or an id where it has none, as Pipecat's own models are dumped."""
    named: Object = {"label": LABEL, "type": kind}
    if message_id is not None:
        named["id"] = message_id
    return named if data is None else named | {"data": data}


def framed(said: Object, wire: Wire) -> str | bytes:
    return fields.dump(said) if wire == "eval" else write(MessageFrame(fields.dump(said)))


def audio_frame(pcm: bytes, rate_hz: int) -> bytes:
    return write(AudioRawFrame(audio=pcm, sample_rate=rate_hz, num_channels=1))


def base64_of(pcm: bytes) -> str:
    return base64.b64encode(pcm).decode()


def mono(audio: bytes, rate_hz: int, channels: int) -> bytes:
    """s16le of one channel: the mean of those that are there. Raises Illegal."""
    if rate_hz < 1 or channels < 1:
        raise Illegal(f"audio at {rate_hz} Hz in {channels} channels; it must state its rate and its channels")
    if len(audio) % (WIDTH * channels):
        raise Illegal(f"audio of {len(audio)} bytes is no whole number of 16-bit samples in {channels} channels")
    if channels == 1:
        return audio
    return pack(samples(audio).reshape(-1, channels).mean(axis=1).round().astype(np.int16))


def of_raw_audio(data: Object) -> tuple[bytes, int]:
    """The PCM of a `raw-audio` or `raw-audio-batch`, mono, and its rate in Hz. Raises Illegal."""
    batch = data.get("base64AudioBatch")
    count = len(batch) if isinstance(batch, list) else 0
    pieces = [fields.audio(data, f"base64AudioBatch.{i}") for i in range(count)] or [fields.audio(data, "base64Audio")]
    rate_hz, channels = fields.number(data, "sampleRate"), fields.number(data, "numChannels")
    return mono(b"".join(pieces), rate_hz, channels), rate_hz


def of_frame(frame: AudioRawFrame) -> tuple[bytes, int]:
    """The PCM of a frame, mono, and its rate in Hz. Raises Illegal. With `add_wav_header` each frame holds a WAV
    file of its own."""
    if frame.audio.startswith(b"RIFF"):
        return decoded(formats.decoder("wav", frame.sample_rate), frame.audio)
    return mono(frame.audio, frame.sample_rate, frame.num_channels), frame.sample_rate


def keys_of(data: Json) -> str:
    """What `dtmf` says is pressed. Raises Illegal."""
    buttons = get(data, "buttons")
    if not isinstance(buttons, list) or not buttons:
        raise Illegal("buttons is no list of keys")
    return "".join(fields.text(data, f"buttons.{i}") for i in range(len(buttons)))


_NO_WORDS: Final = frozenset(
    {
        "label", "type", "id", "data.version", "data.t", "data.about.library", "data.about.library_version",
        "data.about.platform", "data.about.platform_version", "data.tool_call_id", "data.function_name",
        "data.user_id", "data.timestamp", "data.msg_id", "data.input_type", "data.base64Audio", "data.audio",
        "data.file.format", "data.file.name", "data.file.source.type", "data.file.source.bytes", "data.d.image",
    }
)  # fmt: skip
_NO_WORDS_BELOW: Final = ("data.base64AudioBatch.", "data.d.function_call_report_level.")


def opaque(path: str) -> bool:
    """Whether no words stand at this path of an RTVI message."""
    return path in _NO_WORDS or path.startswith(_NO_WORDS_BELOW)
