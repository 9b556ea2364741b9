"""What the agent said, in pieces: which sounds belong together, and which are new. Pure.

An answer is a piece that began after the question did: what is left of a greeting, still playing at the caller's last
word, answers nothing. Ids and marks tell pieces apart where they are sent; everywhere a second of silence does, since
some agents send one endless stream, silence included."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from gate.audio.pcm import WIDTH
from gate.audio.playback import Playback
from gate.core.recording import Heard
from gate.core.signals import AudioOut, Cancelled, ResponseStarted, SpeechStarted, TurnDone, throws_away

GAP_NS = 1_000_000_000
BREATH_NS = 300_000_000
TELLING = (AudioOut, Cancelled, TurnDone, ResponseStarted, SpeechStarted)


@dataclass(slots=True)
class Piece:
    """Its first audible frame, when that and its last one arrived, and its audible stretches as the caller heard them.
    `opened_ns`: when the first frame of its response arrived, audible or not; None where no frame opened it, since
    the agent streams without end. `resumed_ns`: where it went on after a breath in which there was nothing to play."""

    frame: int
    arrived_ns: int
    last_arrived_ns: int
    opened_ns: int | None = None
    sounds: list[tuple[int, int]] = field(default_factory=list)
    resumed_ns: list[int] = field(default_factory=list)

    @property
    def start_ns(self) -> int:
        return self.sounds[0][0]

    @property
    def end_ns(self) -> int:
        return self.sounds[-1][1]

    def within(self, from_ns: int, to_ns: int) -> list[tuple[int, int]]:
        return [(max(a, from_ns), min(b, to_ns)) for a, b in self.sounds if b > from_ns and a < to_ns]


class _Fed(NamedTuple):
    start_ns: int
    arrived_ns: int
    frame: int
    first: bool
    dry: bool


@dataclass(frozen=True, slots=True)
class Cut:
    """A cancel that threw audio away unheard: so much of it."""

    t_ns: int
    unheard_ns: int
    frame: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Within one response nothing was left to play, until the next of its audio arrived. `named`: an id says that it is
    one response."""

    start_ns: int
    end_ns: int
    frame: int
    named: bool


@dataclass(slots=True)
class Speech:
    """The playback of one call, with the memory of what arrived when."""

    playback: Playback = field(default_factory=Playback)
    cuts: list[Cut] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    _ahead: list[tuple[int, int]] = field(default_factory=list)
    _fed: list[_Fed] = field(default_factory=list)
    _id: str | None = None
    _fresh: bool = True

    @classmethod
    def of(cls, received: Iterable[Heard]) -> "Speech":
        speech = cls()
        for heard in received:
            if isinstance(heard.signal, TELLING):
                speech._take(heard)
        return speech

    def _take(self, heard: Heard) -> None:
        if throws_away(heard.signal):
            self._throw_away(heard)
        match heard.signal:
            case AudioOut(pcm, rate_hz, response_id) if len(pcm) >= WIDTH:
                t_ns, until_ns = heard.t_ns, self.playback.until_ns
                start_ns = max(t_ns, until_ns)
                first, dry = self._fresh or response_id != self._id, start_ns - until_ns >= BREATH_NS
                self._fed.append(_Fed(start_ns, t_ns, heard.frame, first, dry))
                if not first and start_ns > until_ns:
                    self.gaps.append(Gap(until_ns, start_ns, heard.frame, response_id is not None))
                self._id, self._fresh = response_id, False
                self.playback.feed(t_ns, pcm, rate_hz)
                self._ahead.append((t_ns, self.playback.until_ns))
            case Cancelled(response_id) | TurnDone(response_id):
                self._mark(response_id)
            case ResponseStarted(response_id):
                self._fresh = self._fresh or response_id is None or response_id != self._id
            case _:
                pass

    def _throw_away(self, heard: Heard) -> None:
        if self.playback.until_ns > heard.t_ns:
            self.cuts.append(Cut(heard.t_ns, self.playback.until_ns - heard.t_ns, heard.frame))
            self._ahead.append((heard.t_ns, heard.t_ns))
        self.playback.clear(heard.t_ns)
        while self._fed and self._fed[-1].start_ns >= heard.t_ns:
            self._fed.pop()

    def ahead_ns(self, t_ns: int) -> int:
        """How much had arrived by then and was not played yet."""
        at = bisect_right(self._ahead, (t_ns, 2**63)) - 1
        return max(0, self._ahead[at][1] - t_ns) if at >= 0 else 0

    @property
    def most_ahead_ns(self) -> int:
        return max((until_ns - t_ns for t_ns, until_ns in self._ahead), default=0)

    def _mark(self, response_id: str | None) -> None:
        """The end of a response: what comes next is new, unless the mark names another response than this one."""
        self._fresh = self._fresh or None in (response_id, self._id) or response_id == self._id

    def pieces(self) -> list[Piece]:
        pieces: list[Piece] = []
        starts = [fed.start_ns for fed in self._fed]
        last = -1
        for start_ns, end_ns in self._cut_at_firsts():
            at = max(0, bisect_right(starts, start_ns) - 1)
            until = max(at, bisect_right(starts, end_ns - 1) - 1)
            since = self._fed[last + 1 : at + 1]
            new = any(fed.first for fed in since)
            if not pieces or new or start_ns - pieces[-1].end_ns >= GAP_NS:
                opened = next((fed.arrived_ns for fed in reversed(since) if fed.first or fed.dry), None)
                pieces.append(Piece(self._fed[at].frame, self._fed[at].arrived_ns, 0, opened))
            elif any(fed.dry for fed in since):
                pieces[-1].resumed_ns.append(start_ns)
            pieces[-1].sounds.append((start_ns, end_ns))
            pieces[-1].last_arrived_ns = self._fed[until].arrived_ns
            last = until
        return pieces

    def _cut_at_firsts(self) -> Iterable[tuple[int, int]]:
        """The audible stretches, cut where a new response begins."""
        firsts = [fed.start_ns for fed in self._fed if fed.first]
        for start_ns, end_ns in self.playback.sounds_after(0):
            edges = [start_ns, *firsts[bisect_right(firsts, start_ns) : bisect_left(firsts, end_ns)], end_ns]
            yield from pairwise(edges)
