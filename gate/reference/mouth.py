"""The reference agent's mouth: clips cut into chunks, sent when they are due, thrown away when the caller interrupts.
Pure; it has most of the agent's faults of output audio."""

from collections.abc import Mapping
from typing import Protocol

from gate.audio.pcm import Samples, duration_ns
from gate.audio.resample import resample
from gate.core.signals import AudioDone, AudioOut, Cancelled, ResponseStarted, Signal, Transcript, TurnDone
from gate.reference.faults import Faults
from gate.reference.habits import inclined
from gate.reference.spoiling import muddled, spoiled
from gate.reference.voicing import RATE_HZ, Chunk, Line, chunks, joined

THROUGH = Line()
LATE_STOP_NS = 3_600_000_000
DEAD_AFTER = 8


class VoiceClip(Protocol):
    @property
    def text(self) -> str: ...

    @property
    def samples(self) -> Samples: ...


class Mouth:
    """`speak`, `due` and `stop` give what goes out now: as speech, or as words alone, all at once."""

    def __init__(self, voice: Mapping[str, VoiceClip], faults: Faults, line: Line = THROUGH) -> None:
        self._line = inclined(line, faults.habits)
        self._voice = voice
        self._faults = faults
        self._responses = 0
        self._queue: list[tuple[str, Chunk]] = []
        self.playing_until_ns = 0
        self._stop_ns: int | None = None

    @property
    def wake_ns(self) -> int | None:
        times = [self._queue[0][1].due_ns] if self._queue else []
        return min(times + ([self._stop_ns] if self._stop_ns is not None else []), default=None)

    def speak(self, keys: tuple[str, ...], t_ns: int) -> list[Signal]:
        """A response of these clips, behind whatever is still to be said."""
        self._responses += 1
        dies = self._faults.on("dies-in-mid-answer")
        if dies and self._responses > 1:
            return []
        response_id = f"r{self._responses}"
        clips = [self._voice[key] for key in keys]
        words = Transcript("agent", " ".join(clip.text for clip in clips), True, response_id)
        begun: list[Signal] = [ResponseStarted(response_id), words]
        if not self._line.aloud:
            return begun if dies or self._faults.on("no-final-marker") else [*begun, TurnDone(response_id)]
        start_ns = max(t_ns, self._queue[-1][1].due_ns if self._queue else t_ns)
        rate_hz = self._line.rate_hz
        speech = resample(joined([clip.samples for clip in clips]), RATE_HZ, rate_hz)
        made = muddled(chunks(spoiled(speech, rate_hz, self._faults), start_ns, self._line), self._faults)
        made = made[:DEAD_AFTER] if dies else made
        total_ns = sum(duration_ns(chunk.pcm, rate_hz) for chunk in made)
        self.playing_until_ns = max(t_ns, self.playing_until_ns) + total_ns
        self._queue += [(response_id, chunk) for chunk in made]
        return [*begun, *self.due(t_ns)]

    def due(self, t_ns: int) -> list[Signal]:
        out: list[Signal] = []
        while self._queue and self._queue[0][1].due_ns <= t_ns:
            out += self._next()
        if self._stop_ns is not None and self._stop_ns <= t_ns:
            self._stop_ns = None
            out += self._stopped(t_ns)
        return out

    def stop(self, t_ns: int) -> list[Signal]:
        """The caller speaks: what was not played yet is thrown away, here and (by the message) there."""
        if t_ns < self.playing_until_ns and self._faults.on("stops-late"):
            self._stop_ns = self._stop_ns or t_ns + LATE_STOP_NS
            return []
        return self._stopped(t_ns)

    def _stopped(self, t_ns: int) -> list[Signal]:
        if t_ns >= self.playing_until_ns:
            return [Cancelled(None)] if "clears-every-turn" in self._faults.habits else []
        response_id = self._queue[0][0] if self._queue else f"r{self._responses}"
        if self._faults.on("talks-after-cancel"):
            return [Cancelled(response_id)]
        self._queue.clear()
        self.playing_until_ns = t_ns
        tells_nobody = self._faults.on("keeps-playback") or "just-stops" in self._faults.habits
        return [] if tells_nobody else [Cancelled(response_id)]

    def _next(self) -> list[Signal]:
        response_id, chunk = self._queue.pop(0)
        left = sum(other == response_id for other, _ in self._queue)
        marks: list[Signal] = [AudioDone(response_id), TurnDone(response_id)]
        audio: list[Signal] = [AudioOut(chunk.pcm, self._line.rate_hz, response_id)]
        if self._faults.on("no-final-marker") or self._faults.on("dies-in-mid-answer"):
            return audio
        if self._faults.on("marker-before-last-chunk"):
            return audio + marks if left == 1 else audio
        return audio if left else audio + marks
