"""s16le mono PCM as bytes and as samples, and how loud it is. The only sample format inside the gate."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

WIDTH: Final = 2
FULL_SCALE: Final = 32768.0
SILENCE_DBFS: Final = -120.0


def samples(pcm: bytes) -> Samples:
    """int16[n]. A trailing odd byte is no sample and is left out."""
    return np.frombuffer(pcm[: len(pcm) - len(pcm) % WIDTH], dtype="<i2").astype(np.int16, copy=False)


def pack(values: Samples) -> bytes:
    return values.astype("<i2", copy=False).tobytes()


def silence(count: int) -> bytes:
    return bytes(WIDTH * count)


def duration_ns(pcm: bytes, rate_hz: int) -> int:
    return len(pcm) // WIDTH * 1_000_000_000 // rate_hz


def level_dbfs(values: Samples) -> float:
    """RMS level against a full-scale square wave, so a full-scale sine is -3.01 dBFS; silence is -120."""
    if not len(values):
        return SILENCE_DBFS
    rms = float(np.sqrt(np.mean(np.square(values.astype(np.float64)))))
    return max(SILENCE_DBFS, 20.0 * float(np.log10(rms / FULL_SCALE))) if rms else SILENCE_DBFS


def levels_dbfs(values: Samples, rate_hz: int, frame_ms: int = 10) -> NDArray[np.float64]:
    """The level of each whole frame of `frame_ms`: float[n]. A shorter rest is a frame of its own, as loud as it is."""
    size = rate_hz * frame_ms // 1000
    starts = np.arange(0, len(values), size)
    if not len(starts):
        return np.zeros(0)
    power = np.add.reduceat(np.square(values.astype(np.float64)), starts)
    rms = np.sqrt(power / np.minimum(size, len(values) - starts))
    floor = FULL_SCALE * 10 ** (SILENCE_DBFS / 20)
    return np.asarray(20.0 * np.log10(np.maximum(rms, floor) / FULL_SCALE), dtype=np.float64)
