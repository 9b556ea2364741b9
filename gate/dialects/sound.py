"""Audio between s16le PCM and a provider's wire: base64 or not, G.711 or not, at the rate of the wire. Pure."""

import base64

from gate.audio import formats
from gate.audio.formats import Decoder, Encoding, Written
from gate.audio.pcm import pack, samples
from gate.audio.resample import Stream
from gate.core.jsons import Json
from gate.dialects import fields
from gate.dialects.fields import Illegal


def encoded(pcm: bytes, rate_hz: int, encoding: Written = "pcm") -> str:
    """In base64, for a field of a message."""
    return base64.b64encode(formats.encode(encoding, pcm, rate_hz)).decode()


def decoded(decoder: Decoder, data: bytes) -> tuple[bytes, int]:
    """The PCM of one piece of audio, and its rate in Hz. Raises Illegal."""
    try:
        return decoder.feed(data)
    except ValueError as error:
        raise Illegal(str(error)) from None


def field(value: Json, path: str, encoding: Encoding, rate_hz: int) -> tuple[bytes, int]:
    """The PCM of a field in base64 that stands for itself, and its rate in Hz. Raises Illegal."""
    return decoded(formats.decoder(encoding, rate_hz), fields.audio(value, path))


class Framed:
    """Audio in binary frames of a stream. One may end in the middle of a sample: that half waits for the next."""

    def __init__(self, encoding: Encoding, rate_hz: int) -> None:
        self._decoder = formats.decoder(encoding, rate_hz)
        self._width = formats.sample_bytes(encoding)
        self._rest = b""

    def feed(self, data: bytes) -> tuple[bytes, int]:
        """The PCM of the samples that are whole by now, and its rate in Hz; empty if none is. Raises Illegal."""
        data = self._rest + data
        whole = len(data) - len(data) % self._width
        self._rest = data[whole:]
        return decoded(self._decoder, data[:whole])


class Speech:
    """The agent's speech at the rate of its wire. What the resampler holds back comes when the response ends."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._stream: Stream | None = None

    def feed(self, pcm: bytes, rate_hz: int) -> bytes:
        """s16le PCM at the rate of the wire; empty where nothing is complete yet."""
        self._stream = self._stream or Stream(rate_hz, self._rate_hz)
        return pack(self._stream.feed(samples(pcm)))

    def end(self) -> bytes:
        stream, self._stream = self._stream, None
        return pack(stream.feed(samples(b""), last=True)) if stream else b""

    def cut(self) -> None:
        """The response is thrown away."""
        self._stream = None
