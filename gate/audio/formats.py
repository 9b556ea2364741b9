"""The forms that audio has on the wire, by name, to and from the s16le mono PCM that the gate knows. No frame, no
protocol and no base64 is known here."""

from collections.abc import Callable
from typing import Final, Literal, Protocol

from gate.audio import g711, mp3, wav, wav_stream
from gate.audio.pcm import WIDTH, Samples, pack, samples

Written = Literal["pcm", "mulaw", "alaw", "wav"]
"""What the gate can send: no MP3, which needs an encoder."""

Encoding = Literal["pcm", "mulaw", "alaw", "wav", "mp3"]


class Decoder(Protocol):
    """Feed it every piece of one direction of one call, in order."""

    def feed(self, data: bytes) -> tuple[bytes, int]:
        """The s16le mono PCM of one piece, and its rate in Hz. Empty where the piece completes nothing. Raises
        ValueError, with a short sentence, for a piece that is not of this form."""
        ...

    def end(self) -> None:
        """A response is over, and the next one may begin from nothing."""
        ...


def encode(encoding: Written, pcm: bytes, rate_hz: int) -> bytes:
    """One piece of s16le mono PCM in the form of the wire. A WAV piece is a whole file."""
    return pcm if encoding == "pcm" else _ENCODERS[encoding](samples(pcm), rate_hz)


def decoder(encoding: Encoding, rate_hz: int) -> Decoder:
    """`rate_hz` is the rate of what brings none of its own; WAV and MP3 do."""
    return _DECODERS[encoding](rate_hz)


def sample_bytes(encoding: Encoding) -> int:
    """How many bytes a stream of this form must be cut into multiples of, before its pieces are decoded."""
    return WIDTH if encoding == "pcm" else 1


class _Pcm:
    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz

    def feed(self, data: bytes) -> tuple[bytes, int]:
        if len(data) % WIDTH:
            raise ValueError(f"audio of {len(data)} bytes is no whole number of 16-bit samples")
        return data, self._rate_hz

    def end(self) -> None:
        pass


class _Octets:
    """One byte is one sample, so no piece can be wrong."""

    def __init__(self, decode: Callable[[bytes], Samples], rate_hz: int) -> None:
        self._decode = decode
        self._rate_hz = rate_hz

    def feed(self, data: bytes) -> tuple[bytes, int]:
        return pack(self._decode(data)), self._rate_hz

    def end(self) -> None:
        pass


class _File:
    """What brings its own rate. Until it did, the rate is the one that was expected."""

    def __init__(self, stream: mp3.Decoder | wav_stream.Decoder, rate_hz: int) -> None:
        self._stream = stream
        self._rate_hz = rate_hz

    def feed(self, data: bytes) -> tuple[bytes, int]:
        return pack(self._stream.feed(data)), self._stream.rate_hz or self._rate_hz

    def end(self) -> None:
        self._stream.end()


_ENCODERS: Final[dict[str, Callable[[Samples, int], bytes]]] = {
    "mulaw": lambda values, _: g711.encode_mulaw(values),
    "alaw": lambda values, _: g711.encode_alaw(values),
    "wav": wav.encode,
}

_DECODERS: Final[dict[str, Callable[[int], Decoder]]] = {
    "pcm": _Pcm,
    "mulaw": lambda rate_hz: _Octets(g711.decode_mulaw, rate_hz),
    "alaw": lambda rate_hz: _Octets(g711.decode_alaw, rate_hz),
    "wav": lambda rate_hz: _File(wav_stream.Decoder(), rate_hz),
    "mp3": lambda rate_hz: _File(mp3.Decoder(), rate_hz),
}
