"""Whole-signal resampling by soxr. Positions in time do not move: soxr compensates its own delay."""

import numpy as np

from gate.audio.pcm import Samples


def resample(values: Samples, from_hz: int, to_hz: int) -> Samples:
    """int16[n] to int16[round(n * to / from)], at soxr's high quality."""
    if from_hz == to_hz or not len(values):
        return values
    import soxr

    return np.asarray(soxr.resample(values, from_hz, to_hz), dtype=np.int16)


class Stream:
    """Resampling in pieces that arrive one by one. It holds back a few samples: not one out for each one in."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        import soxr

        self._stream = None if from_hz == to_hz else soxr.ResampleStream(from_hz, to_hz, 1, dtype="int16")

    def feed(self, values: Samples, *, last: bool = False) -> Samples:
        """`last` gives what was held back, and ends the stream."""
        if self._stream is None:
            return values
        return np.asarray(self._stream.resample_chunk(values, last=last), dtype=np.int16)
