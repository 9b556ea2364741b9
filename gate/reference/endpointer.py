"""Finds where the caller's speech starts and ends, by energy, counted in samples of 16 kHz audio.

It must never read a clock: the same samples give the same events, in chunks of any size.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

RATE_HZ = 16_000
FRAME_MS = 10
FRAME_SAMPLES = RATE_HZ * FRAME_MS // 1000

HANG_OVER_MS = 700
ONSET_MS = 150
ONSET_GAP_MS = 40
RESUME_MS = 30
MARGIN_MS = 200
LONGEST_MS = 40_000

LOUD_ENOUGH_DBFS = -45.0
ABOVE_FLOOR_DB = 12.0
BELOW_PEAK_DB = 27.0
NOTHING_DBFS = -200.0
FLOOR_START_DBFS = -65.0
FLOOR_LOWEST_DBFS = -80.0
FLOOR_RISE_DB = 0.05
FLOOR_FALL_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Speech began at `start_sample`; enough of it had been heard at `known_at_sample`."""

    start_sample: int
    known_at_sample: int


@dataclass(frozen=True, slots=True, eq=False)
class UtteranceEnded:
    """Speech from `start_sample` to `end_sample`; `samples` holds up to 200 ms more on either side."""

    start_sample: int
    end_sample: int
    known_at_sample: int
    samples: Samples


Event = SpeechStarted | UtteranceEnded


class Endpointer:
    """Fed with chunks of any size; internally it only ever looks at whole 10 ms frames."""

    def __init__(self, hang_over_ms: int = HANG_OVER_MS, onset_ms: int = ONSET_MS) -> None:
        self._hang_over_frames = hang_over_ms // FRAME_MS
        self._onset_frames = onset_ms // FRAME_MS
        self._rest: Samples = np.zeros(0, np.int16)
        self._kept: list[Samples] = []
        self._frame = 0
        self._floor_dbfs = FLOOR_START_DBFS
        self._speaking = False
        self._onset = 0
        self._loud_frames = 0
        self._streak = 0
        self._gap = 0
        self._last_loud = 0
        self._quietest_dbfs = 0.0
        self._loudest_dbfs = NOTHING_DBFS
        self._behind_dbfs: list[float] = []

    def feed(self, chunk: Samples) -> tuple[Event, ...]:
        """The events that these samples complete, in order."""
        held = np.concatenate([self._rest, np.asarray(chunk, np.int16)])
        whole = len(held) // FRAME_SAMPLES * FRAME_SAMPLES
        self._rest = held[whole:].copy()
        return tuple(event for frame in held[:whole].reshape(-1, FRAME_SAMPLES) for event in self._step(frame))

    @property
    def speaking(self) -> bool:
        """True between a SpeechStarted and its UtteranceEnded."""
        return self._speaking

    def _step(self, frame: Samples) -> Iterator[Event]:
        level_dbfs = _level_dbfs(frame)
        loud = level_dbfs > max(LOUD_ENOUGH_DBFS, self._floor_dbfs + ABOVE_FLOOR_DB, self._loudest_dbfs - BELOW_PEAK_DB)
        self._kept.append(frame.copy())
        self._frame += 1
        if self._speaking:
            self._quietest_dbfs = min(self._quietest_dbfs, level_dbfs)
            self._loudest_dbfs = max(self._loudest_dbfs, level_dbfs)
            yield from self._while_speaking(level_dbfs, loud)
        else:
            self._follow_floor(level_dbfs, loud)
            yield from self._while_quiet(level_dbfs, loud)

    def _while_quiet(self, level_dbfs: float, loud: bool) -> Iterator[Event]:
        if loud:
            if self._loud_frames == 0:
                self._onset = self._frame - 1
            self._loud_frames, self._gap = self._loud_frames + 1, 0
        else:
            self._gap += 1
            if self._gap > ONSET_GAP_MS // FRAME_MS:
                self._loud_frames = 0
        if self._loud_frames >= self._onset_frames:
            self._speaking, self._loud_frames, self._streak = True, 0, 0
            self._last_loud, self._quietest_dbfs, self._loudest_dbfs = self._frame, 0.0, level_dbfs
            yield SpeechStarted(self._onset * FRAME_SAMPLES, self._frame * FRAME_SAMPLES)
        elif self._loud_frames == 0:
            del self._kept[: -(MARGIN_MS // FRAME_MS)]

    def _while_speaking(self, level_dbfs: float, loud: bool) -> Iterator[Event]:
        self._streak = self._streak + 1 if loud else 0
        self._behind_dbfs.append(level_dbfs)
        if self._streak >= RESUME_MS // FRAME_MS:
            self._last_loud = self._frame
            self._behind_dbfs.clear()
        too_long = self._frame - self._onset >= LONGEST_MS // FRAME_MS
        if self._frame - self._last_loud >= self._hang_over_frames or too_long:
            if too_long:
                self._floor_dbfs = self._quietest_dbfs
            elif self._behind_dbfs:
                self._floor_dbfs = max(self._floor_dbfs, sum(self._behind_dbfs) / len(self._behind_dbfs))
            yield self._ended()

    def _ended(self) -> UtteranceEnded:
        first_kept = self._frame - len(self._kept)
        first = max(first_kept, self._onset - MARGIN_MS // FRAME_MS)
        last = min(self._frame, self._last_loud + MARGIN_MS // FRAME_MS)
        samples = np.concatenate(self._kept[first - first_kept : last - first_kept])
        del self._kept[: -(MARGIN_MS // FRAME_MS)]
        self._speaking, self._gap, self._loudest_dbfs = False, 0, NOTHING_DBFS
        self._behind_dbfs.clear()
        at = FRAME_SAMPLES
        return UtteranceEnded(self._onset * at, self._last_loud * at, self._frame * at, samples)

    def _follow_floor(self, level_dbfs: float, loud: bool) -> None:
        """Falls quickly, rises slowly, and never learns from speech."""
        if level_dbfs < self._floor_dbfs:
            fallen = self._floor_dbfs + FLOOR_FALL_SHARE * (level_dbfs - self._floor_dbfs)
            self._floor_dbfs = max(FLOOR_LOWEST_DBFS, fallen)
        elif not loud:
            self._floor_dbfs += min(FLOOR_RISE_DB, level_dbfs - self._floor_dbfs)


def _level_dbfs(frame: Samples) -> float:
    values = frame.astype(np.float64)
    power = float(values @ values) / len(values)
    return 10 * math.log10(power / 32768.0**2 + 1e-12)
