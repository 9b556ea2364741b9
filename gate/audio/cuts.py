"""Where an agent's speech breaks off: holes in mid-word, and a first or last word that is cut. Pure.

Theory of operation. Speech is made by a mouth: it swells and dies away over several periods of the voice, and even a
plosive is closed over some 5 ms. What a machine cuts stops from one sample to the next. So a hole is next to silence
within 2 ms of loud sound, on both sides; a cut edge is a voiced sound at its full level within 2 ms of nothing.
It is conservative: a cut in a pause, in a hiss or in a dying sound cannot be told from nature, and a resampler or a
lossy codec after the fault rounds it off. Speech in a lasting background is never next to silence, so holes show there
and cut edges do not."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gate.audio.pcm import FULL_SCALE, Samples
from gate.audio.quality import powers, runs

SHORTEST_HOLE_MS: Final = 5
LONGEST_HOLE_MS: Final = 200
NEAR_ZERO: Final = (2, 16)
NEAR_ZERO_SHARE: Final = 0.004
EDGE_BLOCKS: Final = 2
HOLE_EDGES_DB: Final = (-24.0, -30.0, -18.0)
HOLE_EDGES_DBFS: Final = -52.0

GRID_MS: Final = 10
GRID_OFF_MS: Final = 1
GRID_SHARE: Final = 0.7
MANY_ON_GRID: Final = 7
MANY_SHARE: Final = 0.5

SOUND_DBFS: Final = -50.0
SOUND_DB: Final = -30.0
NOTHING_DB: Final = -45.0
LOUD_DB: Final = -12.0
PERIOD: Final = 8  # blocks of 1 ms: one of a low voice
STEADY_DB: Final = (-4.0, 6.0)
SUDDEN_DB: Final = -5.0
VOICED: Final = 0.7
DIP: Final = 0.3
PURE: Final = 0.99
TONE_MS: Final = 200


@dataclass(frozen=True, slots=True)
class Hole:
    """Samples [start, end) of next to nothing in mid-speech."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CutEdges:
    """The first sample of speech that starts at full voice, and the one after the last where it stops so; or None."""

    start: int | None
    end: int | None


def dropouts(values: Samples, rate_hz: int) -> tuple[Hole, ...]:
    """Holes of 5-200 ms, as lost packets that were played as zeros leave them. int16[n] of one stretch of speech; holes
    within 20 ms of its ends are not looked for. `Near zero` is -48 dB of the loud speech, and 2 to 16 in any case."""
    top = _top(values, rate_hz)
    limit = min(NEAR_ZERO[1], max(NEAR_ZERO[0], NEAR_ZERO_SHARE * FULL_SCALE * top**0.5))
    starts, ends = runs((values <= limit) & (values >= -limit))
    size, margin = rate_hz // 1000, rate_hz // 50
    sizes = ends - starts
    long_enough = (sizes >= SHORTEST_HOLE_MS * size) & (sizes <= LONGEST_HOLE_MS * size)
    inside = (starts >= margin) & (ends <= len(values) - margin)
    found = zip(starts[long_enough & inside].tolist(), ends[long_enough & inside].tolist(), strict=True)
    return tuple(Hole(start, end) for start, end in found if _abrupt(values, start, end, top, size))


def lost_packets(holes: tuple[Hole, ...], rate_hz: int) -> tuple[Hole, ...]:
    """The holes that lost packets leave: of whole multiples of GRID_MS, at places that lie so far apart as well. Some
    synthesizers close a plosive as suddenly as a machine, but not by the clock. None where fewer than two holes lie on
    one grid, or less than GRID_SHARE of them. In a voice of many such plosives MANY_ON_GRID will do, if they are
    MANY_SHARE of all: one hole in 25 lies on the grid of another by chance, so seven of fifteen once in 7,000 times."""
    grid, off = rate_hz * GRID_MS // 1000, rate_hz * GRID_OFF_MS // 1000
    whole = [hole for hole in holes if (hole.end - hole.start + off) % grid <= 2 * off]
    alike = max(([other for other in whole if (other.start - hole.start + off) % grid <= 2 * off] for hole in whole),
                key=len, default=[])  # fmt: skip
    many = len(alike) >= max(MANY_ON_GRID, MANY_SHARE * len(holes))
    return tuple(alike) if many or len(alike) >= max(2, GRID_SHARE * len(holes)) else ()


