"""What the agent said, in pieces: which sounds belong together, and which are new. Pure.

An answer is a piece that began after the question did: what is left of a greeting, still playing at the caller's last
word, answers nothing. Ids and marks tell pieces apart where they are sent; everywhere a second of silence does, since
some agents send one endless stream, silence included."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from gate.audio.playback import Playback
from gate.core.recording import Heard
from gate.core.signals import AudioOut, Cancelled, ResponseStarted, TurnDone

GAP_NS = 1_000_000_000
BREATH_NS = 300_000_000


@dataclass(slots=True)
class Piece:
    """Its first audible frame, when that and its last one arrived, and its audible stretches as the caller heard them.
    `resumed_ns`: where it went on after a breath in which there was nothing to play at all."""

    frame: int
    arrived_ns: int
    last_arrived_ns: int
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


@dataclass(frozen=True, slots=True)
class _Fed:
    start_ns: int
    arrived_ns: int
    frame: int
    first: bool
    dry: bool


@dataclass(slots=True)
class Speech:
    """The playback of one call, with the memory of what arrived when. `cuts`: when audio was thrown away unheard."""

    playback: Playback = field(default_factory=Playback)
    cuts: list[int] = field(default_factory=list)
    _fed: list[_Fed] = field(default_factory=list)
    _id: str | None = None
    _fresh: bool = True

    @classmethod
    def of(cls, received: Iterable[Heard]) -> "Speech":
        speech = cls()
        for heard in received:
            speech._take(heard)
        return speech

    def _take(self, heard: Heard) -> None:
        match heard.signal:
            case AudioOut(pcm, rate_hz, response_id):
                start_ns = max(heard.t_ns, self.playback.until_ns)
                first, dry = self._fresh or response_id != self._id, start_ns - self.playback.until_ns >= BREATH_NS
                self._fed.append(_Fed(start_ns, heard.t_ns, heard.frame, first, dry))
                self._id, self._fresh = response_id, False
                self.playback.feed(heard.t_ns, pcm, rate_hz)
            case Cancelled(response_id):
                if self.playback.until_ns > heard.t_ns:
                    self.cuts.append(heard.t_ns)
                self.playback.clear(heard.t_ns)
                self._fed = [fed for fed in self._fed if fed.start_ns < heard.t_ns]
                self._mark(response_id)
            case TurnDone(response_id):
                self._mark(response_id)
            case ResponseStarted(response_id):
                self._fresh = self._fresh or response_id is None or response_id != self._id
            case _:
                pass

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
                pieces.append(Piece(self._fed[at].frame, self._fed[at].arrived_ns, 0))
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
            edges = [start_ns, *(at for at in firsts if start_ns < at < end_ns), end_ns]
            yield from pairwise(edges)
