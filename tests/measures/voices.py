"""Speech for the tests of sound: a clip of the library, read by Python's own reader, and what can happen to it."""

import wave
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gate.fixtures.library import home
from tests.checks.notation import Line, chunk

Samples = NDArray[np.int16]
RATE_HZ = 16_000


@cache
def speech() -> Samples:
    """`hello`: 3.7 s of speech with silence around it."""
    with wave.open(str(home() / "audio" / "hello.wav")) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def ms(value: float) -> int:
    return int(value * RATE_HZ / 1000)


def chunked(size_ms: float = 100) -> tuple[list[Samples], int]:
    """The clip in chunks, and which of them is the loudest."""
    size = ms(size_ms)
    chunks = [speech()[at : at + size] for at in range(0, len(speech()), size)]
    return chunks, int(np.argmax([np.square(part.astype(np.int64)).mean() for part in chunks]))


def holed(*at_ms: float, size_ms: float = 60) -> Samples:
    out = speech().copy()
    for at in at_ms:
        out[ms(at) : ms(at + size_ms)] = 0
    return out


def clipped(gain: float = 12) -> Samples:
    return np.clip(speech().astype(np.int32) * gain, -32768, 32767).astype(np.int16)


def sent(at: float, samples: Samples, response: str | None = "r1", size_ms: float = 100) -> list[Line]:
    """In chunks, one every `size_ms`."""
    size = ms(size_ms)
    parts = [samples[first : first + size] for first in range(0, len(samples), size)]
    return [chunk(at + i * size_ms, part.astype("<i2").tobytes(), response) for i, part in enumerate(parts)]
