"""The few numbers in which human speech is much the same for everybody, in a telephone's band. Pure; judges nothing.

They are taken from the frames that are within 30 dB of the loudest twentieth, so pauses do not count."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gate.audio.pcm import Samples
from gate.audio.pitch import pitch_track
from gate.audio.resample import resample
from gate.audio.timbre import HOP_MS, TIMBRE_RATE_HZ, timbre

Floats = NDArray[np.float64]

LOUD_DB: Final = 30.0
AUDIBLE_DB: Final = 25.0
VOICED: Final = 0.6


@dataclass(frozen=True, slots=True)
class Heard:
    """What is measured once the stretching by one ratio is undone."""

    traits: dict[str, float]
    pitch_hz: float
    nuclei_per_s: float


def hear(values: Samples, rate_hz: int, played: int, true: int) -> Heard:
    """int16[n] that plays at `rate_hz`, as if that were played / true times its true rate."""
    narrow = resample(values, rate_hz * true, TIMBRE_RATE_HZ * played).astype(np.float64)
    return _measured(narrow)


def _measured(narrow: Floats) -> Heard:
    frames, pitch = timbre(narrow), pitch_track(narrow, TIMBRE_RATE_HZ)
    loud = frames.level_db > np.percentile(frames.level_db, 95) - LOUD_DB
    cepstra = frames.cepstra[loud]
    spreads = cepstra.std(axis=0)
    audible = pitch.level_db > np.percentile(pitch.level_db, 95) - AUDIBLE_DB
    voiced = audible & (pitch.clarity > VOICED)
    traits = {
        "clarity": float(np.median(pitch.clarity[audible])),
        "slope": float(cepstra[:, 1].mean()),
        "hump": float(cepstra[:, 2].mean()),
        "ripple": float(cepstra[:, 3].mean()),
        "change": _change(frames.cepstra, loud),
        "hump_spread": float(np.log2(spreads[2] + 0.01)),
        "ripple_spread": float(np.log2(spreads[3] + 0.01)),
    }
    pitch_hz = float(np.median(pitch.pitch_hz[voiced])) if voiced.any() else 0.0
    return Heard(traits, pitch_hz, _nuclei(frames.nuclei_db) / (float(loud.sum()) * HOP_MS / 1000))


def _change(cepstra: Floats, loud: NDArray[np.bool_], lag: int = 4) -> float:
    both = loud[lag:] & loud[:-lag]
    if not both.any():
        return 0.0
    moved = np.square((cepstra[lag:] - cepstra[:-lag])[both][:, 1:9]).sum(axis=1).mean()
    return float(np.log2(np.sqrt(moved / (2 * cepstra[loud][:, 1:9].var(axis=0).sum() + 1e-6)) + 1e-3))


def _nuclei(level_db: Floats) -> int:
    """How many humps of at least 2 dB the vowel bands have: about one a syllable."""
    window = np.hanning(11)
    smooth = np.convolve(np.maximum(level_db, np.percentile(level_db, 95) - AUDIBLE_DB), window / window.sum(), "same")
    count, low, high, rising = 0, smooth[0], smooth[0], True
    for level in smooth:
        low, high = min(low, level), max(high, level)
        if rising and level < high - 2:
            count, rising, low = count + 1, False, level
        elif not rising and level > low + 2:
            rising, high = True, level
    return count
