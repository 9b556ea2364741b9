"""Audio whose truth is known by construction: phrases laid at known samples into silence or noise. The same every time,
for one version of flite."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from gate.audio import wav
from gate.audio.pcm import FULL_SCALE, Samples
from gate.fixtures import noises

Signal = NDArray[np.float64]
Noise = Callable[[int, np.random.Generator], Signal]

RATE_HZ = 16_000
VOICES = ("slt", "rms", "awb", "kal16")
SENTENCES = (
    "the train to the coast leaves at half past six",
    "could you spell the name of the street for me",
    "seventy two, no wait, seventy four",
    "how much is the fish",
    "she packed the first box before lunch",
    "I have lost my key and need a new one",
)
LEVEL_DBFS = -26.0  # the nominal speech level of ITU-T P.56 and its users
EDGE_DB = 25.0
FRAME_MS = 10
APART_MS = (700, 1400)
STREET_MS = 12_000
BABBLERS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """The sound, and where in it the phrase's first sample is and the one after its last."""

    values: Samples
    start: int
    end: int


def spoken() -> list[Signal]:
    """Every sentence in every voice, cut to its sound, at one level. Raises RuntimeError without flite."""
    flite = shutil.which("flite")
    if flite is None:
        raise RuntimeError("the phrases are spoken by flite, which is not installed: apt-get install flite")
    with TemporaryDirectory() as folder:
        return [_spoken(flite, Path(folder) / "phrase.wav", voice, text) for voice in VOICES for text in SENTENCES]


def _spoken(flite: str, path: Path, voice: str, text: str) -> Signal:
    subprocess.run([flite, "-voice", voice, "-t", text, "-o", str(path)], check=True)  # noqa: S603
    values, rate_hz = wav.decode(path.read_bytes())
    if rate_hz != RATE_HZ:
        raise RuntimeError(f"flite's voice {voice} speaks at {rate_hz} Hz, expected {RATE_HZ}")
    return cut(values.astype(np.float64))


def cut(signal: Signal) -> Signal:
    """From the first to the last frame that is less than EDGE_DB below the whole, at LEVEL_DBFS."""
    size = RATE_HZ * FRAME_MS // 1000
    whole = signal[: len(signal) // size * size]
    powers = np.mean(np.square(whole.reshape(-1, size)), axis=1)
    loud = np.flatnonzero(powers > np.mean(powers) * 10 ** (-EDGE_DB / 10))
    phrase = whole[loud[0] * size : (loud[-1] + 1) * size]
    wanted: float = FULL_SCALE * 10 ** (LEVEL_DBFS / 20)
    return np.asarray(phrase * (wanted / np.sqrt(np.mean(np.square(phrase)))))


def laid(phrase: Signal, noise: Noise | None, snr_db: float, seed: int) -> Laid:
    rng = np.random.default_rng(seed)
    per_ms = RATE_HZ // 1000
    before, behind = (int(rng.integers(APART_MS[0] * per_ms, APART_MS[1] * per_ms)) for _ in range(2))
    sound = np.concatenate([np.zeros(before), phrase, np.zeros(behind)])
    if noise is not None:
        background = noise(len(sound), rng)
        under = background[before : before + len(phrase)]
        wanted = np.mean(np.square(phrase)) / np.mean(np.square(under)) * 10 ** (-snr_db / 10)
        sound += background * np.sqrt(wanted)
    sound *= min(1.0, 32_000 / np.abs(sound).max())
    return Laid(np.round(sound).astype(np.int16), before, before + len(phrase))


def _hiss(_phrases: list[Signal]) -> Noise:
    def noise(size: int, rng: np.random.Generator) -> Signal:
        spectrum = np.fft.rfft(rng.standard_normal(size))
        return np.asarray(np.fft.irfft(spectrum / np.sqrt(np.maximum(np.fft.rfftfreq(size, 1 / RATE_HZ), 80.0)), size))

    return noise


def _street(_phrases: list[Signal]) -> Noise:
    street = noises.traffic(STREET_MS).astype(np.float64)

    def noise(size: int, rng: np.random.Generator) -> Signal:
        return street[(np.arange(size) + int(rng.integers(len(street)))) % len(street)]

    return noise


def _babble(phrases: list[Signal]) -> Noise:
    """Several speakers at once, each of whom never stops."""

    def noise(size: int, rng: np.random.Generator) -> Signal:
        total = np.zeros(size)
        for _ in range(BABBLERS):
            talk = np.concatenate([phrases[i] for i in rng.permutation(len(phrases))])
            total += talk[(np.arange(size) + int(rng.integers(len(talk)))) % len(talk)]
        return total

    return noise


NOISES: dict[str, Callable[[list[Signal]], Noise]] = {"hiss": _hiss, "street": _street, "babble": _babble}
