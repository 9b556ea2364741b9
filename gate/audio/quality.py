"""How loud an agent's speech is, and whether it is clipped, without knowing its words or its clips. Pure.

It is conservative: what might be the voice's own is no defect."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gate.audio.activity import SpeechSpan
from gate.audio.pcm import FULL_SCALE, SILENCE_DBFS, Samples

ACTIVE_DB: Final = 25.0
FRAME_MS: Final = 10

LOUDEST_QUIET: Final = 300
NEAR_CEILING: Final = 0.97
NEAR_PEAK: Final = 0.8
FLAT_SHARE: Final = 0.6
FLAT_SAMPLES: Final = 3
FEWEST_RUNS: Final = 4


@dataclass(frozen=True, slots=True)
class Level:
    """`speech_dbfs`: RMS over the active frames of the speech, None where there is no speech. `peak_dbfs`: the largest
    sample against full scale. `silent`: not one sample differs from the next, digital silence or a stuck value."""

    speech_dbfs: float | None
    peak_dbfs: float
    silent: bool


@dataclass(frozen=True, slots=True)
class Clipping:
    """`runs`: [start, end) of each flat top, none where fewer than FEWEST_RUNS were found; `share`: of all the peaks
    that reach the ceiling's neighbourhood, how many are flat; `ceiling_dbfs`: where the sound is cut off."""

    runs: tuple[tuple[int, int], ...]
    share: float
    ceiling_dbfs: float


def level(values: Samples, rate_hz: int, spans: tuple[SpeechSpan, ...]) -> Level:
    """`spans` as `activity.speech_spans` finds them. A frame of 10 ms is active if it is within ACTIVE_DB of the
    loudest one: pauses inside the speech do not count, as in ITU-T P.56."""
    size = rate_hz * FRAME_MS // 1000
    found = np.concatenate([np.zeros(0), *(powers(values[span.start : span.end], size) for span in spans)])
    active = found[found > found.max(initial=0.0) * 10 ** (-ACTIVE_DB / 10)]
    speech_dbfs = float(10 * np.log10(active.mean())) if len(active) else None
    return Level(speech_dbfs, _dbfs(_peak(values)), not len(values) or bool(values.min() == values.max()))


def clipping(values: Samples) -> Clipping:
    """Flat tops at the loudest level there is, be it full scale or, where the gain was taken back afterwards, below it.

    Natural peaks reach the loudest level seldom and are round: a peak counts as flat if it stays within 3 % of that
    level for at least three samples and for FLAT_SHARE of the time that it is within 20 % of it (a sine: 38 %).
    Clipping that was rounded afterwards by MP3 or another lossy codec is not seen. A square wave is clipped by this."""
    peak = _peak(values)
    if peak < LOUDEST_QUIET:
        return Clipping((), 0.0, _dbfs(peak))
    found: list[tuple[int, int]] = []
    tops = 0
    for sign in (1, -1):
        starts, ends = runs(_beyond(values, sign, NEAR_PEAK * peak))
        flat_starts, flat_ends = runs(_beyond(values, sign, NEAR_CEILING * peak))
        first, last = np.searchsorted(flat_starts, starts), np.searchsorted(flat_starts, ends)
        sizes = np.concatenate([[0], np.cumsum(flat_ends - flat_starts)])
        flat = sizes[last] - sizes[first]
        clipped = (flat >= FLAT_SAMPLES) & (flat >= FLAT_SHARE * (ends - starts))
        tops += int(np.count_nonzero(flat))
        at = zip(flat_starts[first[clipped]].tolist(), flat_ends[last[clipped] - 1].tolist(), strict=True)
        found += at
    if len(found) < FEWEST_RUNS:
        return Clipping((), 0.0, _dbfs(peak))
    return Clipping(tuple(sorted(found)), len(found) / tops, _dbfs(peak))


def powers(values: Samples, size: int) -> NDArray[np.float64]:
    """The mean power of each whole block of `size` samples; a full-scale square wave has 1."""
    whole = values[: len(values) // size * size].reshape(-1, size).astype(np.float32)
    return np.asarray(np.einsum("ij,ij->i", whole, whole), np.float64) / (size * FULL_SCALE**2)


def runs(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each run of True starts, and the index after its last."""
    padded = np.concatenate([[False], mask, [False]])
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return edges[::2], edges[1::2]


def _beyond(values: Samples, sign: int, limit: float) -> NDArray[np.bool_]:
    return values >= limit if sign > 0 else values <= -limit


def _peak(values: Samples) -> int:
    return max(int(values.max()), -int(values.min())) if len(values) else 0


def _dbfs(amplitude: int) -> float:
    return float(20 * np.log10(amplitude / FULL_SCALE)) if amplitude else SILENCE_DBFS
