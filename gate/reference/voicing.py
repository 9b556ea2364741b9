"""Speech on its way out: clips cut into chunks, each with the time at which it may leave. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gate.audio.pcm import Samples, pack
from gate.core.capabilities import Capabilities

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


@dataclass(frozen=True, slots=True)
class Line:
    """What the agent speaks into: the rate of its wire, whether it carries sound at all, and whether speech may be sent
    ahead, since what is not played yet can be taken back."""

    rate_hz: int = RATE_HZ
    aloud: bool = True
    ahead: bool = True
    chunk_ms: float = CHUNK_MS
    lead: int = LEAD

    @classmethod
    def of(cls, can: Capabilities) -> "Line":
        return cls(can.output_rate_hz, can.speaks, bool(can.shows & {"response.cancelled", "speech.started"}))


def chunks(speech: Samples, start_ns: int, line: Line) -> list[Chunk]:
    """Speech at the rate of the line, cut into chunks: the first `lead` of them leave at once, the rest at twice the
    pace at which they play. Where nothing can be taken back, one is ahead, and the rest leave as they play."""
    size = round(line.rate_hz * line.chunk_ms / 1000)
    step_ns = int(line.chunk_ms * 1_000_000 / (PACE if line.ahead else 1.0))
    lead = line.lead if line.ahead else 2
    pieces = [speech[at : at + size] for at in range(0, len(speech), size)]
    return [Chunk(pack(piece), start_ns + max(0, i + 1 - lead) * step_ns) for i, piece in enumerate(pieces)]
