"""The caller's stream of audio: a frame for every deadline, speech while there is any, silence else. Pure."""

from gate.audio.pcm import WIDTH, silence
from gate.caller.outs import Doing
from gate.core.acts import Hush, Speak
from gate.core.capabilities import Capabilities
from gate.core.sound import Sound


class Mouth:
    """Frame n is due at n frames after `begin`, whatever happened to the frames before it. The frames of a clip that is
    said in a burst are due together and keep none of these deadlines: behind them the stream goes on where it was."""

    def __init__(self, can: Capabilities) -> None:
        self._frame_ns = can.frame_ms * 1_000_000
        self._frame_samples = can.input_rate_hz * can.frame_ms // 1000
        self._begun_ns: int | None = None
        self._frames = 0
        self._in_bursts = 0
        self._burst_ns: int | None = None
        self._left = memoryview(b"")
        self._words_end: int | None = None

    def begin(self, t_ns: int) -> None:
        self._begun_ns = t_ns

    def early(self, frames: int) -> list[Doing]:
        """So many frames of silence before the stream begins, all of them at once."""
        self._frames += frames
        self._in_bursts += frames
        return [Doing(Hush(self._frame_samples))] * frames

    @property
    def due_ns(self) -> int | None:
        """When the next frame is due; None before the stream has begun."""
        if self._burst_ns is not None:
            return self._burst_ns
        return None if self._begun_ns is None else self._begun_ns + (self._frames - self._in_bursts) * self._frame_ns

    @property
    def at_sample(self) -> int:
        """The first sample of the next frame, counted from the start of the stream."""
        return self._frames * self._frame_samples

    @property
    def speaking(self) -> bool:
        return bool(self._left)

    @property
    def words_left(self) -> bool:
        """Whether there is speech still to come; behind it a clip may have silence left."""
        return self._words_end is not None

    def say(self, sound: Sound, *, burst_ns: int | None = None) -> None:
        """From the next frame on. `burst_ns`: all of it at this time."""
        self._left = memoryview(sound.pcm)
        self._words_end = self.at_sample + sound.speech_end
        self._burst_ns = burst_ns if sound.pcm else None

    def frame(self) -> tuple[Doing, bool]:
        """The next frame, and whether the last word of a clip was in it. In a burst no frame can be late."""
        due_ns = None if self._burst_ns is not None else self.due_ns
        size = self._frame_samples * WIDTH
        pcm, self._left = bytes(self._left[:size]), self._left[size:]
        if pcm:
            pcm += silence(self._frame_samples - len(pcm) // WIDTH)
        self._frames += 1
        self._in_bursts += self._burst_ns is not None
        if not self._left:
            self._burst_ns = None
        ended = self._words_end is not None and self.at_sample >= self._words_end
        if ended:
            self._words_end = None
        return Doing(Speak(pcm) if pcm else Hush(self._frame_samples), due_ns), ended
