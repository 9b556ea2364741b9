"""Speech on its way out: clips cut into chunks, each with the time at which it may leave. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gate.audio.pcm import Samples, pack

RATE_HZ = 16_000
CHUNK_MS = 100
PACE = 2.0  # chunks leave this much faster than they play, as those of most providers do
LEAD = 6
GAP_MS = 150


@dataclass(frozen=True, slots=True)
class Chunk:
    pcm: bytes
    due_ns: int


def joined(clips: Sequence[Samples]) -> Samples:
    """The clips one after another with a short gap: int16[n] at RATE_HZ."""
    gap = np.zeros(RATE_HZ * GAP_MS // 1000, np.int16)
    return np.concatenate([part for clip in clips for part in (clip, gap)][:-1])


def chunks(speech: Samples, start_ns: int) -> list[Chunk]:
    """Speech cut into chunks: the first LEAD of them leave at once, the rest at twice the pace at which they play."""
    size = RATE_HZ * CHUNK_MS // 1000
    step_ns = int(CHUNK_MS * 1_000_000 / PACE)
    pieces = [speech[at : at + size] for at in range(0, len(speech), size)]
    return [Chunk(pack(piece), start_ns + max(0, i + 1 - LEAD) * step_ns) for i, piece in enumerate(pieces)]
