"""The reference agent when it takes its time: the audio of each answer waits for a pause, as behind a slow model or a
slow voice. The pause begins as the answer does: what the agent says of it without sound is not held back."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from gate.core.capabilities import Capabilities
from gate.core.ports import AgentHalf
from gate.core.signals import Signal
from gate.reference.faults import Faults
from gate.reference.mind import MS, Mind
from gate.reference.mouth import THROUGH, Mouth, VoiceClip
from gate.reference.voicing import Line
from gate.reference.waiting import CALLERS_WORK, Work

LONGEST_MS = 60_000


@dataclass(frozen=True, slots=True)
class AnswerDelay:
    """A random pause before each answer, any from `from_ms` to `to_ms` alike. The pauses of the nth session are always
    the same for one `seed`, whatever else goes on."""

    from_ms: int
    to_ms: int
    seed: int = 0

    @classmethod
    def parse(cls, text: str, seed: int = 0) -> "AnswerDelay":
        """`0-2000`, or `800` for always the same. Raises ValueError that says what is due."""
        found = re.fullmatch(r"(\d{1,9})(?:-(\d{1,9}))?", text)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if not first <= last <= LONGEST_MS:
            due = f"expected milliseconds up to {LONGEST_MS}, such as 800, or a range such as 0-2000"
            raise ValueError(f"an answer delay of {text!r}: {due}")
        return cls(first, last, seed)

    def pauses_ns(self, session: int) -> Callable[[], int]:
        """The pauses of one session, in the order of its answers."""
        chance = Random(f"{self.seed}/{session}")  # noqa: S311 (no secret hangs on it)
        return lambda: chance.randint(self.from_ms * MS, self.to_ms * MS)


class SlowMind(Mind):
    """A mind whose mouth pauses before each answer."""

    def __init__(
        self, session_id: str, half: AgentHalf, can: Capabilities, voice: Mapping[str, VoiceClip], faults: Faults,
        pause_ns: Callable[[], int], work: Work = CALLERS_WORK,
    ) -> None:  # fmt: skip
        super().__init__(session_id, half, can, voice, faults, work)
        self._mouth = SlowMouth(voice, faults, pause_ns, Line.of(can))


class SlowMouth(Mouth):
    def __init__(
        self, voice: Mapping[str, VoiceClip], faults: Faults, pause_ns: Callable[[], int], line: Line = THROUGH
    ) -> None:
        super().__init__(voice, faults, line)
        self._pause_ns = pause_ns
        self._beginning = False

    def speak(self, keys: tuple[str, ...], t_ns: int) -> list[Signal]:
        self._beginning = True
        try:
            return super().speak(keys, t_ns + self._pause_ns())
        finally:
            self._beginning = False

    def due(self, t_ns: int) -> list[Signal]:
        """Nothing while an answer begins: it is only made then, and its first chunk is due after the pause."""
        return [] if self._beginning else super().due(t_ns)
