"""Resampling by soxr, of a whole signal or of one that arrives in pieces. Positions in time do not move: soxr
compensates its own delay.

soxr is given floats: what it makes of 16-bit samples is dithered, so that silence would hiss by one step, and two ways
to cut a signal would differ."""

import numpy as np
from numpy.typing import NDArray

from gate.audio.pcm import Samples


def resample(values: Samples, from_hz: int, to_hz: int) -> Samples:
    """int16[n] to int16[round(n * to / from)], at soxr's high quality."""
    if from_hz == to_hz or not len(values):
        return values
    import soxr

    return _to_int16(soxr.resample(values.astype(np.float32), from_hz, to_hz))


class Stream:
    """Resampling in pieces that arrive one by one. It holds back a few samples: not one out for each one in."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        import soxr

        self._stream = None if from_hz == to_hz else soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32")

    def feed(self, values: Samples, *, last: bool = False) -> Samples:
        """`last` gives what was held back, and ends the stream."""
        if self._stream is None:
            return values
        return _to_int16(self._stream.resample_chunk(values.astype(np.float32), last=last))


def _to_int16(values: NDArray[np.float32]) -> Samples:
    return np.clip(np.rint(values), -32768, 32767).astype(np.int16)
