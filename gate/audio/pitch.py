"""The pitch of a voice, frame by frame. Pure; finds periods, and must never decide what is speech.

The normalised square difference function of a frame is 2 r(lag) / m(lag): r its autocorrelation, m the energy of the
two parts that are laid over each other. It is 1 where the frame repeats exactly, whatever its level. The first peak
that is nearly as high as the highest is the period: later ones are its multiples. (McLeod and Wyvill, "A smarter way to
find pitch", ICMC 2005.)"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LOWEST_HZ: Final = 60
HIGHEST_HZ: Final = 420
OVERLAY_MS: Final = 35
HOP_MS: Final = 20
NEARLY: Final = 0.9


@dataclass(frozen=True, slots=True)
class PitchTrack:
    """One value a frame. `clarity` is the height of the chosen peak, at most 1; where no period is found it is -1, and
    `pitch_hz` means nothing."""

    pitch_hz: Floats
    clarity: Floats
    level_db: Floats


def pitch_track(values: Floats, rate_hz: int) -> PitchTrack:
    """float[n] to a track of one frame each 20 ms, for pitches of 60 to 420 Hz; empty below one frame of 52 ms."""
    shortest, longest = rate_hz // HIGHEST_HZ, rate_hz // LOWEST_HZ
    width = longest + rate_hz * OVERLAY_MS // 1000
    if len(values) < width:
        return PitchTrack(np.zeros(0), np.zeros(0), np.zeros(0))
    frames = np.lib.stride_tricks.sliding_window_view(values, width)[:: rate_hz * HOP_MS // 1000].astype(np.float32)
    frames = frames - frames.mean(axis=1, keepdims=True)
    likeness = _likeness(frames, longest + 2)
    searched = likeness[:, shortest - 1 : longest + 2]
    inner = searched[:, 1:-1]
    peaks = np.where((inner >= searched[:, :-2]) & (inner > searched[:, 2:]), inner, -1.0)
    highest = peaks.max(axis=1)
    lag = shortest + np.argmax(peaks >= np.maximum(highest * NEARLY, 1e-9)[:, None], axis=1)
    rows = np.arange(len(lag))
    period = lag + _top(likeness[rows, lag - 1], likeness[rows, lag], likeness[rows, lag + 1])
    level_db = 10 * np.log10(np.mean(np.square(frames), axis=1) + 1e-3)
    return PitchTrack(rate_hz / period, highest, level_db)


def _likeness(frames: NDArray[np.float32], lags: int) -> Floats:
    """float[frames, lags]: the normalised square difference function at lags 0, 1, ..."""
    width = frames.shape[1]
    spectra = np.fft.rfft(frames, 1 << (width + lags - 1).bit_length())
    correlation = np.fft.irfft(spectra.real**2 + spectra.imag**2)[:, :lags]
    energy = np.cumsum(np.square(frames, dtype=np.float64), axis=1)
    at = np.arange(1, lags)
    overlaid = energy[:, width - 1 - at] + energy[:, -1:] - energy[:, at - 1]
    return np.concatenate([np.ones((len(frames), 1)), 2 * correlation[:, 1:] / (overlaid + 1e-3)], axis=1)


def _top(before: Floats, at: Floats, after: Floats) -> Floats:
    """Where between its neighbours a peak stands, in samples from -0.5 to 0.5: the top of the parabola through them."""
    return np.clip(0.5 * (before - after) / np.minimum(before - 2 * at + after, -1e-6), -0.5, 0.5)
