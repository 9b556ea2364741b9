"""What the caller makes of the signals so far: is the agent audible, has it ended its turn, has it gone quiet? Pure.

Theory of operation. The end of a turn is a mark, and marks come late, early, and for other things than the answer. So
each mark is laid to what it ends: a response that had begun before the caller's last word (`_older`) or was cancelled
(`_cut`) answers nothing, and the response that called a tool (`_owed`) is not the one that tells what came of it. What
is not so counts, and whatever is wrongly left out here is made good by the quiet gap. Quiet is what cannot be heard:
some agents send silence for ever."""

from dataclasses import dataclass, field

from gate.audio.playback import Playback
from gate.core.plan import Wait
from gate.core.signals import (
    AudioOut,
    Cancelled,
    Closed,
    Fault,
    Ponged,
    ResponseStarted,
    Signal,
    ToolCall,
    ToolResult,
    Transcript,
    TurnDone,
    throws_away,
)

MS = 1_000_000
MARKED_QUIET_MS = 3_000.0
UNMARKED_QUIET_MS = 1_500.0
BREATH_MS = 500.0
BETWEEN_WORDS_MS = 1_000.0


@dataclass
class Hearing:
    """`ends_turns`: whether the dialect marks the end of a turn; else, and as a last resort, a quiet gap ends it.
    `reads`: what the agent says is text, and nothing can be heard of it."""

    ends_turns: bool
    reads: bool = False
    playback: Playback = field(default_factory=Playback)
    events: list[tuple[int, str]] = field(default_factory=list)
    closed: bool = False
    since_ns: int = 0
    _done_ns: int | None = None
    _spoke: bool = False
    _last_ns: int = 0
    _open: set[str | None] = field(default_factory=set)
    _older: set[str | None] = field(default_factory=set)
    _cut: set[str | None] = field(default_factory=set)
    _owed: bool = False
    _answered: bool = False
    _firsts: list[tuple[int, str | None]] = field(default_factory=list)
    _last_id: str | None = None

    def hear(self, signal: Signal, t_ns: int) -> None:
        self.events.append((t_ns, signal.EVENT))
        if throws_away(signal):
            self.playback.clear(t_ns)
            self._firsts = [first for first in self._firsts if first[0] <= t_ns]
        match signal:
            case AudioOut(pcm, rate_hz, response_id, item_id):
                self._spoken(response_id, item_id, t_ns)
                self.playback.feed(t_ns, pcm, rate_hz)
                self._spoke |= response_id not in self._older and bool(self.playback.sounds_after(t_ns))
            case ResponseStarted(response_id):
                self._begun(response_id)
            case Transcript("agent", _, _, response_id) if self.reads:
                self._spoke |= response_id not in self._older
                self._last_ns = t_ns
            case Cancelled(response_id):
                self._cut |= self._ended(response_id) or {response_id}
            case TurnDone(response_id):
                self._marked(response_id, t_ns)
            case ToolCall(ours=True):
                self._done_ns, self._last_ns, self._owed, self._answered = None, t_ns, True, False
            case ToolResult():
                self._owed = False
            case Closed():
                self.closed = True
            case _:
                pass

    def talk_began(self, t_ns: int) -> None:
        """The caller listens from here on."""
        self._last_ns = t_ns

    def turn_began(self, t_ns: int) -> None:
        """The caller began to speak or write: only what comes from here on can answer it."""
        self.since_ns = t_ns

    def turn_ended(self, t_ns: int) -> None:
        """The caller has said its last word: an end of turn heard before it was the end of something else."""
        self._done_ns, self._last_ns = None, t_ns
        self._spoke = False
        self._older = set(self._open)

    def tool_answered(self, t_ns: int) -> None:
        self._done_ns, self._last_ns, self._answered = None, t_ns, True

    def satisfied(self, wait: Wait, t_ns: int) -> str | None:
        """Why the wait is over, in a word for the log, or None."""
        match wait.until:
            case "turn_done":
                return self._turn_over(t_ns)
            case "audible":
                return "audible" if self._audible_for(wait.ms, t_ns) else None
            case "quiet":
                return "quiet" if self._quiet_for(wait.ms, t_ns) else None
            case "event":
                return wait.event if self._take(wait.event) else None
            case "rejected":
                return Fault.EVENT if self._take(Fault.EVENT) else None
            case "pong":
                return Ponged.EVENT if self._take(Ponged.EVENT) else None
            case "closed" | "tool_called" | "tool_answered":
                return None

    def speaking(self, t_ns: int) -> bool:
        """Whether the agent is in the middle of its words: between two of them it may fall silent for a moment."""
        return bool(self.playback.sounds_after(t_ns - int(BETWEEN_WORDS_MS * MS)))

    def heard_ns(self, t_ns: int) -> int:
        """When the agent was last heard: now, if there is still something to hear; 0 if it never was."""
        sounds = self.playback.sounds_after(0)
        return min(t_ns, sounds[-1][1]) if sounds else 0

    def heard_of_it_ms(self, t_ns: int) -> float:
        """How much of the response that plays at `t_ns` has been played by then, waits for more of it left out."""
        first_ns, _ = self._first_at(t_ns)
        spans = (span for span in self.playback.spans if first_ns <= span.start_ns < t_ns)
        return sum(min(span.ended_ns, t_ns) - span.start_ns for span in spans) / MS

    def item_at(self, t_ns: int) -> str | None:
        """The provider's name for what plays at `t_ns`, where it gives one."""
        return self._first_at(t_ns)[1]

    def items_after(self, t_ns: int) -> list[str]:
        """The names of what was to play after `t_ns`, none of it heard."""
        playing = self.item_at(t_ns)
        named = [item_id for at_ns, item_id in self._firsts if at_ns > t_ns and item_id not in (None, playing)]
        return [item_id for item_id in dict.fromkeys(named) if item_id is not None]

    @property
    def open_responses(self) -> frozenset[str | None]:
        """Those that have begun and are not over."""
        return frozenset(self._open)

    def _first_at(self, t_ns: int) -> tuple[int, str | None]:
        begun = [first for first in self._firsts if first[0] <= t_ns]
        return begun[-1] if begun else (t_ns, None)

    def _turn_over(self, t_ns: int) -> str | None:
        """A mark with nothing heard before it may be early, where words are done before they are spoken."""
        settle_ns = 0 if self._spoke else int(UNMARKED_QUIET_MS * MS)
        if self._done_ns is not None and t_ns - self._done_ns >= settle_ns and not self.playback.sounds_after(t_ns):
            return TurnDone.EVENT
        gap_ms = MARKED_QUIET_MS if self.ends_turns else UNMARKED_QUIET_MS
        return "quiet" if self._spoke and self._quiet_for(gap_ms, t_ns) else None

    def _quiet_for(self, ms: float, t_ns: int) -> bool:
        return t_ns - self._last_ns >= ms * MS and not self.playback.sounds_after(t_ns - int(ms * MS))

    def _audible_for(self, ms: float, t_ns: int) -> bool:
        if not self.playback.audible_at(t_ns):
            return False
        sounds = self.playback.sounds_after(self.since_ns)
        return bool(sounds) and t_ns - sounds[0][0] >= ms * MS

    def _spoken(self, response_id: str | None, item_id: str | None, t_ns: int) -> None:
        """Audio of a response. Without an id, what comes after a breath is another response than what came before."""
        nameless_and_new = response_id is None and not self.playback.sounds_after(t_ns - int(BREATH_MS * MS))
        if nameless_and_new or response_id not in self._open:
            self._begun(response_id, tool_told=self._answered)
        new_item = bool(self._firsts) and item_id != self._firsts[-1][1]
        if nameless_and_new or response_id != self._last_id or new_item or not self._firsts:
            self._firsts.append((max(t_ns, self.playback.until_ns), item_id))
        self._last_id = response_id
        self._open.add(response_id)

    def _begun(self, response_id: str | None, *, tool_told: bool = True) -> None:
        self._older.discard(response_id)
        self._cut.discard(response_id)
        self._open.add(response_id)
        if tool_told:
            self._owed = False

    def _marked(self, response_id: str | None, t_ns: int) -> None:
        if response_id in self._cut and response_id not in self._open and not (response_id is None and self._open):
            self._cut.discard(response_id)
            return
        older = self._older
        ended = self._ended(response_id)
        if self._owed:
            self._owed = False
        elif not ended or not ended <= older:
            self._done_ns = t_ns

    def _ended(self, response_id: str | None) -> set[str | None]:
        """The open responses that a mark ends: the one it names, or all where it names none that is known."""
        ended = {response_id} if response_id in self._open else set(self._open)
        self._open -= ended
        self._older = self._older - ended
        return ended

    def _take(self, event: str) -> bool:
        """Whether the event came since the caller's turn began; it is used up, with all that came before it."""
        for i, (at_ns, name) in enumerate(self.events):
            if name == event and at_ns >= self.since_ns:
                del self.events[: i + 1]
                return True
        return False
