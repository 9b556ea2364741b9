"""Good speech for tests: every good clip of the gate, and ways to hand it on that do no harm. No code of the gate."""

import json
import wave
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
Samples = NDArray[np.int16]


def _read(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        assert file.getframerate() == 16_000
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)


def _clips() -> dict[str, Samples]:
    folders = (ROOT / "fixtures" / "audio", ROOT / "gate" / "reference" / "clips")
    entries = [
        (folder, entry["file"])
        for folder in folders
        for entry in json.loads((folder / "index.json").read_text())["clips"]
    ]
    return {f"{folder.name}/{file}": _read(folder / file) for folder, file in entries}


GOOD = _clips()


@cache
def greeting() -> Samples:
    """Some 5 s of a voice."""
    return GOOD["clips/greeting.wav"]


def halved(values: Samples) -> Samples:
    """16 kHz to 8 kHz, by cutting the spectrum."""
    size = 1 << len(values).bit_length()  # a power of two: an FFT of a prime length is slow
    spectrum = np.fft.rfft(values.astype(np.float64), size)[: size // 4 + 1]
    half = np.fft.irfft(spectrum, size // 2)[: len(values) // 2] / 2
    return np.clip(np.round(half), -32768, 32767).astype(np.int16)


def mu_law(values: Samples) -> Samples:
    """To the 256 values of ITU-T G.711 and back: segments that double, 16 equal steps in each."""
    size = np.minimum(np.abs(values.astype(np.int32)), 32_635) + 132
    exponent = np.floor(np.log2(size)).astype(np.int32)
    step = 1 << (exponent - 4)
    return (np.sign(values) * (size // step * step + step // 2 - 132)).astype(np.int16)


@dataclass(frozen=True)
class Form:
    name: str
    rate_hz: int
    make: Callable[[Samples], Samples]


def _hiss(values: Samples) -> Samples:
    noise = np.random.default_rng(3).standard_normal(len(values)) * 328
    return np.clip(np.round(values + noise), -32768, 32767).astype(np.int16)


FORMS = (
    Form("as it is", 16_000, lambda values: values),
    Form("at 8 kHz", 8_000, halved),
    Form("mu-law", 8_000, lambda values: mu_law(halved(values))),
    Form("24 dB softer", 16_000, lambda values: np.round(values / 16).astype(np.int16)),
    Form("over a hiss of -40 dBFS", 16_000, _hiss),
)


@cache
def good(form: Form) -> dict[str, Samples]:
    """Every good clip in this form."""
    return {name: form.make(values) for name, values in GOOD.items()}
