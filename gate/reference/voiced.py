"""Whether somebody spoke, near and for a while, whatever was said: what an agent asks back about. Noise is no speech.

Voiced speech repeats itself with the pitch of the voice: the normalised autocorrelation of a frame has a peak near 1
at a lag between 2.5 and 16 ms (60 to 400 Hz). Hums repeat as well, so the pitch must move as that of a speaker does."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

RATE_HZ = 16_000
FRAME, HOP = 640, 320
LAGS = slice(RATE_HZ // 400, RATE_HZ // 60)
PERIODIC = 0.7
NEAR_DBFS = -34.0
LEAST_FRAMES = 20
LEAST_SHARE = 0.25
LEAST_MOVED = 0.03


def spoke(samples: Samples) -> bool:
    """Of an utterance, int16[n] at 16 kHz: at least 400 ms of voice, and a quarter of it, as loud as a near mouth."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP] if len(samples) >= FRAME else ()
    pitches = [lag for frame in frames if _dbfs(frame) > NEAR_DBFS and (lag := _pitch_lag(frame))]
    if len(pitches) < max(LEAST_FRAMES, LEAST_SHARE * len(frames)):
        return False
    low, high = np.percentile(pitches, [10, 90])
    return bool((high - low) / high >= LEAST_MOVED)


def _dbfs(frame: Samples) -> float:
    return float(10 * np.log10(np.mean(frame.astype(np.float64) ** 2) / 32768.0**2 + 1e-12))


def _pitch_lag(frame: Samples) -> int:
    """The lag in samples at which the frame repeats itself; 0 if it does not."""
    signal = frame.astype(np.float64) - frame.mean()
    spectrum = np.fft.rfft(signal, 2 * FRAME)
    found = np.fft.irfft(np.abs(spectrum) ** 2)[:FRAME]
    energy = np.cumsum(signal**2)
    lags = np.arange(FRAME)
    head, tail = energy[FRAME - 1 - lags], energy[-1] - np.concatenate([[0.0], energy[: FRAME - 1]])
    similar = found / np.sqrt(np.maximum(head * tail, 1e-9))
    best = int(np.argmax(similar[LAGS])) + LAGS.start
    return best if similar[best] >= PERIODIC else 0
