"""The telephone for tests: 8 kHz mu-law from the segment table of ITU-T G.711, independent of gate.audio."""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray

Samples = NDArray[np.int16]

_MAGNITUDES = np.array([((2 * (code & 15) + 33) << (code >> 4)) - 33 for code in range(128)]) * 4
_LEVELS = np.concatenate([-_MAGNITUDES[::-1], _MAGNITUDES[1:]])
_EDGES = (_LEVELS[1:] + _LEVELS[:-1]) / 2


def resampled(samples: Samples, from_hz: float, to_hz: float) -> Samples:
    return np.asarray(soxr.resample(samples, from_hz, to_hz), np.int16)


def through(samples: Samples) -> Samples:
    """16 kHz to 8 kHz mu-law and back: each sample becomes the nearest of mu-law's 255 levels."""
    narrow = resampled(samples, 16_000, 8_000)
    return resampled(_LEVELS[np.searchsorted(_EDGES, narrow)].astype(np.int16), 8_000, 16_000)


def mulaw_bytes(samples: Samples) -> bytes:
    """The bytes on the line: inverted sign and magnitude."""
    place = np.searchsorted(_EDGES, resampled(samples, 16_000, 8_000)) - 127
    codes = np.where(place < 0, -place, place | 0x80)
    return bytes((~codes & 0xFF).astype(np.uint8))
