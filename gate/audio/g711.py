"""G.711 mu-law and A-law to 16-bit samples and back, by tables. No rate and no file format is known here.

Both laws (ITU-T G.711, tables 1a to 2b) cut the size of a sample into 8 segments of 16 steps, which get twice as wide
from one segment to the next. `edges` are the decision values, the least size that belongs to a code, and `levels` the
size that a code stands for, both in units of 16-bit samples. A negative sample's size is its one's complement, as in
the reference code of ITU-T G.191: -1 has the size of 0, and there is a negative zero."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gate.audio.pcm import Samples

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """`octets`: uint8[65536], by the sample read as unsigned. `samples`: int16[256], by the octet."""

    octets: NDArray[np.uint8]
    samples: Samples


def encode_mulaw(values: Samples) -> bytes:
    """One octet for each of int16[n]; 0 is 0xFF."""
    return _mulaw().octets[values.view(np.uint16)].tobytes()


def decode_mulaw(data: bytes) -> Samples:
    """int16[n], one for each octet."""
    return _mulaw().samples[np.frombuffer(data, np.uint8)]


def encode_alaw(values: Samples) -> bytes:
    """One octet for each of int16[n]; 0 is 0xD5, which stands for 8: A-law has no zero."""
    return _alaw().octets[values.view(np.uint16)].tobytes()


def decode_alaw(data: bytes) -> Samples:
    """int16[n], one for each octet."""
    return _alaw().samples[np.frombuffer(data, np.uint8)]


_CODES: Codes = np.arange(128)
_SEGMENT, _STEP = _CODES >> 4, _CODES & 15


@cache
def _mulaw() -> _Tables:
    """14 bits; 33 is added to the size, and every bit of the octet is inverted."""
    edges = ((16 + _STEP) << (_SEGMENT + 1)) - 33
    levels = edges + (1 << _SEGMENT)
    return _tables(4 * edges, 4 * levels, positive=0xFF, negative=0x7F)


@cache
def _alaw() -> _Tables:
    """13 bits; the first two segments have steps of one width, and every second bit of the octet is inverted."""
    doubled = np.maximum(_SEGMENT - 1, 0)
    edges = np.where(_SEGMENT == 0, _STEP, 16 + _STEP) << doubled
    return _tables(16 * edges, 16 * edges + (8 << doubled), positive=0xD5, negative=0x55)


def _tables(edges: Codes, levels: Codes, positive: int, negative: int) -> _Tables:
    """The octet of code c is c with the bits of `positive` or `negative` inverted."""
    values = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int64)
    sizes = np.where(values >= 0, values, -1 - values)
    codes = np.searchsorted(edges, sizes, side="right") - 1
    samples = np.zeros(256, np.int16)
    samples[_CODES ^ positive], samples[_CODES ^ negative] = levels, -levels
    return _Tables(np.where(values >= 0, codes ^ positive, codes ^ negative).astype(np.uint8), samples)
