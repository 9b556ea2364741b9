"""The caller's stream of audio: a frame for every deadline, speech while there is any, silence else. Pure."""

from gate.audio.pcm import WIDTH, silence
from gate.caller.outs import Doing
from gate.core.acts import Hush, Speak
from gate.core.capabilities import Capabilities
from gate.core.sound import Sound


class Mouth:
    """Frame n is due at n frames after `begin`, whatever happened to the frames before it."""

    def __init__(self, can: Capabilities) -> None:
        self._frame_ns = can.frame_ms * 1_000_000
        self._frame_samples = can.input_rate_hz * can.frame_ms // 1000
        self._begun_ns: int | None = None
        self._frames = 0
        self._left = b""
        self._words_end: int | None = None

    def begin(self, t_ns: int) -> None:
        self._begun_ns = t_ns

    @property
    def due_ns(self) -> int | None:
        """When the next frame is due; None before the stream has begun."""
        return None if self._begun_ns is None else self._begun_ns + self._frames * self._frame_ns

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

    def say(self, sound: Sound) -> None:
        self._left = sound.pcm
        self._words_end = self.at_sample + sound.speech_end

    def frame(self) -> tuple[Doing, bool]:
        """The next frame, and whether the last word of a clip was in it."""
        due_ns, size = self.due_ns, self._frame_samples * WIDTH
        pcm, self._left = self._left[:size], self._left[size:]
        if pcm:
            pcm += silence(self._frame_samples - len(pcm) // WIDTH)
        self._frames += 1
        ended = self._words_end is not None and self.at_sample >= self._words_end
        if ended:
            self._words_end = None
        return Doing(Speak(pcm) if pcm else Hush(self._frame_samples), due_ns), ended