def _abrupt(values: Samples, start: int, end: int, top: float, size: int) -> bool:
    """Whether sound stops at the hole and goes on after it, loud on one side at least. What stops must be the clearer:
    a plosive after a closure bursts out by nature."""
    edges = (values[start - EDGE_BLOCKS * size : start], values[end : end + EDGE_BLOCKS * size])
    before, after = (float(powers(edge, size).max()) for edge in edges)
    stopping, going_on, loud = (top * 10 ** (level / 10) for level in HOLE_EDGES_DB)
    audible = min(before, after) > 10 ** (HOLE_EDGES_DBFS / 10)
    return audible and before > stopping and after > going_on and max(before, after) > loud


def cut_edges(values: Samples, rate_hz: int) -> CutEdges:
    """int16[n] of one whole answer, with the silence around it or without. Where the answer was interrupted, its end is
    cut by right; that is for the caller of this to know. Of cuts made at random it finds about half at the start and
    two in five at the end: those in loud voiced sounds. A voice in the background counts as well."""
    end = _cut_start(values[::-1], rate_hz)
    return CutEdges(_cut_start(values, rate_hz), None if end is None else len(values) - end)


def _cut_start(values: Samples, rate_hz: int) -> int | None:
    size = rate_hz // 1000
    top = _top(values, rate_hz)
    least = max(10 ** (SOUND_DBFS / 10), top * 10 ** (SOUND_DB / 10))
    found = powers(values, size)
    first = next((i for i in np.flatnonzero(found > least).tolist() if found[i : i + 20].mean() > least), None)
    if first is None or first + 60 > len(found):
        return None
    before = found[max(0, first - 6) : max(0, first - 1)]
    if len(before) and before.mean() > top * 10 ** (NOTHING_DB / 10):
        return None
    rest, onset = float(found[first + PERIOD : first + 50].mean()), float(found[first : first + PERIOD].mean())
    if not rest:
        return None
    steady = 10 ** (STEADY_DB[0] / 10) < onset / rest < 10 ** (STEADY_DB[1] / 10)
    sudden = float(found[first : first + 2].max()) > rest * 10 ** (SUDDEN_DB / 10)
    if not (steady and sudden and onset > top * 10 ** (LOUD_DB / 10)):
        return None
    at = max(0, first - 1) * size
    if not _voiced(values[at : at + 40 * size].astype(np.float64), rate_hz):
        return None
    if _tone(values[at : at + TONE_MS * size].astype(np.float64), rate_hz):
        return None
    loud = np.flatnonzero(np.abs(values[at : at + 3 * size].astype(np.int32)) > FULL_SCALE * (rest**0.5) / 8)
    return at + int(loud[0]) if len(loud) else None


def _voiced(sound: NDArray[np.float64], rate_hz: int) -> bool:
    """Whether it repeats itself after 2.5 to 14 ms and not before: the period of a voice, and no rumble."""
    period, likeness, dip = _period(sound, rate_hz)
    return bool(period) and likeness > VOICED and dip < likeness - DIP


def _tone(sound: NDArray[np.float64], rate_hz: int) -> bool:
    """Whether it repeats itself exactly and at one pitch for as long as it is given, as a chime or a string does and a
    voice does not."""
    size = 40 * rate_hz // 1000
    found = [_period(sound[at : at + size], rate_hz)[:2] for at in range(0, len(sound) - size + 1, size)]
    return min(likeness for _, likeness in found) > PURE


def _period(sound: NDArray[np.float64], rate_hz: int) -> tuple[int, float, float]:
    """The lag of 2.5 to 14 ms at which it repeats itself best, how well (1: exactly), and the least before it."""
    longest = rate_hz * 14 // 1000
    power = np.concatenate([[0.0], np.cumsum(np.square(sound))])
    lags = np.arange(rate_hz // 4000, longest)
    products = np.array([sound[lag:] @ sound[:-lag] for lag in lags.tolist()])
    energies = np.sqrt((power[-1] - power[lags]) * power[len(sound) - lags])
    likeness = products / np.maximum(energies, 1.0)
    shortest = rate_hz // 400 - int(lags[0])
    best = shortest + int(likeness[shortest:].argmax())
    return int(lags[best]), float(likeness[best]), float(likeness[:best].min(initial=1.0))


def _top(values: Samples, rate_hz: int) -> float:
    """The power of the loud speech: that of the frame of 20 ms that 5 % of them exceed."""
    found = powers(values, rate_hz // 50)
    return float(np.quantile(found, 0.95)) if len(found) else 0.0
