"""What a caller would have heard, and when: agents send faster than real time, so sent is not heard.

Chunks play one after another from their arrival on; a cancel throws away what has not been played. The caller uses this
to know when to interrupt, and checks use it to know what was cut: one timeline for both.

Theory of operation. A live caller asks 50 times a second, in a call of any length, so each sample is listened to once,
when it arrives: what is audible (see `audible`) is kept as stretches in order, and every question is a search in them.
Frames are laid end to end over chunks that touch, so that it does not matter how the sound was cut into chunks: what is
left of a chunk is judged as a frame of its own, and again with what comes. After a gap, a cancel or a change of rate
frames start anew. What was cancelled in mid-frame was heard up to then if the frame as a whole is audible."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Final

from gate.audio import audible
from gate.audio.audible import Floor, Frame, frames
from gate.audio.pcm import WIDTH, duration_ns, samples

AUDIBLE_DBFS: Final = audible.AUDIBLE_DBFS
SECOND_NS: Final = 1_000_000_000
TOUCH_NS: Final = 1_000  # less than a sample: times are whole ns, and rounded


@dataclass(frozen=True, slots=True)
class Span:
    """One chunk as heard. `ended_ns` is earlier than its natural end where it was cut."""

    start_ns: int
    ended_ns: int
    pcm: bytes
    rate_hz: int

    @property
    def heard(self) -> bytes:
        """The samples that had begun to play; all of them where nothing was cut, though times are whole ns."""
        return self.pcm[: -((self.start_ns - self.ended_ns) * self.rate_hz // SECOND_NS) * WIDTH]


@dataclass(frozen=True, slots=True)
class _Judged:
    frame: Frame
    loud: bool


class Playback:
    """The timeline of one call. Times must not go backwards."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._floor = Floor()
        self._rest: bytes = b""
        self._sure = 0, 0  # before the rest was judged: how many stretches there were, and where the last ended
        self._before: _Judged | None = None

    @property
    def until_ns(self) -> int:
        """When everything received so far will have been played; 0 before the first chunk."""
        return self.spans[-1].ended_ns if self.spans else 0

    def feed(self, t_ns: int, pcm: bytes, rate_hz: int) -> None:
        if len(pcm) < WIDTH:
            return
        start_ns = max(t_ns, self.until_ns)
        if start_ns > self.until_ns or not self.spans or self.spans[-1].rate_hz != rate_hz:
            self._part()
        self.spans.append(Span(start_ns, start_ns + duration_ns(pcm, rate_hz), pcm, rate_hz))
        self._listen(pcm[: len(pcm) - len(pcm) % WIDTH], rate_hz)

    def clear(self, t_ns: int) -> None:
        """Throws away what was not yet heard at `t_ns`."""
        cut: Span | None = None
        while self.spans and self.spans[-1].ended_ns > t_ns:
            cut = self.spans.pop()
        if cut is None:
            return
        if cut.start_ns < t_ns:
            self.spans.append(replace(cut, ended_ns=t_ns))
        while self._starts and self._starts[-1] >= t_ns:
            del self._starts[-1], self._ends[-1]
        if self._ends:
            self._ends[-1] = min(self._ends[-1], t_ns)
        self._part()

    def _part(self) -> None:
        """What comes next does not touch what came before: its frames start anew."""
        self._rest, self._before = b"", None

    def _listen(self, pcm: bytes, rate_hz: int) -> None:
        if self._rest:
            count, end_ns = self._sure
            del self._starts[count:], self._ends[count:]
            self._ends[-1:] = [end_ns] if count else []
        pcm, self._rest = self._rest + pcm, b""
        for frame in frames(samples(pcm), self.until_ns - duration_ns(pcm, rate_hz), rate_hz):
            if not frame.whole:
                self._rest = pcm[WIDTH * frame.at :]
                self._sure = len(self._ends), self._ends[-1] if self._ends else 0
            self._judge(frame)

    def _judge(self, frame: Frame) -> None:
        before, limit = self._before, self._floor.audible
        loud = frame.mean > limit
        edges = frame.loud_edges_ns(limit)
        if edges and loud:
            found = before.frame.loud_edges_ns(limit) if before and not before.loud else None
            self._hear((found or edges)[0], edges[1], join=before is not None and before.loud)
        elif edges and before and before.loud:
            self._ends[-1] = edges[1]
        if frame.whole:
            self._before = _Judged(frame, loud)
            self._floor.follow(frame.mean)

    def _hear(self, start_ns: int, end_ns: int, *, join: bool) -> None:
        if self._ends and (join or start_ns <= self._ends[-1] + TOUCH_NS):
            self._ends[-1] = max(self._ends[-1], end_ns)
        else:
            self._starts.append(start_ns)
            self._ends.append(end_ns)

    def audible_at(self, t_ns: int) -> bool:
        """Whether the caller hears the agent at this very moment."""
        at = bisect_right(self._starts, t_ns) - 1
        return at >= 0 and t_ns < self._ends[at]

    def sounds_after(self, t_ns: int) -> list[tuple[int, int]]:
        """Audible stretches that end after `t_ns`, in order, touching ones joined; cut at `t_ns`."""
        first = bisect_right(self._ends, t_ns)
        return [(max(start, t_ns), end) for start, end in zip(self._starts[first:], self._ends[first:], strict=True)]
