"""A chat with the reference agent's mind where time is moved by hand: acts in, signals out, no wire in between."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gate.audio.pcm import Samples, pack
from gate.core import acts
from gate.core.acts import Act
from gate.core.capabilities import Capabilities
from gate.core.signals import AudioOut, Signal, ToolCall, Transcript
from gate.dialects.canonical.dialect import Canonical
from gate.dialects.fields import Illegal
from gate.reference.faults import Faults
from gate.reference.mind import Close, Mind, Utterance
from gate.reference.voice import load
from gate.reference.waiting import CALLERS_WORK, Errand, Work

MS = 1_000_000
FRAME_MS = 20
CAN = Canonical.capabilities
AGENT_RUNS_TOOLS = Capabilities(CAN.shows, 16_000, 16_000, answers_tools=False)


class Straight:
    """An agent's half without a wire: acts and signals cross as they are."""

    def hear(self, data: Any) -> tuple[Act, ...]:
        if isinstance(data, str):
            raise Illegal("not an act")
        return (data,)

    def say(self, signal: Signal) -> tuple[Any, ...]:
        return (signal,)


@dataclass
class Told:
    """Ears that hear what they are told, utterance by utterance; None is noise."""

    words_to_hear: list[str | None]
    heard: list[Samples] = field(default_factory=list)

    def words(self, samples: Samples) -> str | None:
        self.heard.append(samples)
        return self.words_to_hear.pop(0) if self.words_to_hear else None


class Chat:
    def __init__(
        self, *words: str | None, faults: Iterable[str] = (), can: Capabilities = CAN, ears: Any = None,
        configure: bool = True, work: Work = CALLERS_WORK,
    ) -> None:  # fmt: skip
        self.ears = ears or Told(list(words))
        self.mind = Mind("s-1", Straight(), can, load(), Faults(faults), work)
        self.now_ms = 0.0
        self.out: list[tuple[float, Any]] = []
        self._take(self.mind.opened(0))
        if configure:
            self.act(acts.Configure({"language": "en"}))

    def act(self, act: Act | str) -> list[Any]:
        """Gives the mind an act now; returns what it said to that at once."""
        before = len(self.out)
        self._take(self.mind.hear(act, int(self.now_ms * MS)))  # type: ignore[arg-type]
        return [what for _, what in self.out[before:]]

    def audio(self, values: Samples, frame_ms: float = FRAME_MS) -> "Chat":
        """Frames at the pace of speech, while the mind is woken whenever it wants to be."""
        size = int(frame_ms * 16)
        for at in range(0, len(values), size):
            self.to(self.now_ms + frame_ms)
            self.act(acts.Speak(pack(values[at : at + size])))
        return self

    def say(self, ms: int = 600, pause_ms: int = 900) -> "Chat":
        """An utterance that the ears will be asked about, and silence until they were."""
        return self.audio(noise(ms)).hush(pause_ms)

    def hush(self, ms: int) -> "Chat":
        return self.audio(np.zeros(ms * 16, np.int16))

    def to(self, ms: float) -> "Chat":
        while (wake_ns := self.mind.wake_ns) is not None and wake_ns <= ms * MS:
            self.now_ms = max(self.now_ms, wake_ns / MS)
            self._take(self.mind.wake(int(self.now_ms * MS)))
        self.now_ms = ms
        return self

    def answer(self, call_id: str, result: Any = None, error: str | None = None) -> "Chat":
        self.act(acts.Answer(call_id, "", result, error))
        return self

    def done(self, call_id: str, result: Any = None, error: str | None = None) -> "Chat":
        """An errand is done."""
        self._take(self.mind.answered(call_id, result, error, int(self.now_ms * MS)))
        return self

    @property
    def errands(self) -> list[Errand]:
        return self.of(Errand)

    def _take(self, out: list[Any]) -> None:
        for what in out:
            if isinstance(what, Utterance):
                self._take(self.mind.understood(self.ears.words(what.samples), int(self.now_ms * MS)))
            else:
                self.out.append((self.now_ms, what))

    def of(self, *kinds: type) -> list[Any]:
        return [what for _, what in self.out if isinstance(what, kinds)]

    def when(self, kind: type) -> list[float]:
        return [ms for ms, what in self.out if isinstance(what, kind)]

    @property
    def said(self) -> list[str]:
        return [signal.text for signal in self.of(Transcript) if signal.role == "agent"]

    @property
    def understood(self) -> list[str]:
        return [signal.text for signal in self.of(Transcript) if signal.role == "caller" and signal.final]

    @property
    def tools(self) -> list[tuple[str, Any]]:
        return [(call.name, call.arguments) for call in self.of(ToolCall)]

    @property
    def kinds(self) -> list[str]:
        """What came, without the audio."""
        return [type(what).__name__ for _, what in self.out if not isinstance(what, AudioOut)]


def noise(ms: int, level: float = 3000.0) -> Samples:
    return (np.random.default_rng(ms).standard_normal(ms * 16) * level).astype(np.int16)


GREETING = "Hello. Yes, I can hear you. I can look up your appointment and move it to another day."
FOUND = {"id": "A-17", "day": "Tuesday"}
__all__ = ["AGENT_RUNS_TOOLS", "CAN", "FOUND", "GREETING", "Chat", "Close", "Told", "noise"]
