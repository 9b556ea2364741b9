"""Takes the sound out of frames, where a manifest wants no audio kept: as much silence stands in its place, so that
every time and every length stays what it was.

Which byte is silence depends on the form of the audio, which only the dialect knows: of those that there are, the one
is taken that its observer hears nothing in."""

import copy
from typing import Final

import numpy as np

from gate.audio.pcm import samples
from gate.core.frames import MESSAGES, Direction, Frame
from gate.core.ports import Dialect, Observer
from gate.core.signals import AudioIn, AudioOut, Signal

SILENCES: Final = (b"\x00", b"\xff", b"\xd5")
"""Of linear samples, of mu-law, of A-law (ITU-T G.711)."""

QUIET: Final = 8  # the smallest step of G.711


class Muter:
    """Of one recording."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._observers: dict[int, Observer] = {}
        self._fills: dict[tuple[int, Direction], bytes] = {}

    def frame(self, frame: Frame) -> Frame:
        whose = frame.call, frame.direction
        if whose not in self._fills:
            self._listen(frame)
        if frame.opcode not in MESSAGES:
            return frame
        return self._muted(frame, self._fills.get(whose, SILENCES[0]))

    def _muted(self, frame: Frame, fill: bytes) -> Frame:
        return frame._replace(data=self._dialect.mute(frame.data, fill))

    def _listen(self, frame: Frame) -> None:
        """Until the form of this direction's audio is known, the call is followed as it was."""
        observer = self._observers.setdefault(frame.call, self._dialect.observer())
        before = copy.deepcopy(observer)
        wanted = _length(observer.observe(frame))
        if not wanted:
            return
        for fill in SILENCES:
            heard = copy.deepcopy(before).observe(self._muted(frame, fill))
            if _length(heard) == wanted and _is_quiet(heard):
                self._fills[frame.call, frame.direction] = fill
                return


def _sound(signals: tuple[Signal, ...]) -> bytes:
    return b"".join(signal.pcm for signal in signals if isinstance(signal, AudioIn | AudioOut))


def _length(signals: tuple[Signal, ...]) -> int:
    return len(_sound(signals))


def _is_quiet(signals: tuple[Signal, ...]) -> bool:
    return bool(np.abs(samples(_sound(signals)).astype(np.int32)).max(initial=0) <= QUIET)
