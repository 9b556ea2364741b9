"""What a caller would have heard, and when: agents send faster than real time, so sent is not heard.

Chunks play one after another from their arrival on; a cancel throws away what has not been played. The caller uses this
to know when to interrupt, and checks use it to know what was cut: one timeline for both.

Theory of operation. A live caller asks 50 times a second, in a call of any length, so each sample is listened to once,
when it arrives: what is audible (see `audible`) is kept as stretches in order, and every question is a search in them.
Frames are laid end to end over chunks that touch, so that it does not matter how the sound was cut into chunks: what is
left of a chunk is judged as a frame of its own, and again with what comes. After a gap, a cancel or a change of rate
frames start anew. What was cancelled in mid-frame was heard up to then if the frame as a whole is audible."""

from bisect import bisect_left, bisect_right
from typing import Final, NamedTuple

from gate.audio import audible
from gate.audio.audible import Floor, Frame, frames
from gate.audio.pcm import WIDTH, duration_ns, samples

AUDIBLE_DBFS: Final = audible.AUDIBLE_DBFS
SECOND_NS: Final = 1_000_000_000
AT_ONCE: Final = 1_000_000  # bytes: some 20 s
TOUCH_NS: Final = 1_000  # less than a sample: times are whole ns, and rounded


class Span(NamedTuple):
    """One chunk as heard. `ended_ns` is earlier than its natural end where it was cut."""

    start_ns: int
    ended_ns: int
    pcm: bytes
    rate_hz: int

    @property
    def heard(self) -> bytes:
        """The samples that had begun to play; all of them where nothing was cut, though times are whole ns."""
        return self.pcm[: -((self.start_ns - self.ended_ns) * self.rate_hz // SECOND_NS) * WIDTH]


class Timeline:
    """Which chunk of one call plays when. Times must not go backwards."""

    def __init__(self) -> None:
        self.spans: list[Span] = []

    @property
    def until_ns(self) -> int:
        """When everything received so far will have been played; 0 before the first chunk."""
        return self.spans[-1].ended_ns if self.spans else 0

    def feed(self, t_ns: int, pcm: bytes, rate_hz: int) -> None:
        if len(pcm) >= WIDTH:
            start_ns = max(t_ns, self.until_ns)
            self.spans.append(Span(start_ns, start_ns + duration_ns(pcm, rate_hz), pcm, rate_hz))

    def clear(self, t_ns: int) -> None:
        """Throws away what was not yet heard at `t_ns`."""
        cut: Span | None = None
        while self.spans and self.spans[-1].ended_ns > t_ns:
            cut = self.spans.pop()
        if cut is not None and cut.start_ns < t_ns:
            self.spans.append(cut._replace(ended_ns=t_ns))


class Playback(Timeline):
    """The timeline, and what of it is audible."""

    def __init__(self) -> None:
        super().__init__()
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._floor = Floor()
        self._unheard: list[bytes] = []
        self._unheard_bytes = 0
        self._rest: bytes = b""
        self._sure = 0, 0  # before the rest was judged: how many stretches there were, and where the last ended
        self._before: Frame | None = None
        self._before_loud = False

    def feed(self, t_ns: int, pcm: bytes, rate_hz: int) -> None:
        if len(pcm) < WIDTH:
            return
        if t_ns > self.until_ns or not self.spans or self.spans[-1].rate_hz != rate_hz:
            self._part()
        super().feed(t_ns, pcm, rate_hz)
        self._unheard.append(pcm[: len(pcm) - len(pcm) % WIDTH])
        self._unheard_bytes += len(pcm)
        if self._unheard_bytes >= AT_ONCE:
            self._catch_up()

    def clear(self, t_ns: int) -> None:
        if self.until_ns <= t_ns:
            return
        self._catch_up()
        super().clear(t_ns)
        while self._starts and self._starts[-1] >= t_ns:
            del self._starts[-1], self._ends[-1]
        if self._ends:
            self._ends[-1] = min(self._ends[-1], t_ns)
        self._part()

    def _part(self) -> None:
        """What comes next does not touch what came before: its frames start anew."""
        self._catch_up()
        self._rest, self._before, self._before_loud = b"", None, False

    def _catch_up(self) -> None:
        """Listens to what was fed since the last question: all of it touches, and one long piece costs less than many
        short ones."""
        if self._unheard:
            pcm, self._unheard, self._unheard_bytes = b"".join(self._unheard), [], 0
            self._listen(pcm, self.spans[-1].rate_hz)

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
        limit = self._floor.audible
        loud = frame.mean > limit
        edges = frame.loud_edges_ns(limit)
        if edges and loud:
            found = self._before.loud_edges_ns(limit) if self._before and not self._before_loud else None
            self._hear((found or edges)[0], edges[1], join=self._before_loud)
        elif edges and self._before_loud:
            self._ends[-1] = edges[1]
        if frame.whole:
            self._before, self._before_loud = frame, loud
            self._floor.follow(frame.mean)

    def _hear(self, start_ns: int, end_ns: int, *, join: bool) -> None:
        if self._ends and (join or start_ns <= self._ends[-1] + TOUCH_NS):
            self._ends[-1] = max(self._ends[-1], end_ns)
        else:
            self._starts.append(start_ns)
            self._ends.append(end_ns)

    def audible_at(self, t_ns: int) -> bool:
        """Whether the caller hears the agent at this very moment."""
        self._catch_up()
        at = bisect_right(self._starts, t_ns) - 1
        return at >= 0 and t_ns < self._ends[at]

    def sounds_after(self, t_ns: int) -> list[tuple[int, int]]:
        """Audible stretches that end after `t_ns`, in order, touching ones joined; cut at `t_ns`."""
        return self.sounds_between(t_ns, self.until_ns)

    def sounds_between(self, from_ns: int, to_ns: int) -> list[tuple[int, int]]:
        """The same, of those that begin before `to_ns`."""
        self._catch_up()
        part = slice(bisect_right(self._ends, from_ns), bisect_left(self._starts, to_ns))
        return [(max(start, from_ns), end) for start, end in zip(self._starts[part], self._ends[part], strict=True)]
