"""What of the agent's sound may hold words: the stretches of its utterances in which something is heard. Pure.

Some agents stream without end, silence included, so that all of a call is one utterance: a second in which nothing is
heard divides it. A recogniser is given each stretch by itself, since those that are given silence invent words."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from gate.audio import wav
from gate.audio.audible import AUDIBLE_DBFS
from gate.audio.pcm import Samples, levels_dbfs
from gate.audio.pitch import HOP_MS
from gate.measures.listening import voicing_of
from gate.measures.utterances import Utterance

FRAME_MS: Final = 10
APART_FRAMES: Final = 1_000 // FRAME_MS
AROUND_FRAMES: Final = 200 // FRAME_MS
"""What stands around the first and the last loud frame: soft consonants."""


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """int16[n] at its own rate; the lines of the first and the last message that hold it, and when those arrived."""

    samples: Samples
    rate_hz: int
    frames: tuple[int, int]
    first_ns: int
    last_ns: int

    @property
    def wav(self) -> bytes:
        """The file that a recogniser is given: the same bytes for the same recording."""
        return wav.encode(self.samples, self.rate_hz)

    @property
    def voiced_ms(self) -> float:
        """How much of it is loud and repeats itself, as a voice does."""
        found = voicing_of(self.samples, self.rate_hz)
        return found.frames * found.share * HOP_MS

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.wav).hexdigest()


def passages(utterances: Iterable[Utterance], arrived_ns: Mapping[int, int]) -> tuple[Passage, ...]:
    """In the order in which their utterances began. `arrived_ns`: when the message on a line arrived."""
    return tuple(passage for one in utterances for passage in _heard_of(one, arrived_ns))


def _heard_of(one: Utterance, arrived_ns: Mapping[int, int]) -> Iterator[Passage]:
    values = one.samples
    for start, end in _spans(values, one.rate_hz):
        first, last = one.frame_at(start), one.frame_at(end - 1)
        yield Passage(values[start:end], one.rate_hz, (first, last), arrived_ns[first], arrived_ns[last])


def _spans(values: Samples, rate_hz: int) -> list[tuple[int, int]]:
    """Stretches of samples [first, last)."""
    loud = np.flatnonzero(levels_dbfs(values, rate_hz, FRAME_MS) > AUDIBLE_DBFS)
    if not len(loud):
        return []
    size = rate_hz * FRAME_MS // 1000
    breaks = np.flatnonzero(np.diff(loud) > APART_FRAMES)
    firsts, lasts = loud[np.r_[0, breaks + 1]], loud[np.r_[breaks, len(loud) - 1]]
    return [
        (max(0, int(first) - AROUND_FRAMES) * size, min(len(values), (int(last) + 1 + AROUND_FRAMES) * size))
        for first, last in zip(firsts, lasts, strict=True)
    ]
