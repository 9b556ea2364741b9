"""What the caller makes of the signals so far: is the agent audible, has it ended its turn, has it gone quiet? Pure."""

from dataclasses import dataclass, field

from gate.audio.playback import Playback
from gate.core.plan import Wait
from gate.core.signals import AudioOut, Cancelled, Closed, Fault, Signal, ToolCall, TurnDone

MS = 1_000_000
MARKED_QUIET_MS = 3_000.0
UNMARKED_QUIET_MS = 1_500.0


@dataclass
class Hearing:
    """`ends_turns`: whether the dialect marks the end of a turn; else, and as a last resort, a quiet gap ends it."""

    ends_turns: bool
    playback: Playback = field(default_factory=Playback)
    events: list[tuple[int, str]] = field(default_factory=list)
    closed: bool = False
    since_ns: int = 0
    _turn_done: bool = False
    _ended_ns: int = 0
    _last_ns: int = 0

    def hear(self, signal: Signal, t_ns: int) -> None:
        self.events.append((t_ns, signal.EVENT))
        match signal:
            case AudioOut(pcm, rate_hz, _):
                self.playback.feed(t_ns, pcm, rate_hz)
                self._last_ns = t_ns
            case Cancelled():
                self.playback.clear(t_ns)
            case TurnDone():
                self._turn_done = True
            case ToolCall():
                self._turn_done, self._last_ns = False, t_ns
            case Closed():
                self.closed = True
            case _:
                pass

    def turn_began(self, t_ns: int) -> None:
        """The caller began to speak or write: only what comes from here on can answer it."""
        self.since_ns = t_ns

    def turn_ended(self, t_ns: int) -> None:
        """The caller has said its last word: an end of turn heard before it was the end of something else."""
        self._turn_done = False
        self._ended_ns = self._last_ns = t_ns

    def tool_answered(self, t_ns: int) -> None:
        self._turn_done, self._last_ns = False, t_ns

    def satisfied(self, wait: Wait, t_ns: int) -> str | None:
        """Why the wait is over, in a word for the log, or None."""
        match wait.until:
            case "turn_done":
                return self._turn_over(t_ns)
            case "audible":
                return "audible" if self._audible_for(wait.ms, t_ns) else None
            case "quiet":
                return "quiet" if t_ns - max(self.playback.until_ns, self._last_ns) >= wait.ms * MS else None
            case "event":
                return wait.event if self._take(wait.event) else None
            case "rejected":
                return Fault.EVENT if self._take(Fault.EVENT) else None
            case "closed":
                return None

    def _turn_over(self, t_ns: int) -> str | None:
        quiet_ns = t_ns - max(self.playback.until_ns, self._last_ns)
        if self._turn_done and quiet_ns >= 0:
            return TurnDone.EVENT
        gap_ms = MARKED_QUIET_MS if self.ends_turns else UNMARKED_QUIET_MS
        spoke = self.playback.until_ns > self._ended_ns
        return "quiet" if spoke and quiet_ns >= gap_ms * MS else None

    def _audible_for(self, ms: float, t_ns: int) -> bool:
        if not self.playback.audible_at(t_ns):
            return False
        sounds = self.playback.sounds_after(self.since_ns)
        return bool(sounds) and t_ns - sounds[0][0] >= ms * MS

    def _take(self, event: str) -> bool:
        """Whether the event came since the caller's turn began; it is used up, with all that came before it."""
        for i, (at_ns, name) in enumerate(self.events):
            if name == event and at_ns >= self.since_ns:
                del self.events[: i + 1]
                return True
        return False
