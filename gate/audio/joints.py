"""Whether the chunks of a stream fit together: swapped, missing and repeated chunks, without knowing what they hold.
Pure.

Theory of operation. Speech can be foretold for a sample or two from the 20 ms before it (linear prediction, by the
autocorrelation method), and as well backwards from the 20 ms after it. Where a chunk is not the one that belongs there,
both ways of foretelling fail at the joint. The score of a joint is the error of the first two samples beyond it over
the largest such error within the 20 ms that foretell it, in the direction that fails less: an onset or a burst, that
comes from nothing, is well foretold backwards. Joints in silence are left out, for there nothing is wrong with them.
On good speech 1 joint of some 1500 scores above SUSPICIOUS by chance, so one says nothing: `misfits` holds those that
stand close together, and all of them where they are many. Swapped chunks leave three such joints, a missing chunk or
one sent twice only one, so that a single loss is told by no jump. Chunks of hiss fit anywhere, and so do chunks that
were cut at a pause; at 8 kHz half as much is found as at 24 kHz, for less can be foretold there."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gate.audio.pcm import FULL_SCALE, WIDTH, Samples, level_dbfs, pack

Values = NDArray[np.float64]
Sound = NDArray[np.float32]
Indices = NDArray[np.int64]

WINDOW_MS: Final = 20
ORDER: Final = 12
BEYOND: Final = 2
AT_ONCE: Final = 1024
AUDIBLE_DBFS: Final = -45.0
SUSPICIOUS: Final = 0.9
CERTAIN: Final = 1.25
CLOSE: Final = 3
SEVERAL: Final = 3
SEVERAL_SHARE: Final = 0.01
SHORTEST_MS: Final = 5


@dataclass(frozen=True, slots=True)
class Joint:
    """A joint before sample `at`; it fits below a score of 1."""

    at: int
    score: float


@dataclass(frozen=True, slots=True)
class Joints:
    """`heard`: how many joints stood in mid-sound and could be judged. `misfits`: those that do not fit, in order."""

    heard: int
    misfits: tuple[Joint, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """Samples [start, end) are those just before them once more."""

    start: int
    end: int


def joints(values: Samples, rate_hz: int, boundaries: tuple[int, ...]) -> Joints:
    """`values`: the agent's audio, int16[n], as its chunks came; `boundaries`: the index of the first sample of each
    chunk, in order. Those less than 20 ms from an end, or in silence on one side, are not judged."""
    window = rate_hz * WINDOW_MS // 1000
    at = np.unique(np.asarray(boundaries, np.int64))
    at = at[(at >= window + BEYOND) & (at <= len(values) - window - BEYOND)]
    found = [_scores(values, part, window) for part in np.array_split(at, len(at) // AT_ONCE + 1)]
    scores = np.concatenate(found)
    heard = np.flatnonzero(~np.isnan(scores))
    return Joints(len(heard), tuple(Joint(int(at[i]), round(float(scores[i]), 2)) for i in _several(scores)))


def repeats(values: Samples, rate_hz: int, boundaries: tuple[int, ...]) -> tuple[Repeat, ...]:
    """Audible chunks that equal the one before them sample by sample. A chunk that repeats itself inside, as a steady
    tone does, is none, nor is one under 5 ms."""
    edges = sorted({0, len(values), *(at for at in boundaries if 0 < at < len(values))})
    chunks = list(pairwise(edges))
    pcm = pack(values)
    return tuple(
        Repeat(start, end)
        for (before, start), (_, end) in pairwise(chunks)
        if end - start == start - before
        and end - start >= rate_hz * SHORTEST_MS // 1000
        and pcm[WIDTH * before : WIDTH * start] == pcm[WIDTH * start : WIDTH * end]
        and level_dbfs(values[start:end]) > AUDIBLE_DBFS
        and not _periodic(values[start:end])
    )


def _periodic(chunk: Samples) -> bool:
    """Whether it is made of a shorter piece twice or more: then its first half stands in it again, that much later."""
    pcm, half = pack(chunk), len(chunk) // 2 * WIDTH
    at = pcm.find(pcm[:half], 1)
    while 0 < at <= half:
        if at % WIDTH == 0 and pcm[at:] == pcm[:-at]:
            return True
        at = pcm.find(pcm[:half], at + 1)
    return False


def _several(scores: Values) -> list[int]:
    """The suspicious ones that stand within CLOSE joints of another, where one of the two is certain; and the certain
    ones, where they are SEVERAL and a SEVERAL_SHARE of those that could be judged."""
    least = max(SEVERAL, SEVERAL_SHARE * np.count_nonzero(~np.isnan(scores)))
    scores = np.nan_to_num(scores)
    suspicious = np.flatnonzero(scores > SUSPICIOUS).tolist()
    pairs = [(a, b) for a, b in pairwise(suspicious) if b - a <= CLOSE and max(scores[a], scores[b]) > CERTAIN]
    certain = np.flatnonzero(scores > CERTAIN).tolist()
    return sorted({i for pair in pairs for i in pair} | set(certain if len(certain) >= least else ()))


def _scores(values: Samples, at: Indices, window: int) -> Values:
    """float[len(at)]; NaN where it is silent on one side."""
    scores = np.full(len(at), np.nan)
    around = values[at[:, None] + np.arange(-window - BEYOND, window + BEYOND)].astype(np.float32)
    audible = FULL_SCALE * 10 ** (AUDIBLE_DBFS / 20)
    before, after = around[:, BEYOND : BEYOND + window], around[:, BEYOND + window : -BEYOND]
    quieter = np.minimum(np.square(before).mean(axis=1), np.square(after).mean(axis=1))
    heard = np.flatnonzero(quieter > audible**2)
    if len(heard):
        found = _surprise(around[heard][:, BEYOND : window + 2 * BEYOND])
        doubtful = found > SUSPICIOUS
        if doubtful.any():
            backwards = _surprise(around[heard[doubtful]][:, window:-BEYOND][:, ::-1])
            found[doubtful] = np.minimum(found[doubtful], backwards)
        scores[heard] = found
    return scores


def _surprise(sound: Sound) -> Values:
    """How much worse the last BEYOND samples of each row are foretold by the rest than the rest is by itself."""
    length = sound.shape[1]
    size = length - BEYOND
    windowed = sound[:, :size] * np.hamming(size).astype(np.float32)
    lags = [np.einsum("ij,ij->i", windowed[:, : size - lag], windowed[:, lag:]) for lag in range(ORDER + 1)]
    correlation = np.stack(lags, axis=1).astype(np.float64)
    correlation[:, 0] = correlation[:, 0] * 1.0001 + size * 1e-3
    order = np.arange(ORDER)
    normal = correlation[:, np.abs(order[:, None] - order)]
    weights = np.linalg.solve(normal, correlation[:, 1:, None])[:, :, 0].astype(np.float32)
    error = sound[:, ORDER:].copy()
    for lag in range(ORDER):
        error -= weights[:, lag, None] * sound[:, ORDER - 1 - lag : length - 1 - lag]
    energy = np.square(error)
    pairs = energy[:, :-1] + energy[:, 1:]
    usual = pairs[:, :-BEYOND].max(axis=1)
    return np.asarray(np.sqrt(pairs[:, -1] / np.maximum(usual, 1e-6)))
