"""The spectrum of speech, frame by frame, as cepstra of a telephone band. Pure; only measures.

A frame's level in 20 mel-spaced bands from 100 to 3800 Hz, in dB, turned by a cosine transform: number 0 is the level,
1 the slope from low to high, 2 and 3 broad humps: where the energy of a vocal tract lies. (Davis and Mermelstein,
"Comparison of parametric representations", IEEE ASSP 28(4), 1980; mel as 2595 log10(1 + f / 700).)"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TIMBRE_RATE_HZ: Final = 8000
HOP_MS: Final = 10
WIDTH: Final = 200
FFT: Final = 256
BANDS: Final = 20
LOWEST_HZ: Final = 100
HIGHEST_HZ: Final = 3800
CEPSTRA: Final = 13
FLOOR_DB: Final = 60.0
NUCLEI_BANDS: Final = slice(3, 14)
"""About 360 to 2200 Hz, where vowels are loud and hum, breath and hiss are not."""


@dataclass(frozen=True, slots=True)
class Timbre:
    """One row a frame. `nuclei_db` is the level of the vowel bands alone."""

    cepstra: Floats
    level_db: Floats
    nuclei_db: Floats


def timbre(values: Floats) -> Timbre:
    """float[n] at 8 kHz to a frame of 25 ms each 10 ms. What is 60 dB under the loud frames counts as that low."""
    if len(values) < WIDTH:
        return Timbre(np.zeros((0, CEPSTRA)), np.zeros(0), np.zeros(0))
    frames = np.lib.stride_tricks.sliding_window_view(values, WIDTH)[:: TIMBRE_RATE_HZ * HOP_MS // 1000]
    spectra = np.fft.rfft(frames * WINDOW, FFT)
    energy = (spectra.real**2 + spectra.imag**2) @ BANK.T
    level_db = _db(energy.sum(axis=1))
    floor = 10 ** ((np.percentile(level_db, 95) - FLOOR_DB) / 10)
    cepstra = _db(np.maximum(energy, floor)) @ COSINES.T
    return Timbre(cepstra, level_db, _db(energy[:, NUCLEI_BANDS].sum(axis=1)))


def _db(power: Floats) -> Floats:
    return np.asarray(10 * np.log10(power + 1e-3), dtype=np.float64)


def _bank() -> Floats:
    """float[bands, bins]: triangles, each from its neighbours' middles."""
    lowest, highest = 2595 * np.log10(1 + np.array([LOWEST_HZ, HIGHEST_HZ]) / 700)
    mels = np.linspace(float(lowest), float(highest), BANDS + 2)
    edges = (700 * (10 ** (mels / 2595) - 1))[:, None]
    bins = np.arange(FFT // 2 + 1) * TIMBRE_RATE_HZ / FFT
    rising, falling = (bins - edges[:-2]) / np.diff(edges[:-1], axis=0), (edges[2:] - bins) / np.diff(edges[1:], axis=0)
    return np.asarray(np.maximum(0, np.minimum(rising, falling)), dtype=np.float64)


def _cosines() -> Floats:
    middles = np.arange(BANDS) + 0.5
    return np.asarray(np.sqrt(2 / BANDS) * np.cos(np.pi * np.arange(CEPSTRA)[:, None] * middles / BANDS))


BANK: Final = _bank()
COSINES: Final = _cosines()
WINDOW: Final = np.hanning(WIDTH + 2)[1:-1]
