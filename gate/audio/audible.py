"""What of an agent's sound can be heard: frames of 10 ms with edges of 1 ms, and the room tone they must rise above.

Theory of operation. A frame is audible if its RMS level is above AUDIBLE_DBFS, or, where the agent is never silent,
ABOVE_FLOOR_DB above its room tone. A stretch of such frames begins with the first block of 1 ms that is that loud, in
the first of them or in the frame before it, and ends with the last one in the last of them or in the frame after it. So
a hole under 10 ms may be heard through, one of 20 ms never.
The room tone is the quietest frame of the last whole parts of 0.5 s of the agent's own audio (minimum statistics), at
least FEWEST_PARTS and at most MOST_PARTS of them; it is never looked for in the future. It is taken to be no louder
than LOUDEST_FLOOR_DBFS: a steady tone above LOUDEST_FLOOR_DBFS + ABOVE_FLOOR_DB is heard for ever. In its first second,
and for 3 s where it sets in after silence, a room tone is heard as a sound. One that swells by more than ABOVE_FLOOR_DB
within 3 s (a street, a typist, voices) is a sound."""

from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from gate.audio.pcm import FULL_SCALE, Samples

AUDIBLE_DBFS: Final = -50.0
LOUDEST_FLOOR_DBFS: Final = -35.0
ABOVE_FLOOR_DB: Final = 6.0
BLOCKS: Final = 10  # of 1 ms to a frame
FEWEST_PARTS: Final = 2
MOST_PARTS: Final = 6
PART_FRAMES: Final = 50
SECOND_NS: Final = 1_000_000_000


def _power(level_dbfs: float) -> float:
    return float(FULL_SCALE**2 * 10 ** (level_dbfs / 10))


AUDIBLE: Final = _power(AUDIBLE_DBFS)
LOUDEST_FLOOR: Final = _power(LOUDEST_FLOOR_DBFS)
ABOVE_FLOOR: Final = 10 ** (ABOVE_FLOOR_DB / 10)


class Floor:
    """The power that must be exceeded to be heard, from the frames so far."""

    def __init__(self) -> None:
        self.audible = AUDIBLE
        self._parts: deque[float] = deque(maxlen=MOST_PARTS)
        self._frames = 0
        self._quietest = float("inf")

    def follow(self, power: float) -> None:
        self._quietest = min(self._quietest, power)
        self._frames += 1
        if self._frames == PART_FRAMES:
            self._parts.append(self._quietest)
            if len(self._parts) >= FEWEST_PARTS:
                self.audible = max(AUDIBLE, ABOVE_FLOOR * min(LOUDEST_FLOOR, *self._parts))
            self._frames, self._quietest = 0, float("inf")


class Frame(NamedTuple):
    """Up to 10 ms of sound from sample `at` on: its mean power, each block's power, and the times of their edges."""

    at: int
    whole: bool
    mean: float
    powers: list[float]
    edges_ns: list[int]

    def loud_edges_ns(self, audible: float) -> tuple[int, int] | None:
        """Where its first block that is audible starts, and where its last one ends."""
        powers, first, last = self.powers, 0, len(self.powers) - 1
        if self.mean * 2 * (last + 1) <= audible:  # blocks are of unequal size at odd rates
            return None
        while first <= last and powers[first] <= audible:
            first += 1
        if first > last:
            return None
        while powers[last] <= audible:
            last -= 1
        return self.edges_ns[first], self.edges_ns[last + 1]


def frames(values: Samples, start_ns: int, rate_hz: int) -> Iterator[Frame]:
    """The frames of sound that begins at `start_ns`; the last may be short."""
    count = -(-len(values) * 1000 // rate_hz)
    edges = np.arange(count + 1) * rate_hz // 1000
    whole = BLOCKS * rate_hz // 1000
    edges[-1] = len(values)
    energies = np.add.reduceat(np.square(values.astype(np.float64)), edges[:-1])
    powers, at = (energies / np.diff(edges)).tolist(), edges.tolist()
    edges_ns = (start_ns + edges * SECOND_NS // rate_hz).tolist()
    for i, energy in enumerate(np.add.reduceat(energies, np.arange(0, count, BLOCKS)).tolist()):
        first, last = i * BLOCKS, min(i * BLOCKS + BLOCKS, count)
        size = at[last] - at[first]
        yield Frame(at[first], size >= whole, energy / size, powers[first:last], edges_ns[first : last + 1])
