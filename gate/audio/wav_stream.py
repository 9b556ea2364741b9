"""WAV that arrives in pieces to samples: one header for all of them, or a file in each piece. Must never raise anything
but ValueError, whatever the bytes are.

Whoever writes a header before the audio exists cannot know how long it will be, so what a header says of lengths is
believed only where more chunks stand behind the samples; pieces without a header go on with the samples."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gate.audio import g711
from gate.audio.pcm import Samples, samples

_RIFF, _CHUNK, _FORM, _EXTENSIBLE = 12, 8, 16, 0xFFFE
_LONGEST_HEADER = 65_536
_CODECS: dict[tuple[int, int], Callable[[bytes], Samples]] = {
    (1, 16): samples,
    (6, 8): g711.decode_alaw,
    (7, 8): g711.decode_mulaw,
}
"""By format tag and bits a sample."""


@dataclass(frozen=True, slots=True)
class _Form:
    decode: Callable[[bytes], Samples]
    channels: int
    rate_hz: int
    block: int


class Decoder:
    """Holds a header that is not whole yet, then the bytes of a sample that a piece cut. `rate_hz` is 0 until a header
    was read."""

    def __init__(self) -> None:
        self._rest = b""
        self._form: _Form | None = None

    @property
    def rate_hz(self) -> int:
        return self._form.rate_hz if self._form else 0

    def feed(self, data: bytes) -> Samples:
        """int16[n], mono (channels are averaged). Raises ValueError for what is no WAV of 16-bit PCM, mu-law or A-law,
        at 8 to 48 kHz."""
        if data[:4] == b"RIFF":
            self._rest, self._form = b"", None
        data, self._rest = self._rest + data, b""
        if self._form is None:
            try:
                self._form, data = _opened(data)
            except _TooShort:
                self._rest = data
                return samples(b"")
        whole = len(data) - len(data) % self._form.block
        self._rest = data[whole:]
        values = self._form.decode(data[:whole]).reshape(-1, self._form.channels)
        return values[:, 0] if self._form.channels == 1 else np.rint(values.mean(axis=1)).astype(np.int16)

    def end(self) -> None:
        """A response is over: half a sample, or half a header, of it is forgotten. The form stays."""
        self._rest = b""


class _TooShort(Exception):
    """The header goes on in the next piece."""


def _opened(data: bytes) -> tuple[_Form, bytes]:
    """What the header says, and the samples behind it."""
    if not (b"RIFF".startswith(data[:4]) and b"WAVE".startswith(data[8:12])):
        raise ValueError(f"no WAV header: the audio begins with {data[:4].hex(' ').upper()}; expected RIFF … WAVE")
    form: _Form | None = None
    at = _RIFF
    while len(data) >= at + _CHUNK:
        name, size = struct.unpack_from("<4sI", data, at)
        at += _CHUNK
        if name == b"data" and form is None:
            raise ValueError("a WAV header without its format (no `fmt ` chunk before `data`)")
        if name == b"data" and form:
            return form, data[at : at + size] if _has_chunks(data, at + size) else data[at:]
        if name == b"fmt " and len(data) >= at + size:
            form = _form(data[at : at + size])
        at += size + size % 2
    if max(at, len(data)) > _LONGEST_HEADER:
        raise ValueError(f"a WAV header of more than {_LONGEST_HEADER} bytes")
    raise _TooShort


def _form(data: bytes) -> _Form:
    if len(data) < _FORM:
        raise ValueError(f"a WAV format of {len(data)} bytes; expected {_FORM} or more")
    encoding, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", data)
    if encoding == _EXTENSIBLE and len(data) >= 26:
        encoding = struct.unpack_from("<H", data, 24)[0]
    if (encoding, bits) not in _CODECS:
        raise ValueError(f"WAV of format {encoding} with {bits} bits; expected 16-bit PCM (1), A-law (6) or mu-law (7)")
    if not 8000 <= rate_hz <= 48000 or not 1 <= channels <= 2:
        raise ValueError(f"WAV of {rate_hz} Hz, {channels} channel(s); expected 8000 to 48000 Hz, 1 or 2 channels")
    return _Form(_CODECS[encoding, bits], channels, rate_hz, channels * bits // 8)


def _has_chunks(data: bytes, at: int) -> bool:
    """Whether what stands behind the samples, up to the end of the piece, is chunks, or nothing."""
    while (at := at + at % 2) < len(data):
        if len(data) - at < _CHUNK or not data[at : at + 4].rstrip().isalnum():
            return False
        at += _CHUNK + int(struct.unpack_from("<I", data, at + 4)[0])
    return at - len(data) in (0, 1)
